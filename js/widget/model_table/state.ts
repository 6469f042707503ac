import type { Similarity, Span } from "../../shared/inspection";
import type { ViewState } from "../frame";

export interface ModelRow {
  name: string;
  family: string;
  about: string;
  /** What it was trained on, which way it reads, what it has vectors for. */
  objective: string;
  direction: string;
  granularity: string;
  unknown_words: string;
  layers: number;
  width: number;
  parameters: number | null;
  /** In bytes. */
  size: number;
  year: number | null;
  capabilities: string[];
  licence: string;
  where: string;
  state: "here" | "downloadable" | "unavailable";
  /** How to get it, or what stands in the way. */
  how: string;
  /** Words a second, measured here; null where nothing was. */
  speed: number | null;
  /** Of every pair of the uses, in the order 1-2, 1-3, … 2-3, …; empty for a model without vectors of words. */
  alike: Similarity[];
}

/** The traits of the table. */
export interface ModelTableState extends ViewState {
  rows: ModelRow[];
  sort: string;
  capabilities: string[];
  /** What was compared, if anything. */
  word: string;
  uses: { sentence: string; span: Span }[];
}
