import type { Guess, Span } from "../../shared/inspection";
import type { ViewState } from "../frame";

/** What a model puts in the place of hidden words: a list for each, the share it gives to the word itself, joint readings. */
export interface Answer {
  guesses: Guess[][];
  own: (number | null)[];
  joint: { words: string[]; probability: number }[];
}

/** A model and the side of a word that it reads; its answers by where the hidden words start: "4" or "4,19". */
export interface Reading {
  model: string;
  direction: "both" | "before" | "after";
  answers: Record<string, Answer>;
}

/** A piece that training selects: what is done to it, and what the model then predicts there. */
export interface Target {
  place: number;
  action: "mask" | "replace" | "keep";
  seen: string;
  probability: number;
  rank: number;
  guesses: Guess[];
}

export interface Example {
  seed: number;
  pieces: string[];
  spans: (Span | null)[];
  targets: Target[];
  loss: number;
}

export interface MaskedWordsState extends ViewState {
  text: string;
  /** The text that all the following are of; while it is not `text`, they are awaited. */
  read: string;
  /** What can be hidden; the masks that are written in the text are among them. */
  words: Span[];
  written: Span[];
  masked: Span[];
  readings: Reading[];
  /** How far the training is shown, 0 to 3; null: not at all. */
  training: number | null;
  seed: number;
  examples: Example[];
}

/** The name of the answer for these words, hidden together. */
export function keyOf(spans: Span[]): string {
  return spans.map(({ start }) => start).join(",");
}
