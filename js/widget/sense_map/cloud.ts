export type Place = [number, number];

export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

const IN_A_CELL = 2; // points, on average
const MOST_CELLS = 512; // along a side
const ASIDE = 2; // how much farther a point counts for each step that it lies to the side of where one is going

/** Points of the plane in the cells of a grid, so that those near a place are found without looking at them all. */
export class Cloud {
  readonly size: number;
  readonly bounds: Bounds;
  readonly #side: number;
  readonly #first: Uint32Array; // of each cell, where its points begin in #sorted; one more for the end
  readonly #sorted: Uint32Array;

  /** *points* holds x and y of one after the other. */
  constructor(readonly points: Float32Array) {
    this.size = points.length >> 1;
    this.bounds = boundsOf(points);
    this.#side = Math.min(MOST_CELLS, Math.max(1, Math.ceil(Math.sqrt(this.size / IN_A_CELL))));
    this.#first = new Uint32Array(this.#side ** 2 + 1);
    this.#sorted = new Uint32Array(this.size);
    this.#sort();
  }

  x(index: number): number {
    return this.points[2 * index] as number;
  }

  y(index: number): number {
    return this.points[2 * index + 1] as number;
  }

  /** The point nearest to a place that is no farther than *radius* and *counts*; of equals the first. */
  nearest([x, y]: Place, radius: number, counts: (index: number) => boolean): number | null {
    let best: number | null = null;
    let least = radius * radius;
    for (let row = this.#row(y - radius); row <= this.#row(y + radius); row++) {
      for (let column = this.#column(x - radius); column <= this.#column(x + radius); column++) {
        const cell = row * this.#side + column;
        const end = this.#first[cell + 1] as number;
        for (let at = this.#first[cell] as number; at < end; at++) {
          const index = this.#sorted[at] as number;
          const distance = (this.x(index) - x) ** 2 + (this.y(index) - y) ** 2;
          if (distance < least || (distance === least && (best === null || index < best))) {
            if (counts(index)) [best, least] = [index, distance];
          }
        }
      }
    }
    return best;
  }

  /** The points inside *outline* that *count*, in order: those that a line to the right leaves it an odd number of times. */
  inside(outline: Place[], counts: (index: number) => boolean): number[] {
    const around = boundsOf(new Float32Array(outline.flat()));
    const found: number[] = [];
    for (let index = 0; index < this.size; index++) {
      const [x, y] = [this.x(index), this.y(index)];
      if (x < around.left || x > around.right || y < around.bottom || y > around.top || !counts(index)) continue;
      if (isInside(x, y, outline)) found.push(index);
    }
    return found;
  }

  /** The next point from *from* in a direction, (1, 0) for the right; null if there is none that *counts*. */
  next(from: number, [right, up]: Place, counts: (index: number) => boolean): number | null {
    let best: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.size; index++) {
      const [x, y] = [this.x(index) - this.x(from), this.y(index) - this.y(from)];
      const ahead = x * right + y * up;
      const distance = ahead + ASIDE * Math.abs(x * up - y * right);
      if (ahead > 0 && distance < least && counts(index)) [best, least] = [index, distance];
    }
    return best;
  }

  #sort(): void {
    const cells = new Uint32Array(this.size);
    for (let index = 0; index < this.size; index++) {
      const cell = this.#row(this.y(index)) * this.#side + this.#column(this.x(index));
      cells[index] = cell;
      this.#first[cell + 1] = (this.#first[cell + 1] as number) + 1;
    }
    for (let cell = 1; cell < this.#first.length; cell++) {
      this.#first[cell] = (this.#first[cell] as number) + (this.#first[cell - 1] as number);
    }
    const next = this.#first.slice();
    for (let index = 0; index < this.size; index++) {
      const cell = cells[index] as number;
      const at = next[cell] as number;
      this.#sorted[at] = index;
      next[cell] = at + 1;
    }
  }

  #column(x: number): number {
    return this.#cell(x, this.bounds.left, this.bounds.right);
  }

  #row(y: number): number {
    return this.#cell(y, this.bounds.bottom, this.bounds.top);
  }

  #cell(value: number, low: number, high: number): number {
    const place = Math.floor((this.#side * (value - low)) / (high - low || 1));
    return Math.max(0, Math.min(this.#side - 1, place));
  }
}

function boundsOf(points: Float32Array): Bounds {
  const found = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] as number, points[at + 1] as number];
    if (x < found.left) found.left = x;
    if (x > found.right) found.right = x;
    if (y < found.bottom) found.bottom = y;
    if (y > found.top) found.top = y;
  }
  return points.length ? found : { left: 0, right: 0, bottom: 0, top: 0 };
}

function isInside(x: number, y: number, outline: Place[]): boolean {
  let inside = false;
  let [x0, y0] = outline.at(-1) as Place;
  for (const [x1, y1] of outline) {
    if (y1 > y !== y0 > y && x < x1 + ((y - y1) / (y0 - y1)) * (x0 - x1)) inside = !inside;
    [x0, y0] = [x1, y1];
  }
  return inside;
}

const CELLS = 24; // along a side, to see where a group is densest

/** For each group the middle of its densest place; null for one that has no point. *groupOf* has each point's group. */
export function centres(cloud: Cloud, groupOf: ArrayLike<number>, groups: number): (Place | null)[] {
  const { left, right, bottom, top } = cloud.bounds;
  const cell = (index: number) => {
    const column = Math.min(CELLS - 1, Math.floor((CELLS * (cloud.x(index) - left)) / (right - left || 1)));
    const row = Math.min(CELLS - 1, Math.floor((CELLS * (cloud.y(index) - bottom)) / (top - bottom || 1)));
    return [column, row] as const;
  };
  const counts = new Uint32Array(groups * CELLS * CELLS);
  for (let index = 0; index < cloud.size; index++) {
    const [column, row] = cell(index);
    const at = ((groupOf[index] as number) * CELLS + row) * CELLS + column;
    counts[at] = (counts[at] as number) + 1;
  }
  const densest = Array.from({ length: groups }, (_, group) => {
    let best = [0, 0, 0] as [number, number, number];
    for (let row = 0; row < CELLS; row++) {
      for (let column = 0; column < CELLS; column++) {
        const count = around(counts, group, row, column);
        if (count > best[0]) best = [count, row, column];
      }
    }
    return best;
  });
  const sums = densest.map(() => [0, 0] as Place);
  for (let index = 0; index < cloud.size; index++) {
    const group = groupOf[index] as number;
    const [column, row] = cell(index);
    const [, r, c] = densest[group] as [number, number, number];
    const sum = sums[group] as Place;
    if (Math.abs(row - r) > 1 || Math.abs(column - c) > 1) continue;
    sum[0] += cloud.x(index);
    sum[1] += cloud.y(index);
  }
  return sums.map(([x, y], group) => {
    const count = densest[group]?.[0];
    return count ? [x / count, y / count] : null;
  });
}

/** How many points of *group* lie in a cell and those that touch it. */
function around(counts: Uint32Array, group: number, row: number, column: number): number {
  let sum = 0;
  for (let r = Math.max(0, row - 1); r <= Math.min(CELLS - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(CELLS - 1, column + 1); c++) {
      sum += counts[(group * CELLS + r) * CELLS + c] as number;
    }
  }
  return sum;
}
