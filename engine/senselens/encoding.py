"""What a model makes of a text: vectors for its words, layer by layer, and one for the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from senselens.errors import Unsupported, WordNotFound
from senselens.text import Span, shorten

if TYPE_CHECKING:
    from senselens.model import Model

Vectors = NDArray[np.float32]


def softmax(scores: ArrayLike) -> NDArray[np.float64]:
    """Shares (N,) that sum to 1."""
    weights = np.asarray(scores, np.float64)
    shares = np.exp(weights - weights.max())
    return np.asarray(shares / shares.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """One text through one model.

    words:    the spans of its words, in characters.
    layers:   (layers, words, width); layer 0 is the input layer. A word's vector is the mean of its pieces' vectors.
              (0, words, width) under a model that has vectors of sentences only.
    sentence: (width,), the vector of the whole text.
    """

    text: str
    words: tuple[Span, ...]
    layers: Vectors = field(repr=False)
    sentence: Vectors = field(repr=False)
    model: Model = field(repr=False)

    def word(self, word: str | Span, occurrence: int = 0) -> Use:
        """The use of *word* here, by its span or by its form (any case); *occurrence* counts equal forms from 0.

        Raises `WordNotFound`, and `Unsupported` under a model that has vectors of sentences only.
        """
        self.model.need("vectors")
        if isinstance(word, Span):
            matches = [i for i, w in enumerate(self.words) if w == word]
        else:
            matches = [i for i, w in enumerate(self.words) if w.of(self.text).casefold() == word.casefold()]
        if not 0 <= occurrence < len(matches):
            raise WordNotFound(_not_found(self.text, word, occurrence, len(matches)))
        return Use(self, matches[occurrence])

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every word as a `Use`, in order. Raises `Unsupported` as `word` does."""
        self.model.need("vectors")
        return tuple(Use(self, i) for i in range(len(self.words)))

    def vectors(self, layer: int | None = None) -> Vectors:
        """The words' vectors (words, width) at *layer*, counted from the input layer 0; None is the model's own sense layer.

        Raises `Unsupported` for a layer the model does not have, and as `word` does.
        """
        self.model.need("vectors")
        chosen = self.model.sense_layer if layer is None else layer
        if not 0 <= chosen < len(self.layers):
            raise Unsupported(f"{self.model.card.name} has layers 0 to {len(self.layers) - 1}, not {chosen}")
        found: Vectors = self.layers[chosen]
        return found

    def mix(self, weights: ArrayLike, gamma: float = 1.0) -> Vectors:
        """ELMo's vector of each word (words, width): *gamma* times the sum of the layers weighted by softmax(*weights*).

        One weight a layer, the input layer first; equal weights give the mean. A task learns its own (Peters et al. 2018,
        equation 1; `senselens.elmo.ScalarMix`). Raises `Unsupported` for other weights, and as `word` does.
        """
        self.model.need("vectors")
        scores = np.asarray(weights, np.float64)
        if scores.shape != (len(self.layers),):
            have = f"{self.model.card.name} has {len(self.layers)} layers"
            raise Unsupported(f"{have}: a mix takes a list of as many weights, not one of shape {scores.shape}")
        if not np.isfinite(scores.max()):  # -inf is a layer left out
            raise Unsupported(f"a mix takes numbers, at least one of them finite and none infinite, not {scores.tolist()}")
        mixed: Vectors = np.tensordot(gamma * softmax(scores), self.layers, 1).astype(np.float32)
        return mixed

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "model": self.model.card.name,
            "words": [w.to_dict() for w in self.words],
            "layers": self.layers.tolist(),
            "sentence": self.sentence.tolist(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A word in one context: the word at *index* of an `Encoding`."""

    encoding: Encoding = field(repr=False)
    index: int

    @property
    def span(self) -> Span:
        return self.encoding.words[self.index]

    @property
    def word(self) -> str:
        return self.span.of(self.encoding.text)

    @property
    def model(self) -> Model:
        return self.encoding.model

    def vector(self, layer: int | None = None) -> Vectors:
        """The word's vector (width,) at *layer*; see `Encoding.vectors`."""
        vector: Vectors = self.encoding.vectors(layer)[self.index]
        return vector

    def to_dict(self) -> dict[str, Any]:
        return {"word": self.word, "span": self.span.to_dict(), "model": self.model.card.name, "vector": self.vector().tolist()}


def _not_found(text: str, word: str | Span, occurrence: int, found: int) -> str:
    shown = shorten(text)
    if isinstance(word, Span):
        return f"the characters {word.start} to {word.end} are not one word of {shown!r}"
    word = shorten(word)
    if found:
        times = "once" if found == 1 else f"{found} times"
        return f"{word!r} stands {times} in {shown!r}: the occurrence is 0 to {found - 1}, not {occurrence}"
    return f"{word!r} is not a word of {shown!r}"
