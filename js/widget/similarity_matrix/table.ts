/** Cosines of all pairs, and what they are worth beside random ones. */
export class Table {
  constructor(
    readonly size: number,
    readonly cosines: Float32Array,
    readonly baseline: number,
  ) {}

  at(row: number, column: number): number {
    return this.cosines[row * this.size + column] ?? 0;
  }

  /** How far a cosine is on the way from what random sentences show (0) to that of a sentence with itself (1). */
  above(cosine: number): number {
    return (cosine - this.baseline) / Math.max(1e-6, 1 - this.baseline);
  }
}

/** How a share of that way looks: what is below random has the other colour. */
export function colour(share: number): string {
  const [tone, strength] = share < 0 ? ["--t1", Math.min(45, -300 * share)] : ["--t0", 88 * Math.min(1, share)];
  return `color-mix(in srgb, var(${tone}) ${strength.toFixed(0)}%, var(--paper))`;
}

/** Whether letters on that colour are those of the paper. */
export function isDeep(share: number): boolean {
  return share > 0.56;
}
