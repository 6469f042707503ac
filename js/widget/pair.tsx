import { useState } from "preact/hooks";
import { Editor } from "./editor";
import type { ViewState } from "./frame";
import { Passage } from "./passage";
import { type Traits, useTrait } from "./traits";

/** The traits of a view of one text, or of two, under one model. */
export interface PairState extends ViewState {
  text: string;
  pair: string | null;
  model_name: string;
  pieces: string[];
  /** For each piece the text it is of: 0, 1, or null for a special one. */
  texts: (0 | 1 | null)[];
  /** The place of the piece that is looked at. */
  selection: number | null;
}

/** The text and the one that goes with it. */
export function Pair({ traits }: { traits: Traits<PairState> }) {
  const [text, setText] = useTrait(traits, "text", "");
  const [pair, setPair] = useTrait(traits, "pair", null);
  const [live] = useTrait(traits, "live", false);
  const [isNew, setIsNew] = useState(false);
  const write = (written: string) => written && setText(written);
  return (
    <div class="text">
      <Passage text={text} name="the text" onWrite={live ? write : undefined} />
      {pair !== null && (
        <Passage text={pair} name="the second text" onWrite={live ? (written) => setPair(written || null) : undefined} />
      )}
      {isNew && (
        <Editor
          text=""
          onDone={(written) => {
            setIsNew(false);
            if (written.trim()) setPair(written.trim());
          }}
          onCancel={() => setIsNew(false)}
        />
      )}
      {live && pair === null && !isNew && (
        <button type="button" class="pill add" onClick={() => setIsNew(true)}>
          Add a second text
        </button>
      )}
    </div>
  );
}
