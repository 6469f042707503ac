"""From the pointer on a word to its card, in JupyterLab with a live kernel."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from labs import SLOW, Lab, jupyterlab, notebook
from playwright.sync_api import Browser

import senselens as sl

SENTENCES = (  # of twenty words each
    "We walked along the old river bank in the early light and watched the boats go down to the sea.",
    "Her current account at the bank was closed in spring because the interest on her loan had not been paid.",
    "He set a light lamp by the mill box and saw the point where the spring water runs down fast.",
    "The match was long and the crowd in the court kept the ring of a bell in mind until night.",
    "They play the same record in the bar each night while the band takes a break and counts its change.",
    "A plant by the coast was closed after the storm because its power line had come down on the road.",
)
CELL = f"import senselens_widget\nview = senselens_widget.Inspector({SENTENCES[0]!r})\nview.wait()\nview"

# What both ask of the page, every frame: whether the card is that of the word that is pointed at, painted.
TOOLS = """
  const shadow = [...document.querySelectorAll("[data-theme]")].map((one) => one.shadowRoot).find(Boolean);
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const find = (start) => shadow.querySelector(`[data-at="${start}"]`);
  const point = (word) => word.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
  const shows = (start) => find(start)?.classList.contains("now") && shadow.querySelector(".side .card");
"""

# Words that are read: the pointer goes from one to the next.
HOVER = f"""async (starts) => {{ {TOOLS}
  const times = [];
  for (const start of starts) {{
    const began = performance.now();
    point(find(start));
    do await painted(); while (!shows(start));
    times.push(performance.now() - began);
  }}
  return times;
}}"""

# A word of a sentence that was only just written, on which the pointer rests: the kernel has to read it first.
WRITE = f"""async ([sentence, start]) => {{ {TOOLS}
  const area = shadow.querySelector("textarea");
  area.value = sentence;
  const began = performance.now();
  let card;
  area.dispatchEvent(new KeyboardEvent("keydown", {{ key: "Enter", bubbles: true, cancelable: true }}));
  for (;;) {{
    await painted();
    if (shadow.querySelector("textarea")) continue;
    const word = find(start);
    if (word && !shows(start)) point(word);
    if (!shows(start)) continue;
    card ??= performance.now() - began;
    if (shadow.querySelector(".side .guesses li")) return [card, performance.now() - began];
  }}
}}"""


def figures(browser: Browser) -> dict[str, float]:
    """Median milliseconds until a card stands there, of words that are read and of words that are not."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "notebooks"
        folder.mkdir()
        (folder / "hover.ipynb").write_text(notebook(CELL), encoding="utf-8")
        with jupyterlab(folder, Path(scratch)) as address:
            lab = Lab(browser, address, "hover.ipynb")
            lab.run_all()
            lab.view.word("bank").hover(timeout=SLOW)
            computed = lab.page.evaluate(HOVER, starts(SENTENCES[0]) * 3)
            written = [just_written(lab, sentence) for sentence in SENTENCES[1:]]
            lab.close()
    return {
        "hover to card, computed, ms": statistics.median(computed),
        "hover to card, a sentence just written, ms": statistics.median(card for card, _ in written),
        "the same, with the words that would fit there, ms": statistics.median(whole for _, whole in written),
    }


def just_written(lab: Lab, sentence: str) -> tuple[float, float]:
    """Milliseconds from the end of writing *sentence*, which the kernel never saw, to the card of one of its words.

    And until the card also has the words that would fit there, each of which takes the model another look at the sentence.
    """
    every = starts(sentence)
    lab.view.find("p[data-from]").first.dblclick(position={"x": 3, "y": 15})
    lab.view.find("textarea").wait_for()
    card, whole = lab.page.evaluate(WRITE, [sentence, every[len(sentence) % len(every)]])
    lab.page.wait_for_timeout(1000)  # in which the rest of it is read
    return card, whole


def starts(text: str) -> list[int]:
    """Where the words with senses start."""
    book = sl.open_inventory()
    return [span.start for span in sl.words(text) if book.senses(span.of(text))]
