import { useMemo, useState } from "preact/hooks";
import { finePercent } from "../figures";
import { Frame } from "../frame";
import { Pair, type PairState } from "../pair";
import { type Traits, useTrait } from "../traits";
import { Heads } from "./heads";
import { Lines, type Looked } from "./lines";
import { Weights } from "./weights";

export interface AttentionState extends PairState {
  /** How many layers and heads there are. */
  shape: [number, number] | [];
  /** What is shown, from 1; null: the mean of all. */
  layer: number | null;
  head: number | null;
  /** See `Weights`. */
  weights: string;
}

const NONE: never[] = [];
const NAMED = 4; // pieces that the sentence below the lines names

/** What each piece of a text looks at, in the head that is chosen. */
export function Attention({ traits }: { traits: Traits<AttentionState> }) {
  const [pieces] = useTrait(traits, "pieces", NONE);
  const [texts] = useTrait(traits, "texts", NONE);
  const [shape] = useTrait(traits, "shape", []);
  const [packed] = useTrait(traits, "weights", "");
  const [layer, setLayer] = useTrait(traits, "layer", null);
  const [head, setHead] = useTrait(traits, "head", null);
  const [model] = useTrait(traits, "model_name", "");
  const [selection, setSelection] = useTrait(traits, "selection", null);
  const [pointed, setPointed] = useState<Looked | null>(null);
  const [isBare, setIsBare] = useState(false);

  const [layers = 0, heads = 0] = shape;
  const weights = useMemo(() => new Weights(packed, layers, heads, pieces.length), [packed, layers, heads, pieces.length]);
  const shown = useMemo(() => weights.mean(layer, head), [weights, layer, head]);
  const looked = pointed ?? (selection !== null && selection < pieces.length ? { side: "from" as const, at: selection } : null);
  const choose = (nextLayer: number | null, nextHead: number | null) => {
    setLayer(nextLayer);
    setHead(nextHead);
  };
  return (
    <Frame traits={traits as Traits<never>} name="attention">
      <Pair traits={traits as unknown as Traits<PairState>} />
      {layers > 0 && (
        <article class="card" aria-label="Attention">
          <header>
            <h2>{titleOf(layer, head)}</h2>
            <span class="soft model">
              <bdi>{model}</bdi>
            </span>
          </header>
          <div class="halves">
            <section class="looks">
              <div class="ends soft">
                <span>each piece …</span>
                <span>… looks at</span>
              </div>
              <Lines
                pieces={pieces}
                texts={texts}
                weights={shown}
                looked={looked}
                selection={selection}
                isBare={isBare}
                onPoint={setPointed}
                onSelect={(at) => setSelection(at === selection ? null : at)}
              />
              <p class="said" aria-live="polite">
                {said(pieces, shown, looked)}
              </p>
              <p>
                <button type="button" class="pill bare" aria-pressed={isBare} onClick={() => setIsBare(!isBare)}>
                  Leave out special pieces
                </button>
              </p>
            </section>
            <section>
              <h3>All heads: a row for each layer, a column for each head</h3>
              <Heads weights={weights} layer={layer} head={head} onChoose={choose} />
              <p class="soft note">
                {`In each of the ${layers} × ${heads} small squares, as in the lines, a row is a piece that looks, a column one that is looked at, and a row’s weights add up to 1. Much of it goes to special pieces, where heads look that have nothing to look for (Clark et al. 2019).`}
              </p>
            </section>
          </div>
        </article>
      )}
    </Frame>
  );
}

function titleOf(layer: number | null, head: number | null): string {
  if (layer === null) return head === null ? "Mean of all heads" : `Head ${head}, mean of all layers`;
  return head === null ? `Layer ${layer}, mean of its heads` : `Layer ${layer}, head ${head}`;
}

function said(pieces: string[], weights: Float32Array, looked: Looked | null): string {
  if (!looked)
    return "Every row of weights adds up to 1; the thicker a line, the larger its weight. Point at a piece to see its own.";
  const share = (other: number) =>
    weights[looked.side === "from" ? looked.at * pieces.length + other : other * pieces.length + looked.at] ?? 0;
  const best = pieces.map((_, at) => at).sort((a, b) => share(b) - share(a));
  const named = best.slice(0, NAMED).map((at) => `“${pieces[at]}” ${finePercent(share(at))}`);
  const piece = pieces[looked.at];
  return `“${piece}” ${looked.side === "from" ? "looks at" : "is looked at by"} ${named.join(", ")}.`;
}
