"""Overlapping windows over a text that is longer than a model reads at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors


def windows(length: int, size: int, stride: int) -> list[tuple[int, int]]:
    """The windows ``[start, end)`` that cover *length* word pieces, in order.

    They start *stride* apart and hold *size* pieces; the last one is moved back to end at *length*, so that it is full too.
    A text no longer than *size* is one window, and an empty text has none. ValueError unless 1 <= *stride* <= *size*.
    """
    if not 1 <= stride <= size:
        raise ValueError(f"a stride of {stride} leaves gaps or never moves: it must be from 1 to the window's size, {size}")
    if length == 0:
        return []
    last = max(length - size, 0)
    return [(start, min(start + size, length)) for start in [*range(0, last, stride), last]]


def best_window(length: int, windows: Sequence[tuple[int, int]]) -> NDArray[np.intp]:
    """For each of *length* pieces the index (length,) of the window from which to take its vector.

    That is the window in which the piece has the most context on its shorter side, the earlier one of equals: near a
    window's edge a piece is read with half its sentence cut off. ValueError where *windows* leave a piece uncovered.
    """
    best = np.full(length, -1, dtype=np.intp)
    context = np.full(length, -1, dtype=np.intp)  # (length,), on the shorter side
    for index, (start, end) in enumerate(windows):
        before = np.arange(end - start)
        here = np.minimum(before, before[::-1])
        better = here > context[start:end]
        context[start:end][better] = here[better]
        best[start:end][better] = index
    if (best < 0).any():
        raise ValueError(f"no window covers piece {int(np.argmin(best))} of {length}")
    return best


class Windowed:
    """A text of P pieces that is read in windows: *vectors* (layers, P, W), each piece's from the window that is best for it.

    *total* (W,) is the sum of the last layer over all *count* pieces of all windows, special ones too.
    """

    def __init__(self, cut: Sequence[tuple[int, int]], vectors: Vectors) -> None:
        self._cut, self.vectors = cut, vectors
        self._best = best_window(vectors.shape[1], cut)
        self._left = len(cut)
        self.total, self.count = np.zeros(vectors.shape[-1], np.float32), 0

    def add(self, number: int, vectors: Vectors, total: Vectors, count: int) -> bool:
        """Take what window *number* gives; whether it was the last one missing."""
        start, end = self._cut[number]
        mine = np.flatnonzero(self._best[start:end] == number)
        self.vectors[:, start + mine] = vectors[:, mine]
        self.total += total
        self.count += count
        self._left -= 1
        return self._left == 0
