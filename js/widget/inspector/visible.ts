import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Traits } from "../traits";
import type { Lens } from "./lens";
import type { InspectorState } from "./state";

const PAUSE = 150; // milliseconds of rest before a place counts as looked at

/** Tell the host which paragraphs are in view while there is more to read, so that it reads them first. */
export function useVisible(pane: RefObject<HTMLElement | null>, lens: Lens, traits: Traits<InspectorState>): void {
  useEffect(() => {
    const element = pane.current;
    if (!element || !traits.get("live")) return;
    let timer = 0;
    const tell = () => {
      if (traits.get("progress") == null) return;
      const frame = element.getBoundingClientRect();
      const inView = [...element.querySelectorAll<HTMLElement>("[data-from]")].filter((paragraph) => {
        const { top, bottom } = paragraph.getBoundingClientRect();
        return bottom > Math.max(0, frame.top) && top < Math.min(innerHeight, frame.bottom);
      });
      const starts = new Set(inView.map((paragraph) => Number(paragraph.dataset.from)));
      const found = lens.paragraphs.filter(({ start }) => starts.has(start));
      const [first, last] = [found[0], found.at(-1)];
      if (!first || !last) return;
      traits.set("visible", { start: first.start, end: last.end });
      traits.save_changes?.();
    };
    const later = () => {
      clearTimeout(timer);
      timer = window.setTimeout(tell, PAUSE);
    };
    element.addEventListener("scroll", later, { passive: true });
    later();
    return () => {
      clearTimeout(timer);
      element.removeEventListener("scroll", later);
    };
  }, [pane, lens, traits]);
}
