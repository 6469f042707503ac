import { Characters } from "../../shared/characters";
import { numbers } from "../buffers";
import type { Group } from "./state";

export const SLOTS = 8; // groups with a look of their own; the rarer ones share one more
const NAME = 30; // characters of a group's name on the map
const WEAK = /(\s(and|or|an?|the|that|which|of|for|by|to|in|on|with))+$/i; // what no name ends with
const NONE = 255; // the share of a use without one

export interface Marked {
  before: string;
  word: string;
  after: string;
}

/** What the traits say of each use. */
export class Uses {
  readonly size: number;
  readonly groupOf: Uint16Array;
  readonly slotOf: Uint8Array; // of each use, the number of its look
  readonly slots: number[][]; // the groups that share a look
  readonly #shares: Uint8Array;
  readonly #spans: Int32Array;

  constructor(
    readonly groups: Group[],
    readonly sentences: string[],
    readonly documents: string[],
    buffers: { groupOf: DataView | null; shares: DataView | null; spans: DataView | null },
  ) {
    this.size = sentences.length;
    this.groupOf = numbers(buffers.groupOf, Uint16Array);
    this.#shares = numbers(buffers.shares, Uint8Array);
    this.#spans = numbers(buffers.spans, Int32Array);
    const slots = slotsOf(groups);
    this.slotOf = Uint8Array.from(this.groupOf, (group) => slots[group] ?? SLOTS);
    this.slots = Array.from({ length: SLOTS + 1 }, (_, slot) =>
      groups.flatMap((_, group) => (slots[group] === slot ? group : [])),
    );
  }

  group(index: number): Group | undefined {
    return this.groups[this.groupOf[index] as number];
  }

  /** The probability of the use's sense; null where there is none. */
  share(index: number): number | null {
    const share = this.#shares[index] ?? NONE;
    return share === NONE ? null : share / 100;
  }

  /** The sentence of a use, cut at its word. */
  marked(index: number): Marked {
    const sentence = new Characters(this.sentences[index] ?? "");
    const [start, end] = [this.#spans[2 * index] ?? 0, this.#spans[2 * index + 1] ?? 0];
    return {
      before: sentence.of({ start: 0, end: start }),
      word: sentence.of({ start, end }),
      after: sentence.of({ start: end, end: sentence.length }),
    };
  }
}

/** The look of each group: the first ones have their own; rare senses, and uses without a sense, share the last. */
function slotsOf(groups: Group[]): number[] {
  let next = 0;
  return groups.map(({ untold }) => (untold || next >= SLOTS ? SLOTS : next++));
}

/** A group's name as it stands on the map: what its gloss begins with. */
export function shortName({ name }: Group): string {
  const beginning =
    name
      .replace(/^(an?|the) /i, "")
      .split(/[;:(]/)[0]
      ?.trim() || name;
  if (beginning.length <= NAME) return beginning;
  const cut = beginning.slice(0, NAME + 1);
  return `${(cut.includes(" ") ? cut.slice(0, cut.lastIndexOf(" ")) : cut.slice(0, NAME)).replace(WEAK, "")}…`;
}

export function slotClass(slot: number): string {
  return slot < SLOTS ? `t${slot % 4}` : "rest";
}
