"""The model, what it remembers, and the readings of open documents. Everything here runs on the worker's thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import senselens as sl
from senselens_lsp.configuration import Configuration
from senselens_lsp.documents import Snapshot
from senselens_lsp.files import State
from senselens_lsp.indexed import Indexed
from senselens_lsp.reading import Reading
from senselens_lsp.worker import Step

if TYPE_CHECKING:
    from lsprotocol import types

MEMORY = 32  # megabytes of vectors: those of about eighteen thousand words at the layers that tell senses
FEW = 12  # other uses that a hover compares a word with: their sentences are read while somebody waits
MANY = 200
READING = ("inventory", "document_kinds", "languages")  # the settings with which everything is read anew
EVEN = 0.5  # the probability of one sense from which two uses are said to have it


@dataclass(frozen=True, slots=True)
class Place:
    """A position in an open document, at one moment."""

    snapshot: Snapshot
    uri: str
    position: types.Position


@dataclass(frozen=True, slots=True)
class Found:
    """A word somewhere in a reading.

    inspection: of this word alone; None while there is no model.
    senses:     of the inventory, without regard to the sentence.
    """

    reading: Reading
    span: sl.Span
    inspection: sl.Inspection | None
    senses: tuple[sl.Sense, ...]

    @property
    def word(self) -> str:
        return self.span.of(self.reading.text)

    @property
    def seen(self) -> sl.WordReading | None:
        """How the model reads the word."""
        return next(iter(self.inspection.words[0].readings.values())) if self.inspection else None

    @property
    def same(self) -> list[sl.Span]:
        """The other uses that likely have the same sense."""
        return [use.span for use in self.seen.others if use.similarity.same_sense >= EVEN] if self.seen else []


class Engine:
    """Answers questions about what is open."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.model: sl.Model | None = None
        self.memory = sl.Memory(MEMORY)
        self.lemmas_of: dict[Path, tuple[State, frozenset[str]]] = {}  # of files in a state
        self.indexed = Indexed()
        self._inventory: sl.Inventory | None = None  # it is asked for several times in each hover
        self._readings: dict[str, Reading] = {}

    @property
    def inventory(self) -> sl.Inventory:
        if self._inventory is None:
            self._inventory = sl.open_inventory(self.configuration.inventory)
        return self._inventory

    def configure(self, configuration: Configuration) -> None:
        if any(getattr(configuration, key) != getattr(self.configuration, key) for key in READING):
            self._inventory = None
            self._readings.clear()
            self.lemmas_of.clear()
        self.configuration = configuration

    def use(self, model: sl.Model, _step: Step) -> None:
        """Read with *model* from now on."""
        self.model = model
        for reading in self._readings.values():
            reading.found.clear()
            reading.substitutes.clear()

    def forget(self, uri: str, _step: Step) -> None:
        self._readings.pop(uri, None)

    def reading(self, snapshot: Snapshot) -> Reading:
        known = self._readings.get(snapshot.uri)
        if known is None or known.snapshot is not snapshot:
            known = self._readings[snapshot.uri] = Reading(snapshot, self.inventory, known, partial(self.reads, snapshot))
        return known

    def look(self, place: Place, step: Step, guesses: int | None = None, others: int = FEW, curves: bool = False) -> Found | None:
        """The word at *place* as the model reads it there. None where there is no word, or nothing to say of it."""
        reading = self.reading(place.snapshot)
        span = reading.word_at(place.uri, place.position)
        if span:
            reading.asked = span.start
        if span is None or self._is_ignored(span.of(reading.text)):
            return None
        found = self.inspect(reading, span, step, self.configuration.guesses if guesses is None else guesses, others, curves)
        senses = found.seen.senses if found.seen else found.senses
        return found if senses or (self.configuration.function_words and self.model) else None

    def inspect(
        self, reading: Reading, span: sl.Span, step: Step, guesses: int = 0, others: int = 0, curves: bool = False
    ) -> Found:
        """The word at *span*; what a state of the text was asked before is not computed again."""
        senses = self.inventory.senses(span.of(reading.text))
        if self.model is None:
            return Found(reading, span, None, senses)
        key = span, guesses, others, curves
        if key not in reading.found:
            ask = partial(sl.inspect, reading.outline, [self.model], [span], step=step, memory=self.memory)
            reading.found[key] = ask(k=guesses, others=others, curves=curves)
        return Found(reading, span, reading.found[key], senses)

    def sense(self, reading: Reading, span: sl.Span, step: Step) -> sl.SenseMatch | None:
        """The likeliest sense of the word at *span*; None for one without."""
        seen = self.inspect(reading, span, step).seen
        return seen.senses[0] if seen and seen.senses else None

    def uses(self, found: Found, snapshots: Iterable[Snapshot], step: Step) -> Iterator[tuple[Reading, sl.Span, float]]:
        """The uses of a word in *snapshots*, each with the probability that it has the word's sense."""
        for snapshot in snapshots:
            step()
            reading = self.reading(snapshot)
            for span, share in self.uses_in(found, reading):
                yield reading, span, share

    def uses_in(self, found: Found, reading: Reading) -> Iterator[tuple[sl.Span, float]]:
        """`uses` in one reading."""
        own = self.use_of(found)
        if own is None:
            return
        spans = reading.outline.uses(found.word)[:MANY]
        for span, alike in zip(spans, sl.similarities(own, list(self._uses(reading, spans))), strict=True):
            yield span, alike.same_sense

    def use_of(self, found: Found) -> sl.Use | None:
        """The word with its vector; None where it has no sense to tell."""
        if self.model is None or found.seen is None or not found.seen.senses:
            return None
        (own,) = self._uses(found.reading, [found.span])
        return own

    def _uses(self, reading: Reading, spans: Sequence[sl.Span]) -> Iterator[sl.Use]:
        """The words at *spans*, each in its sentence."""
        assert self.model
        outline = reading.outline
        sentences = [outline.sentences[outline.sentence_of(span)] for span in spans]
        texts = [sentence.of(outline.text) for sentence in sentences]
        encodings = self.memory.encode(self.model, texts, sl.sense_layers(self.model))
        for span, sentence, encoding in zip(spans, sentences, encodings, strict=True):
            yield encoding.word(sl.Span(span.start - sentence.start, span.end - sentence.start))

    def reads(self, snapshot: Snapshot, language: str) -> bool:
        """Whether documents in *language* are read, as the user has set it; of a notebook the cells of prose."""
        kind = sl.kind_of(language)
        if snapshot.is_notebook:
            return kind != "code" and {kind, "notebook"} <= {*self.configuration.document_kinds}
        return self.reads_alone(language)

    def reads_alone(self, language: str) -> bool:
        """`reads` of a document that is no cell."""
        kinds, chosen = self.configuration.document_kinds, self.configuration.languages
        kind = sl.kind_of(language)
        return kind in kinds and (kind != "code" or not chosen or language in chosen)

    def _is_ignored(self, word: str) -> bool:
        return word.casefold() in {ignored.casefold() for ignored in self.configuration.ignored_words}
