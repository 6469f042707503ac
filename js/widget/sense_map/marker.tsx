import { SLOTS, slotClass } from "./uses";

const PATHS = ["M8 3a5 5 0 1 0 .01 0z", "M3.7 3.7h8.6v8.6H3.7z", "M8 2l5.4 9.6H2.6z", "M8 1.8 14.2 8 8 14.2 1.8 8z"];

/** What the points of a group look like. */
export function Marker({ slot }: { slot: number }) {
  const isHollow = slot >= 4 && slot < SLOTS;
  return (
    <svg class={`marker ${slotClass(slot)}`} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[slot < SLOTS ? slot % 4 : 0]}
        fill={isHollow ? "none" : "currentColor"}
        stroke={isHollow ? "currentColor" : "none"}
        stroke-width="2.4"
      />
    </svg>
  );
}
