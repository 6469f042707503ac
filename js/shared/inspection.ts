// Made from engine/senselens by tests/test_inspection_types.py: what Inspection.to_dict() gives.

export interface Inspection {
  text: string;
  sentences: Span[];
  models: InspectedModel[];
  words: InspectedWord[];
  neighbours: Record<string, Record<string, Neighbour[]>>;
}

export interface Span {
  start: number;
  end: number;
}

export interface InspectedModel {
  name: string;
  family: string;
  capabilities: string[];
  sense_layer: number;
  baselines: number[];
}

export interface InspectedWord {
  span: Span;
  word: string;
  sentence: number;
  readings: Record<string, WordReading>;
}

export interface WordReading {
  senses: SenseMatch[];
  guesses: Guess[];
  others: OtherUse[];
  layers: number[][];
}

export interface SenseMatch {
  sense_id: string;
  lemma: string;
  pos: string;
  gloss: string;
  examples: string[];
  synonyms: string[];
  similarity: number;
  baseline: number;
  probability: number;
  rank: number;
  first_sense: boolean;
}

export interface Guess {
  word: string;
  probability: number;
}

export interface OtherUse {
  span: Span;
  similarity: Similarity;
}

export interface Similarity {
  cosine: number;
  baseline: number;
  same_sense: number;
}

export interface Neighbour {
  sentence: number;
  cosine: number;
  baseline: number;
}
