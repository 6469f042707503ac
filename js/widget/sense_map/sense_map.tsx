import { useMemo, useRef, useState } from "preact/hooks";
import { numbers } from "../buffers";
import { percent } from "../figures";
import { Frame } from "../frame";
import { type Traits, useTrait } from "../traits";
import { Axes } from "./axes";
import { Cloud } from "./cloud";
import { Concordance } from "./concordance";
import { Legend } from "./legend";
import { Plot, type Tool, type Zoom } from "./plot";
import { Said } from "./said";
import type { MapState, Placed } from "./state";
import { Uses } from "./uses";

const NONE: never[] = [];
const NOTHING: Record<string, Placed> = {};
const METHODS: Record<string, string> = { pca: "PCA", tsne: "t-SNE", umap: "UMAP" };
const TOOLS: [Tool, string, string][] = [
  ["pan", "Move", "Drag to move the map"],
  ["box", "Box", "Drag a box around uses to choose them"],
  ["lasso", "Lasso", "Draw a line around uses to choose them (Shift and drag does so at any time)"],
];

/** All uses of a word as points, coloured by what they mean. */
export function SenseMap({ traits }: { traits: Traits<MapState> }) {
  const [word] = useTrait(traits, "word", "");
  const [model] = useTrait(traits, "model_name", "");
  const [projections] = useTrait(traits, "projections", NOTHING);
  const [method, setMethod] = useTrait(traits, "method", "pca");
  const [groups] = useTrait(traits, "groups", NONE);
  const [groupOf] = useTrait(traits, "group_of", null);
  const [shares] = useTrait(traits, "shares", null);
  const [sentences] = useTrait(traits, "sentences", NONE);
  const [spans] = useTrait(traits, "spans", null);
  const [documents] = useTrait(traits, "documents", NONE);
  const [selection, setSelection] = useTrait(traits, "selection", NONE);
  const [hidden, setHidden] = useTrait(traits, "hidden", NONE);
  const [progress] = useTrait(traits, "progress", null);
  const [live] = useTrait(traits, "live", false);
  const [tool, setTool] = useState<Tool>("pan");
  const [pointed, setPointed] = useState<number | null>(null);
  const [lit, setLit] = useState<number | null>(null);
  const zoom = useRef<Zoom>(null);

  const placed = projections[method] ?? Object.values(projections)[0];
  const drawn = projections[method] ? method : (Object.keys(projections)[0] ?? method);
  const cloud = useMemo(() => new Cloud(numbers(placed?.points, Float32Array)), [placed]);
  const uses = useMemo(
    () => new Uses(groups, sentences, documents, { groupOf, shares, spans }),
    [groups, sentences, documents, groupOf, shares, spans],
  );
  const hiddenGroups = useMemo(() => new Set(hidden), [hidden]);
  const selected = useMemo(() => new Set(selection), [selection]);
  const methods = Object.keys(METHODS).filter((name) => live || name in projections);
  const isWhole = uses.size > 0 && cloud.size === uses.size;

  const select = (indices: number[], adding: boolean) => {
    if (!adding)
      return setSelection(indices.length === 1 && selection.length === 1 && indices[0] === selection[0] ? [] : indices);
    const next = new Set(selection);
    const takesAway = indices.length > 0 && indices.every((index) => next.has(index));
    for (const index of indices) takesAway ? next.delete(index) : next.add(index);
    setSelection([...next].sort((a, b) => a - b));
  };
  const hide = (some: number[], hides: boolean) => {
    const rest = hidden.filter((group) => !some.includes(group));
    setHidden(hides ? [...rest, ...some] : rest);
    setLit(null);
  };
  const count = uses.size.toLocaleString("en");
  const told = groups.filter(({ untold }) => !untold);
  const kinds = `${told.length} ${told[0]?.pos ? "sense" : "group"}${told.length === 1 ? "" : "s"}`;
  return (
    <Frame traits={traits as Traits<never>} name="sense-map" isAwaited={!isWhole} working={`Reading the uses of ${word}`}>
      <header>
        <h2>
          <bdi>{word}</bdi>
        </h2>
        <span class="soft">{isWhole ? `${count} uses, ${kinds} · ${model}` : model}</span>
        {methods.length > 1 && (
          <div class="choice" role="radiogroup" aria-label="Projection">
            {methods.map((name) => (
              <button
                key={name}
                type="button"
                class="pill"
                role="radio"
                aria-checked={name === method}
                disabled={progress !== null}
                onClick={() => setMethod(name)}
              >
                {METHODS[name]}
              </button>
            ))}
          </div>
        )}
      </header>
      {isWhole && (
        <div class="stage">
          <div class="page">
            <div class="frame">
              <Plot
                cloud={cloud}
                uses={uses}
                tool={tool}
                hidden={hiddenGroups}
                selected={selected}
                pointed={pointed}
                lit={lit}
                label={`${count} uses of ${word}. Arrow keys go from use to use, Page Down to the next, Enter chooses.`}
                zoom={zoom}
                onPoint={setPointed}
                onSelect={select}
              >
                {(place, size) => pointed !== null && <Said uses={uses} index={pointed} place={place} size={size} />}
              </Plot>
              <div class="tools" role="radiogroup" aria-label="What dragging does">
                {TOOLS.map(([name, text, title]) => (
                  <button
                    key={name}
                    type="button"
                    class="pill"
                    role="radio"
                    aria-checked={tool === name}
                    title={title}
                    onClick={() => setTool(name)}
                  >
                    {text}
                  </button>
                ))}
              </div>
              <div class="zooms">
                <button type="button" class="pill" aria-label="Closer" onClick={() => zoom.current?.by(1.5)}>
                  +
                </button>
                <button type="button" class="pill" aria-label="Farther" onClick={() => zoom.current?.by(1 / 1.5)}>
                  −
                </button>
                <button type="button" class="pill" onClick={() => zoom.current?.whole()}>
                  Whole
                </button>
              </div>
            </div>
            <p class="axes soft" id="axes">
              <Axes method={drawn} explained={placed?.explained ?? null} />
            </p>
            <p class="spoken" aria-live="polite">
              {pointed !== null && spoken(uses, pointed)}
            </p>
          </div>
          <div class="side">
            <Legend uses={uses} hidden={hiddenGroups} onHide={hide} onLight={setLit} />
            {selection.length ? (
              <section aria-label="Chosen uses">
                <h3>
                  {`${selection.length.toLocaleString("en")} chosen`}
                  <button type="button" class="pill" onClick={() => setSelection([])}>
                    Clear
                  </button>
                </h3>
                <Concordance
                  uses={uses}
                  indices={selection}
                  pointed={pointed}
                  onPoint={setPointed}
                  onGo={(index) => zoom.current?.to(index)}
                />
              </section>
            ) : (
              <p class="hint soft">Point at a use to read it. Click it, or drag a box or a lasso, to list uses here.</p>
            )}
          </div>
        </div>
      )}
    </Frame>
  );
}

function spoken(uses: Uses, index: number): string {
  const { before, word, after } = uses.marked(index);
  const share = uses.share(index);
  return `${before}${word}${after} ${uses.group(index)?.name ?? ""}${share === null ? "" : `, ${percent(share)}`}`;
}
