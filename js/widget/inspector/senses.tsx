import type { SenseMatch } from "../../shared/inspection";
import { PARTS, Share, toneClass } from "../figures";
import type { Lens } from "./lens";

const SHOWN = 3; // before one asks for more

/** The likeliest senses and, wherever it ranks, the most frequent one; the others for whoever asks. */
export function Senses({ lens, word, senses }: { lens: Lens; word: string; senses: SenseMatch[] }) {
  if (!senses.length) {
    return (
      <p class="soft">
        <bdi>{word}</bdi> has no sense to tell here.
      </p>
    );
  }
  const isShown = (sense: SenseMatch) => sense.rank <= SHOWN || sense.first_sense;
  const rest = senses.filter((sense) => !isShown(sense));
  return (
    <>
      <List lens={lens} senses={senses.filter(isShown)} />
      {rest.length > 0 && (
        <details>
          <summary>{rest.length === 1 ? "one more sense" : `${rest.length} more senses`}</summary>
          <List lens={lens} senses={rest} />
        </details>
      )}
    </>
  );
}

function List({ lens, senses }: { lens: Lens; senses: SenseMatch[] }) {
  return (
    <ol class="senses">
      {senses.map((sense) => (
        <li key={sense.sense_id} class={`sense ${toneClass(lens.toneOf(sense))}`}>
          <Share of={sense.probability} />
          <span dir="auto">
            <span class="gloss">{sense.gloss}</span>
            <span class="soft">{`\u00a0· ${PARTS[sense.pos] ?? sense.pos}`}</span>
            {sense.first_sense && (
              <>
                <span class="soft">{"\u00a0· "}</span>
                <span class="first" title="The sense that this word has most often, whatever the sentence">
                  most frequent
                </span>
              </>
            )}
            {sense.synonyms.length > 0 && <span class="soft">{`\u00a0· also ${sense.synonyms.join(", ")}`}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
