import type { Bounds, Place } from "./cloud";

const MARGIN = 34; // pixels
const CLOSEST = 200; // times the whole
const FARTHEST = 0.5;

/** What of the plane is seen, and how large: the middle, pixels for a unit, and the scale at which all of it is seen. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
  whole: number;
}

export interface Size {
  width: number;
  height: number;
}

/** All of *bounds* in a picture of that size. */
export function fitted({ left, right, bottom, top }: Bounds, { width, height }: Size): Camera {
  const across = Math.max(1, width - 2 * MARGIN) / (right - left || 1);
  const up = Math.max(1, height - 2 * MARGIN) / (top - bottom || 1);
  const whole = Math.min(across, up);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: whole, whole };
}

export function toScreen([x, y]: Place, camera: Camera, { width, height }: Size): Place {
  return [width / 2 + (x - camera.x) * camera.scale, height / 2 - (y - camera.y) * camera.scale];
}

export function toPlane([x, y]: Place, camera: Camera, { width, height }: Size): Place {
  return [camera.x + (x - width / 2) / camera.scale, camera.y - (y - height / 2) / camera.scale];
}

/** *camera* with the picture moved by so many pixels. */
export function moved(camera: Camera, right: number, down: number): Camera {
  return { ...camera, x: camera.x - right / camera.scale, y: camera.y + down / camera.scale };
}

/** *camera* so many times closer; what is at *place* of the screen stays there. */
export function zoomed(camera: Camera, times: number, place: Place, size: Size): Camera {
  const scale = Math.max(FARTHEST * camera.whole, Math.min(CLOSEST * camera.whole, camera.scale * times));
  const [x, y] = toPlane(place, camera, size);
  const kept = camera.scale / scale;
  return { ...camera, scale, x: x + (camera.x - x) * kept, y: y + (camera.y - y) * kept };
}
