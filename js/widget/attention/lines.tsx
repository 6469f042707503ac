import { useRef, useState } from "preact/hooks";
import { finePercent } from "../figures";
import { neighbour } from "../walking";

/** A piece that is pointed at, among those that look or those that are looked at. */
export interface Looked {
  side: "from" | "to";
  at: number;
}

interface LinesProps {
  pieces: string[];
  texts: (0 | 1 | null)[];
  weights: Float32Array; // (pieces, pieces), row by row
  looked: Looked | null;
  selection: number | null;
  isBare: boolean; // without special pieces
  onPoint(looked: Looked | null): void;
  onSelect(at: number): void;
}

const ROW = 27; // pixels
const FAINT = 0.02; // a weight that needs no line while all are shown

/** The pieces twice, and between them what each gives to each. */
export function Lines(props: LinesProps) {
  const { pieces, texts, weights, looked, isBare } = props;
  const size = pieces.length;
  const kept = pieces.map((_, at) => at).filter((at) => !isBare || texts[at] !== null);
  const rowOf = new Map(kept.map((at, row) => [at, row]));
  const y = (at: number) => ((rowOf.get(at) ?? 0) + 0.5) * ROW;
  const pairs = kept.flatMap((from) => kept.map((to) => ({ from, to, weight: weights[from * size + to] ?? 0 })));
  const drawn = pairs.filter(({ from, to, weight }) =>
    looked ? (looked.side === "from" ? from : to) === looked.at && weight > 0.001 : weight > FAINT,
  );
  const shareOf = (side: Looked["side"], at: number) => {
    if (!looked || looked.side === side) return null;
    return weights[side === "to" ? looked.at * size + at : at * size + looked.at] ?? 0;
  };
  return (
    <div class="lines" style={{ "--row": `${ROW}px` }}>
      <Side {...props} side="from" kept={kept} shareOf={shareOf} />
      <svg
        viewBox={`0 0 100 ${kept.length * ROW}`}
        preserveAspectRatio="none"
        style={{ height: `${kept.length * ROW}px` }}
        aria-hidden="true"
      >
        {drawn.map(({ from, to, weight }) => (
          <path
            key={`${from} ${to}`}
            class={texts[from] === 1 ? "t1" : "t0"}
            d={`M0 ${y(from)} C40 ${y(from)} 60 ${y(to)} 100 ${y(to)}`}
            stroke-width={0.75 + 5 * weight}
            stroke-opacity={looked ? 0.25 + 0.75 * weight : Math.min(1, 0.06 + weight)}
          />
        ))}
      </svg>
      <Side {...props} side="to" kept={kept} shareOf={shareOf} />
    </div>
  );
}

interface SideProps extends LinesProps {
  side: Looked["side"];
  kept: number[];
  shareOf(side: Looked["side"], at: number): number | null;
}

function Side({ side, pieces, texts, kept, looked, selection, shareOf, onPoint, onSelect }: SideProps) {
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const stop = kept.find((at) => at === focused) ?? kept.find((at) => at === selection) ?? kept[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const next = list.current && neighbour(list.current, event.target as HTMLElement, event.key);
    if (!next) return;
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ul
      ref={list}
      class={side}
      aria-label={side === "from" ? "Pieces that look" : "Pieces that are looked at"}
      onKeyDown={onKeyDown}
    >
      {kept.map((at) => {
        const share = shareOf(side, at);
        const isNow = looked?.side === side && looked.at === at;
        return (
          <li key={at} class={texts[at] == null ? "special" : texts[at] ? "t1" : "t0"}>
            <button
              type="button"
              class={isNow ? "now" : ""}
              data-at={at}
              tabIndex={at === stop ? 0 : -1}
              aria-pressed={side === "from" ? at === selection : undefined}
              onPointerEnter={() => onPoint({ side, at })}
              onPointerLeave={() => onPoint(null)}
              onFocus={() => {
                setFocused(at);
                onPoint({ side, at });
              }}
              onBlur={() => onPoint(null)}
              onClick={() => side === "from" && onSelect(at)}
            >
              <bdi>{pieces[at]}</bdi>
              {share !== null && <small style={{ "--share": `${share < 0.01 ? 0 : 100 * share}%` }}>{finePercent(share)}</small>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
