"""A long text: how soon it is drawn, and how it scrolls."""

from __future__ import annotations

import statistics

from browser import Tab
from playwright.sync_api import Browser

import senselens as sl

ROUNDS = 7
STEPS = 180  # frames of scrolling

# From the moment in which the script is asked to draw to the frame in which all of it can be seen.
DRAW = """async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  stop();
  document.getElementById("place").replaceChildren();
  await painted();
  const began = performance.now();
  stop = draw(document.getElementById("place"));
  await painted();
  return performance.now() - began;
}"""

SCROLL = """async (steps) => {
  const pane = document.querySelector("[data-theme]").shadowRoot.querySelector(".lens .text");
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const times = [performance.now()];
  for (let step = 1; step <= steps; step++) {
    pane.scrollBy(0, 40);
    await frame();
    times.push(performance.now());
  }
  return { times: times.slice(1).map((time, index) => time - times[index]), moved: pane.scrollTop };
}"""


def figures(browser: Browser, text: str) -> dict[str, float]:
    """Milliseconds until *text*, as `mini` reads it, is drawn; frames a second while it is scrolled."""
    tab = Tab(browser)
    tab.show({"inspection": sl.inspect(text).to_dict(), "text": text, "live": True}, 1240)
    name = f"text of {len(sl.words(text)):,} words"
    drawn = [tab.page.evaluate(DRAW) for _ in range(ROUNDS)]
    scrolled = tab.page.evaluate(SCROLL, STEPS)
    assert scrolled["moved"] > STEPS, "the text does not scroll"
    tab.settle()
    tab.context.close()
    return {
        f"{name}: drawn, ms": statistics.median(drawn),
        f"{name}: scrolled, frames a second": 1000 / statistics.median(scrolled["times"]),
    }
