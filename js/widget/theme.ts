import type { Traits } from "./traits";

export interface Themed {
  theme: "auto" | "light" | "dark";
}

/** Keep `data-theme` of *host* at light or dark: what the trait asks for, or what lies behind it. Returns how to stop. */
export function followTheme(host: HTMLElement, traits: Traits<Themed>): () => void {
  const update = () => {
    const asked = traits.get("theme") ?? "auto";
    host.dataset.theme = asked === "auto" ? behind(host) : asked;
    host.toggleAttribute("data-chosen", asked !== "auto");
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const attributes = new MutationObserver(update); // a host's themes are switched by a class or an attribute up there
  const placed = new ResizeObserver(update); // hosts render first and put into the page later
  for (const element of [document.documentElement, document.body]) attributes.observe(element, { attributes: true });
  system.addEventListener("change", update);
  traits.on("change:theme", update);
  placed.observe(host);
  update();
  return () => {
    traits.off("change:theme", update);
    attributes.disconnect();
    placed.disconnect();
    system.removeEventListener("change", update);
  };
}

/** Whether the nearest background that hides what is behind it is light or dark: right in any host, whatever its themes are. */
function behind(element: Element): "light" | "dark" {
  for (let at: Element | null = element; at; at = above(at)) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
    if (alpha > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128 ? "dark" : "light";
  }
  const darkAllowed = /dark/.test(getComputedStyle(document.documentElement).colorScheme);
  return darkAllowed && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function above(element: Element): Element | null {
  const root = element.getRootNode();
  return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

/** Red, green and blue up to 255, and the alpha if there is one, of a computed colour. */
export function channels(colour: string): number[] {
  const found = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return colour.startsWith("color(") ? found.map((value, place) => (place < 3 ? value * 255 : value)) : found;
}
