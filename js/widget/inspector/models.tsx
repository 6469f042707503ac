import type { InspectedModel, InspectedWord } from "../../shared/inspection";
import { decimal, percent, toneClass } from "../figures";
import type { Alike, Lens } from "./lens";
import { toneAt } from "./uses";

const COLUMNS = 4;
const RANDOM = "mean cosine of two random words: at or below it, nothing is shared";

interface ModelsProps {
  lens: Lens;
  word: InspectedWord;
  model: InspectedModel;
  alike: Alike[];
  onModel(name: string): void;
}

/** Every model's answer in a line, and how alike it finds the other uses: a static model finds them all the same. */
export function Models({ lens, word, model, alike, onModel }: ModelsProps) {
  const uses = alike.slice(0, COLUMNS);
  return (
    <table class="models">
      <thead>
        <tr>
          <th scope="col">model</th>
          <th scope="col">means here</th>
          {uses.map(({ span }, place) => (
            <th key={span.start} scope="col" class={`number ${toneAt(lens, span, model)}`} title="cosine with this use">
              {place + 1}
            </th>
          ))}
          {uses.length > 0 && (
            <th scope="col" title={RANDOM}>
              random
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {lens.models.map((one) => {
          const top = lens.top(word, one.name);
          const others = lens.alike(word, one.name);
          return (
            <tr key={one.name} class={one === model ? "now" : ""}>
              <th scope="row">
                <button type="button" aria-pressed={one === model} onClick={() => onModel(one.name)}>
                  {one.name}
                </button>
              </th>
              <td title={top?.gloss}>
                {top ? (
                  <span class={`answer sense ${toneClass(lens.toneOf(top))}`}>
                    <b>{percent(top.probability)}</b> {top.gloss}
                  </span>
                ) : (
                  <span class="soft">no sense to tell</span>
                )}
              </td>
              {uses.map(({ span }) => {
                const same = others.find((other) => other.span.start === span.start);
                return <td key={span.start}>{same ? decimal(same.similarity.cosine) : "–"}</td>;
              })}
              {uses.length > 0 && <td class="soft">{decimal(one.baselines[one.sense_layer] ?? 0)}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
