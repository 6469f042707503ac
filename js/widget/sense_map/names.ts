import { type Camera, type Size, toScreen } from "./camera";
import type { Place } from "./cloud";

type Box = [number, number, number, number];

/** Put the names of the groups where they are densest; where two would overlap, the one of the larger group stays. */
export function arrange(names: HTMLDivElement, middles: (Place | null)[], camera: Camera, size: Size): void {
  const taken: Box[] = [];
  for (const [slot, name] of [...(names.children as HTMLCollectionOf<HTMLElement>)].entries()) {
    const middle = middles[slot];
    const [x, y] = middle ? toScreen(middle, camera, size) : [-1, -1];
    const [half, high] = [name.offsetWidth / 2 + 2, name.offsetHeight / 2];
    const box = [x - half, y - high, x + half, y + high] as Box;
    const isFree =
      x > 0 &&
      y > 0 &&
      x < size.width &&
      y < size.height &&
      !name.classList.contains("off") &&
      !taken.some((other) => overlap(box, other));
    name.style.visibility = isFree ? "visible" : "hidden";
    const held = Math.max(half, Math.min(size.width - half, x));
    name.style.transform = `translate(${(held - half).toFixed(1)}px, ${(y - high).toFixed(1)}px)`;
    if (isFree) taken.push(box);
  }
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
