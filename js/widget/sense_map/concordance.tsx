import { useState } from "preact/hooks";
import { Marker } from "./marker";
import { beginning, ending } from "./said";
import { SLOTS, type Uses } from "./uses";

const SHOWN = 40; // at first; and as many more each time one asks
const CONTEXT = 60; // characters on either side of the word

interface ConcordanceProps {
  uses: Uses;
  indices: readonly number[];
  pointed: number | null;
  onPoint(index: number | null): void;
  onGo(index: number): void;
}

/** Uses one below the other, their word in one column. */
export function Concordance({ uses, indices, pointed, onPoint, onGo }: ConcordanceProps) {
  const [asked, setAsked] = useState<{ of: readonly number[]; most: number }>({ of: indices, most: SHOWN });
  const most = asked.of === indices ? asked.most : SHOWN;
  return (
    <>
      <ol class="concordance">
        {indices.slice(0, most).map((index) => {
          const { before, word, after } = uses.marked(index);
          return (
            <li key={index}>
              <button
                type="button"
                class={index === pointed ? "now" : ""}
                onPointerEnter={() => onPoint(index)}
                onPointerLeave={() => onPoint(null)}
                onClick={() => onGo(index)}
              >
                <Marker slot={uses.slotOf[index] ?? SLOTS} />
                <span class="before">
                  <bdi>{ending(before, CONTEXT)}</bdi>
                </span>
                <b>{word}</b>
                <span class="after">
                  <bdi>{beginning(after, CONTEXT)}</bdi>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      {indices.length > most && (
        <button type="button" class="pill more" onClick={() => setAsked({ of: indices, most: most + SHOWN })}>
          {`${Math.min(SHOWN, indices.length - most)} more of ${(indices.length - most).toLocaleString("en")}`}
        </button>
      )}
    </>
  );
}
