"""A model with a vector for a sentence and none for a word, such as the Universal Sentence Encoder (docs/models/use.md)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from senselens.cards import Card
from senselens.encoding import Encoding, Vectors
from senselens.model import Model
from senselens.text import valid, words


class SentenceModel(Model):
    """*vectors* makes n sentences, one or more, into (n, width).

    An `Encoding` by it has the text's words and its sentence vector, but no layer: `Encoding.word` raises `Unsupported`.
    """

    sense_layer = 0

    def __init__(
        self, card: Card, fingerprint: str, vectors: Callable[[list[str]], Vectors], parameters: int | None = None
    ) -> None:
        self.card, self.fingerprint, self.parameters = card, fingerprint, parameters
        self._vectors = vectors

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        if not texts:
            return []
        found = self._vectors([valid(text) for text in texts])  # (n, width)
        return [self._encoding(text, vector) for text, vector in zip(texts, found, strict=True)]

    def _encoding(self, text: str, vector: Vectors) -> Encoding:
        spans = words(text)
        return Encoding(text, spans, np.zeros((0, len(spans), self.card.width), np.float32), vector, self)
