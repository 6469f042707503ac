import type { Traits } from "./traits";

type Values = Record<string, unknown>;

/** Traits kept in the page, where there is no kernel: what anywidget's model is in a notebook. */
export class KeptTraits implements Traits<Values> {
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
