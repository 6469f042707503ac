/** How much larger an element is on the screen than it believes: slides are fitted to their window. *frame* is where it is there. */
export function scaleOf(element: HTMLElement, frame: DOMRect): number {
  return frame.width / element.offsetWidth || 1;
}
