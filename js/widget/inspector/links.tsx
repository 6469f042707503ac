import { useLayoutEffect, useState } from "preact/hooks";
import { percent } from "../figures";
import { scaleOf } from "../scale";

export interface Link {
  start: number; // of the other use
  tone: string;
  share: number; // the probability that it has the same sense
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Drawn extends Link {
  path: string;
  x: number;
  y: number;
}

interface LinksProps {
  pane: HTMLElement | null;
  from: number;
  links: Link[];
  pointed: number | null;
}

/** Lines from a word to its other uses, behind the text; dashed where another sense is likelier than the same. */
export function Links({ pane, from, links, pointed }: LinksProps) {
  const [drawn, setDrawn] = useState<Drawn[]>([]);
  useLayoutEffect(() => {
    if (!pane) return;
    const draw = () => setDrawn(drawings(pane, from, links));
    draw();
    const sizes = new ResizeObserver(draw);
    for (const paragraph of pane.children) sizes.observe(paragraph);
    return () => sizes.disconnect();
  }, [pane, from, links]);
  return (
    <>
      <svg class="links" aria-hidden="true">
        {drawn.map(({ start, tone, share, path }) => (
          <path
            key={start}
            class={`${tone} ${pointed === start ? "pointed" : ""}`}
            d={path}
            stroke-dasharray={share < 0.5 ? "5 4" : undefined}
          />
        ))}
      </svg>
      {drawn.map(({ start, tone, share, x, y }) => (
        <span
          key={start}
          class={`tag ${tone} ${pointed === start ? "pointed" : ""}`}
          aria-hidden="true"
          style={{ left: `${x}px`, top: `${y}px` }}
        >
          {percent(share)}
        </span>
      ))}
    </>
  );
}

function drawings(pane: HTMLElement, from: number, links: Link[]): Drawn[] {
  const frame = pane.getBoundingClientRect();
  const scale = scaleOf(pane, frame);
  const box = (start: number): Box | undefined => {
    const rect = pane.querySelector(`[data-at="${start}"]`)?.getClientRects()[0];
    if (!rect) return undefined;
    const x = (at: number) => (at - frame.left) / scale + pane.scrollLeft;
    const y = (at: number) => (at - frame.top) / scale + pane.scrollTop;
    return { left: x(rect.left), right: x(rect.right), top: y(rect.top), bottom: y(rect.bottom) };
  };
  const own = box(from);
  if (!own) return [];
  return links.flatMap((link) => {
    const other = box(link.start);
    return other ? [{ ...link, path: path(own, other), x: (other.left + other.right) / 2, y: other.top }] : [];
  });
}

/** A curve between two words: over the line they share, or leaving and arriving upright. */
function path(own: Box, other: Box): string {
  const [x0, x1] = [(own.left + own.right) / 2, (other.left + other.right) / 2];
  if (Math.abs(own.top - other.top) < 4) {
    const rise = own.top - Math.min(18, 6 + Math.abs(x1 - x0) / 12);
    return `M${x0},${own.top} C${x0},${rise} ${x1},${rise} ${x1},${other.top}`;
  }
  const below = other.top > own.top;
  const [y0, y1] = below ? [own.bottom, other.top] : [own.top, other.bottom];
  const middle = (y0 + y1) / 2;
  return `M${x0},${y0} C${x0},${middle} ${x1},${middle} ${x1},${y1}`;
}
