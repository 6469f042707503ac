"""What any model can be asked. A family answers what it can; the rest is `Unsupported`, with the models that can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from senselens.cards import CAPABILITIES, CARDS, Card
from senselens.encoding import Encoding, Vectors
from senselens.errors import Unsupported
from senselens.text import Span, listed

if TYPE_CHECKING:
    from senselens.attention import Attention
    from senselens.calibration import Calibration
    from senselens.classification import Label
    from senselens.input_representation import InputRepresentation
    from senselens.pretraining import PretrainingExample
    from senselens.question_answering import Answer


@dataclass(frozen=True, slots=True)
class Guess:
    """A word a model would put somewhere, and the probability it gives it."""

    word: str
    probability: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class JointGuess:
    """One word for every mask of a text, the text with them filled in, and the probability of all of them together."""

    words: tuple[str, ...]
    text: str
    probability: float

    def to_dict(self) -> dict[str, Any]:
        return {"words": list(self.words), "text": self.text, "probability": self.probability}


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of a model's vocabulary near another, or near a point among words, and the cosine of the two vectors."""

    word: str
    cosine: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Model:
    """A loaded model. Subclasses override what their family can do."""

    card: Card
    sense_layer: int
    fingerprint: str  # names the exact weights: what is computed with them is kept on disk under it
    labels: tuple[str, ...] = ()  # what it sorts texts into
    parameters: int | None = None  # how many numbers training has set; None where nobody has counted them

    @cached_property
    def calibration(self) -> Calibration:
        """This model's baseline and same-sense probability, from the package or measured once and kept on disk."""
        from senselens.calibration import calibration_of

        return calibration_of(self)

    @cached_property
    def sentence_baseline(self) -> float:
        """The mean cosine of random pairs of sentences, from the package or measured once and kept on disk."""
        from senselens.calibration import sentence_baseline_of

        return sentence_baseline_of(self)

    @overload
    def encode(self, text: str) -> Encoding: ...  # type: ignore[overload-overlap]  # a str is a Sequence of str, alas
    @overload
    def encode(self, text: Iterable[str]) -> list[Encoding]: ...
    def encode(self, text: str | Iterable[str]) -> Encoding | list[Encoding]:
        """The vectors of a text, or of each of several texts (batched inside)."""
        if isinstance(text, str):
            return self.encode_all([text])[0]
        return self.encode_all(list(text))

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        raise self.cannot("vectors")

    def embed(self, sentences: Iterable[str]) -> Vectors:
        """The vectors of *sentences*, (n, width)."""
        texts = listed(sentences, "embed", "sentences")
        if not texts:
            return np.zeros((0, self.card.width), np.float32)
        return np.stack([e.sentence for e in self.encode_all(texts)])

    def predict(self, text: str, span: Span | None = None, k: int = 5, targets: Sequence[str] | None = None) -> list[list[Guess]]:
        raise self.cannot("masked")

    def predict_words(self, where: Sequence[tuple[str, Span]], k: int = 5) -> list[list[Guess]]:
        raise self.cannot("masked")

    def word_log_shares(self, where: Sequence[tuple[str, Span, bool]]) -> tuple[list[str], Vectors]:
        raise self.cannot("masked")

    def predict_jointly(self, text: str, k: int = 5) -> list[JointGuess]:
        raise self.cannot("masked")

    def pretraining_example(self, text: str, seed: int = 0, k: int = 5) -> PretrainingExample:
        raise self.cannot("masked")

    def next_words(self, text: str, k: int = 5, *, complete: bool = False) -> list[Guess]:
        raise self.cannot("next-word")

    def previous_words(self, text: str, k: int = 5) -> list[Guess]:
        raise self.cannot("previous-word")

    def log_probability(self, text: str) -> float:
        raise self.cannot("log-probability")

    def perplexity(self, text: str, per: str = "word") -> float:
        raise self.cannot("log-probability")

    def word_log_probabilities(self, text: str) -> list[tuple[Span, float]]:
        raise self.cannot("log-probability")

    def next_sentence(self, a: str, b: str) -> float:
        raise self.cannot("next-sentence")

    def nearest_words(self, word: str, k: int = 10) -> list[NearWord]:
        raise self.cannot("nearest-words")

    def analogy(self, a: str, b: str, c: str, k: int = 10) -> list[NearWord]:
        raise self.cannot("nearest-words")

    def input_representation(self, text: str, pair: str | None = None) -> InputRepresentation:
        raise self.cannot("input")

    def attention(self, text: str, pair: str | None = None) -> Attention:
        raise self.cannot("attention")

    def answer(self, question: str, context: str, k: int = 1) -> list[Answer]:
        raise self.cannot("answer")

    def classify(self, text: str, pair: str | None = None) -> list[Label]:
        raise self.cannot("classify")

    def classify_all(self, texts: Sequence[str]) -> list[list[Label]]:
        raise self.cannot("classify")

    def need(self, capability: str) -> None:
        """Raise `Unsupported` when this model lacks *capability*."""
        if capability not in self.card.capabilities:
            raise self.cannot(capability)

    def cannot(self, capability: str) -> Unsupported:
        """The error for a *capability* this model lacks, naming the models that have it."""
        having = sorted(name for name, card in CARDS.items() if capability in card.capabilities)
        return Unsupported(f"{self.card.name} cannot {CAPABILITIES[capability]}; {', '.join(having) or 'no known model'} can")
