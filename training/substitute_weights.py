"""Fit what the evidence for a substitute says of a reader's acceptance: run after training/sense_table.py.

    python -m training.substitute_weights --data DATA

writes engine/senselens/data/substitutes.json. The development split of SWORDS (Lee et al. 2021) has for 370 words some 60
candidates each, and the share of its annotators who accept each. A logistic from the evidence that
`senselens.lexical_substitution.weigh` gives under mini is fitted to these shares. What is printed was measured in ten parts
by target, each judged by a fit to the other nine.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from bench.quality import sets
from bench.quality.reliability import binned
from bench.quality.swords import Evidence, evidence, ranking
from numpy.typing import NDArray

from senselens.lexical_substitution import Weights
from senselens.registry import load

TARGET = Path(__file__).parents[1] / "engine" / "senselens" / "data" / "substitutes.json"


def fit(rows: NDArray[np.float64], shares: NDArray[np.float64], ridge: float = 1e-3) -> Weights:
    """The logistic from evidence (n, 4) to the share of readers (n,), by Newton's method; rows of noughts are left out."""
    known = rows.any(1)
    rows, shares = rows[known], shares[known]
    x = np.column_stack([rows, np.ones(len(rows))])
    theta = np.zeros(x.shape[1])
    for _ in range(30):
        guess = 1 / (1 + np.exp(-x @ theta))
        slope = x.T @ (shares - guess) - ridge * theta
        theta += np.linalg.solve((x * (guess * (1 - guess))[:, None]).T @ x + ridge * np.eye(len(theta)), slope)
    return Weights(*theta.tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds eval/swords")
    parser.add_argument("--parts", type=int, default=10)
    options = parser.parse_args()
    targets = sets.swords(options.data / "eval" / "swords")
    model, rows = load("mini"), []
    for i, (target, gold) in enumerate(targets):
        rows.append(evidence(model, target, list(gold)))
        print(f"{i + 1} of {len(targets)} words", end="\r", flush=True)
    golds = [np.array(list(gold.values())) for _, gold in targets]
    judged = cross_validated(rows, golds, options.parts)
    scored = [dict(zip(gold, p.tolist(), strict=True)) for (_, gold), p in zip(targets, judged, strict=True)]
    known = np.concatenate(rows).any(1)
    error = binned(np.concatenate(judged)[known], np.concatenate(golds)[known])["calibration error"]
    print(json.dumps(ranking(scored, [gold for _, gold in targets]) | {"calibration error": error}, indent=1))
    fitted = asdict(fit(np.concatenate(rows), np.concatenate(golds)))
    TARGET.write_text(json.dumps({name: round(value, 5) for name, value in fitted.items()}, indent=1) + "\n", encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


def cross_validated(rows: Sequence[Evidence], golds: Sequence[Evidence], parts: int, seed: int = 0) -> list[Evidence]:
    """The probabilities of each target's candidates by a fit to the targets of the other parts."""
    part = np.random.default_rng(seed).integers(parts, size=len(rows))
    fits = [
        fit(*(np.concatenate([v for v, p in zip(values, part, strict=True) if p != left]) for values in (rows, golds)))
        for left in range(parts)
    ]
    return [fits[p].probabilities(row) for row, p in zip(rows, part, strict=True)]


if __name__ == "__main__":
    main()
