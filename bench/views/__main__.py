"""The figures that the views are held to, in Chromium and in JupyterLab: ``make script && python -m bench.views [--keep]``.

About three minutes; it needs the extras `widget` and `dev`. The text is the beginning of a text (`--text`; by default the shared
corpus), really read. Medians; sizes are of what is built here.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.resources import files
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))

from browser import launched

import senselens as sl
from bench.machine import here
from bench.texts import CORPUS, document
from bench.views import frames, kernel, text
from bench.views.measured import Measured
from senselens_widget import live_page

WORDS, PAGE_WORDS = 2_000, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, default=CORPUS, help="where the long text is taken from")
    parser.add_argument("--keep", action="store_true", help="keep the figures in figures.json here and in docs/views.md")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    read = options.text.read_text(encoding="utf-8")
    with launched() as browser:
        found = kernel.figures(browser) | text.figures(browser, document(read, WORDS)) | frames.figures(browser)
    measured = Measured(here(before), found | sizes(document(read, PAGE_WORDS)))
    print(measured.table())
    if options.keep:
        measured.keep()


def sizes(lecture: str) -> dict[str, float]:
    """Of the script that a notebook loads, and of *lecture* under two models as a page of its own; kB."""
    script = (files("senselens_widget") / "static" / "widget.js").read_bytes()
    page = live_page(sl.inspect(lecture, ["glove", "mini"]))
    return {
        "script with all views, kB": len(script) / 1000,
        f"page of {len(sl.words(lecture)):,} words under two models, kB": len(page.encode()) / 1000,
    }


if __name__ == "__main__":
    main()
