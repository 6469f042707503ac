import { decimal } from "../figures";

interface StripProps {
  values: number[];
  scale: number; // what is as dark as can be
  numbers?: boolean;
}

/** A vector's first numbers as boxes, the darker the further from 0: one colour below, the other above. */
export function Strip({ values, scale, numbers = false }: StripProps) {
  return (
    <span class={numbers ? "strip spelt" : "strip"} aria-hidden={!numbers}>
      {values.map((value, at) => (
        <span
          key={at}
          class={value < 0 ? "minus" : "plus"}
          style={{ "--much": `${Math.round(100 * Math.sqrt(Math.min(1, Math.abs(value) / scale)))}%` }}
        >
          {numbers && decimal(value)}
        </span>
      ))}
    </span>
  );
}
