import { Characters } from "../shared/characters";
import type { Similarity, Span } from "../shared/inspection";

/** What `senselens.server.compare` answers, as far as it is shown here; similarities are of every pair of uses. */
export interface Comparison {
  readonly texts: readonly string[];
  readonly word: string | null;
  readonly uses: readonly { readonly text: number; readonly span: Span }[];
  readonly rows: readonly ComparedModel[];
}

export interface ComparedModel {
  readonly name: string;
  readonly objective: string;
  readonly direction: string;
  readonly width: number;
  readonly layers: number;
  readonly parameters: number | null;
  readonly words_per_second: number;
  readonly similarities: readonly Similarity[];
}

/** A comparison as Markdown, in which nothing of the texts is markup. */
export function comparisonMarkdown({ texts, word, uses, rows }: Comparison): string {
  const table: [string, (row: ComparedModel) => string][] = [
    ...pairs(uses.length).map(([a, b], place): [string, (row: ComparedModel) => string] => [
      `use ${a + 1} and use ${b + 1}`,
      (row) => alike(row.similarities[place]),
    ]),
    ["trained for", (row) => row.objective],
    ["reads", (row) => row.direction],
    ["width", (row) => String(row.width)],
    ["layers, with the input", (row) => String(row.layers)],
    ["parameters", (row) => row.parameters?.toLocaleString("en") ?? "not counted"],
    ["words per second, here", (row) => Math.round(row.words_per_second).toLocaleString("en")],
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `# ${word === null ? "Models side by side" : `“${literal(word)}” under ${rows.length} models`}`,
    ...uses.map(({ text, span }, place) => `${place + 1}. ${marked(texts[text] ?? "", span)}`),
    "",
    line(["", ...rows.map(({ name }) => literal(name))]),
    line(["---", ...rows.map(() => "---")]),
    ...table.map(([label, cell]) => line([`**${label}**`, ...rows.map((row) => literal(cell(row)))])),
    "",
    "A cosine means something only beside that of two random words under the same model; the probability that two uses",
    "have the same sense takes both into account.",
    "",
  ].join("\n");
}

function pairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a - 1 }, (_, b): [number, number] => [a, a + b + 1]),
  );
}

function alike(found: Similarity | undefined): string {
  if (!found) return "no vectors of words";
  const { same_sense, cosine, baseline } = found;
  return `same sense ${Math.round(100 * same_sense)}\u202f% (cosine ${cosine.toFixed(2)}, random words ${baseline.toFixed(2)})`;
}

function marked(text: string, { start, end }: Span): string {
  const characters = new Characters(text);
  const part = (from: number, to: number) => literal(characters.of({ start: from, end: to }));
  return `${part(0, start)}**${part(start, end)}**${part(end, characters.length)}`;
}

/** *text* as one line in which no character is markup. */
function literal(text: string): string {
  return text.replace(/[\t\n\v\f\r \u2028\u2029]+/g, " ").replace(/[!-/:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
