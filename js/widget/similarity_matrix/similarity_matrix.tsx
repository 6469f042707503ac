import { useMemo, useState } from "preact/hooks";
import { numbers } from "../buffers";
import { Bar, decimal, percent } from "../figures";
import { Frame } from "../frame";
import { type Traits, useTrait } from "../traits";
import { Cells, type Pair } from "./cells";
import { Picture } from "./picture";
import { Search } from "./search";
import type { MatrixState } from "./state";
import { colour, Table } from "./table";

const NONE: never[] = [];
const NOTHING: Record<string, DataView> = {};
const MOST_CELLS = 32; // rows of a table; more are a picture

/** Every pair of some sentences, and the sentences nearest to what one searches for. */
export function SimilarityMatrix({ traits }: { traits: Traits<MatrixState> }) {
  const [sentences] = useTrait(traits, "sentences", NONE);
  const [model] = useTrait(traits, "model_name", "");
  const [cosines] = useTrait(traits, "cosines", null);
  const [alike] = useTrait(traits, "order", NONE);
  const [baseline] = useTrait(traits, "baseline", 0);
  const [clustered, setClustered] = useTrait(traits, "clustered", false);
  const [selection, setSelection] = useTrait(traits, "selection", NONE);
  const [query, setQuery] = useTrait(traits, "query", "");
  const [answers] = useTrait(traits, "answers", NOTHING);
  const [live] = useTrait(traits, "live", false);
  const [pointed, setPointed] = useState<Pair | null>(null);

  const size = sentences.length;
  const table = useMemo(() => new Table(size, numbers(cosines, Float32Array), baseline), [size, cosines, baseline]);
  const order = useMemo(
    () => (clustered && alike.length === size ? alike : sentences.map((_, index) => index)),
    [sentences, alike, clustered],
  );
  const answer = answers[query];
  const found = useMemo(() => answer && numbers(answer, Float32Array), [answer]);
  const isWhole = size > 0 && table.cosines.length === size * size;
  const selected = selection.length === 2 ? (selection as Pair) : null;
  const shown = pointed ?? selected;
  const select = (pair: Pair) => setSelection(String(pair) === String(selection) ? [] : pair);
  return (
    <Frame traits={traits as Traits<never>} name="matrix" isAwaited={!isWhole} working="Reading the sentences">
      <header>
        <span class="soft">{`${size} sentences${model && ` · ${model}`}`}</span>
        <Search query={query} known={Object.keys(answers)} canAsk={live} onAsk={setQuery} />
        {isWhole && size > 2 && (
          <button type="button" class="pill" aria-pressed={clustered} onClick={() => setClustered(!clustered)}>
            Alike together
          </button>
        )}
      </header>
      {!isWhole && (
        <ol class="waiting soft">
          {sentences.slice(0, MOST_CELLS).map((sentence) => (
            <li key={sentence}>
              <bdi>{sentence}</bdi>
            </li>
          ))}
        </ol>
      )}
      {isWhole && (
        <div class="stage">
          <div class="page">
            <div class="scroll">
              {size > MOST_CELLS ? (
                <Picture table={table} order={order} selected={selected} onPoint={setPointed} onSelect={select} />
              ) : (
                <Cells
                  table={table}
                  sentences={sentences}
                  order={order}
                  pointed={shown}
                  selected={selected}
                  onPoint={setPointed}
                  onSelect={select}
                />
              )}
            </div>
            <Scale baseline={baseline} />
          </div>
          <div class="side" aria-live="polite">
            {shown && <Two pair={shown} sentences={sentences} table={table} />}
            {query.trim() && found && <Ranked query={query} sentences={sentences} cosines={found} table={table} />}
            {!shown && !query.trim() && (
              <p class="hint soft">Point at a cell to read its two sentences; click it to keep them.</p>
            )}
          </div>
        </div>
      )}
    </Frame>
  );
}

/** What the colours mean: they begin where random sentences are. */
function Scale({ baseline }: { baseline: number }) {
  const stops = [0, 0.5, 1].map((share) => colour(share));
  return (
    <div class="scale soft">
      <span class="ramp" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} />
      <span class="ends">
        <span class="random">{`two random sentences ${decimal(baseline)}`}</span>
        <span>the same 1.00</span>
      </span>
    </div>
  );
}

function Two({ pair: [one, other], sentences, table }: { pair: Pair; sentences: string[]; table: Table }) {
  const cosine = table.at(one, other);
  return (
    <section class="two">
      <p dir="auto">{sentences[one]}</p>
      <p dir="auto">{sentences[other]}</p>
      <p class="reading">
        <b>{decimal(cosine)}</b>
        <span class="soft">{saying(table.above(cosine), table.baseline)}</span>
      </p>
    </section>
  );
}

function saying(share: number, baseline: number): string {
  if (share <= 0) return `cosine, no more than the ${decimal(baseline)} of two random sentences`;
  return `cosine, ${percent(share)} of the way from two random sentences (${decimal(baseline)}) to the same one`;
}

const HITS = 8;

/** The sentences nearest to what is searched for. */
function Ranked({
  query,
  sentences,
  cosines,
  table,
}: {
  query: string;
  sentences: string[];
  cosines: Float32Array;
  table: Table;
}) {
  const best = Array.from(cosines.keys()).sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0));
  const above = best.filter((index) => (cosines[index] ?? 0) > table.baseline).slice(0, HITS);
  return (
    <section class="ranked" aria-label="Found">
      <h3>
        Nearest to “<bdi>{query}</bdi>”
      </h3>
      <ol>
        {above.map((index) => (
          <li key={index}>
            <span class="share">
              {decimal(cosines[index] ?? 0)}
              <Bar of={Math.max(0, table.above(cosines[index] ?? 0))} />
            </span>
            <bdi>{sentences[index]}</bdi>
          </li>
        ))}
      </ol>
      <p class="soft">
        {above.length
          ? `Bars begin at two random sentences, ${decimal(table.baseline)}.`
          : "No sentence is nearer than a random one."}
      </p>
    </section>
  );
}
