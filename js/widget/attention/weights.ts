/** The attention of every head, unpacked: what piece *from* gives to piece *to*. */
export class Weights {
  readonly #numbers: Uint16Array;
  readonly #size: number;

  /** *packed* holds layers · heads · size · size 16-bit numbers, lowest byte first, in base 64. */
  constructor(
    packed: string,
    readonly layers: number,
    readonly heads: number,
    readonly size: number,
  ) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    this.#numbers = Uint16Array.from({ length: bytes.length >> 1 }, (_, at) => view.getUint16(2 * at, true));
    this.#size = size * size;
  }

  /** The mean (size, size), row by row, over the heads that are asked for; they count from 1, and null is all of them. */
  mean(layer: number | null, head: number | null): Float32Array {
    const sum = new Float32Array(this.#size);
    let count = 0;
    for (let one = 1; one <= this.layers; one++) {
      if (layer !== null && layer !== one) continue;
      for (let other = 1; other <= this.heads; other++) {
        if (head !== null && head !== other) continue;
        const start = ((one - 1) * this.heads + other - 1) * this.#size;
        for (let at = 0; at < this.#size; at++) sum[at] = (sum[at] ?? 0) + (this.#numbers[start + at] ?? 0) / 65535;
        count++;
      }
    }
    return sum.map((value) => value / Math.max(1, count));
  }
}
