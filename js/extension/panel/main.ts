import type { Span } from "../../shared/inspection";
import { KeptTraits } from "../../widget/kept_traits";
import type { Traits } from "../../widget/traits";
import widget from "../../widget/widget";
import type { Asked, Shown } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: Asked): void };

const host = acquireVsCodeApi();
const notice = document.getElementById("notice") as HTMLElement;
const view = document.getElementById("view") as HTMLElement;
const traits = new KeptTraits({ card_first: true, follows: true });
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
  traits.set("inspection", inspection);
  traits.set("selection", word ?? null);
});

widget.render({ model: traits as Traits<never>, el: view });
host.postMessage({ ready: true });
