import type { Camera, Size } from "./camera";

export type Colour = [number, number, number];

/** How the points of a group look. */
export interface Look {
  colour: Colour;
  shape: number; // of SHAPES
  isHollow: boolean;
}

/** Whether a point is seen. */
export const HIDDEN = 0;
export const FADED = 1;
export const CLEAR = 2;

type Shape = (x: number, y: number) => boolean;

/** Of about one area; y goes down. Told apart without colours too. */
const SHAPES: Shape[] = [
  (x, y) => x * x + y * y < 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.87,
  (x, y) => y < 0.72 && y > 1.85 * Math.abs(x) - 1.3,
  (x, y) => Math.abs(x) + Math.abs(y) < 1.25,
];
const REACH = 1.3; // of a shape from its middle
const SAMPLES = 4; // along a side of a pixel
const OPAQUE = 128; // of a stamp's pixels: with seven bits no product leaves 32

/** The pixels of a point: where they lie from its middle, how much of what is behind them stays, and what is added to that. */
interface Stamp {
  offsets: Int32Array;
  kept: Int32Array;
  redBlue: Int32Array;
  green: Int32Array;
}

export interface Scene {
  points: Float32Array;
  groupOf: ArrayLike<number>;
  seen: Uint8Array; // of each point: HIDDEN, FADED or CLEAR
  looks: Look[];
  paper: Colour;
}

/**
 * Writes points into a canvas pixel by pixel.
 *
 * A stamp for each group is made once a frame; so 50,000 points are some two million small sums, in any browser, with no
 * graphics card, and none of the few WebGL contexts that a page of notebooks may have.
 */
export class Painter {
  #pixels = new Int32Array(0);
  #image: ImageData | null = null;

  constructor(readonly canvas: HTMLCanvasElement) {}

  paint({ points, groupOf, seen, looks, paper }: Scene, camera: Camera, { width, height }: Size, ratio: number): void {
    const radius = ratio * radiusOf(points.length / 2, camera, { width, height });
    const edge = Math.ceil(REACH * radius) + 2;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    const image = this.#prepared(across, down, edge);
    const stride = image.width;
    const pixels = this.#pixels;
    pixels.fill(packed(paper));
    const alpha = opacity(points.length / 2);
    const stamps = [looks.map((look) => ({ ...look, colour: mixed(look.colour, paper, 0.82) })), looks].map((level, clear) =>
      level.map((look) => stamp(look, paper, radius, clear ? alpha : alpha * 0.8, stride)),
    );
    const scale = camera.scale * ratio;
    const left = across / 2 - camera.x * scale + edge;
    const top = down / 2 + camera.y * scale + edge;
    const [right, bottom] = [across + edge, down + edge];
    const count = points.length >> 1;
    for (const level of [FADED, CLEAR]) {
      const made = stamps[level - 1] as Stamp[];
      for (let index = 0; index < count; index++) {
        if (seen[index] !== level) continue;
        const x = Math.round(left + (points[2 * index] as number) * scale);
        const y = Math.round(top - (points[2 * index + 1] as number) * scale);
        if (x < edge || y < edge || x >= right || y >= bottom) continue;
        const { offsets, kept, redBlue, green } = made[groupOf[index] as number] as Stamp;
        const middle = y * stride + x;
        for (let part = 0; part < offsets.length; part++) {
          const at = middle + (offsets[part] as number);
          const behind = pixels[at] as number;
          const share = kept[part] as number;
          const rb = (((behind & 0xff00ff) * share + (redBlue[part] as number)) >>> 7) & 0xff00ff;
          const g = (((behind & 0xff00) * share + (green[part] as number)) >>> 7) & 0xff00;
          pixels[at] = 0xff000000 | rb | g;
        }
      }
    }
    this.canvas.getContext("2d")?.putImageData(image, -edge, -edge);
  }

  /** A picture with an *edge* around it, so that no point has to be cut. */
  #prepared(across: number, down: number, edge: number): ImageData {
    if (this.canvas.width !== across || this.canvas.height !== down) [this.canvas.width, this.canvas.height] = [across, down];
    const [width, height] = [across + 2 * edge, down + 2 * edge];
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height);
      this.#pixels = new Int32Array(this.#image.data.buffer);
    }
    return this.#image;
  }
}

/** Of a point, in pixels: the smaller the more there are and the less room they have, and larger from near. */
export function radiusOf(count: number, { scale, whole }: Camera, { width, height }: Size): number {
  const room = Math.min(1, Math.max(0.65, Math.sqrt(Math.min(width, height) / 520)));
  const own = room * Math.min(6, 11 * Math.max(1, count) ** -0.17);
  return Math.min(7, own * Math.max(1, scale / whole) ** 0.35);
}

function opacity(count: number): number {
  return count < 1000 ? 0.92 : Math.max(0.6, 0.92 - 0.2 * Math.log10(count / 1000));
}

function stamp(look: Look, paper: Colour, radius: number, alpha: number, stride: number): Stamp {
  const isIn = SHAPES[look.shape % SHAPES.length] as Shape;
  const rim = radius > 2.5 ? radius + 1 : radius; // a line of paper around it keeps neighbours apart
  const reach = Math.ceil(REACH * rim);
  const cells: [number, number, number, number][] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      let [ink, around] = [0, 0];
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const dx = x + ((sample % SAMPLES) + 0.5) / SAMPLES - 0.5;
        const dy = y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES - 0.5;
        const inside = isIn(dx / radius, dy / radius);
        const isHole = look.isHollow && isIn(dx / radius / 0.52, dy / radius / 0.52);
        if (inside && !isHole) ink++;
        else if (inside || isIn(dx / rim, dy / rim)) around++;
      }
      if (!ink && !around) continue;
      const [inked, bare] = [(alpha * ink) / SAMPLES ** 2, (0.8 * around) / SAMPLES ** 2];
      const share = Math.round(OPAQUE * Math.min(1, inked + bare));
      if (!share) continue;
      const [red, green, blue] = mixed(look.colour, paper, bare / (inked + bare));
      cells.push([y * stride + x, OPAQUE - share, (red | (blue << 16)) * share, (green << 8) * share]);
    }
  }
  const column = (place: 0 | 1 | 2 | 3) => Int32Array.from(cells, (cell) => cell[place]);
  return { offsets: column(0), kept: column(1), redBlue: column(2), green: column(3) };
}

function mixed(one: Colour, other: Colour, share: number): Colour {
  return one.map((value, place) => Math.round(value + ((other[place] as number) - value) * share)) as Colour;
}

/** As the bytes of an ImageData are on every machine that runs a browser: the lowest first. */
function packed([red, green, blue]: Colour): number {
  return 0xff000000 | (blue << 16) | (green << 8) | red;
}
