"""What an index of a corpus costs: time, memory and disk, up to five million words, and how long it takes to answer.

    python -m bench.index --keep                      # the sizes one after another: each grows out of the one before
    python -m bench.index --keep --place build/sizes  # what stands there is not measured again, so that a run can be stopped
    python -m bench.index --synthetic 1000000         # a million uses with random vectors, in a minute
    python -m bench.index --ray 200000                # one worker of a Ray cluster beside two, with a core each

The text is that of `--text` (`.xz` is unpacked on the way; by default the shared corpus). It needs the extras `index` and `ray`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.index.grown import Row, apart, grown
from bench.index.page import Figures
from bench.index.synthetic import synthetic
from bench.texts import CORPUS

SIZES = (100_000, 300_000, 1_000_000, 2_000_000, 3_500_000, 5_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, default=CORPUS.with_name("train.txt.xz"))
    parser.add_argument("--words", type=int, nargs="+", default=SIZES, help="the sizes, in words")
    parser.add_argument("--model", default="mini-int8")
    parser.add_argument("--place", type=Path, help="a folder for what is built, which is kept")
    parser.add_argument("--synthetic", type=int, metavar="USES")
    parser.add_argument("--ray", type=int, metavar="WORDS")
    parser.add_argument("--keep", action="store_true", help="keep the figures in figures.json here and in docs/index.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        for kind, row in _measured(options, options.place or Path(scratch)):
            print(kind, ", ".join(f"{name} {value:,.1f}" for name, value in row.items()), flush=True)
            if options.keep:
                Figures.kept().with_row(kind, row, options.model, load).keep()


def _measured(options: argparse.Namespace, place: Path) -> Iterator[tuple[str, Row]]:
    """Each row as soon as it is known, and what kind it is."""
    place.mkdir(parents=True, exist_ok=True)
    if options.synthetic:
        yield "synthetic", apart(synthetic, options.synthetic, place / "synthetic.lance")
    elif options.ray:
        from bench.index.on_ray import on_ray

        yield "ray", on_ray(options.text, options.ray, options.model, place)
    else:
        for row in grown(options.text, sorted(options.words), options.model, place):
            yield "grown", row


if __name__ == "__main__":
    main()
