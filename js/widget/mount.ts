import { type ComponentChild, render } from "preact";
import { followTheme, type Themed } from "./theme";
import type { Traits } from "./traits";

/** Draw a view inside *el*, in a shadow root: no style gets in or out. Returns how to take it away again. */
export function mount(el: HTMLElement, view: ComponentChild, styles: string, traits: Traits<Themed>): () => void {
  const host = document.createElement("div");
  host.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab would take the view's keys for its own
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // needs no permission of a content security policy, unlike a <style>
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  el.append(host);
  const stopFollowing = followTheme(host, traits);
  render(view, root);
  return () => {
    stopFollowing();
    render(null, root);
    host.remove();
  };
}
