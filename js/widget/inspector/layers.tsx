import type { InspectedModel } from "../../shared/inspection";
import type { Alike, Lens } from "./lens";
import { MOST_USES, toneAt } from "./uses";

const WIDTH = 340;
const HEIGHT = 132;
const LEFT = 24;
const RIGHT = 318;
const TOP = 8;
const BOTTOM = 110;
const LINE = 11; // the height of a number
const NAME = 18; // the width of a layer's

interface LayersProps {
  lens: Lens;
  model: InspectedModel;
  layer: number;
  alike: Alike[];
  pointed: number | null;
  onLayer(layer: number): void;
}

/** How alike a word's uses are at every layer, over what random words show there; a slider chooses the layer to look at. */
export function Layers({ lens, model, layer, alike, pointed, onLayer }: LayersProps) {
  const last = model.baselines.length - 1;
  const shown = alike.slice(0, MOST_USES);
  const lowest = Math.min(0, ...model.baselines, ...shown.flatMap((use) => use.layers));
  const x = (at: number) => LEFT + ((RIGHT - LEFT) * at) / last;
  const y = (cosine: number) => TOP + ((BOTTOM - TOP) * (1 - cosine)) / (1 - lowest);
  const line = (values: number[]) => values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const hasRoom = (RIGHT - LEFT) / last > NAME;
  const names = spread(shown.map((use) => y(use.layers[last] ?? 0)));
  return (
    <figure>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={saying(layer, shown)}>
        {[0, 0.5, 1].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={RIGHT} y1={y(value)} y2={y(value)} stroke="currentColor" stroke-opacity="0.2" />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end" fill="currentColor">
              {value}
            </text>
          </g>
        ))}
        <polygon
          points={`${line(model.baselines)} ${x(last)},${BOTTOM} ${x(0)},${BOTTOM}`}
          fill="currentColor"
          fill-opacity="0.1"
        />
        <polyline points={line(model.baselines)} fill="none" stroke="currentColor" stroke-dasharray="4 3" />
        {model.baselines.map((_, at) => (
          <g key={x(at)} class={at === layer ? "used" : ""}>
            {at === layer && <line x1={x(at)} x2={x(at)} y1={TOP} y2={BOTTOM} stroke="currentColor" stroke-opacity="0.5" />}
            <text x={x(at)} y={BOTTOM + 16} text-anchor="middle" fill="currentColor">
              {at === layer || hasRoom || (at % last === 0 && Math.abs(x(at) - x(layer)) > NAME) ? at : ""}
            </text>
          </g>
        ))}
        {shown.map(({ span, layers }, place) => (
          <g key={span.start} class={`curve ${toneAt(lens, span, model)} ${pointed === span.start ? "pointed" : ""}`}>
            <polyline points={line(layers)} fill="none" stroke="currentColor" stroke-width="2" />
            <circle cx={x(layer)} cy={y(layers[layer] ?? 0)} r="3.5" fill="currentColor" />
            <text x={x(last) + 7} y={(names[place] ?? 0) + 4} fill="currentColor">
              {place + 1}
            </text>
          </g>
        ))}
      </svg>
      <input
        type="range"
        min={0}
        max={last}
        value={layer}
        aria-label="Layer"
        aria-valuetext={`layer ${layer} of ${last}`}
        onInput={(event) => onLayer(event.currentTarget.valueAsNumber)}
      />
      <figcaption class="soft">
        {`Cosine at each layer, from the input (0) on. ${model.name} tells senses by layer ${model.sense_layer}. `}
        <span class="dashed">Dashed: random words.</span>
      </figcaption>
    </figure>
  );
}

function saying(layer: number, uses: Alike[]): string {
  const cosines = uses.map((use, place) => `use ${place + 1}, ${(use.layers[layer] ?? 0).toFixed(2)}`);
  return `Cosine at layer ${layer} with ${cosines.join("; ")}`;
}

/** *places* moved apart until no two are nearer than a line: downwards, then back up from the bottom of the drawing. */
function spread(places: number[]): number[] {
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let highest = -Infinity;
  for (const index of order) {
    moved[index] = Math.max(moved[index] ?? 0, highest + LINE);
    highest = moved[index] ?? 0;
  }
  let lowest = BOTTOM;
  for (const index of order.reverse()) {
    moved[index] = Math.min(moved[index] ?? 0, lowest);
    lowest = (moved[index] ?? 0) - LINE;
  }
  return moved;
}
