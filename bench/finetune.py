"""The two ways to a classifier on one real task: which sense a word has, after CoarseWSD-20 (Loureiro et al. 2021).

    python -m bench.finetune --data DATA                      # DATA holds eval/coarsewsd20; needs the extra `finetune`
    python -m bench.finetune --data DATA --model glove --word seal --json figures.json

Classifiers are trained on parts of the word's training sentences and tried on its test sentences. The table is that of
`senselens.compare_approaches`; below it are the shares of the layers in the mixes learnt from the largest parts.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import senselens as sl
from bench.quality.sets import coarse


def uses(folder: Path, word: str, split: str) -> sl.Labelled:
    """The sentences of a split with the place of *word*, and its sense in each."""
    names = json.loads((folder / word / "classes_map.txt").read_text(encoding="utf-8"))
    found = coarse(folder, word, split)
    return sl.Labelled([(use.text, use.span) for use in found], [names[use.gold[0]] for use in found])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="mini")
    parser.add_argument("--word", default="spring")
    parser.add_argument("--sizes", nargs="+", type=int, default=[16, 64, 256])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tests", type=int, default=200, help="how many of the test sentences (default 200)")
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    folder = options.data / "eval" / "coarsewsd20"
    train, test = uses(folder, options.word, "train"), uses(folder, options.word, "test")
    found = sl.compare_approaches(
        options.model,
        train,
        test.split(options.tests)[0] if options.tests < len(test) else test,
        sizes=options.sizes,
        seeds=options.seeds,
        learning_rate=options.learning_rate,
        progress=lambda trial: print(trial, file=sys.stderr, flush=True),
    )
    print(f"{options.word}: {', '.join(train.names)}\n\n{found.to_markdown()}")
    mixes = [t for t in found.trials if t.layer_shares]
    for trial in mixes[-options.seeds :]:
        print(f"shares of the layers, seed {trial.seed}: {', '.join(f'{share:.2f}' for share in trial.layer_shares or ())}")
    if options.json:
        options.json.write_text(json.dumps(found.to_dict(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
