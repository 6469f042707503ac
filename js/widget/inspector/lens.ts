import { Characters } from "../../shared/characters";
import type { InspectedModel, InspectedWord, Inspection, OtherUse, SenseMatch, Span } from "../../shared/inspection";

const TONES = 4; // in card.css
const CONTEXT = 36; // characters on either side of another use

export interface Paragraph extends Span {
  words: InspectedWord[];
}

/** Another use of a word, with the cosine at each layer; its number is its place in the list. */
export interface Alike extends OtherUse {
  layers: number[];
}

/** An inspection with what drawing asks of it again and again, looked up once. */
export class Lens {
  readonly text: Characters;
  readonly paragraphs: Paragraph[];
  readonly words: InspectedWord[]; // in the order of the text
  readonly #at: Map<number, InspectedWord>;
  readonly #senses: Map<string, string[]>; // of a lemma, those that are the likeliest of some use under some model
  readonly #uses = new Map<string, Map<string, number>>(); // by model and lemma

  /** *inspection* is null while nothing is known of the text. */
  constructor(
    text: string,
    readonly inspection: Inspection | null,
  ) {
    this.text = new Characters(text);
    this.words = [...(inspection?.words ?? [])].sort((a, b) => a.span.start - b.span.start);
    this.#at = new Map(this.words.map((word) => [word.span.start, word]));
    this.#senses = this.#likeliest();
    this.paragraphs = this.#paragraphs();
  }

  get models(): InspectedModel[] {
    return this.inspection?.models ?? [];
  }

  word(start: number | null | undefined): InspectedWord | undefined {
    return start == null ? undefined : this.#at.get(start);
  }

  /** The sense that *model* finds likeliest for *word*. */
  top(word: InspectedWord, model: string): SenseMatch | undefined {
    return word.readings[model]?.senses[0];
  }

  /** Which of the tones that tell a lemma's senses apart is that of *word*; null where the lemma is used once. */
  tone(word: InspectedWord, model: string): number | null {
    const top = this.top(word, model);
    return top && this.#count(model, top.lemma) > 1 ? this.toneOf(top) : null;
  }

  /** Whether no use of *sense*'s lemma is read in another sense, by any model. */
  isLone(sense: SenseMatch): boolean {
    return this.#senses.get(sense.lemma)?.length === 1;
  }

  toneOf(sense: SenseMatch): number | null {
    const place = this.#senses.get(sense.lemma)?.indexOf(sense.sense_id) ?? -1;
    return place < 0 ? null : place % TONES;
  }

  /** The other uses of *word*, the likeliest to have the same sense first. */
  alike(word: InspectedWord, model: string): Alike[] {
    const reading = word.readings[model];
    if (!reading) return [];
    const found = reading.others.map((other, place) => ({ ...other, layers: reading.layers[place] ?? [] }));
    return found.sort((a, b) => b.similarity.same_sense - a.similarity.same_sense || a.span.start - b.span.start);
  }

  /** What stands before and after *span* in its sentence, cut between words. */
  context(span: Span): [string, string] {
    const sentence = this.inspection?.sentences.find(({ start, end }) => start <= span.start && span.start < end) ?? span;
    const before = this.text.of({ start: sentence.start, end: span.start }).replace(/\s+/g, " ");
    const after = this.text.of({ start: span.end, end: sentence.end }).replace(/\s+/g, " ");
    return [ending(before), beginning(after)];
  }

  /** The word to show before one is asked for: best one that is used again and does not mean here what it mostly means. */
  opened(model: string): InspectedWord | undefined {
    const surprise = (word: InspectedWord) => {
      const top = this.top(word, model);
      return (word.readings[model]?.others.length ? 4 : 0) + (top && !top.first_sense ? 2 : 0) + (top ? 1 : 0);
    };
    return this.words.reduce<InspectedWord | undefined>(
      (best, word) => (best && surprise(best) >= surprise(word) ? best : word),
      undefined,
    );
  }

  /** The lemmas that *model* reads in several senses, and a word for each of these, both in the order of the text. */
  several(model: string): [string, InspectedWord[]][] {
    const found = new Map<string, Map<string, InspectedWord>>();
    for (const word of this.words) {
      const top = this.top(word, model);
      if (!top) continue;
      const senses = found.get(top.lemma) ?? new Map<string, InspectedWord>();
      if (!senses.has(top.sense_id)) senses.set(top.sense_id, word);
      found.set(top.lemma, senses);
    }
    return [...found].filter(([, senses]) => senses.size > 1).map(([lemma, senses]) => [lemma, [...senses.values()]]);
  }

  #likeliest(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const word of this.words) {
      for (const { senses } of Object.values(word.readings)) {
        const top = senses[0];
        if (!top) continue;
        const known = found.get(top.lemma) ?? [];
        if (!known.includes(top.sense_id)) known.push(top.sense_id);
        found.set(top.lemma, known);
      }
    }
    return found;
  }

  #count(model: string, lemma: string): number {
    let counts = this.#uses.get(model);
    if (!counts) {
      counts = new Map();
      for (const word of this.words) {
        const found = this.top(word, model)?.lemma;
        if (found) counts.set(found, (counts.get(found) ?? 0) + 1);
      }
      this.#uses.set(model, counts);
    }
    return counts.get(lemma) ?? 0;
  }

  #paragraphs(): Paragraph[] {
    let start = 0;
    let next = 0;
    const found: Paragraph[] = [];
    for (const part of this.text.text.split(/(\n\s*\n)/)) {
      const end = start + Array.from(part).length;
      if (part.trim()) {
        const first = next;
        while ((this.words[next]?.span.start ?? Number.POSITIVE_INFINITY) < end) next++;
        found.push({ start, end, words: this.words.slice(first, next) });
      }
      start = end;
    }
    return found;
  }
}

function ending(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= CONTEXT) return text;
  const near = characters.slice(-CONTEXT - 1).join("");
  return `…${near.includes(" ") ? near.slice(near.indexOf(" ") + 1) : characters.slice(-CONTEXT).join("")}`;
}

function beginning(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= CONTEXT) return text;
  const near = characters.slice(0, CONTEXT + 1).join("");
  return `${near.includes(" ") ? near.slice(0, near.lastIndexOf(" ")) : characters.slice(0, CONTEXT).join("")}…`;
}
