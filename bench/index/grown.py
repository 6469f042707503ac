"""An index that grows: each size is the one before, brought up to date with a longer text."""

from __future__ import annotations

import json
import lzma
import multiprocessing
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import senselens as sl
from bench.index.asked import asked

Row = dict[str, float]


def grown(text: Path, sizes: Sequence[int], model: str, place: Path) -> Iterator[Row]:
    """The figures of each of *sizes*, in words, as soon as they are known; those that *place* has already are not measured again.

    Every size is built in a process of its own, so that its peak of memory is its own.
    """
    before, had = None, 0
    for size in sizes:
        kept, index = place / f"{size}.json", place / f"{size}.lance"
        if not kept.exists():
            shutil.rmtree(index, ignore_errors=True)
            if before:
                shutil.copytree(before, index, copy_function=os.link)  # its files are never written to again
            words = cut(text, size, place / "corpus.txt")
            row = {"words": words, "words added": words - had} | apart(built, place / "corpus.txt", model, index)
            row["words a second"] = row["words added"] / row["seconds"]
            kept.write_text(json.dumps(row))
        if before:
            shutil.rmtree(before, ignore_errors=True)
        row = json.loads(kept.read_text())
        before, had = index, row["words"]
        yield row


def built(text: Path, model: str, place: Path) -> Row:
    """One build, and what is asked of it."""
    loaded = sl.load(model)
    loaded.encode("Warm.")
    ends = []
    index = sl.Index.build(text, loaded, place, step=lambda *_: ends.append(time.monotonic()))
    arranging = time.monotonic() - ends[-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e3 if sys.platform == "linux" else 1e6)
    assert index.report
    info = index.info()
    row = {"seconds": index.report.seconds, "of them arranging": arranging, "peak MB": peak}
    return row | {"uses": info.uses, "sentences": info.sentences, "lemmas": info.lemmas, "MB": info.bytes / 1e6} | asked(index)


def apart(call: Callable[..., Any], *given: Any) -> Any:
    """What *call* answers in a new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(call, *given).result()


def cut(text: Path, words: int, target: Path) -> int:
    """Write the first *words* words of *text*, by whole lines, to *target*, and tell how many they are."""
    held = 0
    opened = lzma.open if text.suffix == ".xz" else open
    with opened(text, "rt", encoding="utf-8") as source, target.open("w", encoding="utf-8") as out:
        for line in source:
            if held >= words:
                break
            held += len(line.split())
            out.write(line)
    return held
