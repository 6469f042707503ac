import { useLayoutEffect, useRef } from "preact/hooks";
import type { Weights } from "./weights";

interface HeadsProps {
  weights: Weights;
  layer: number | null;
  head: number | null;
  onChoose(layer: number | null, head: number | null): void;
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Every head of every layer as a small picture of its weights; row 0 and column 0 are means. One stop of the tab key. */
export function Heads({ weights, layer, head, onChoose }: HeadsProps) {
  const grid = useRef<HTMLDivElement>(null);
  const { layers, heads } = weights;
  const [row, column] = [layer ?? 0, head ?? 0];
  const go = (nextRow: number, nextColumn: number) => {
    onChoose(nextRow || null, nextColumn || null);
    grid.current?.querySelector<HTMLElement>(`[data-head="${nextRow} ${nextColumn}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    go(clamp(row + step[0], layers), clamp(column + step[1], heads));
    event.preventDefault();
    event.stopPropagation();
  };
  const numbers = (count: number) => Array.from({ length: count + 1 }, (_, at) => at);
  return (
    <div
      ref={grid}
      class="heads"
      role="radiogroup"
      aria-label="Layers and heads"
      style={{ "--heads": heads }}
      onKeyDown={onKeyDown}
    >
      {numbers(layers).map((atRow) => (
        <div key={atRow} class="row">
          {numbers(heads).map((atColumn) => {
            const isNow = atRow === row && atColumn === column;
            const isMean = !atRow || !atColumn;
            return (
              <button
                key={atColumn}
                type="button"
                role="radio"
                class={isMean ? "mean" : ""}
                data-head={`${atRow} ${atColumn}`}
                aria-checked={isNow}
                aria-label={nameOf(atRow, atColumn)}
                title={nameOf(atRow, atColumn)}
                tabIndex={isNow ? 0 : -1}
                onClick={() => go(atRow, atColumn)}
              >
                {isMean ? atRow || atColumn || "all" : <Square weights={weights} layer={atRow} head={atColumn} />}
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function nameOf(row: number, column: number): string {
  if (!row) return column ? `head ${column}, mean of all layers` : "mean of all heads";
  return column ? `layer ${row}, head ${column}` : `layer ${row}, mean of its heads`;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}

/** A head's weights, a pixel for each; the blue is seen on light and on dark. */
function Square({ weights, layer, head }: { weights: Weights; layer: number; head: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { size } = weights;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !size) return;
    const image = context.createImageData(size, size);
    weights.mean(layer, head).forEach((weight, at) => {
      image.data.set([56, 132, 220, 255 * Math.sqrt(weight)], 4 * at);
    });
    context.putImageData(image, 0, 0);
  }, [weights, layer, head, size]);
  return <canvas ref={canvas} width={size} height={size} />;
}
