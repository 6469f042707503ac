import type { InspectedModel, Span } from "../../shared/inspection";
import { decimal, Share, toneClass } from "../figures";
import type { Alike, Lens } from "./lens";

export const MOST_USES = 8;

export interface Pointing {
  /** The pointer or the focus is on another use, or on none any more. */
  onPoint(start: number | null): void;
  /** Another use is asked for. */
  onGo(span: Span): void;
}

interface UsesProps extends Pointing {
  lens: Lens;
  model: InspectedModel;
  layer: number;
  alike: Alike[];
  follows: boolean; // to a use whose word was not inspected, too
}

/** The other uses of a word: whether they have the same sense, and their cosine beside that of random words. */
export function Uses({ lens, model, layer, alike, follows, onPoint, onGo }: UsesProps) {
  const shown = alike.slice(0, MOST_USES);
  return (
    <>
      <table class="uses">
        <thead>
          <tr>
            <th scope="col">use</th>
            <th scope="col">same sense</th>
            <th scope="col">cosine</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ span, similarity, layers }, place) => (
            <tr key={span.start} onPointerEnter={() => onPoint(span.start)} onPointerLeave={() => onPoint(null)}>
              <td>
                <span class="use">
                  <span class={`number ${toneAt(lens, span, model)}`}>{place + 1}</span>
                  <Excerpt lens={lens} span={span} onGo={follows || lens.word(span.start) ? onGo : undefined} />
                </span>
              </td>
              <td>
                <Share of={similarity.same_sense} />
              </td>
              <td>{decimal(layers[layer] ?? similarity.cosine)}</td>
            </tr>
          ))}
          <tr class="soft" title="The mean of many pairs: at or below it, nothing is shared">
            <td>
              <span class="use">
                <span />
                two random words
              </span>
            </td>
            <td />
            <td>{decimal(model.baselines[layer] ?? 0)}</td>
          </tr>
        </tbody>
      </table>
      {alike.length > shown.length && <p class="soft">{`and ${alike.length - shown.length} more`}</p>}
      {model.family === "static" && (
        <p class="soft note">{`${model.name} has one vector for a word, whatever the sentence: it cannot tell its uses apart.`}</p>
      )}
    </>
  );
}

/** The tone of the sense that another use has. */
export function toneAt(lens: Lens, span: Span, model: InspectedModel): string {
  const word = lens.word(span.start);
  return word ? toneClass(lens.tone(word, model.name)) : "";
}

/** A use in its sentence. */
export function Excerpt({ lens, span, onGo }: { lens: Lens; span: Span; onGo?: ((span: Span) => void) | undefined }) {
  const [before, after] = lens.context(span);
  const said = (
    <bdi>
      {before}
      <b>{lens.text.of(span)}</b>
      {after}
    </bdi>
  );
  if (!onGo) return said;
  return (
    <button type="button" class="excerpt" onClick={() => onGo(span)}>
      {said}
    </button>
  );
}
