"""Weigh what the cosine says of two uses against what their senses say: run after training/sense_table.py or calibrate.py.

    python -m training.pair_weights --data DATA

There are two logistics from SemCor: of the cosine alone, and of the cosine and the senses' agreement (`Calibration.pair`).
SemCor's held-out documents are like those that the senses' vectors are made of, so there the second is surer of itself than it
may be elsewhere. Here the log odds of both are weighed (stacking, Wolpert 1992), without an intercept, so that the training
split of Word in Context is likeliest; the sum is a logistic of the same form and becomes `pair`. Run again it changes nothing.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from bench.quality import sets
from bench.quality.uses import layers, same_sense
from numpy.typing import NDArray

from senselens.measures import cosines
from senselens.registry import load

TARGET = Path(__file__).parents[1] / "engine" / "senselens" / "data" / "calibrations.json"


def stacked(shares: NDArray[np.float64], same: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What to weigh the log odds of each column of *shares* (N, F) by, so that *same* (N,) is likeliest; by Newton's method."""
    odds = np.log(shares / (1 - shares))
    weights = np.full(odds.shape[1], 1 / odds.shape[1])
    for _ in range(50):
        guess = 1 / (1 + np.exp(-odds @ weights))
        weights += np.linalg.solve((odds * (guess * (1 - guess))[:, None]).T @ odds, odds.T @ (same - guess))
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds eval/wic")
    rows = sets.wic(parser.parse_args().data / "eval" / "wic", "train")
    model = load("mini")
    layer, calibration = model.sense_layer, model.calibration
    assert calibration.pair
    first, second = (layers(model, [row[i] for row in rows]) for i in (0, 1))
    alone = calibration.same_sense(cosines(first[layer], second[layer]), layer)
    both = same_sense(model, rows, first, second)
    weights = stacked(np.column_stack([both, alone]), np.array([row[2] for row in rows]))
    logistics = np.array([calibration.pair, (calibration.slopes[layer], 0, calibration.intercepts[layer])])
    pair = np.round(weights @ logistics, 5).tolist()
    shipped = json.loads(TARGET.read_text(encoding="utf-8"))
    shipped["mini"]["pair"] = pair
    TARGET.write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")
    print(f"with the senses {weights[0]:.3f}, by the cosine alone {weights[1]:.3f}: {pair}")


if __name__ == "__main__":
    main()
