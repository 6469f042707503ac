import type { Span } from "../../shared/inspection";
import type { ViewState } from "../frame";

export interface MixedUse {
  sentence: string;
  span: Span;
}

/** What is known of each layer by itself. */
export interface LayerCalibration {
  sense_layer: number;
  /** The cosine of random words: as calibrated, and in the pairs that are sent. */
  baselines: number[];
  random: number[];
  /** The logistic from a cosine to the probability of the same sense. */
  slopes: number[];
  intercepts: number[];
}

/** The traits of the mix of L layers of n uses. Buffers hold little-endian float32. */
export interface MixState extends ViewState {
  model_name: string;
  uses: MixedUse[];
  /** (n, n, L, L): the dot product of a use at a layer with another at another. */
  products: DataView | null;
  /** (pairs, 3, L, L): the same for pairs of random words: x with x, y with y, x with y. */
  random: DataView | null;
  calibration: LayerCalibration | null;
  weights: number[];
  gamma: number;
  reference: number;
}
