"""How alike two uses are, beside what any two words show and what it means for their senses."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Use, Vectors
from senselens.errors import Unsupported


@dataclass(frozen=True, slots=True)
class Similarity:
    """Two uses compared at one layer.

    cosine:     of their vectors, -1 to 1.
    baseline:   the mean cosine of random pairs of different words in this model and layer; at or below it, nothing is shared.
    same_sense: the calibrated probability that the two uses have one sense, for two uses of one lemma and even odds before.
    """

    cosine: float
    baseline: float
    same_sense: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def similarity(a: Use, b: Use, layer: int | None = None) -> Similarity:
    """Compare two uses under one model, at *layer* (None: the model's sense layer). Raises `Unsupported` across models."""
    if a.model is not b.model:
        raise Unsupported(
            f"uses are compared under one model, not {a.model.card.name} and {b.model.card.name}: encode both texts with one"
        )
    chosen = a.model.sense_layer if layer is None else layer
    value = cosine(a.vector(chosen), b.vector(chosen))
    calibration = a.model.calibration
    return Similarity(value, calibration.baselines[chosen], float(calibration.same_sense(value, chosen)))


def unit(vectors: Vectors) -> Vectors:
    """The directions of *vectors* (…, W): length 1, and the zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def cosine(a: Vectors, b: Vectors) -> float:
    """The cosine of the angle between two vectors (W,); 0 where one of them is zero, and exactly 1 where they are equal."""
    return float(cosines(a, b))


def cosines(a: Vectors, b: Vectors) -> Vectors:
    """`cosine` for vectors (…, W) in pairs, (…); their leading axes may broadcast.

    Rounding alone would make a vector's cosine to itself 0.99999994: a word with one vector must not seem to have two.
    """
    left, right = unit(a), unit(b)
    found = np.clip((left * right).sum(-1), -1, 1)
    exact: Vectors = np.where((a == b).all(-1) & left.any(-1), np.float32(1), found)
    return exact


def nearest(query: Vectors, table: Vectors, k: int = 10) -> tuple[NDArray[np.intp], Vectors]:
    """The rows of *table* (N, W) closest in direction to *query* (W,), best first, with their cosines (k,)."""
    scores = unit(table) @ unit(query)  # (N,)
    best = largest(scores, k)
    return best, scores[best]


def largest(scores: Vectors, k: int) -> NDArray[np.intp]:
    """The places of the *k* largest of *scores* (N,), largest first; equal ones in their order."""
    k = min(max(k, 0), len(scores))
    best = np.sort(np.argpartition(-scores, k - 1)[:k]) if k else np.arange(0)
    return best[np.argsort(-scores[best], kind="stable")]
