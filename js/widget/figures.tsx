/** `91 %`; `<1 %` rather than a nought that is none. */
export function percent(share: number): string {
  return share > 0 && share < 0.005 ? "<1\u202f%" : `${(100 * share).toFixed(0)}\u202f%`;
}

/** The same for small shares, which differ: `34 %`, `3.4 %`, `0.34 %`. */
export function finePercent(share: number): string {
  if (share > 0 && share < 0.00005) return "<0.01\u202f%";
  const digits = share === 0 || share >= 0.0995 ? 0 : share >= 0.00995 ? 1 : 2;
  return `${(100 * share).toFixed(digits)}\u202f%`;
}

export function decimal(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, "")
    .replace("-", "−");
}

/** A probability as a number over a bar. */
export function Share({ of }: { of: number }) {
  return (
    <span class="share">
      {percent(of)}
      <Bar of={of} />
    </span>
  );
}

export function Bar({ of }: { of: number }) {
  return (
    <span class="bar">
      <span style={{ width: `${100 * Math.min(1, of)}%` }} />
    </span>
  );
}

export function toneClass(tone: number | null): string {
  return tone === null ? "" : `t${tone}`;
}

export const PARTS: Record<string, string> = { n: "noun", v: "verb", a: "adjective", r: "adverb" };
