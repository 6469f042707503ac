import { Bar, percent } from "../figures";

export const MOST = 6; // a weight; the least is as far below nought, so that one layer can have all

interface WeightsProps {
  weights: number[];
  shares: number[];
  senseLayer: number;
  gamma: number;
  length: number;
  onWeights(weights: number[]): void;
  onGamma(gamma: number): void;
}

/** A slider for each layer, and mixes that one might want. */
export function Weights({ weights, shares, senseLayer, gamma, length, onWeights, onGamma }: WeightsProps) {
  const last = weights.length - 1;
  const only = (isIn: (layer: number) => boolean) => weights.map((_, layer) => (isIn(layer) ? MOST : -MOST));
  const name = (layer: number) => (layer ? `layer ${layer}` : "input");
  const isNow = (mix: number[]) => String(mix) === String(weights);
  const mean = weights.map(() => 0);
  const lastFour = only((layer) => layer > last - 4);
  return (
    <section class="weights" aria-label="Weights">
      <div class="presets">
        <Preset text="Mean" mix={mean} isNow={isNow(mean)} onChoose={onWeights} />
        {last > 4 && <Preset text="Last four" mix={lastFour} isNow={isNow(lastFour)} onChoose={onWeights} />}
        <span class="soft">alone</span>
        {weights.map((_, layer) => {
          const mix = only((other) => other === layer);
          return (
            <Preset
              key={name(layer)}
              text={String(layer)}
              title={name(layer)}
              mix={mix}
              isNow={isNow(mix)}
              onChoose={onWeights}
            />
          );
        })}
      </div>
      <ol>
        {weights.map((weight, layer) => (
          <li key={name(layer)}>
            <label>
              <span class="name">
                {name(layer)}
                {layer === senseLayer && <span class="soft"> · tells senses</span>}
              </span>
              <input
                type="range"
                min={-MOST}
                max={MOST}
                step={0.1}
                value={weight}
                aria-valuetext={`weight ${weight.toFixed(1)}, share ${percent(shares[layer] ?? 0)}`}
                onInput={(event) =>
                  onWeights(weights.map((old, other) => (other === layer ? event.currentTarget.valueAsNumber : old)))
                }
              />
              <span class="share">
                {percent(shares[layer] ?? 0)}
                <Bar of={shares[layer] ?? 0} />
              </span>
            </label>
          </li>
        ))}
      </ol>
      <label class="gamma">
        <span class="name">γ</span>
        <input
          type="range"
          min={0.1}
          max={3}
          step={0.1}
          value={gamma}
          aria-label="Gamma"
          onInput={(event) => onGamma(event.currentTarget.valueAsNumber)}
        />
        <span class="share">{gamma.toFixed(1)}</span>
      </label>
      <p class="soft note">
        {`The shares are the softmax of the weights. γ makes vectors longer (this one is ${length.toFixed(1)} long) and leaves every cosine as it is.`}
      </p>
    </section>
  );
}

interface PresetProps {
  text: string;
  title?: string;
  mix: number[];
  isNow: boolean;
  onChoose(mix: number[]): void;
}

function Preset({ text, title, mix, isNow, onChoose }: PresetProps) {
  return (
    <button type="button" class="pill" aria-pressed={isNow} aria-label={title && `${title} alone`} onClick={() => onChoose(mix)}>
      {text}
    </button>
  );
}
