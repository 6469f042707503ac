import type { Span } from "./inspection";

/** A text cut at the engine's positions, which count code points where JavaScript counts UTF-16 units. */
export class Characters {
  readonly length: number;
  readonly #units: Uint32Array; // of each code point, where it begins; one more for the end

  constructor(readonly text: string) {
    const units = new Uint32Array(text.length + 1);
    let unit = 0;
    let length = 0;
    for (const character of text) {
      units[length++] = unit;
      unit += character.length;
    }
    units[length] = unit;
    this.#units = units;
    this.length = length;
  }

  /** The code points of the text that *span* covers; nothing beyond its end. */
  of({ start, end }: Span): string {
    const unit = (at: number) => this.#units[Math.min(at, this.length)];
    return this.text.slice(unit(start), unit(end));
  }
}
