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

/** How a share of that way looks: nothing where random sentences are as near. */
export function colour(share: number): string {
  return `color-mix(in srgb, var(--t0) ${(100 * strength(share)).toFixed(0)}%, var(--paper))`;
}

export function strength(share: number): number {
  return 0.88 * Math.max(0, Math.min(1, share));
}

/** The class of a number on that colour. */
export function numberClass(share: number): string {
  if (share <= 0) return "soft";
  return share > 0.56 ? "deep" : "";
}
