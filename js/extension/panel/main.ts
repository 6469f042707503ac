import type { InspectedWord, Span } from "../../shared/inspection";
import { KeptTraits } from "../../widget/kept_traits";
import type { Traits } from "../../widget/traits";
import widget from "../../widget/widget";
import type { Asked, Shown } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: Asked): void };

const host = acquireVsCodeApi();
const notice = document.getElementById("notice") as HTMLElement;
const view = document.getElementById("view") as HTMLElement;
const traits = new KeptTraits({ card_first: true, follows: true });
let word: InspectedWord | undefined;

traits.on("change:selection", () => {
  const selected = traits.get("selection") as Span | null;
  if (selected && selected.start !== word?.span.start) host.postMessage({ use: selected });
});

window.addEventListener("message", ({ data }: MessageEvent<Shown>) => {
  notice.textContent = data.notice ?? "";
  const inspection = data.inspection;
  view.hidden = !inspection;
  if (!inspection) return;
  const next = inspection.words[0];
  if (next?.word !== word?.word) window.scrollTo(0, 0); // and from use to use of one word, what was looked at stays in sight
  word = next;
  traits.set("inspection", inspection);
  traits.set("selection", word?.span ?? null);
});

widget.render({ model: traits as Traits<never>, el: view });
host.postMessage({ ready: true });
