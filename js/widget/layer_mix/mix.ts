import type { LayerCalibration } from "./state";

const ALONE = 0.999; // the share from which a mix is one layer

/** Equation 1 of Peters et al. (2018), on dot products: see engine/senselens/mixed_layers.py. */
export class Mix {
  readonly shares: number[];
  readonly baseline: number;
  readonly #outer: Float64Array; // s sᵀ

  constructor(
    readonly products: Float32Array,
    readonly uses: number,
    random: Float32Array,
    readonly calibration: LayerCalibration,
    weights: number[],
    readonly gamma: number,
  ) {
    this.shares = softmax(weights);
    const layers = this.shares.length;
    this.#outer = Float64Array.from(
      { length: layers * layers },
      (_, at) => this.#share(Math.floor(at / layers)) * this.#share(at % layers),
    );
    this.baseline = this.#random(random) + sum(this.shares.map((share, layer) => share * this.#shift(layer)));
  }

  /** The layer that the mix consists of; null if it is several. */
  get alone(): number | null {
    const layer = this.shares.findIndex((share) => share > ALONE);
    return layer < 0 ? null : layer;
  }

  /** The length of a use's vector. */
  length(use: number): number {
    return this.gamma * Math.sqrt(this.#product(use, use));
  }

  cosine(one: number, other: number): number {
    return one === other ? 1 : over(this.#product(one, other), this.#product(one, one) * this.#product(other, other));
  }

  /** The probability that two uses with this cosine have one sense; null where that was never measured. */
  sameSense(cosine: number): number | null {
    const layer = this.alone;
    if (layer === null) return null;
    const { slopes, intercepts } = this.calibration;
    return 1 / (1 + Math.exp(-((slopes[layer] ?? 0) * cosine + (intercepts[layer] ?? 0))));
  }

  #share(layer: number): number {
    return this.shares[layer] ?? 0;
  }

  /** What the calibrated baseline of a layer differs from that of the pairs at hand. */
  #shift(layer: number): number {
    return (this.calibration.baselines[layer] ?? 0) - (this.calibration.random[layer] ?? 0);
  }

  #product(one: number, other: number): number {
    return this.#mixed(this.products, one * this.uses + other);
  }

  /** sᵀ G s of the matrix at *place*. */
  #mixed(matrices: Float32Array, place: number): number {
    const size = this.#outer.length;
    let total = 0;
    for (let at = 0; at < size; at++) total += (matrices[place * size + at] as number) * (this.#outer[at] as number);
    return total;
  }

  #random(random: Float32Array): number {
    const pairs = random.length / (3 * this.#outer.length);
    let total = 0;
    for (let pair = 0; pair < pairs; pair++) {
      total += over(this.#mixed(random, 3 * pair + 2), this.#mixed(random, 3 * pair) * this.#mixed(random, 3 * pair + 1));
    }
    return total / Math.max(1, pairs);
  }
}

export function softmax(weights: number[]): number[] {
  const most = Math.max(...weights);
  const scores = weights.map((weight) => Math.exp(weight - most));
  const all = sum(scores);
  return scores.map((score) => score / all);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A cosine from a dot product and the product of the squared lengths; 0 where a vector is zero. */
function over(product: number, squares: number): number {
  return squares > 0 ? Math.max(-1, Math.min(1, product / Math.sqrt(squares))) : 0;
}
