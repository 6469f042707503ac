"""Building an index: what is new or changed in its sources is read, worked on, and committed batch by batch."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from senselens.index.parts import Part, Source, Unreadable, number_of
from senselens.index.rows import Annotator
from senselens.index.settings import Settings
from senselens.index.store import Options
from senselens.index.values import BuildReport, Problem
from senselens.index.writer import Writer, write
from senselens.model import Model

BATCH = 200_000  # characters written together, about 35,000 words
PATIENCE = 64  # a commit names all fragments there are: it is made when the new ones are a 64th of those
HANDS = 2  # batches worked on together, so that one's rows are made while the other's model computes
CLEAN = 100  # commits after which older versions are removed: each names all fragments there are

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """Parts whose rows are written and not yet part of the index: the fragments that hold them, as JSON."""

    parts: tuple[tuple[str, int], ...]
    fragments: tuple[str, ...]
    sentences: int
    uses: int
    characters: int


Engine = Callable[[Iterator[list[Part]]], Iterable[Written]]


def local(model: Model, settings: Settings, path: str, options: Options | None) -> Engine:
    """The engine that works in this process, `HANDS` batches at a time, and gives them back in order."""
    annotator = Annotator(model, settings)

    def work(batches: Iterator[list[Part]]) -> Iterator[Written]:
        with ThreadPoolExecutor(HANDS, "senselens-index") as hands:
            waiting: deque[Future[Written]] = deque()
            for batch in batches:
                if len(waiting) == HANDS:
                    yield waiting.popleft().result()
                waiting.append(hands.submit(written, batch, annotator, path, options))
            while waiting:
                yield waiting.popleft().result()

    return work


def written(batch: Sequence[Part], annotator: Annotator, path: str, options: Options | None) -> Written:
    """The rows of *batch*, made and written beside the index at *path*."""
    found = [annotator.rows(part) for part in batch]
    return Written(
        tuple((p.source, p.number) for p in batch),
        tuple(write(path, found, annotator.settings, options)),
        sum(len(r.sentences.text) for r in found),
        sum(len(r.uses.lemma) for r in found),
        sum(p.characters for p in batch),
    )


class Build:
    """Brings the index of *writer* up to date with sources, and tells what it did.

    After every commit the index holds whole parts only, each once, and is what the ledger says: a build that is killed, at
    any moment, is finished by building again.
    """

    def __init__(self, writer: Writer, step: Step | None, prune: bool) -> None:
        self._writer, self._step, self._prune = writer, step, prune
        self._seen: dict[str, int] = {}  # source: how many parts it has, once all are read
        self._report = BuildReport()
        self._total = self._done = self._commits = 0

    def unreadable(self, source: str, reason: str) -> None:
        self._report = replace(self._report, problems=(*self._report.problems, Problem(source, reason)))

    def run(self, sources: Iterable[Source], engine: Engine) -> BuildReport:
        began = time.monotonic()
        wanted = list({source.name: source for source in sources}.values())
        self._total = sum(source.size for source in wanted)
        self._writer.clean()
        waiting: list[Written] = []
        for done in engine(self._batches(wanted)):
            waiting.append(done)
            if len(waiting) * PATIENCE > self._writer.fragments:
                self._commit(waiting)
                waiting = []
            self._advance(done.characters)
        if waiting:
            self._commit(waiting)
        self._remove_stale()
        self._writer.arrange()
        self._writer.clean()
        return replace(self._report, seconds=time.monotonic() - began)

    def _commit(self, some: Sequence[Written]) -> None:
        parts = [part for done in some for part in done.parts]
        known = [number_of(s, str(n)) for s, n in parts if n in self._writer.ledger.get(s, {})]
        self._writer.commit([f for done in some for f in done.fragments], known)
        self._commits += 1
        if self._commits % CLEAN == 0:
            self._writer.clean(writing=True)
        sentences, uses = sum(done.sentences for done in some), sum(done.uses for done in some)
        self._count(added=len(parts) - len(known), changed=len(known), sentences=sentences, uses=uses)

    def _batches(self, sources: Iterable[Source]) -> Iterator[list[Part]]:
        """The parts that are new or changed, `BATCH` characters or a little more together."""
        some: list[Part] = []
        held = 0
        for part in self._wanted(sources):
            some.append(part)
            held += part.characters
            if held >= BATCH:
                yield some
                some, held = [], 0
        if some:
            yield some

    def _wanted(self, sources: Iterable[Source]) -> Iterator[Part]:
        for source in sources:
            known, read = self._writer.ledger.get(source.name, {}), 0
            self._seen[source.name] = -1
            try:
                for part in source.parts():
                    read += 1
                    if known.get(part.number) != part.digest:
                        yield part
                    else:
                        self._count(unchanged=1)
                        self._advance(part.characters)
            except Unreadable as error:
                self.unreadable(source.name, str(error))
            else:
                self._seen[source.name] = read

    def _remove_stale(self) -> None:
        """Take out what is no longer in its source, and with *prune* all that is of another source than those given."""
        gone = [
            number_of(source, str(number))
            for source, parts in self._writer.ledger.items()
            for number in parts
            if (number >= self._seen[source] >= 0 if source in self._seen else self._prune)
        ]
        if gone:
            self._writer.commit((), gone)
            self._count(removed=len(gone))

    def _count(self, **more: int) -> None:
        self._report = replace(self._report, **{name: getattr(self._report, name) + n for name, n in more.items()})

    def _advance(self, characters: int) -> None:
        self._done += characters
        if self._step:
            self._step(self._done, max(self._done, self._total))
