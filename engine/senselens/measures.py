"""Directions, cosines and nearest rows of vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors


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
