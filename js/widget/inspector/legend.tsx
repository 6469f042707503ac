import { useMemo } from "preact/hooks";
import { toneClass } from "../figures";
import type { Lens } from "./lens";

const MOST = 3; // lemmas: in a long text the cards have to say it

/** What the lines under the words say, for each lemma that is used in several senses. */
export function Legend({ lens, model }: { lens: Lens; model: string }) {
  const several = useMemo(() => lens.several(model), [lens, model]);
  if (!several.length || several.length > MOST) return null;
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
