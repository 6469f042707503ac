"""What an index of a corpus costs: words a second, bytes a use, memory, and how long a query takes.

    python bench/index.py corpus.txt                         # the whole file
    python bench/index.py corpus.txt --words 100000 1000000  # a curve: is the cost of a word constant?
    python bench/index.py --synthetic 1000000                # queries over so many uses with random vectors, in a minute

Every size is built in a process of its own, so that its peak of memory is its own. Queries are drawn as their lemmas are:
a common word is asked for more often.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

import senselens as sl
from senselens.disambiguation import POS
from senselens.index.parts import Document, Part
from senselens.index.rows import PartRows, SentenceRows, UseRows
from senselens.index.settings import Settings
from senselens.index.writer import Writer, alone, write

QUERIES = 200
AT_ONCE = 20_000  # synthetic uses written together


def queries(index: sl.Index, runs: int = QUERIES) -> dict[str, float]:
    """Milliseconds of the 20 uses of a word most alike to a given one; the given one is encoded beforehand."""
    counts = index._store.lemma_counts
    names = list(counts)
    shares = np.array([counts[n] for n in names], float)
    drawn = np.random.default_rng(0).choice(len(names), runs, p=shares / shares.sum())
    use = index.model.encode("We sat by the river bank").word("bank")
    taken, found = [], 0
    for name in [names[i] for i in drawn]:
        began = time.perf_counter()
        found += len(index.uses(name, like=use))
        taken.append((time.perf_counter() - began) * 1e3)
    most = counts.most_common(1)[0]
    began = time.perf_counter()
    index.uses(most[0], like=use)
    commonest = (time.perf_counter() - began) * 1e3
    p50, p95, top = np.percentile(taken, [50, 95, 100])
    return {"p50": p50, "p95": p95, "slowest": top, "commonest": commonest, "uses of the commonest": most[1], "found": found}


def built(text: Path, model: str, place: Path, engine: str) -> dict[str, Any]:
    """One build, measured."""
    words = len(text.read_text(encoding="utf-8").split())
    loaded = sl.load(model)
    loaded.encode("Warm.")
    index = sl.Index.build(text, loaded, place, engine=engine)
    assert index.report
    info = index.info()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    began = time.perf_counter()
    index.search("cash machine")
    search = (time.perf_counter() - began) * 1e3
    rates = {"words": words, "seconds": index.report.seconds, "words a second": words / index.report.seconds, "uses": info.uses}
    sizes = {"MB": info.bytes / 1e6, "bytes a use": info.bytes / info.uses, "peak MB": peak}
    return {**rates, **sizes, "search ms": search, **queries(index)}


def synthetic(uses: int, place: Path) -> dict[str, Any]:
    """An index of random vectors with lemmas as often as in English (Zipf's law, without its first thirty: function words)."""
    rng = np.random.default_rng(0)
    model = sl.load("mini")
    settings = Settings.of(model, "int8", "content", "wordnet")
    writer = Writer(str(place), settings)
    names = np.array([f"lemma{i}" for i in range(50_000)])
    shares = 1 / np.arange(30, 30 + len(names))
    bounds = np.array(list(accumulate(shares / shares.sum())))
    for number in range(uses // AT_ONCE):
        count = AT_ONCE // 10  # sentences
        texts = [" ".join(names[rng.integers(0, len(names), 12)]) for _ in range(count)]
        part = Part("synthetic", number, (Document(f"synthetic {number}", ""),))
        sentences = SentenceRows(
            np.zeros(count, np.int32),
            np.arange(2 * count, dtype=np.int64).reshape(-1, 2),
            texts,
            rng.integers(-127, 128, (count, settings.width), dtype=np.int8),
        )
        lemmas = names[np.minimum(np.searchsorted(bounds, rng.random(AT_ONCE)), len(names) - 1)].tolist()
        found = UseRows(
            np.repeat(np.arange(count, dtype=np.int32), 10),
            np.zeros((AT_ONCE, 2), np.int32),
            np.arange(2 * AT_ONCE, dtype=np.int64).reshape(-1, 2),
            lemmas,
            ["n"] * AT_ONCE,
            np.zeros((AT_ONCE, len(POS)), np.float16),
            rng.integers(-127, 128, (AT_ONCE, settings.width), dtype=np.int8),
        )
        writer.commit(write(str(place), [PartRows(part, sentences, found)], settings))
    began = time.perf_counter()
    writer.arrange()
    arranged = time.perf_counter() - began
    writer.clean()
    index = sl.Index.open(place)
    return {"uses": uses, "arranging s": arranged, "MB": index.info().bytes / 1e6, **queries(index)}


def cut(text: Path, words: int, target: Path) -> Path:
    """The first *words* words of *text*, by whole lines."""
    held = 0
    with text.open(encoding="utf-8") as source, target.open("w", encoding="utf-8") as out:
        for line in source:
            if held >= words:
                break
            held += len(line.split())
            out.write(line)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="?", type=Path)
    parser.add_argument("--words", type=int, nargs="+", default=[])
    parser.add_argument("--model", default="mini-int8")
    parser.add_argument("--engine", default="local", choices=["local", "ray"])
    parser.add_argument("--synthetic", type=int, metavar="USES")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # in a process of its own: build there, print JSON
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(built(options.text, options.model, options.one, options.engine)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if options.synthetic:
            place = folder / "synthetic.lance"
            with alone(str(place)):
                rows.append(synthetic(options.synthetic, place))
        for number, words in enumerate(options.words or ([0] if options.text else [])):
            text = cut(options.text, words, folder / f"{number}.txt") if words else options.text
            command = [sys.executable, __file__, str(text), "--one", str(folder / f"{number}.lance"), "--model", options.model]
            ran = subprocess.run([*command, "--engine", options.engine], check=True, stdout=subprocess.PIPE, text=True)
            rows.append(json.loads(ran.stdout.splitlines()[-1]))
    print(f"{platform.processor() or platform.machine()}, {options.model}; queries in ms")
    for row in rows:
        print(
            ", ".join(f"{name} {value:,.1f}" if isinstance(value, float) else f"{name} {value:,}" for name, value in row.items())
        )
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "python": platform.python_version()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
