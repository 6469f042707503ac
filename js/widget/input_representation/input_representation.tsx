import { useLayoutEffect, useRef } from "preact/hooks";
import { decimal } from "../figures";
import { Frame } from "../frame";
import { Pair, type PairState } from "../pair";
import { type Traits, useTrait } from "../traits";
import { neighbour } from "../walking";
import { Strip } from "./strip";

/** A part of the input layer: the rows of its table, or null where it is no table, and of each vector the first numbers. */
interface Part {
  name: "token" | "segment" | "position" | "sum" | "normalised" | "layer_0";
  rows: number[] | null;
  vectors: number[][];
  lengths: number[];
}

export interface InputState extends PairState {
  parts: Part[];
  width: number;
  difference: number | null;
}

const NAMES = {
  token: "Token",
  segment: "Segment",
  position: "Position",
  sum: "Sum",
  normalised: "Normalised",
  layer_0: "Layer 0",
};
const NONE: never[] = [];

/** The input of BERT as its paper draws it: for each piece a vector of the token, of the segment and of the position. */
export function InputRepresentation({ traits }: { traits: Traits<InputState> }) {
  const [pieces] = useTrait(traits, "pieces", NONE);
  const [texts] = useTrait(traits, "texts", NONE);
  const [parts] = useTrait(traits, "parts", NONE);
  const [width] = useTrait(traits, "width", 0);
  const [difference] = useTrait(traits, "difference", null);
  const [model] = useTrait(traits, "model_name", "");
  const [selection, setSelection] = useTrait(traits, "selection", null);
  const row = useRef<HTMLTableRowElement>(null);
  const shown = Math.min(selection ?? opened(pieces), pieces.length - 1);
  const summed = scaleOf(parts.filter(({ name }) => !isNormed(name)));
  const normed = scaleOf(parts.filter(({ name }) => isNormed(name)));
  const scale = (part: Part) => (isNormed(part.name) ? normed : summed);

  useLayoutEffect(() => {
    const cell = row.current?.querySelector<HTMLElement>(`[data-at="${shown}"]`)?.parentElement;
    const figure = row.current?.closest(".figure");
    if (!cell || !figure) return;
    const head = row.current?.firstElementChild as HTMLElement; // which stays in its place, in front of the columns
    const [start, end] = [cell.offsetLeft - head.offsetWidth, cell.offsetLeft + cell.offsetWidth];
    if (start < figure.scrollLeft) figure.scrollLeft = start;
    else if (end > figure.scrollLeft + figure.clientWidth) figure.scrollLeft = end - figure.clientWidth;
  }, [shown, parts]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = row.current && neighbour(row.current, event.target as HTMLElement, event.key);
    if (!next) return;
    setSelection(Number(next.dataset.at));
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Frame traits={traits as Traits<never>} name="input">
      <Pair traits={traits as unknown as Traits<PairState>} />
      {parts.length > 0 && (
        <article class="card" aria-label="Input representation">
          <section class="figure" aria-label="The parts of the input layer, a column for each word piece">
            <table>
              <thead>
                <tr ref={row} onKeyDown={onKeyDown}>
                  <th scope="row">Input</th>
                  {pieces.map((piece, at) => (
                    <th key={at} scope="col">
                      <button
                        type="button"
                        class={`piece ${sideOf(texts[at])}`}
                        data-at={at}
                        tabIndex={at === shown ? 0 : -1}
                        aria-pressed={at === shown}
                        onClick={() => setSelection(at)}
                      >
                        <bdi>{piece}</bdi>
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {parts.map((part, place) => (
                  <tr key={part.name} class={part.name}>
                    <th scope="row">
                      <span class="sign">{signOf(parts, place)}</span>
                      {NAMES[part.name]}
                    </th>
                    {pieces.map((piece, at) => (
                      <td key={at} class={at === shown ? "now" : ""} onPointerDown={() => setSelection(at)}>
                        <Label part={part} piece={piece} at={at} />
                        <Strip values={part.vectors[at] ?? []} scale={scale(part)} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <section class="numbers">
            <h3>
              The numbers of <bdi class="form">{pieces[shown]}</bdi>, the first {parts[0]?.vectors[0]?.length ?? 0} of {width}
            </h3>
            <dl>
              {parts.map((part, place) => (
                <div key={part.name} class={part.name}>
                  <dt>
                    <span class="sign">{signOf(parts, place)}</span>
                    {NAMES[part.name]}
                    {part.rows && <small>{` row ${part.rows[shown]?.toLocaleString("en")}`}</small>}
                  </dt>
                  <dd>
                    <Strip values={part.vectors[shown] ?? []} scale={scale(part)} numbers />
                  </dd>
                  <dd class="soft length">{`length ${decimal(part.lengths[shown] ?? 0)}`}</dd>
                </div>
              ))}
            </dl>
            <p class="soft key">
              <span class="minus">below 0</span> <span class="plus">above 0</span>
              {` ${said(model, parts, difference)}`}
            </p>
          </section>
        </article>
      )}
    </Frame>
  );
}

/** What the paper writes there: E with the piece, the segment's letter, the position. */
function Label({ part, piece, at }: { part: Part; piece: string; at: number }) {
  const number = part.rows?.[at];
  if (number === undefined) return null;
  return (
    <span class="label">
      E<sub dir="auto">{part.name === "token" ? piece : part.name === "segment" ? (["A", "B"][number] ?? number) : number}</sub>
    </span>
  );
}

function isNormed(name: Part["name"]): boolean {
  return name === "normalised" || name === "layer_0";
}

function scaleOf(parts: Part[]): number {
  return Math.max(1e-6, ...parts.flatMap(({ vectors }) => vectors.map((row) => Math.max(...row.map(Math.abs)))));
}

function signOf(parts: Part[], place: number): string {
  const name = parts[place]?.name;
  if (name === "sum") return "=";
  if (name && isNormed(name)) return "↓";
  return place > 0 ? "+" : "";
}

/** The piece whose numbers are shown before one is asked for: one that goes on with a word, if there is one. */
function opened(pieces: string[]): number {
  return Math.max(
    1,
    pieces.findIndex((piece) => piece.startsWith("##")),
  );
}

/** `2 · 10⁻⁷`. */
function power(value: number): string {
  const [digit, exponent] = value.toExponential(0).split("e");
  const raised = [...String(Number(exponent))].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
  return `${digit}\u00a0·\u00a010${raised}`;
}

function sideOf(text: 0 | 1 | null | undefined): string {
  return text == null ? "special" : text ? "t1" : "t0";
}

function said(model: string, parts: Part[], difference: number | null): string {
  const missing = (["segment", "position"] as const).filter((name) => !parts.some((part) => part.name === name));
  const lacks = missing.length ? `${model} has no table of ${missing.join("s and no table of ")}s. ` : "";
  const same =
    difference === null ? "" : ` It is what encode gives as layer 0${difference ? `, to within ${power(difference)}` : ""}.`;
  return `${lacks}The sum is normalised (LayerNorm: mean 0, variance 1, then scaled and shifted), and that is layer 0.${same}`;
}
