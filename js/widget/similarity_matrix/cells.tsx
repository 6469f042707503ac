import { useRef } from "preact/hooks";
import { decimal } from "../figures";
import { colour, numberClass, type Table } from "./table";

export type Pair = [number, number];

interface CellsProps {
  table: Table;
  sentences: string[];
  order: number[];
  pointed: Pair | null;
  selected: Pair | null;
  onPoint(pair: Pair | null): void;
  onSelect(pair: Pair): void;
}

const STEPS: Record<string, Pair> = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The matrix as a table: a row and a column for each sentence. */
export function Cells({ table, sentences, order, pointed, selected, onPoint, onSelect }: CellsProps) {
  const grid = useRef<HTMLTableElement>(null);
  const [row, column] = selected ?? [order[0] ?? 0, order[1] ?? order[0] ?? 0];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const pair = pairOf(event);
    if (!pair || event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) {
      const move = (from: number, by: number) => order[Math.max(0, Math.min(order.length - 1, order.indexOf(from) + by))] ?? from;
      const next = grid.current?.querySelector<HTMLElement>(`[data-pair="${move(pair[0], step[0])},${move(pair[1], step[1])}"]`);
      next?.focus();
    } else if (event.key === "Enter" || event.key === " ") onSelect(pair);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <table
      ref={grid}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are walked is a grid
      role="grid"
      aria-label="Cosines of all pairs"
      onKeyDown={onKeyDown}
      onPointerOver={(event) => onPoint(pairOf(event))}
      onPointerLeave={() => onPoint(null)}
      onFocusIn={(event) => onPoint(pairOf(event))}
      onFocusOut={() => onPoint(null)}
      onClick={(event) => {
        const pair = pairOf(event);
        if (pair) onSelect(pair);
      }}
    >
      <thead>
        <tr>
          <td />
          {order.map((index) => (
            <th key={index} scope="col" class={pointed?.[1] === index ? "now" : ""} title={sentences[index]}>
              {index + 1}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {order.map((index) => (
          <tr key={index}>
            <th scope="row" class={pointed?.[0] === index ? "now" : ""} title={sentences[index]}>
              <span class="soft">{index + 1}</span>
              <bdi>{sentences[index]}</bdi>
            </th>
            {order.map((other) => {
              const share = table.above(table.at(index, other));
              const isSelected = selected?.[0] === index && selected[1] === other;
              return (
                <td
                  key={other}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as above
                  role="gridcell"
                  tabIndex={index === row && other === column ? 0 : -1}
                  data-pair={`${index},${other}`}
                  aria-selected={isSelected}
                  class={numberClass(share)}
                  style={{ background: colour(share) }}
                >
                  {decimal(table.at(index, other))}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function pairOf(event: Event): Pair | null {
  const pair = (event.target as Element).closest<HTMLElement>("[data-pair]")?.dataset.pair;
  return pair ? (pair.split(",").map(Number) as Pair) : null;
}
