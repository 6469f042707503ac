// The script of a page of its own: every element with `data-senselens` holds the traits of a view, and becomes that view.

import type { Traits } from "./traits";
import widget from "./widget";

type Values = Record<string, unknown>;

/** Traits that nobody else sets: what anywidget's model is in a notebook. */
class PageTraits implements Traits<Values> {
  readonly #events = new EventTarget();

  constructor(readonly values: Values) {}

  get(name: string): unknown {
    return this.values[name];
  }

  set(name: string, value: unknown): void {
    this.values[name] = value;
    this.#events.dispatchEvent(new Event(`change:${name}`));
  }

  on(event: string, listener: () => void): void {
    this.#events.addEventListener(event, listener);
  }

  off(event: string, listener: () => void): void {
    this.#events.removeEventListener(event, listener);
  }
}

/** Gzipped JSON in base 64. */
async function unpacked(packed: string): Promise<Values> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

for (const element of document.querySelectorAll<HTMLElement>("[data-senselens]")) {
  const without = [...element.children]; // what stands there where no script runs, or one as old as to fail
  unpacked(element.dataset.senselens ?? "").then((values) => {
    widget.render({ model: new PageTraits(values) as Traits<never>, el: element });
    for (const child of without) child.remove();
  });
}
