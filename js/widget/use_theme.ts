import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** How often light has become dark or the other way round: for what is drawn in colours that no style sheet can change. */
export function useTheme(inside: RefObject<HTMLElement | null>): number {
  const [changes, setChanges] = useState(0);
  useLayoutEffect(() => {
    if (!inside.current) return;
    const themes = new MutationObserver(() => setChanges((count) => count + 1));
    const { host } = inside.current.getRootNode() as ShadowRoot;
    themes.observe(host, { attributes: true, attributeFilter: ["data-theme"] });
    return () => themes.disconnect();
  }, [inside]);
  return changes;
}
