// The script of a page of its own: every element with `data-senselens` holds the traits of a view, and becomes that view.

import { KeptTraits } from "./kept_traits";
import type { Traits } from "./traits";
import widget from "./widget";

/** Gzipped JSON in base 64. */
async function unpacked(packed: string): Promise<Record<string, unknown>> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

for (const element of document.querySelectorAll<HTMLElement>("[data-senselens]")) {
  const without = [...element.children]; // what stands there where no script runs, or one as old as to fail
  unpacked(element.dataset.senselens ?? "").then((values) => {
    widget.render({ model: new KeptTraits(values) as Traits<never>, el: element });
    for (const child of without) child.remove();
  });
}
