"""Reading ahead: what is likely to be asked about is read while nothing is, a few hundredths of a second at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

import senselens as sl
from senselens_lsp.documents import Snapshot
from senselens_lsp.engine import Engine
from senselens_lsp.reading import Reading

FORMS, SENTENCES, GLOSSES = 100, 3, 4  # read in one step: a request that comes meanwhile waits for it
FULL = 0.9  # of the memory, from which no more sentences are read: those would put out one another


class Ahead:
    """Reads the sentences of *open* documents and the glosses of their words, from where somebody last asked outwards.

    After an edit only paragraphs that are new are looked through once more.
    """

    def __init__(self, engine: Engine) -> None:
        self.open: Sequence[Snapshot] = ()  # the one opened last is the last
        self._engine = engine
        self._begun: dict[str, tuple[Reading, sl.Model | None, Iterator[bool]]] = {}
        self._glossed: tuple[sl.Model, sl.Inventory, set[str]] | None = None  # paragraphs whose words' glosses are read

    def step(self) -> bool:
        """Read a little; False: nothing is left."""
        snapshots, model = self.open, self._engine.model
        self._begun = {s.uri: begun for s in snapshots if (begun := self._begun.get(s.uri))}
        if not self._engine.configuration.read_ahead:
            return False
        for snapshot in reversed(snapshots):
            reading = self._engine.reading(snapshot)
            known = self._begun.get(snapshot.uri)
            if known is None or known[:2] != (reading, model):
                known = self._begun[snapshot.uri] = reading, model, self._read(reading, model)
            if next(known[2], False):
                return True
        return False

    def _read(self, reading: Reading, model: sl.Model | None) -> Iterator[bool]:
        inventory, memory = self._engine.inventory, self._engine.memory
        if reading.is_first:
            forms = list(dict.fromkeys(word.of(reading.text).casefold() for word in sl.words(reading.text)))
            for start in range(0, len(forms), FORMS):
                yield True
                for form in forms[start : start + FORMS]:
                    inventory.lemmas(form)
        yield True
        outline = reading.outline
        if model is None:
            return
        around = outwards(outline.sentences, reading.asked)
        layers = sl.sense_layers(model)
        wanted = (s for s in around if not memory.knows(model, s.of(outline.text), layers))
        while memory.taken < FULL * memory.room and (some := [s.of(outline.text) for s in islice(wanted, SENTENCES)]):
            memory.encode(model, some, layers)
            yield True
        if self._glossed is None or self._glossed[:2] != (model, inventory):
            self._glossed = model, inventory, set()
        read = self._glossed[2]
        for paragraph in outwards(outline.paragraphs, reading.asked):
            text = paragraph.of(outline.text)
            if text in read:
                continue
            for form in dict.fromkeys(word.of(text).casefold() for word in sl.words(text)):
                while sl.read_glosses(model, inventory.senses(form), GLOSSES):
                    yield True
            read.add(text)
            yield True


def outwards(spans: Sequence[sl.Span], place: int) -> Iterator[sl.Span]:
    """*spans*, those nearest to *place* first."""
    after = next((i for i, span in enumerate(spans) if span.end >= place), len(spans))
    for right, left in zip_longest(spans[after:], reversed(spans[:after])):
        yield from (span for span in (right, left) if span)
