"""What a masked language model computes with, whichever library runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.pieces import Ids

BATCH_PIECES = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded inputs, each (B, T): ids, segments (which of a pair), attention (1 where a piece stands)."""

    ids: Ids
    segments: Ids
    attention: Ids

    @classmethod
    def of(cls, rows: Sequence[Ids], padding: int, segments: Sequence[Ids] | None = None) -> Batch:
        """The rows, padded to the longest; without *segments* all of them are 0."""
        lengths = np.array([len(r) for r in rows])
        attention = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        ids = np.full(attention.shape, padding, np.int64)
        ids[attention == 1] = np.concatenate(rows)
        kinds = np.zeros_like(ids)
        if segments is not None:
            kinds[attention == 1] = np.concatenate(segments)
        return cls(ids, kinds, attention)


class Network(Protocol):
    """The computation; everything in and out is NumPy."""

    layers: int
    width: int
    longest: int
    padding: int

    def hidden(self, batch: Batch) -> Vectors:
        """Every layer's vectors, (layers, B, T, width)."""
        ...

    def logits(self, batch: Batch, rows: NDArray[np.intp], places: NDArray[np.intp]) -> Vectors:
        """The vocabulary's scores (M, V) at M places of the batch. Raises `Unsupported` without such a head."""
        ...

    def follows(self, batch: Batch) -> NDArray[np.float32]:
        """The probability (B,) that the second segment follows the first. Raises `Unsupported` without such a head."""
        ...


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The indices of *lengths* in batches of like lengths, each of about `BATCH_PIECES` pieces."""
    some: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if some and (len(some) + 1) * lengths[i] > BATCH_PIECES:
            yield some
            some = []
        some.append(i)
    if some:
        yield some
