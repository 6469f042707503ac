"""A part of a source as the rows an index keeps of it: its sentences, and the words in them with their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.disambiguation import FUNCTION_WORD, POS, Parts, parts_of_speech
from senselens.documents.prose import Prose
from senselens.documents.reading import prose
from senselens.encoding import Encoding, Vectors
from senselens.index.parts import Document, Part
from senselens.index.settings import Settings
from senselens.inventory import Inventory, open_inventory
from senselens.model import Model
from senselens.text import Span, sentences, words

LONGEST = 200  # words of a sentence; what runs on without a stop is cut, so that memory stays bounded
AT_ONCE = 11_000_000  # numbers in the vectors of word pieces encoded together: 4,000 pieces of the embedded model, 45 MB
PIECE = 4  # characters of a word piece, about
_CACHED = 1 << 16  # word forms whose lemmas are remembered
_PLACE = {pos: place for place, pos in enumerate(POS)}
Stored = NDArray[Any]  # int8 or float16


@dataclass(frozen=True, slots=True, eq=False)
class SentenceRows:
    """S sentences of a part: the number of the document each is in, its characters there (S, 2), its text and vector (S, W)."""

    document: NDArray[np.int32]
    place: NDArray[np.int64]
    text: list[str]
    vector: Stored


@dataclass(frozen=True, slots=True, eq=False)
class UseRows:
    """N words of a part.

    sentence:   the number of the sentence each is in; *at* are its characters there, *place* those in the document, (N, 2) each.
    parts:      (N, 5), the log probabilities of `POS`; *pos* is the likeliest that the lemma has.
    vector:     (N, W) at the model's sense layer.
    """

    sentence: NDArray[np.int32]
    at: NDArray[np.int32]
    place: NDArray[np.int64]
    lemma: list[str]
    pos: list[str]
    parts: NDArray[np.float16]
    vector: Stored


@dataclass(frozen=True, slots=True, eq=False)
class PartRows:
    part: Part
    sentences: SentenceRows
    uses: UseRows


class Annotator:
    """Makes rows of parts. What it makes of a part depends on nothing but the part, so that no order of work changes an index."""

    def __init__(self, model: Model, settings: Settings) -> None:
        self._model, self.settings = model, settings
        self._lemmas = Lemmas(open_inventory(settings.inventory))
        self._at_once = PIECE * AT_ONCE // max(1, model.card.layers * model.card.width)  # characters

    def rows(self, part: Part) -> PartRows:
        found = [place for number, document in enumerate(part.documents) for place in _places(number, document)]
        vectors = np.zeros((len(found), self.settings.width), np.float32)
        uses = _Uses(self.settings)
        for some in _alike([len(p.text) for p in found], self._at_once):
            encodings = self._model.encode([found[i].text for i in some])
            for i, encoding, parts in zip(some, encodings, parts_of_speech(encodings), strict=True):
                vectors[i] = encoding.sentence
                uses.add(i, found[i], encoding, parts, self._lemmas)
        sentences = SentenceRows(
            np.array([p.document for p in found], np.int32),
            np.array([(p.span.start, p.span.end) for p in found], np.int64).reshape(-1, 2),
            [p.text for p in found],
            stored(vectors, self.settings.vectors),
        )
        return PartRows(part, sentences, uses.rows())


class _Uses:
    """The words of one sentence after another that are stored."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sentence: list[int] = []
        self._at: list[tuple[int, int]] = []
        self._place: list[tuple[int, int]] = []
        self._lemma: list[str] = []
        self._pos: list[str] = []
        self._parts = [np.zeros((0, len(POS)), np.float16)]
        self._vectors = [stored(np.zeros((0, settings.width), np.float32), settings.vectors)]

    def add(self, number: int, place: _Place, encoding: Encoding, parts: Parts, lemmas: Lemmas) -> None:
        kept = np.arange(len(encoding.words))
        if self._settings.words == "content":
            kept = kept[parts[:, POS.index("x")] <= np.log(FUNCTION_WORD)]
        spans = [encoding.words[i] for i in kept.tolist()]
        names, pos = lemmas.of([s.of(place.text) for s in spans], parts[kept])
        self._sentence += [number] * len(spans)
        self._at += [(s.start, s.end) for s in spans]
        self._place += map(place.in_document, spans)
        self._lemma += names
        self._pos += pos
        self._parts.append(parts[kept].astype(np.float16))
        self._vectors.append(stored(encoding.layers[self._settings.layer, kept], self._settings.vectors))

    def rows(self) -> UseRows:
        return UseRows(
            np.array(self._sentence, np.int32),
            np.array(self._at, np.int32).reshape(-1, 2),
            np.array(self._place, np.int64).reshape(-1, 2),
            self._lemma,
            self._pos,
            np.concatenate(self._parts),
            np.concatenate(self._vectors),
        )


