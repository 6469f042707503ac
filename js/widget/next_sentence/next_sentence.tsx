import { Bar, finePercent } from "../figures";
import { Frame, type ViewState } from "../frame";
import { Passage } from "../passage";
import { type Traits, useTrait } from "../traits";

/** A pair that was asked about: the probability that b follows a, and that a follows b. */
interface Answer {
  a: string;
  b: string;
  follows: number;
  reversed: number;
}

export interface NextSentenceState extends ViewState {
  pairs: [string, string][];
  answers: Answer[];
  model_name: string;
}

const NONE: never[] = [];

/** Pairs of sentences and how sure a model is that the second follows the first. */
export function NextSentence({ traits }: { traits: Traits<NextSentenceState> }) {
  const [pairs, setPairs] = useTrait(traits, "pairs", NONE);
  const [answers] = useTrait(traits, "answers", NONE);
  const [model] = useTrait(traits, "model_name", "");
  const [live] = useTrait(traits, "live", false);
  const shares = pairs.map(([a, b]) => shareOf(answers, a, b));
  const put = (at: number, pair: [string, string]) => setPairs(pairs.map((one, place) => (place === at ? pair : one)));
  return (
    <Frame traits={traits as Traits<never>} name="next-sentence" isAwaited={live && shares.includes(undefined)}>
      {pairs.map(([a, b], at) => (
        <article key={at} class="card" aria-label={`Pair ${at + 1}`}>
          <section class="sentences">
            <Sentence letter="A" text={a} onWrite={live ? (text) => put(at, [text, b]) : undefined} />
            <Sentence letter="B" text={b} onWrite={live ? (text) => put(at, [a, text]) : undefined} />
          </section>
          <section>
            <Verdict share={shares[at]} />
            <p class="tools">
              <button type="button" class="pill" onClick={() => put(at, [b, a])}>
                Swap
              </button>
              {live && pairs.length > 1 && (
                <button type="button" class="pill" onClick={() => setPairs(pairs.filter((_, place) => place !== at))}>
                  Remove
                </button>
              )}
            </p>
          </section>
        </article>
      ))}
      <p class="soft note">
        {live && (
          <button type="button" class="pill" onClick={() => setPairs([...pairs, [pairs.at(-1)?.[0] ?? "", "Write a sentence."]])}>
            Add a pair
          </button>
        )}
        {model && (
          <span>
            By <bdi>{model}</bdi>. In BERT’s training half of the pairs follow each other, so that 50 % says nothing.
          </span>
        )}
      </p>
    </Frame>
  );
}

function Sentence({ letter, text, onWrite }: { letter: string; text: string; onWrite: ((text: string) => void) | undefined }) {
  return (
    <div class={`sentence ${letter === "A" ? "t0" : "t1"}`}>
      <span class="letter" aria-hidden="true">
        {letter}
      </span>
      <div class="text">
        <Passage key={text} text={text} name={`sentence ${letter}`} onWrite={onWrite} />
      </div>
    </div>
  );
}

function Verdict({ share }: { share: number | undefined }) {
  return (
    <div
      class={`verdict ${(share ?? 1) < 0.5 ? "t1" : "t0"}`}
      role="meter"
      aria-label="The probability that B follows A"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === undefined ? undefined : Math.round(100 * share)}
      aria-valuetext={share === undefined ? "not known yet" : finePercent(share)}
    >
      <span class="soft">another text</span>
      <span class="scale">
        <Bar of={share ?? 0} />
      </span>
      <span class="soft">B follows A</span>
      <b aria-live="polite">{share === undefined ? "…" : finePercent(share)}</b>
    </div>
  );
}

function shareOf(answers: Answer[], a: string, b: string): number | undefined {
  const found = answers.find((answer) => answer.a === a && answer.b === b);
  return found ? found.follows : answers.find((answer) => answer.a === b && answer.b === a)?.reversed;
}
