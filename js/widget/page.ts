// The script of a page without a kernel: every element with `data-senselens` holds the traits of a view, and becomes that view.

import { KeptTraits } from "./kept_traits";
import type { Traits } from "./traits";
import widget from "./widget";

/** Gzipped JSON in base 64; what `embedding.packed` writes. */
async function unpacked(packed: string): Promise<Record<string, unknown>> {
  const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text(), (_, value) =>
    typeof value?.$bytes === "string" ? new DataView(bytesOf(value.$bytes).buffer) : value,
  );
}

function bytesOf(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

/** Draw the views that are on the page and not drawn yet. */
function draw(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-senselens]")) {
    const without = [...element.children]; // what stands there where no script runs, or one as old as to fail
    const packed = element.dataset.senselens ?? "";
    delete element.dataset.senselens;
    unpacked(packed).then((values) => {
      widget.render({ model: new KeptTraits(values) as Traits<never>, el: element });
      for (const child of without) child.remove();
    });
  }
}

document.addEventListener("senselens", draw); // outputs of a notebook come one by one, each with its script: see embedding.py
draw();
