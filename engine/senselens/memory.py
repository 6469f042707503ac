"""What models have made of sentences, kept so that a text read again costs only what changed in it."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

import numpy as np

from senselens.encoding import Encoding, Vectors
from senselens.model import Guess, Model
from senselens.text import Span

Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")
SMALL = 120  # bytes that a span or a guess takes, about


class Memory:
    """Remembers up to *megabytes* of what models answered; what was not used for longest is forgotten first.

    Vectors of words are kept, and given, in half precision: half the room, and no cosine moves by more than about a
    ten-thousandth. Safe between threads.
    """

    def __init__(self, megabytes: float = 64) -> None:
        self.room = int(megabytes * 2**20)
        self.taken = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, model: Model, sentences: Sequence[str], layers: tuple[int, ...] | None = None) -> list[Encoding]:
        """`Model.encode`; only sentences that are not remembered are computed.

        Where *layers* are given only those are remembered, and all others of the answer are NaN.
        """

        def computed(new: list[str]) -> list[tuple[Encoding, int]]:
            return [(_halved(e, layers), len(e.layers)) for e in model.encode(new)]

        found = self._recall(("encode", layers, model.fingerprint), sentences, computed, lambda kept: _size(kept[0]))
        return [replace(e, layers=_whole(e.layers, layers, number), model=model) for e, number in found]

    def embed(self, model: Model, sentences: Sequence[str]) -> Vectors:
        """`Model.embed`; only sentences that are not remembered are computed."""
        found = self._recall(("embed", model.fingerprint), sentences, lambda new: list(model.embed(new)), lambda v: v.nbytes)
        return np.stack(found) if found else model.embed([])

    def predict_words(self, model: Model, where: Sequence[tuple[str, Span]], k: int) -> list[list[Guess]]:
        """`Model.predict_words`; only places that are not remembered are computed."""
        kind = ("predict", k, model.fingerprint)
        return self._recall(kind, where, lambda new: model.predict_words(new, k), lambda guesses: SMALL * len(guesses))

    def knows(self, model: Model, sentence: str, layers: tuple[int, ...] | None = None) -> bool:
        """Whether `encode` would compute nothing for *sentence*."""
        with self._lock:
            return (("encode", layers, model.fingerprint), sentence) in self._kept

    def _recall(
        self,
        kind: Hashable,
        asked: Sequence[Asked],
        compute: Callable[[list[Asked]], list[Answer]],
        size: Callable[[Answer], int],
    ) -> list[Answer]:
        """The answer to each of *asked*, remembered or computed now, all that are missing at once."""
        found: dict[Asked, Answer] = {}
        with self._lock:
            for one in asked:
                if one not in found and (kept := self._kept.get((kind, one))):
                    self._kept.move_to_end((kind, one))
                    found[one] = kept[0]
        missing = [one for one in dict.fromkeys(asked) if one not in found]
        if missing:
            new = compute(missing)
            with self._lock:
                for one, answer in zip(missing, new, strict=True):
                    found[one] = answer
                    self._keep((kind, one), answer, size(answer))
        return [found[one] for one in asked]

    def _keep(self, key: Hashable, answer: object, size: int) -> None:
        if key in self._kept:  # another thread computed it too
            return
        self._kept[key] = answer, size
        self.taken += size
        while self.taken > self.room:
            _, (_, gone) = self._kept.popitem(last=False)
            self.taken -= gone


def _halved(encoding: Encoding, layers: tuple[int, ...] | None) -> Encoding:
    """With its vectors at *layers* in half precision, unless one is too large for that (causal models have such)."""
    vectors = encoding.layers if layers is None else encoding.layers[list(layers)]
    with np.errstate(over="ignore"):
        halves = vectors.astype(np.float16)
    return replace(encoding, layers=cast(Vectors, halves) if np.isfinite(halves).all() else vectors)


def _whole(vectors: Vectors, layers: tuple[int, ...] | None, number: int) -> Vectors:
    """What `_halved` kept, (kept layers, words, W), with a *number* of layers again."""
    if layers is None:
        return vectors.astype(np.float32)
    whole = np.full((number, *vectors.shape[1:]), np.nan, np.float32)
    whole[list(layers)] = vectors
    return whole


def _size(encoding: Encoding) -> int:
    return encoding.layers.nbytes + encoding.sentence.nbytes + sys.getsizeof(encoding.text) + SMALL * len(encoding.words)
