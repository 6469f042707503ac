"""The scores of the field, as free functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def ranks(values: Sequence[float] | NDArray) -> NDArray[np.float64]:
    """Ranks from 0, equal values sharing the mean of theirs."""
    array = np.asarray(values, float)
    order, rank = np.argsort(array, kind="stable"), np.empty(len(array))
    rank[order] = np.arange(len(array))
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    return (np.bincount(inverse, rank) / counts)[inverse]


def spearman(a: Sequence[float] | NDArray, b: Sequence[float] | NDArray) -> float:
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def macro_recall(guess: NDArray, gold: NDArray) -> float:
    return float(np.mean([(guess[gold == c] == c).mean() for c in np.unique(gold)]))


def generalized_average_precision(ranked: Sequence[float]) -> float:
    """GAP of gold weights in the order of a system's ranking (Kishida 2005; Thater et al. 2010): 1 for their own order.

    The mean weight down to each rank, summed over the ranks that have a weight, over the same for the best order; 0 where
    no weight is above 0.
    """
    found, best = (np.array(w, float) for w in (ranked, sorted(ranked, reverse=True)))
    gained, possible = (float((np.cumsum(w) / np.arange(1, len(w) + 1))[w > 0].sum()) for w in (found, best))
    return gained / possible if possible else 0.0
