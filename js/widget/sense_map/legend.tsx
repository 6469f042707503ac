import { Bar, PARTS } from "../figures";
import { Marker } from "./marker";
import { SLOTS, type Uses } from "./uses";

interface LegendProps {
  uses: Uses;
  hidden: ReadonlySet<number>;
  onHide(groups: number[], hide: boolean): void;
  onLight(slot: number | null): void;
}

/** What the points' looks mean; a press shows or hides the uses of one, the pointer on it lets them stand out. */
export function Legend({ uses, hidden, onHide, onLight }: LegendProps) {
  const most = Math.max(...uses.groups.map(({ count }) => count));
  return (
    <ul class="legend">
      {uses.slots.map((groups, slot) => {
        const [first] = groups.flatMap((group) => uses.groups[group] ?? []);
        if (!first) return null;
        const count = groups.reduce((sum, group) => sum + (uses.groups[group]?.count ?? 0), 0);
        const isShown = !groups.every((group) => hidden.has(group));
        return (
          <li key={slot}>
            <button
              type="button"
              role="switch"
              aria-checked={isShown}
              onClick={() => onHide(groups, isShown)}
              onPointerEnter={() => onLight(isShown ? slot : null)}
              onPointerLeave={() => onLight(null)}
              onFocus={(event) => event.currentTarget.matches(":focus-visible") && isShown && onLight(slot)}
              onBlur={() => onLight(null)}
            >
              <Marker slot={slot} />
              <span class="gloss">
                {slot === SLOTS && groups.length > 1 ? `${groups.length} rarer` : <bdi>{first.name}</bdi>}
                {slot < SLOTS && first.pos && <span class="soft"> {PARTS[first.pos] ?? first.pos}</span>}
              </span>
              <span class="count soft">{count.toLocaleString("en")}</span>
              <Bar of={count / most} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
