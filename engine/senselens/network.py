"""What a masked language model computes with, whichever library runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.pieces import Ids, Template
from senselens.windows import Windowed, windows

BATCH_PIECES = 1024  # what one layer makes of so many stays in the processor's cache, and little is padding


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


@dataclass(frozen=True, slots=True)
class MaskedBatch:
    """A batch and M places in it at which words are to be predicted: their *rows* (M,) and *columns* (M,)."""

    batch: Batch
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @classmethod
    def of(cls, rows: Sequence[Ids], masks: NDArray[np.intp], padding: int) -> MaskedBatch:
        """The rows (R,) with their masks (R, m) each: M is R · m."""
        return cls(Batch.of(rows, padding), np.repeat(np.arange(len(rows)), masks.shape[1]), masks.ravel())


@dataclass(frozen=True, slots=True)
class InputParts:
    """What a network looks up for one input of P pieces, before it adds and norms; E is the width of its tables.

    token:        (P, E), the rows of the word pieces.
    segment:      (P, E), the rows of *segment_ids* (P,), which text of a pair a piece is in; both None without such a table.
    position:     (P, E), the rows of *position_ids* (P,); both None where positions only enter the attention.
    norm:         the scale and shift (E,) of the LayerNorm over the sum, and its epsilon.
    projection:   weight (W, E) and bias (W,) that bring the tables' width to the layers'; None where they are one.
    projected_first: whether that happens before the LayerNorm (DeBERTa) or after it (ALBERT, ELECTRA).
    """

    token: Vectors
    segment: Vectors | None
    segment_ids: Ids | None
    position: Vectors | None
    position_ids: Ids | None
    norm: tuple[Vectors, Vectors, float]
    projection: tuple[Vectors, Vectors] | None = None
    projected_first: bool = False


class Network(Protocol):
    """The computation; everything in and out is NumPy. *longest* counts special pieces; *layers* the input layer.

    *labels* are those of a classification head; none without one.
    """

    layers: int
    width: int
    longest: int
    padding: int
    labels: tuple[str, ...]

    def hidden(self, batch: Batch) -> Vectors:
        """Every layer's vectors, (layers, B, T, width)."""
        ...

    def hidden_all(self, batches: Sequence[Batch]) -> Iterator[Vectors]:
        """`hidden` of each of *batches*, in order."""
        ...

    def logits(self, masked: MaskedBatch) -> Vectors:
        """The vocabulary's scores (M, V) at the places. Raises `Unsupported` without such a head."""
        ...

    def logits_all(self, masked: Sequence[MaskedBatch]) -> Iterator[Vectors]:
        """`logits` of each of *masked*, in order."""
        ...

    def follows(self, batch: Batch) -> NDArray[np.float32]:
        """The probability (B,) that the second segment follows the first. Raises `Unsupported` without such a head."""
        ...

    def attention(self, batch: Batch) -> Vectors:
        """What each piece gives to each, (layers without the input layer, B, heads, T, T); rows sum to 1."""
        ...

    def input_parts(self, ids: Ids, segments: Ids) -> InputParts:
        """The rows of one input (P,) in the tables of the input layer. Raises `Unsupported` where they are not known."""
        ...

    def answer_scores(self, batch: Batch) -> tuple[Vectors, Vectors]:
        """How much an answer starts, and ends, at each piece: (B, T) each. Raises `Unsupported` without such a head."""
        ...

    def label_probabilities(self, batch: Batch) -> Vectors:
        """The probabilities (B, L) of the labels. Raises `Unsupported` without such a head."""
        ...


def batches(lengths: Sequence[int], most: int = BATCH_PIECES) -> Iterator[list[int]]:
    """The indices of *lengths* in batches of like lengths, each of about *most* pieces and none empty."""
    some: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if some and (len(some) + 1) * lengths[i] > most:
            yield some
            some = []
        some.append(i)
    if some:
        yield some


def piece_vectors(network: Network, template: Template, rows: Sequence[Ids]) -> Iterator[tuple[int, Vectors, Vectors]]:
    """Each row's number, its pieces' vectors (layers, P, W) and the mean of the last layer (W,), as soon as it is read.

    The vectors of a row that was read at once are a view into its batch: who keeps them keeps the batch.
    """
    before = len(template.start)
    around = before + len(template.end)
    room = network.longest - around
    cuts = [windows(len(row), room, room // 2) or [(0, 0)] for row in rows]
    parts = [(i, number, *window) for i, cut in enumerate(cuts) for number, window in enumerate(cut)]
    groups = [[parts[j] for j in some] for some in batches([b - a + around for _, _, a, b in parts])]
    made = [Batch.of([template.one(rows[i][a:b]) for i, _, a, b in some], network.padding) for some in groups]
    long: dict[int, Windowed] = {}
    for some, hidden in zip(groups, network.hidden_all(made), strict=True):
        for row, (i, number, a, b) in enumerate(some):
            count = b - a + around
            vectors, total = hidden[:, row, before : before + b - a], hidden[-1, row, :count].sum(0)
            if len(cuts[i]) == 1:
                yield i, vectors, total / np.float32(count)
                continue
            if i not in long:
                long[i] = Windowed(cuts[i], np.empty((len(hidden), len(rows[i]), hidden.shape[-1]), np.float32))
            if long[i].add(number, vectors, total, count):
                whole = long.pop(i)
                yield i, whole.vectors, whole.total / np.float32(whole.count)
