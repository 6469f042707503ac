import type { ViewState } from "../frame";

/** The traits of the matrix of n sentences. Buffers hold little-endian float32. */
export interface MatrixState extends ViewState {
  sentences: string[];
  model_name: string;
  /** n rows of n. */
  cosines: DataView | null;
  /** The numbers of the sentences so that like ones stand together. */
  order: number[];
  /** What two random sentences show. */
  baseline: number;
  clustered: boolean;
  /** The two sentences of a cell. */
  selection: number[];
  query: string;
  /** What was searched for, and its cosine to each sentence. */
  answers: Record<string, DataView>;
}
