import type { Characters } from "../../shared/characters";
import type { Span } from "../../shared/inspection";
import { finePercent } from "../figures";
import { Guesses } from "../guesses";
import { type Answer, keyOf, type Reading } from "./state";
import type { Seen } from "./words";

const READS = { both: "reads both sides", before: "reads what is before", after: "reads what is after" };
const SIGNS = { both: "→ ▢ ←", before: "→ ▢", after: "▢ ←" };

interface AnswersProps {
  characters: Characters;
  hidden: Span[];
  written: Span[];
  readings: Reading[];
  onSee(seen: Seen | null): void;
  onPut?: ((span: Span, word: string) => void) | undefined;
}

/** What each model puts in the place of each hidden word, side by side, all bars on one scale. */
export function Answers({ characters, hidden, written, readings, onSee, onPut }: AnswersProps) {
  const joint = readings.flatMap(({ model, answers }) => {
    const found = answers[keyOf(hidden)]?.joint ?? [];
    return found.length ? [{ model, found }] : [];
  });
  return (
    <div class="answers">
      {hidden.map((span, number) => {
        const found = readings.map((reading) => answerOf(reading, hidden, number));
        const most = Math.max(...found.flatMap((answer) => answer?.guesses.map(({ probability }) => probability) ?? [0]));
        const isOwn = written.some(({ start }) => start === span.start);
        const form = characters.of(span);
        return (
          <article key={span.start} class="card" aria-label={`In place of ${form}`}>
            <header>
              <h2>
                <span class="mask">[MASK]</span>
              </h2>
              {!isOwn && (
                <span class="soft">
                  hides <bdi class="form">{form}</bdi>
                </span>
              )}
            </header>
            <div class="columns">
              {readings.map(({ model, direction }, place) => (
                <section
                  key={`${model} ${direction}`}
                  onPointerEnter={() => onSee({ start: span.start, direction })}
                  onPointerLeave={() => onSee(null)}
                >
                  <h3>
                    <span>
                      <bdi>{model}</bdi> {READS[direction]}
                    </span>
                    <span class="sign" aria-hidden="true">
                      {SIGNS[direction]}
                    </span>
                  </h3>
                  <Column
                    found={found[place]}
                    form={form}
                    most={most}
                    onPut={onPut && direction === "both" ? (word) => onPut(span, word) : undefined}
                  />
                </section>
              ))}
            </div>
          </article>
        );
      })}
      {joint.map(({ model, found }) => (
        <article key={model} class="card together" aria-label="All masks together">
          <header>
            <h2>Together</h2>
            <span class="soft">
              the readings that <bdi>{model}</bdi> finds likeliest for all masks at once
            </span>
          </header>
          <section>
            <Guesses
              guesses={found.map(({ words, probability }) => ({ word: words.join(" … "), probability }))}
              figure={finePercent}
            />
          </section>
        </article>
      ))}
    </div>
  );
}

interface Found {
  guesses: Answer["guesses"][number];
  own: number | null;
}

function answerOf({ direction, answers }: Reading, hidden: Span[], number: number): Found | undefined {
  const [key, place] = direction === "both" ? [keyOf(hidden), number] : [String(hidden[number]?.start), 0];
  const found = answers[key];
  return found && { guesses: found.guesses[place] ?? [], own: found.own[place] ?? null };
}

interface ColumnProps {
  found: Found | undefined;
  form: string;
  most: number;
  onPut: ((word: string) => void) | undefined;
}

function Column({ found, form, most, onPut }: ColumnProps) {
  if (!found) return <p class="soft">Reading …</p>;
  const isListed = found.guesses.some(({ word }) => word.toLowerCase() === form.toLowerCase());
  return (
    <>
      <Guesses guesses={found.guesses} most={most} own={form} figure={finePercent} onPut={onPut} />
      {found.own !== null && !isListed && (
        <p class="soft itself">
          <bdi>{form}</bdi> itself: {finePercent(found.own)}
        </p>
      )}
    </>
  );
}
