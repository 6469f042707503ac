"""The prose of what is read together, as one text, and the way from its words to the editor's positions and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import senselens as sl
from senselens_lsp.documents import Document, Snapshot

if TYPE_CHECKING:
    from lsprotocol import types


BETWEEN = "\n\n"  # no sentence crosses a blank line
NAMED = ("plaintext", "markdown", "html", "latex", "restructuredtext", "git-commit", "notebook")


@dataclass(frozen=True, slots=True)
class Part:
    """The prose of one document, and where it starts in the text of all."""

    document: Document
    prose: sl.Prose
    start: int


class Reading:
    """What is read of a snapshot. *before* is a reading of an earlier state, whose unchanged paragraphs are taken over.

    Documents in a language for which *reads* says no are not read.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        inventory: sl.Inventory,
        before: Reading | None = None,
        reads: Callable[[str], bool] = lambda language: True,
    ) -> None:
        self.snapshot = snapshot
        known = {part.document: part.prose for part in before.parts} if before else {}
        self.parts: list[Part] = []
        start = 0
        for document in snapshot.documents:
            prose = known.get(document) or sl.prose(document.text, document.kind if reads(document.kind) else "")
            self.parts.append(Part(document, prose, start))
            start += len(prose.text) + len(BETWEEN)
        self._starts = [part.start for part in self.parts]
        self.text = BETWEEN.join(part.prose.text for part in self.parts)
        self.is_first = before is None  # nothing of it was read before
        self._inventory = inventory
        self._outline_before: sl.Outline | None = before.__dict__.get("outline", before._outline_before) if before else None
        self.asked = 0  # the place in the text that somebody last asked about
        self.found: dict[tuple[sl.Span, int, int, bool], sl.Inspection] = {}  # what was inspected of it
        self.substitutes: dict[tuple[sl.Span, int], list[sl.Substitute]] = {}

    @cached_property
    def outline(self) -> sl.Outline:
        """The words and sentences of the text; what takes longest here, and made when it is needed."""
        before, self._outline_before = self._outline_before, None
        return sl.Outline(self.text, self._inventory, before)

    def at(self, uri: str, position: types.Position) -> int | None:
        """The place in the text of a position in a document; None where nothing is read."""
        part = next((p for p in self.parts if p.document.uri == uri), None)
        at = part.prose.at(part.document.offset(position)) if part else None
        return part.start + at if part and at is not None else None

    def word_at(self, uri: str, position: types.Position) -> sl.Span | None:
        """The word of the text at a position in a document; None where there is none."""
        at = self.at(uri, position)
        return None if at is None else sl.word_at(self.text, at)

    def span(self, document: Document, span: sl.Span) -> sl.Span | None:
        """The characters of the text that *span* of a document is read as; None where an end of it is not read."""
        part = next(p for p in self.parts if p.document is document)
        start, end = part.prose.at(span.start), part.prose.at(span.end)
        return None if start is None or end is None else sl.Span(part.start + start, part.start + end)

    def words(self, uri: str, where: types.Range) -> tuple[sl.Span, ...]:
        """The words of the text that stand in *where* of a document."""
        part = next((p for p in self.parts if p.document.uri == uri), None)
        if part is None:
            return ()
        wanted, words = part.document.span(where), self.outline.words
        first = bisect_left(words, part.start, key=lambda word: word.start)
        last = bisect_left(words, part.start + len(part.prose.text), key=lambda word: word.start)
        start = bisect_left(words, wanted.start, first, last, key=lambda word: self.place(word)[1].start)
        end = bisect_right(words, wanted.end, start, last, key=lambda word: self.place(word)[1].end)
        return words[start:end]

    def place(self, span: sl.Span) -> tuple[Document, sl.Span]:
        """The document in which *span* of the text stands, and its characters there."""
        part = self.parts[bisect_right(self._starts, span.start) - 1]
        return part.document, part.prose.to_document(sl.Span(span.start - part.start, span.end - part.start))

    def location(self, span: sl.Span) -> tuple[str, types.Range]:
        document, own = self.place(span)
        return document.uri, document.range(own)

    def line(self, span: sl.Span, here: Document | None = None) -> str:
        """Where *span* is, for people: lines and cells (all cells, as editors count) from 1. In *here* no cell is said."""
        document, own = self.place(span)
        line = f"line {document.positions.position(own.start)[0] + 1}"
        if document is here or len(self.parts) == 1:
            return line
        return f"cell {self.snapshot.documents.index(document) + 1}, {line}"

    def lines(self, spans: Iterable[sl.Span], most: int = 5) -> str:
        """Where *spans* are, the first *most* of them."""
        found = list(dict.fromkeys(map(self.line, spans)))
        return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")

    def is_plain(self, span: sl.Span) -> bool:
        """Whether the document has these characters as they are read, so that they can be replaced."""
        document, own = self.place(span)
        return own.of(document.text) == span.of(self.text)
