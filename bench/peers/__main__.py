"""The engine's speed beside its peers', by turns, with the same weights and threads.

    make bench-peers                                       # peers are installed in build/peers, then:
    python -m bench.peers --python build/peers/bin/python --older build/peers-older/bin/python --page docs/performance.md

The texts are sentences of this repository's documentation. Words a second count a text's words (`sl.words`), whatever the
library makes of them. A peer that cannot be loaded is named with its reason. The figures are kept beside the page as JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from tokenizers import Tokenizer

import senselens as sl
from bench.cold_start import first_answer
from bench.machine import described, peak
from bench.peers.contestants import CONTESTANTS, ELMO, MASKED, SENTENCES, VECTORS
from bench.peers.page import write_page
from senselens.export import export_mini
from senselens.places import PACKAGE_DATA

ROOT = Path(__file__).parents[2]
OURS, OLDER = ("senselens", "senselens, eight bits"), ("flair", "minicons")
CODE = "\ufffc"  # what `sl.prose` leaves where code stood
AMOUNTS = {VECTORS: 400, MASKED: 24, SENTENCES: 400, ELMO: 120}  # sentences a turn


@dataclass(frozen=True, slots=True)
class Row:
    """*rate* is the median over the turns, words a second; *ratio* is ours to theirs, the median of the turns' ratios."""

    task: str
    name: str
    rate: float
    ratio: float


class Contestant:
    """A process that waits for its turn."""

    def __init__(self, name: str, python: str, folders: list[str]) -> None:
        command = [python, "-m", "bench.peers.contestants", name, *folders]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, cwd=ROOT
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        self.tasks: list[str] = json.loads(said) if said else []

    def reason(self) -> str:
        """Why it could not be loaded."""
        self.process.wait()
        self.errors.seek(0)
        return self.errors.read().strip().rpartition("\n")[2]

    def turn(self, task: str, texts: list[str]) -> float:
        """The seconds that *task* takes for *texts*. Raises `RuntimeError` with the reason where it fails."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"task": task, "texts": texts}) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        if not said:
            raise RuntimeError(self.reason())
        return float(said)

    def leave(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def sentences_of_documentation() -> list[str]:
    """Sentences of 5 to 40 words, as they stand in README.md and docs/."""
    found = []
    for file in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]):
        text = file.read_text(encoding="utf-8")
        for block in sl.prose(text, "markdown").text.split("\n\n"):
            found += [" ".join(span.of(block).replace(CODE, "it").split()) for span in sl.sentences(block)]
    return [text for text in dict.fromkeys(found) if 5 <= len(sl.words(text)) <= 40]


def race(contestants: dict[str, Contestant], texts: list[str], rounds: int) -> list[Row]:
    rows = []
    for task, amount in AMOUNTS.items():
        some = texts[:amount]
        count = sum(len(sl.words(text)) for text in some)
        seconds: dict[str, list[float]] = defaultdict(list)
        running = {name: one for name, one in contestants.items() if task in one.tasks}
        for turn in range(rounds + 1):  # the first warms up
            for name, one in list(running.items()):
                try:
                    taken = one.turn(task, some)
                except RuntimeError as error:
                    print(f"{name} is left out of {task}: {error}", flush=True)
                    del running[name], contestants[name]
                    seconds.pop(name, None)
                    continue
                if turn:
                    seconds[name].append(taken)
        ours = seconds["senselens"]
        for name, theirs in seconds.items():
            ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
            rows.append(Row(task, name, count / statistics.median(theirs), ratio))
            print(f"{task:24}{name:28}{rows[-1].rate:10.0f} words/s{ratio:8.2f}", flush=True)
    return rows


def cold_start(folder: str, pythons: dict[str, str], rounds: int) -> dict[str, float]:
    """The median seconds of a process from its start to its first answer, by turns."""
    seconds: dict[str, list[float]] = {name: [] for name in pythons}
    for turn in range(rounds + 1):
        for name, python in pythons.items():
            began = time.perf_counter()
            first_answer(name, folder, python)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def flops_a_piece() -> int:
    """Operations of `mini`'s matrices for one word piece: query, key, value, output; up and down. Attention comes on top."""
    width, inner, layers = 384, 1536, 6
    return 2 * layers * (4 * width * width + 2 * width * inner)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="a Python that has the peers")
    parser.add_argument("--older", default=sys.executable, help="a Python for those that need an older transformers")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--page", type=Path, help="write the figures into this page, and beside it as JSON")
    options = parser.parse_args()
    texts = sentences_of_documentation()
    print(f"{len(texts)} sentences", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folders = [str(export_mini(Path(scratch) / "mini")), str(PACKAGE_DATA / "elmo")]
        pythons = dict.fromkeys(OURS, sys.executable) | dict.fromkeys(OLDER, options.older)
        contestants = {}
        for name in CONTESTANTS:
            one = Contestant(name, pythons.get(name) or options.python, folders)
            if one.tasks:
                contestants[name] = one
            else:
                print(f"{name} is left out: {one.reason()}", flush=True)
        rows = race(contestants, texts, options.rounds)
        for one in contestants.values():
            one.leave()
        starts = cold_start(folders[0], {"senselens": sys.executable, "transformers' pipelines": options.python}, options.rounds)
    best, library = peak()
    tokenizer = Tokenizer.from_file(str(PACKAGE_DATA / "mini" / "tokenizer.json"))
    tokenizer.no_padding()
    pieces = sum(len(encoding) for encoding in tokenizer.encode_batch(texts[: AMOUNTS[VECTORS]]))
    words = sum(len(sl.words(text)) for text in texts[: AMOUNTS[VECTORS]])
    ours = next(row.rate for row in rows if row.task == VECTORS and row.name == "senselens")
    reached = ours * pieces / words * flops_a_piece() / best
    found = {
        "machine": described(),
        "peak": best,
        "peak of": library,
        "share of the peak": reached,
        "cold start": starts,
        "rows": [asdict(row) for row in rows],
    }
    print(f"float32 peak {best / 1e9:.0f} GFLOP/s ({library}), of which vectors of each word reach {reached:.0%}")
    for name, seconds in starts.items():
        print(f"cold start to the first answer  {name:28}{seconds:8.2f} s")
    if options.page:
        options.page.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        write_page(options.page, found)


if __name__ == "__main__":
    main()
