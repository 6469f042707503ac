import { percent } from "../figures";
import type { Size } from "./camera";
import type { Place } from "./cloud";
import { Marker } from "./marker";
import { SLOTS, type Uses } from "./uses";

const WIDTH = 330;
const CONTEXT = 130; // characters on either side of the word

/** What is said of the use that is looked at, beside its point. */
export function Said({ uses, index, place: [x, y], size }: { uses: Uses; index: number; place: Place; size: Size }) {
  const { before, word, after } = uses.marked(index);
  const group = uses.group(index);
  const share = uses.share(index);
  const width = Math.min(WIDTH, size.width - 16);
  const left = Math.max(8, Math.min(size.width - width - 8, x - width / 2));
  const below = y < size.height / 2;
  return (
    <div
      class="said card"
      aria-hidden="true"
      style={{
        width: `${width}px`,
        left: `${left}px`,
        ...(below ? { top: `${y + 16}px` } : { bottom: `${size.height - y + 16}px` }),
      }}
    >
      <p dir="auto">
        {ending(before)}
        <mark>{word}</mark>
        {beginning(after)}
      </p>
      <p class="soft">
        <Marker slot={uses.slotOf[index] ?? SLOTS} />
        <span>
          <bdi>{group?.name}</bdi>
          {share !== null && ` · ${percent(share)}`}
        </span>
      </p>
      {uses.documents[index] && <p class="soft where">{uses.documents[index]}</p>}
    </div>
  );
}

export function ending(text: string, most = CONTEXT): string {
  return text.length <= most ? text : `…${text.slice(-most).replace(/^\S*\s/, "")}`;
}

export function beginning(text: string, most = CONTEXT): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/\s\S*$/, "")}…`;
}
