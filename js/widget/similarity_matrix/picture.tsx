import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { channels } from "../theme";
import { useTheme } from "../use_theme";
import type { Pair } from "./cells";
import { strength, type Table } from "./table";

interface PictureProps {
  table: Table;
  order: number[];
  selected: Pair | null;
  onPoint(pair: Pair | null): void;
  onSelect(pair: Pair): void;
}

const STEPS: Record<string, Pair> = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The matrix of many sentences: a dot for each pair. */
export function Picture({ table, order, selected, onPoint, onSelect }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [place, setPlace] = useState<Pair>([0, 0]);
  const themed = useTheme(canvas);
  const pairAt = ([row, column]: Pair): Pair => [order[row] ?? 0, order[column] ?? 0];
  const placeOf = (event: MouseEvent): Pair => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    const cell = (at: number, whole: number) => Math.max(0, Math.min(order.length - 1, Math.floor((order.length * at) / whole)));
    return [cell(event.clientY - box.top, box.height), cell(event.clientX - box.left, box.width)];
  };
  useLayoutEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const [ink, paper] = [probed(element, "t0"), probed(element, "paper")];
    const image = new ImageData(order.length, order.length);
    order.forEach((index, row) => {
      order.forEach((other, column) => {
        const share = strength(table.above(table.at(index, other)));
        const mixed = paper.map((value, channel) => value + ((ink[channel] ?? 0) - value) * share);
        image.data.set([...mixed.slice(0, 3), 255], 4 * (row * order.length + column));
      });
    });
    element.getContext("2d")?.putImageData(image, 0, 0);
  }, [table, order, themed]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) {
      const next = place.map((at, axis) => Math.max(0, Math.min(order.length - 1, at + (step[axis] ?? 0)))) as Pair;
      setPlace(next);
      onPoint(pairAt(next));
    } else if (event.key === "Enter" || event.key === " ") onSelect(pairAt(place));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const chosen = selected?.map((index) => order.indexOf(index));
  return (
    <div
      class="picture"
      role="application"
      aria-label={`Cosines of all pairs of ${order.length} sentences. Arrow keys go from pair to pair.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the keys
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => onPoint(pairAt(placeOf(event)))}
      onPointerLeave={() => onPoint(null)}
      onClick={(event) => onSelect(pairAt(placeOf(event)))}
    >
      <canvas ref={canvas} width={order.length} height={order.length} />
      {chosen && (
        <span
          class="chosen"
          style={{
            left: `${(100 * ((chosen[1] ?? 0) + 0.5)) / order.length}%`,
            top: `${(100 * ((chosen[0] ?? 0) + 0.5)) / order.length}%`,
          }}
        />
      )}
    </div>
  );
}

/** A colour of the style sheet as it is here. */
function probed(element: HTMLElement, name: string): number[] {
  element.style.color = `var(--${name})`;
  return channels(getComputedStyle(element).color).slice(0, 3);
}
