import { useMemo } from "preact/hooks";
import { Characters } from "../../shared/characters";
import { numbers } from "../buffers";
import { decimal, Share } from "../figures";
import { Frame } from "../frame";
import { type Traits, useTrait } from "../traits";
import { Mix } from "./mix";
import type { MixedUse, MixState } from "./state";
import { Weights } from "./weights";

const NONE: never[] = [];

/** Uses of words, compared under a mix of layers that sliders make. */
export function LayerMix({ traits }: { traits: Traits<MixState> }) {
  const [model] = useTrait(traits, "model_name", "");
  const [uses] = useTrait(traits, "uses", NONE);
  const [products] = useTrait(traits, "products", null);
  const [random] = useTrait(traits, "random", null);
  const [calibration] = useTrait(traits, "calibration", null);
  const [weights, setWeights] = useTrait(traits, "weights", NONE);
  const [gamma, setGamma] = useTrait(traits, "gamma", 1);
  const [reference, setReference] = useTrait(traits, "reference", 0);

  const buffers = useMemo(() => [numbers(products, Float32Array), numbers(random, Float32Array)] as const, [products, random]);
  const mix = useMemo(() => {
    const [ours, theirs] = buffers;
    const isWhole = calibration?.baselines && uses.length > 0 && ours.length === (uses.length * weights.length) ** 2;
    return isWhole ? new Mix(ours, uses.length, theirs, calibration, weights, gamma) : null;
  }, [buffers, uses, calibration, weights, gamma]);
  const chosen = Math.max(0, Math.min(uses.length - 1, reference));
  return (
    <Frame traits={traits as Traits<never>} name="mix" isAwaited={!mix} working="Reading the layers">
      {mix && (
        <div class="stage">
          <Weights
            weights={weights}
            shares={mix.shares}
            senseLayer={mix.calibration.sense_layer}
            gamma={gamma}
            length={mix.length(chosen)}
            onWeights={setWeights}
            onGamma={setGamma}
          />
          <section class="compared" aria-label="Similarity">
            <p class="soft">{`${saying(mix)} · ${model}`}</p>
            <ol>
              {uses.map((use, index) => (
                <li key={index} class={index === chosen ? "now" : ""}>
                  <button type="button" aria-pressed={index === chosen} onClick={() => setReference(index)}>
                    <Sentence use={use} />
                  </button>
                  {index === chosen ? (
                    <p class="soft">compared with the others</p>
                  ) : (
                    <Compared mix={mix} cosine={mix.cosine(chosen, index)} />
                  )}
                </li>
              ))}
              <li class="random soft">
                <span>two random words</span>
                <Track mix={mix} cosine={mix.baseline} />
                <span class="figures">{decimal(mix.baseline)}</span>
              </li>
            </ol>
            {mix.alone === null && (
              <p class="soft note">
                How likely two uses share a sense was measured for single layers: choose one alone to see it.
              </p>
            )}
          </section>
        </div>
      )}
    </Frame>
  );
}

function saying({ alone, shares }: Mix): string {
  if (alone !== null) return alone ? `Layer ${alone} alone` : "The input layer alone";
  return `A mix of ${shares.filter((share) => share >= 0.005).length} layers`;
}

function Sentence({ use: { sentence, span } }: { use: MixedUse }) {
  const text = new Characters(sentence);
  return (
    <span dir="auto">
      {text.of({ start: 0, end: span.start })}
      <mark>{text.of(span)}</mark>
      {text.of({ start: span.end, end: text.length })}
    </span>
  );
}

function Compared({ mix, cosine }: { mix: Mix; cosine: number }) {
  const same = mix.sameSense(cosine);
  return (
    <>
      <Track mix={mix} cosine={cosine} />
      <span class="figures">
        <b>{decimal(cosine)}</b>
        {same !== null && (
          <span class="soft">
            <Share of={same} /> same sense
          </span>
        )}
      </span>
    </>
  );
}

/** A cosine between what random words show and 1. */
function Track({ mix, cosine }: { mix: Mix; cosine: number }) {
  const place = (value: number) => `${(100 * (Math.max(-0.25, value) + 0.25)) / 1.25}%`;
  return (
    <span class="track" aria-hidden="true">
      <span class="base" style={{ width: place(mix.baseline) }} />
      <span class="dot" style={{ left: place(cosine) }} />
    </span>
  );
}
