import type { Cloud, Place } from "./cloud";

const GLIDE = 500; // milliseconds from one projection to the other

/** Paint the points on their way from *before* to where *cloud* has them, or at once; returns how to stop. */
export function glide(before: Float32Array, { points }: Cloud, paint: (points: Float32Array) => void): () => void {
  const from = before.length === points.length && before !== points && !prefersStillness() ? alongside(before, points) : null;
  const began = performance.now();
  const step = () => {
    const done = from ? Math.min(1, (performance.now() - began) / GLIDE) : 1;
    paint(from && done < 1 ? between(from, points, done * done * (3 - 2 * done)) : points);
    if (done < 1) frame = requestAnimationFrame(step);
  };
  let frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** The points *from*, brought to the place and scale of those they become, so that nothing flies off. */
function alongside(from: Float32Array, to: Float32Array): Float32Array {
  const [one, other] = [spreadOf(from), spreadOf(to)];
  return from.map(
    (value, at) => other.middle[(at % 2) as 0 | 1] + (value - one.middle[(at % 2) as 0 | 1]) * (other.size / (one.size || 1)),
  );
}

function spreadOf(points: Float32Array): { middle: Place; size: number } {
  const low: Place = [Infinity, Infinity];
  const high: Place = [-Infinity, -Infinity];
  points.forEach((value, at) => {
    const axis = (at % 2) as 0 | 1;
    low[axis] = Math.min(low[axis], value);
    high[axis] = Math.max(high[axis], value);
  });
  return { middle: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2], size: Math.max(high[0] - low[0], high[1] - low[1]) };
}

function between(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return to.map((value, at) => (from[at] as number) + (value - (from[at] as number)) * share);
}
