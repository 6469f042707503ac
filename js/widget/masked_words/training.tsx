import { decimal, finePercent } from "../figures";
import { Guesses } from "../guesses";
import { type Traits, useTrait } from "../traits";
import type { Example, MaskedWordsState, Target } from "./state";

const STEPS = ["Pieces", "Select 15 %", "Mask", "Predict"];

/** How a masked model is trained on this text, step by step. */
export function Training({ traits }: { traits: Traits<MaskedWordsState> }) {
  const [training, setTraining] = useTrait(traits, "training", null);
  const [seed, setSeed] = useTrait(traits, "seed", 0);
  const [examples] = useTrait(traits, "examples", []);
  const [live] = useTrait(traits, "live", false);
  const step = training ?? 0;
  const example = examples.find((one) => one.seed === seed) ?? examples[0];
  if (!example) return null;
  const another = () => setSeed(live ? seed + 1 : (examples[(examples.indexOf(example) + 1) % examples.length]?.seed ?? 0));
  return (
    <article class="card training" aria-label="How training hides words">
      <header>
        <ol class="steps">
          {STEPS.map((name, at) => (
            <li key={name}>
              <button type="button" class="pill" aria-current={at === step ? "step" : undefined} onClick={() => setTraining(at)}>
                {`${at + 1}\u2002${name}`}
              </button>
            </li>
          ))}
        </ol>
        <button type="button" class="pill" disabled={step === 3} onClick={() => setTraining(step + 1)}>
          Next
        </button>
        <button type="button" class="pill" title={`Seed ${example.seed}`} onClick={another}>
          Other pieces
        </button>
      </header>
      <section>
        <Row example={example} step={step} />
        <p class="soft" aria-live="polite">
          {said(example, step)}
        </p>
      </section>
      {step === 3 && (
        <div class="columns">
          {example.targets.map((target) => (
            <section key={target.place}>
              <h3>
                in place of <bdi>{example.pieces[target.place]}</bdi>
              </h3>
              <Guesses guesses={target.guesses} own={example.pieces[target.place]} figure={finePercent} />
              <p class="soft itself">
                <bdi>{example.pieces[target.place]}</bdi>
                {` itself: ${finePercent(target.probability)}, rank ${target.rank.toLocaleString("en")}; loss ${decimal(-Math.log(target.probability))}`}
              </p>
            </section>
          ))}
        </div>
      )}
    </article>
  );
}

function Row({ example, step }: { example: Example; step: number }) {
  const targets = new Map(example.targets.map((target) => [target.place, target]));
  return (
    <ol class="pieces" dir="auto">
      {example.pieces.map((piece, place) => (
        <Piece key={place} piece={piece} isSpecial={!example.spans[place]} target={targets.get(place)} step={step} />
      ))}
    </ol>
  );
}

interface PieceProps {
  piece: string;
  isSpecial: boolean;
  target: Target | undefined;
  step: number;
}

function Piece({ piece, isSpecial, target, step }: PieceProps) {
  const isSelected = target && step > 0;
  const shown = target && step > 1 ? target.seen : piece;
  return (
    <li class={`piece ${isSpecial ? "soft" : ""} ${isSelected ? "chosen" : ""} ${target && step > 1 ? target.action : ""}`}>
      <bdi>{shown}</bdi>
      {target && step > 1 && (
        <small>
          {target.action === "keep" ? (
            "kept"
          ) : (
            <>
              {target.action === "mask" ? "hides" : "replaces"} <bdi>{piece}</bdi>
            </>
          )}
        </small>
      )}
    </li>
  );
}

function said({ pieces, targets, loss }: Example, step: number): string {
  const count = targets.length === 1 ? "one piece" : `${targets.length} pieces`;
  return (
    [
      `The model reads ${pieces.length} word pieces; ## goes on with the word before, and the special pieces mark the ends.`,
      `15 % of the pieces are selected at random: ${count} here. Only these are predicted.`,
      "Of those selected, 80 % are replaced by [MASK], 10 % by a random word, and 10 % are kept: the model cannot know which, so it has to keep an opinion of every word.",
      `The model predicts each selected piece from all it sees. The loss is the mean of −ln p of the true pieces: ${decimal(loss)} nats. Training makes it smaller.`,
    ][step] ?? ""
  );
}
