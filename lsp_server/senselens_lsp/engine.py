"""The model, what it remembers, and the readings of open documents. Everything here runs on the worker's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import senselens as sl
from senselens_lsp.configuration import Configuration
from senselens_lsp.documents import Snapshot
from senselens_lsp.reading import Reading
from senselens_lsp.worker import Step

if TYPE_CHECKING:
    from lsprotocol import types

MEMORY = 48  # megabytes of vectors
FEW_OTHERS = 12  # other uses that a hover compares a word with: their sentences are read while somebody waits
MOST_OTHERS = 200
LIKELY = 0.005  # a sense less probable than this is not shown


@dataclass(frozen=True, slots=True)
class Place:
    """A position in an open document, at one moment."""

    snapshot: Snapshot
    uri: str
    position: types.Position


@dataclass(frozen=True, slots=True)
class Found:
    """A word somewhere in a reading, as the model reads it; *inspected* is None while there is no model."""

    reading: Reading
    span: sl.Span
    inspection: sl.Inspection | None
    senses: tuple[sl.Sense, ...]  # of the inventory, without regard to the sentence, the most frequent first

    @property
    def word(self) -> str:
        return self.span.of(self.reading.outline.text)

    @property
    def seen(self) -> sl.WordReading | None:
        """How the model reads the word."""
        return next(iter(self.inspection.words[0].readings.values())) if self.inspection else None


class Engine:
    """Answers questions about open documents."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.model: sl.Model | None = None
        self.memory = sl.Memory(MEMORY)
        self._readings: dict[str, Reading] = {}

    @property
    def inventory(self) -> sl.Inventory:
        return sl.open_inventory(self.configuration.inventory)

    def configure(self, configuration: Configuration, _step: Step) -> None:
        if configuration.inventory != self.configuration.inventory:
            self._readings.clear()
        self.configuration = configuration

    def use(self, model: sl.Model | None, _step: Step) -> None:
        """Read with *model* from now on."""
        self.model = model
        for reading in self._readings.values():
            reading.found.clear()

    def forget(self, uri: str) -> None:
        self._readings.pop(uri, None)

    def reading(self, snapshot: Snapshot) -> Reading:
        known = self._readings.get(snapshot.uri)
        if known is None or known.snapshot is not snapshot:
            known = self._readings[snapshot.uri] = Reading(snapshot, self.inventory, known)
        return known

    def word(self, place: Place) -> tuple[Reading, sl.Span | None]:
        """The word at *place*; None where there is none, or none to look at."""
        reading = self.reading(place.snapshot)
        span = reading.word_at(place.uri, place.position)
        ignored = {word.casefold() for word in self.configuration.ignored_words}
        if span and span.of(reading.outline.text).casefold() in ignored:
            span = None
        return reading, span

    def look(self, place: Place, step: Step, guesses: int | None = None, others: int = FEW_OTHERS) -> Found | None:
        """The word at *place* as the model reads it there. None where there is nothing to show."""
        reading, span = self.word(place)
        if span is None:
            return None
        senses = self.inventory.senses(span.of(reading.outline.text))
        if self.model is None:
            return Found(reading, span, None, senses) if senses else None
        k = self.configuration.guesses if guesses is None else guesses
        inspection = self.inspect(reading, span, k, others, step)
        found = Found(reading, span, inspection, senses)
        return found if self.configuration.function_words or (found.seen and found.seen.senses) else None

    def inspect(self, reading: Reading, span: sl.Span, guesses: int, others: int, step: Step) -> sl.Inspection:
        """The inspection of one word, computed once for each state of the text."""
        key = span, guesses, others
        if key not in reading.found:
            assert self.model is not None
            reading.found[key] = sl.inspect(
                reading.outline, [self.model], [span], k=guesses, others=others, step=step, memory=self.memory
            )
        return reading.found[key]