class Lemmas:
    """The lemmas of word forms, as an index keeps them and looks them up. Safe between threads."""

    def __init__(self, book: Inventory) -> None:
        self._book = book
        self._known: dict[str, dict[str, str]] = {}

    def of(self, forms: Sequence[str], parts: Parts) -> tuple[list[str], list[str]]:
        """Each use's lemma and part of speech: the likeliest of *parts* (N, 5) that the form can be, or else itself."""
        lemmas, pos = [], []
        for form, scores in zip(forms, parts.tolist(), strict=True):
            readings = self._readings(form)
            chosen = max(readings or POS, key=lambda p: scores[_PLACE[p]]) if len(readings) != 1 else next(iter(readings))
            pos.append(chosen)
            lemmas.append(readings.get(chosen) or form.casefold())
        return lemmas, pos

    def any_of(self, form: str) -> tuple[str, ...]:
        """Every lemma under which *form* may be kept."""
        return tuple(dict.fromkeys([*self._readings(form).values(), form.casefold()]))

    def _readings(self, form: str) -> dict[str, str]:
        """The first lemma of *form* as each part of speech that it can be."""
        if (known := self._known.get(form)) is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = {}
            for lemma, pos in self._book.lemmas(form):
                known.setdefault(pos, lemma)
            self._known[form] = known
        return known


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence: the number of its document in the part, its text, and the way to the document's characters.

    span:  its characters in the document.
    exact: whether they are its own, one for one but for the ends of lines, as nearly always.
    """

    document: int
    text: str
    span: Span
    exact: bool
    read: Prose
    start: int  # of the sentence in the readable text
    offset: int  # of what was read in the document

    @classmethod
    def of(cls, number: int, document: Document, read: Prose, span: Span) -> _Place:
        text, place = span.of(read.text), read.to_document(span)
        exact = place.of(document.text).replace("\n", " ") == text
        found = Span(document.offset + place.start, document.offset + place.end)
        return cls(number, text, found, exact, read, span.start, document.offset)

    def in_document(self, word: Span) -> tuple[int, int]:
        """The characters of the document that *word* of the sentence stands for."""
        if self.exact:
            return self.span.start + word.start, self.span.start + word.end
        found = self.read.to_document(Span(self.start + word.start, self.start + word.end))
        return self.offset + found.start, self.offset + found.end


def _places(number: int, document: Document) -> Iterator[_Place]:
    read = prose(document.text, document.kind)
    for sentence in sentences(read.text):
        for span in _cut(read.text, sentence):
            yield _Place.of(number, document, read, span)


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence, or pieces of `LONGEST` words of one that is longer."""
    if sentence.end - sentence.start > LONGEST:
        starts = [sentence.start + w.start for w in words(sentence.of(text))][LONGEST::LONGEST]
        for end in starts:
            yield Span(sentence.start, end)
            sentence = Span(end, sentence.end)
    yield sentence


def _alike(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """The indices of *lengths*, shortest first, in groups of about *most* characters."""
    some: list[int] = []
    held = 0
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        some.append(i)
        held += lengths[i]
        if held >= most:
            yield some
            some, held = [], 0
    if some:
        yield some


def stored(vectors: Vectors, kind: str) -> Stored:
    """Vectors (N, W) as an index keeps them: directions in 8 bits, each scaled by its largest part, or 16-bit floats."""
    if kind == "float16":
        return vectors.astype(np.float16)
    largest = np.abs(vectors).max(1, keepdims=True, initial=0)
    scaled = np.divide(127 * vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    whole: Stored = np.rint(scaled).astype(np.int8)
    return whole
