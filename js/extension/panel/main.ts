import type { Span } from "../../shared/inspection";
import widget from "../../widget/widget";
import type { Asked, Shown } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: Asked): void };

/** The traits of the notebook's view, kept in this page instead of a kernel. */
class Traits {
  readonly #values = new Map<string, unknown>();
  readonly #listeners = new Map<string, Set<() => void>>();

  get(name: string): unknown {
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    if (this.#values.get(name) === value) return;
    this.#values.set(name, value);
    for (const listener of [...(this.#listeners.get(`change:${name}`) ?? [])]) listener();
  }

  on(event: string, listener: () => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: () => void): void {
    this.#listeners.get(event)?.delete(listener);
  }
}

const host = acquireVsCodeApi();
const notice = document.getElementById("notice") as HTMLElement;
const view = document.getElementById("view") as HTMLElement;
const traits = new Traits();
let word: Span | undefined;

traits.on("change:selection", () => {
  const selected = traits.get("selection") as Span | null;
  if (selected && selected.start !== word?.start) host.postMessage({ use: selected });
});

window.addEventListener("message", ({ data }: MessageEvent<Shown>) => {
  notice.textContent = data.notice ?? "";
  const inspection = data.inspection;
  view.hidden = !inspection;
  if (!inspection) return;
  word = inspection.words[0]?.span;
  traits.set("text", inspection.text);
  traits.set("inspection", inspection);
  traits.set("selection", word ?? null);
});

widget.render({ model: traits as never, el: view } as never);
host.postMessage({ ready: true });
