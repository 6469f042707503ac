import { useMemo } from "preact/hooks";
import { toneClass } from "../figures";
import type { Lens } from "./lens";

const LEMMAS = 4;

/** What the lines under the words say, for each lemma that is used in several senses. */
export function Legend({ lens, model }: { lens: Lens; model: string }) {
  const several = useMemo(() => lens.several(model).slice(0, LEMMAS), [lens, model]);
  if (!several.length) return null;
  return (
    <dl class="legend">
      {several.map(([lemma, words]) => [
        <dt key={lemma}>{lemma}</dt>,
        ...words.map((word) => (
          <dd key={word.span.start}>
            <span class={`line ${toneClass(lens.tone(word, model))}`} />
            <bdi>{lens.top(word, model)?.gloss}</bdi>
          </dd>
        )),
      ])}
    </dl>
  );
}
