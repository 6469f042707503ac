import type { ComponentChild } from "preact";
import { decimal, percent } from "../figures";
import type { ModelRow } from "./state";

export interface Column {
  key: string;
  head: string;
  isNumber?: boolean;
  value(row: ModelRow): string | number | null; // what it is sorted by
  cell(row: ModelRow): ComponentChild;
}

export const CAPABILITIES: Record<string, string> = {
  vectors: "vectors of words",
  sentence: "vectors of sentences",
  masked: "masked words",
  "next-sentence": "next sentence",
  "next-word": "next word",
  "previous-word": "previous word",
  "nearest-words": "nearest words",
  "log-probability": "probability of a text",
  attention: "attention",
  input: "input layer",
  answer: "answers",
  classify: "labels",
};
const STATES = { here: "here", downloadable: "to be had", unavailable: "out of reach" };

/** The columns of a table with these rows; what is not known of most of them has none. */
export function columnsOf(rows: ModelRow[], word: string, uses: number): Column[] {
  const columns: Column[] = [
    plain("name", "Model", (row) => row.name),
    { key: "state", head: "Where", value: (row) => Object.keys(STATES).indexOf(row.state), cell: (row) => <Where row={row} /> },
    plain("objective", "Trained on", (row) => row.objective),
    plain("direction", "Reads", (row) => row.direction),
    plain("granularity", "Pieces", (row) => row.granularity),
    count("layers", "Layers", (row) => row.layers, String),
    count("width", "Width", (row) => row.width, String),
    count("parameters", "Parameters", (row) => row.parameters, short),
    count(
      "size",
      "Size",
      (row) => row.size,
      (bytes) => `${short(bytes)}B`,
    ),
    count("year", "Year", (row) => row.year, String),
    plain("licence", "Licence", (row) => row.licence),
    {
      key: "capabilities",
      head: "Can give",
      value: (row) => -row.capabilities.length,
      cell: (row) => <small class="can">{row.capabilities.map((one) => CAPABILITIES[one] ?? one).join(", ")}</small>,
    },
    plain("family", "Family", (row) => row.family),
  ];
  if (rows.some(({ speed }) => speed !== null)) {
    columns.splice(
      1,
      0,
      count(
        "speed",
        "Words a second",
        (row) => row.speed,
        (value) => Math.round(value).toLocaleString("en"),
      ),
      ...pairsOf(word, uses),
    );
  }
  return columns.filter(({ value }) => 2 * rows.filter((row) => value(row) === null).length <= rows.length);
}

function plain(key: string, head: string, value: (row: ModelRow) => string): Column {
  return { key, head, value, cell: value };
}

function count(key: string, head: string, value: (row: ModelRow) => number | null, said: (value: number) => string): Column {
  const cell = (row: ModelRow) => {
    const known = value(row);
    return known === null ? "–" : said(known);
  };
  return { key, head, isNumber: true, value, cell };
}

function short(value: number): string {
  const [unit, of] = value >= 1e9 ? ["G", 1e9] : value >= 1e6 ? ["M", 1e6] : ["k", 1e3];
  const scaled = value / of;
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)}\u202f${unit}`;
}

const MOST_PAIRS = 6;

/** A column for each pair of the uses compared. */
function pairsOf(word: string, uses: number): Column[] {
  const pairs: Column[] = [];
  for (let one = 1; one <= uses; one++) {
    for (let other = one + 1; other <= uses; other++) {
      const at = pairs.length;
      pairs.push({
        key: `pair ${at}`,
        head: `${word} ${one}–${other}`,
        isNumber: true,
        value: (row) => row.alike[at]?.same_sense ?? null,
        cell: (row) => {
          const alike = row.alike[at];
          if (!alike) return "–";
          return (
            <>
              {percent(alike.same_sense)}
              <small class="soft">
                {`cosine ${decimal(alike.cosine)}`}
                <br />
                {`random ${decimal(alike.baseline)}`}
              </small>
            </>
          );
        },
      });
    }
  }
  return pairs.slice(0, MOST_PAIRS);
}

function Where({ row }: { row: ModelRow }) {
  return (
    <span class={`where ${row.state}`}>
      {STATES[row.state]}
      <small class="soft">{row.state === "here" ? row.where : row.how || row.where}</small>
    </span>
  );
}

/** *rows* by a column, `-` before its key for the largest first; what is not known comes last. */
export function sorted(rows: ModelRow[], columns: Column[], sort: string): ModelRow[] {
  const isDown = sort.startsWith("-");
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ""));
  if (!column) return rows;
  return [...rows].sort((a, b) => {
    const [one, other] = [column.value(a), column.value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const by = typeof one === "string" ? one.localeCompare(String(other), "en") : one - Number(other);
    return isDown ? -by : by;
  });
}
