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
    millionth. Safe between threads.
    """

    def __init__(self, megabytes: float = 64) -> None:
        self.room = int(megabytes * 2**20)
        self.taken = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, model: Model, sentences: Sequence[str]) -> list[Encoding]:
        """`Model.encode`; only sentences that are not remembered are computed."""
        found = self._recall(("encode", model.fingerprint), sentences, lambda new: list(map(_halved, model.encode(new))), _size)
        return [replace(e, layers=e.layers.astype(np.float32), model=model) for e in found]

    def embed(self, model: Model, sentences: Sequence[str]) -> Vectors:
        """`Model.embed`; only sentences that are not remembered are computed."""
        found = self._recall(("embed", model.fingerprint), sentences, lambda new: list(model.embed(new)), lambda v: v.nbytes)
        return np.stack(found) if found else model.embed([])

    def predict_words(self, model: Model, where: Sequence[tuple[str, Span]], k: int) -> list[list[Guess]]:
        """`Model.predict_words`; only places that are not remembered are computed."""
        kind = ("predict", k, model.fingerprint)
        return self._recall(kind, where, lambda new: model.predict_words(new, k), lambda guesses: SMALL * len(guesses))

    def knows(self, model: Model, sentence: str) -> bool:
        """Whether `encode` would compute nothing for *sentence*."""
        with self._lock:
            return (("encode", model.fingerprint), sentence) in self._kept

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


def _halved(encoding: Encoding) -> Encoding:
    """With its vectors in half precision, unless one is too large for that (causal models have such)."""
    with np.errstate(over="ignore"):
        layers = encoding.layers.astype(np.float16)
    return replace(encoding, layers=cast(Vectors, layers)) if np.isfinite(layers).all() else encoding


def _size(encoding: Encoding) -> int:
    return encoding.layers.nbytes + encoding.sentence.nbytes + sys.getsizeof(encoding.text) + SMALL * len(encoding.words)
