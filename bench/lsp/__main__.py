"""The latencies of a hover, measured through a client over stdio, beside the obvious server's on the same weights.

    python -m bench.lsp                       # about five minutes; needs the extras `lsp` and `models`, and Linux

The document is the first ten thousand words of a text (`--text`; by default the shared corpus). Every server is started
anew, with a cache of its own that is empty at the first start. "Warm" hovers are of words that were never looked at, after
the server has read ahead; "cold" ones come right after the start, with no gloss read in any session before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import senselens as sl
from bench.lsp.session import Session

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("SENSELENS_SHARED") or ROOT.parent / "shared") / "data" / "corpus" / "valid.txt"
OURS = (sys.executable, "-m", "senselens_lsp")
LIMITS = {
    "spawn to initialize": 0.4,
    "spawn to first full hover": 2,
    "hover before the model": 0.1,
    "warm hover, p50": 0.015,
    "warm hover, p95": 0.04,
    "hover while typing, p95": 0.06,
    "cached hover, p50": 0.005,
    "storm: last answer later than alone": 0.2,
}
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, default=CORPUS, help="where the document is taken from")
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--hovers", type=int, default=200)
    parser.add_argument("--ours-only", action="store_true", help="without the obvious server")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    text = document(options.text.read_text(encoding="utf-8"), options.words)
    with tempfile.TemporaryDirectory() as scratch:
        ours = asyncio.run(measure(text, options.hovers, Path(scratch)))
        obvious = {} if options.ours_only else asyncio.run(measure_obvious(text, max(20, options.hovers // 10), Path(scratch)))
    print(f"{len(sl.words(text)):,} words, {os.cpu_count()} processors; milliseconds, megabytes")
    print(f"{'':44}{'limit':>9}{'ours':>9}{'obvious':>9}{'times':>7}")
    for name, value in ours.items():
        scale = 1 if "megabytes" in name or "answered" in name else 1e3
        limit, other = LIMITS.get(name, 300 if "megabytes" in name else None), obvious.get(name)
        cells = [None if v is None else v * scale for v in (limit, value, other)]
        shown = "".join(f"{'' if cell is None else format(cell, ',.1f'):>9}" for cell in cells)
        print(f"{name:44}{shown}{'' if other is None else format(other / max(value, 1e-9), ',.1f'):>7}")
    if options.json:
        options.json.write_text(json.dumps({"ours": ours, "obvious": obvious}, indent=1) + "\n", encoding="utf-8")


def document(text: str, words: int) -> str:
    """The paragraphs of *text* up to so many words, an empty line between two."""
    found: list[str] = []
    count = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        if count >= words:
            break
        found.append(line)
        count += len(sl.words(line))
    return "\n\n".join(found)


def content_words(text: str, seed: int = 0) -> list[sl.Span]:
    """Words with senses, each form once, in an order that means nothing."""
    book = sl.open_inventory()
    forms = {span.of(text).casefold(): span for span in sl.words(text) if book.senses(span.of(text))}
    spans = list(forms.values())
    random.Random(seed).shuffle(spans)
    return spans


async def measure(text: str, count: int, scratch: Path) -> Figures:
    environment = os.environ | {"XDG_CACHE_HOME": str(scratch / "cache")}
    spans = content_words(text)
    figures: Figures = {}

    cold = Session(OURS, environment, text)
    await cold.start()
    await cold.ready.wait()
    figures["cold hover, p50"] = statistics.median(await cold.hovers(spans[:20]))
    await cold.stop()

    session = Session(OURS, environment, text)
    figures["spawn to initialize"] = await session.start()
    early, shown = await session.hover(spans[0])
    if shown and "being loaded" in str(shown.contents):
        figures["hover before the model"] = early
    await session.ready.wait()
    await session.hover(spans[0])
    figures["spawn to first full hover"] = time.perf_counter() - session.began
    await session.idle(180)
    warm = await session.hovers(spans[20 : 20 + count])
    figures |= {"warm hover, p50": statistics.median(warm), "warm hover, p95": percentile(warm, 95)}
    cached = await session.hovers([span for span in spans[20:40] for _ in range(5)])
    figures["cached hover, p50"] = statistics.median(cached)
    alone, _ = await session.hover(spans[20 + count])
    last, answered = await session.storm(spans[21 + count : 521 + count], 450)
    figures |= {"storm: last answer later than alone": max(0, last - alone), "storm: cancelled but answered": float(answered)}
    figures["megabytes, after all that"] = session.megabytes
    typed = await session.typing(spans[521 + count :][:count], 10, seed=1)
    figures |= {"hover while typing, p50": statistics.median(typed), "hover while typing, p95": percentile(typed, 95)}
    await session.stop()
    return figures


async def measure_obvious(text: str, count: int, scratch: Path) -> Figures:
    from senselens.export import export_mini

    folder = export_mini(scratch / "mini")
    command = (sys.executable, str(Path(__file__).with_name("obvious_server.py")), str(folder))
    spans = content_words(text)
    figures: Figures = {}
    session = Session(command, {**os.environ}, text)
    figures["spawn to initialize"] = await session.start()
    await session.hover(spans[0])
    figures["spawn to first full hover"] = time.perf_counter() - session.began
    warm = await session.hovers(spans[20 : 20 + count])
    figures |= {"warm hover, p50": statistics.median(warm), "warm hover, p95": percentile(warm, 95)}
    figures["cached hover, p50"] = statistics.median(await session.hovers(spans[20:21] * 10))
    figures["megabytes, after all that"] = session.megabytes
    typed = await session.typing(spans[521:][:count], 10, seed=1)
    figures |= {"hover while typing, p50": statistics.median(typed), "hover while typing, p95": percentile(typed, 95)}
    await session.stop()
    return figures


def percentile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


if __name__ == "__main__":
    main()
