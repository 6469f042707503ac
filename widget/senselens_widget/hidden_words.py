"""Words hidden in a text, as a question to models of which some read both sides of a word and some one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from senselens import Guess, JointGuess, Model, Span, WordNotFound, masks, sentence_at

TOGETHER = range(2, 5)  # masks that are read jointly, too


@dataclass(frozen=True, slots=True)
class Column:
    """A model, and which side of a word it reads."""

    model: Model
    direction: str

    @property
    def name(self) -> str:
        return self.model.card.name

    def answer(self, text: str, hidden: Sequence[Span], k: int) -> dict[str, Any]:
        """What it puts in the place of the words *hidden*: guesses for each, its share for the word itself, joint readings."""
        if self.direction != "both":
            (span,) = hidden
            found = self._beside(text, span, k)
            own = next((g.probability for g in found if g.word.casefold() == span.of(text).casefold()), None)
            return _answer([found], [own], [])
        written, forms = text, [span.of(text) for span in hidden]
        for span in reversed(hidden):
            written = f"{written[: span.start]}[MASK]{written[span.end :]}"
        joint = self.model.predict_jointly(written, 3) if len(hidden) in TOGETHER else []
        return _answer(self.model.predict(written, k=k), [self._own(written, n, form) for n, form in enumerate(forms)], joint)

    def _own(self, written: str, number: int, form: str) -> float | None:
        """The probability of *form* at a mask; None where the mask is the text's own, or the model cannot spell the word."""
        if masks(form):
            return None
        try:
            return self.model.predict(written, targets=[form])[number][0].probability
        except WordNotFound:
            return None

    def _beside(self, text: str, span: Span, k: int) -> list[Guess]:
        if self.direction == "after":
            return self.model.previous_words(text[span.end :], k)
        reads_sentences = "previous-word" in self.model.card.capabilities  # as ELMo does: nothing before the sentence
        sentence = sentence_at(text, span.start) if reads_sentences else None
        return self.model.next_words(text[sentence.start if sentence else 0 : span.start], k)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be worked out: a text and what of it is looked at. *known* has the answers by a column's number and a key."""

    text: str
    words: tuple[Span, ...]
    written: tuple[Span, ...]
    hidden: tuple[Span, ...]
    seed: int
    known: dict[tuple[int, str], dict[str, Any]] = field(compare=False)

    def wanted(self, columns: Sequence[Column]) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """What has to be answered, by the number of a column and the words hidden: what is looked at first, then single words."""
        for number, column in enumerate(columns):
            together = [self.hidden] if self.hidden else []
            for spans in together if column.direction == "both" else [(span,) for span in self.hidden]:
                yield number, spans
        for number, column in enumerate(columns):
            around = self.written if column.direction == "both" else ()
            for span in self.words:
                yield number, tuple(sorted({span, *around}))


def key_of(spans: Sequence[Span]) -> str:
    """The name of an answer, for one who knows which words are hidden: where they start."""
    return ",".join(str(span.start) for span in spans)


def _answer(guesses: list[list[Guess]], own: list[float | None], joint: list[JointGuess]) -> dict[str, Any]:
    found = [[guess.to_dict() for guess in of_mask] for of_mask in guesses]
    return {"guesses": found, "own": own, "joint": [reading.to_dict() for reading in joint]}
