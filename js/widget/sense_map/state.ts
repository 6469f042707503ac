import type { ViewState } from "../frame";

/** Uses that are shown as one: of a sense, or with a label. */
export interface Group {
  name: string;
  count: number;
  /** Its part of speech; empty for a label. */
  pos: string;
  /** Whether these are the uses that have no sense to tell. */
  untold: boolean;
}

/** Where the uses lie: pairs of float32; the share of the variance that each axis holds, if that has a meaning. */
export interface Placed {
  points: DataView;
  explained: number[] | null;
}

/** The traits of the map of n uses. Buffers hold little-endian numbers. */
export interface MapState extends ViewState {
  word: string;
  model_name: string;
  /** By the name of the method; the browser may ask for one more where somebody answers. */
  projections: Record<string, Placed>;
  method: string;
  groups: Group[];
  /** uint16, n: of each use. */
  group_of: DataView | null;
  /** uint8, n: the probability of its sense in per cent, 255 where there is none. */
  shares: DataView | null;
  sentences: string[];
  /** int32, n pairs: the characters of the word in its sentence. */
  spans: DataView | null;
  /** What each use's document is called; empty where that says nothing. */
  documents: string[];
  /** The numbers of the uses that are chosen. */
  selection: number[];
  /** The numbers of the groups that are not shown. */
  hidden: number[];
}
