/** The word that an arrow key leads to from *word*; null if the key is not one that walks, or there is nowhere to go. */
export function neighbour(pane: HTMLElement, word: HTMLElement, key: string): HTMLElement | null {
  const words = [...pane.querySelectorAll<HTMLElement>("[data-at]")];
  const place = words.indexOf(word);
  const onwards = getComputedStyle(word).direction === "rtl" ? -1 : 1;
  switch (key) {
    case "ArrowRight":
      return words[place + onwards] ?? null;
    case "ArrowLeft":
      return words[place - onwards] ?? null;
    case "ArrowUp":
      return onNextLine(words.slice(0, place).reverse(), word);
    case "ArrowDown":
      return onNextLine(words.slice(place + 1), word);
    case "Home":
      return words[0] ?? null;
    case "End":
      return words.at(-1) ?? null;
    default:
      return null;
  }
}

/** Of *words*, which lead away from *word*, that of the next line which stands nearest above or below it. */
function onNextLine(words: HTMLElement[], word: HTMLElement): HTMLElement | null {
  const own = word.getBoundingClientRect();
  const middle = (rect: DOMRect) => (rect.left + rect.right) / 2;
  let line: number | undefined;
  let best: HTMLElement | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const other of words) {
    const rect = other.getBoundingClientRect();
    if (Math.abs(rect.top - own.top) < own.height / 2) continue;
    line ??= rect.top;
    if (Math.abs(rect.top - line) > own.height / 2) break;
    const distance = Math.abs(middle(rect) - middle(own));
    if (distance < nearest) [best, nearest] = [other, distance];
  }
  return best;
}
