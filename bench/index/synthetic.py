"""An index of random vectors, for what does not depend on their meaning: a million uses in some seconds."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

import senselens as sl
from bench.index.asked import asked
from bench.index.grown import Row
from senselens.disambiguation import POS
from senselens.index.parts import Document, Part
from senselens.index.rows import PartRows, SentenceRows, UseRows
from senselens.index.settings import Settings
from senselens.index.writer import Writer, alone, write

PART = 20_000  # uses
LEMMAS = 60_000
COMMONEST = 0.046  # the share of "be" among content words of Wikipedia and books


def synthetic(uses: int, place: Path) -> Row:
    """What *uses* cost to write, arrange and ask. Lemmas are a little more unequal than those of content words of English."""
    rng = np.random.default_rng(0)
    settings = Settings.of(sl.load("mini"), "int8", "content", "wordnet")
    shares = 1 / np.arange(10, 10 + LEMMAS)
    bounds = np.cumsum([COMMONEST, *(1 - COMMONEST) * shares / shares.sum()])
    began = time.perf_counter()
    with alone(str(place)):
        writer = Writer(str(place), settings)
        for number in range(uses // PART):
            rows = _rows(number, np.minimum(np.searchsorted(bounds, rng.random(PART)), LEMMAS), settings, rng)
            writer.commit(write(str(place), [rows], settings))
        written = time.perf_counter()
        writer.arrange()
        arranged = time.perf_counter()
        writer.clean()
    index = sl.Index.open(place)
    times = {"writing, s": written - began, "arranging, s": arranged - written}
    return {"uses": index.info().uses, "MB": index.info().bytes / 1e6, **times, **asked(index)}


def _rows(number: int, lemmas: np.ndarray, settings: Settings, rng: np.random.Generator) -> PartRows:
    """A part with these *lemmas* (`PART`,), ten of them in a sentence of eighteen words."""
    count = PART // 10
    names = np.array([f"lemma{i}" for i in range(LEMMAS + 1)])
    sentences = SentenceRows(
        np.zeros(count, np.int32),
        np.arange(2 * count, dtype=np.int64).reshape(-1, 2),
        [" ".join(row) for row in names[rng.integers(0, LEMMAS, (count, 18))]],
        rng.integers(-127, 128, (count, settings.width), dtype=np.int8),
    )
    found = UseRows(
        np.repeat(np.arange(count, dtype=np.int32), 10),
        np.zeros((PART, 2), np.int32),
        np.arange(2 * PART, dtype=np.int64).reshape(-1, 2),
        names[lemmas].tolist(),
        ["n"] * PART,
        np.zeros((PART, len(POS)), np.float16),
        rng.integers(-127, 128, (PART, settings.width), dtype=np.int8),
    )
    return PartRows(Part("synthetic", number, (Document(f"synthetic {number}", ""),)), sentences, found)
