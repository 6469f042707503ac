"""The latencies of a hover, measured through a client over stdio, beside the obvious server's on the same weights.

    python -m bench.lsp                       # about five minutes; needs the extras `lsp` and `models`, and Linux

The document is the first ten thousand words of a text (`--text`; by default the shared corpus). Every server is started
anew, with a cache of its own that is empty at the first start. "Warm" hovers are of words that were never looked at, after
the server has read ahead; "cold" ones come right after the start, with no gloss read in any session before.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import senselens as sl
from bench.lsp.measured import Measured
from bench.lsp.session import Session
from bench.machine import here
from bench.texts import CORPUS, document

OURS = (sys.executable, "-m", "senselens_lsp")
LOADS = 3  # starts in which hovers are asked before the model is there
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, default=CORPUS, help="where the document is taken from")
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--hovers", type=int, default=200)
    parser.add_argument("--ours-only", action="store_true", help="without the obvious server")
    parser.add_argument("--keep", action="store_true", help="keep them in latency.json here and in docs/editors/latency.md")
    options = parser.parse_args()
    text = document(options.text.read_text(encoding="utf-8"), options.words)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        ours = asyncio.run(measure(text, options.hovers, Path(scratch)))
        obvious = {} if options.ours_only else asyncio.run(measure_obvious(text, max(20, options.hovers // 10), Path(scratch)))
    measured = Measured(here(before), len(sl.words(text)), ours, obvious)
    print(measured.table())
    if options.keep:
        measured.keep()


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
    early: list[float] = []

    cold = Session(OURS, environment, text)
    await cold.start()
    await cold.ready.wait()
    figures["cold hover, p50"] = statistics.median(await cold.hovers(spans[:20]))
    await cold.stop()

    for _ in range(LOADS):
        loading = Session(OURS, environment, text)
        await loading.start()
        await loading.hover(spans[0])
        early += await loading.before_the_model(spans[0])
        await loading.stop()

    session = Session(OURS, environment, text)
    figures["spawn to initialize"] = await session.start()
    first, _ = await session.hover(spans[0])
    figures["spawn to first hover"] = figures["spawn to initialize"] + first
    if early:
        figures["hover before the model, p95"] = percentile(early, 95)
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
    typed = await session.typing(spans[521 + count :][:count], 10, seed=1)
    figures |= {"hover while typing, p50": statistics.median(typed), "hover while typing, p95": percentile(typed, 95)}
    figures |= {"megabytes, after all that": session.megabytes(), "megabytes, at most": session.megabytes("VmHWM")}
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
    figures["spawn to first hover"] = figures["spawn to first full hover"] = time.perf_counter() - session.began
    warm = await session.hovers(spans[20 : 20 + count])
    figures |= {"warm hover, p50": statistics.median(warm), "warm hover, p95": percentile(warm, 95)}
    figures["cached hover, p50"] = statistics.median(await session.hovers(spans[20:21] * 10))
    typed = await session.typing(spans[521:][:count], 10, seed=1)
    figures |= {"hover while typing, p50": statistics.median(typed), "hover while typing, p95": percentile(typed, 95)}
    figures |= {"megabytes, after all that": session.megabytes(), "megabytes, at most": session.megabytes("VmHWM")}
    await session.stop()
    return figures


def percentile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


if __name__ == "__main__":
    main()
