"""The prose of a document: what a reader reads, and where each character of it stands in the document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

import regex

from senselens.text import Span

PLACEHOLDER = "\ufffc"  # Unicode's own: the object replacement character stands for what is no text
BETWEEN = "\n\n"  # no sentence crosses a blank line
_READABLE = regex.compile(r"[\p{L}\p{N}]")


class Piece(NamedTuple):
    """*text*, read for the characters ``[start, end)`` of a document: one by one where they are as many, else all for all."""

    text: str
    start: int
    end: int


Passage = Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Prose:
    """The readable text of a document, and where each of its characters stands there.

    text:     the passages (paragraphs, headings, items, cells, comments) without their markup, a blank line between two of them.
              It is a text as the rest of the library takes it, and no sentence of it runs across two passages.
              A line break inside a passage is a space, an entity is its character, and what is no text but has its place in a
              sentence (inline code, a formula) is one U+FFFC, which no word holds.
    passages: the span of each in `text`.
    unread:   how many characters at the end of the document were not read because it is too long (`senselens.prose`).

    The map is a row of pieces without gaps: piece *i* begins at ``starts[i]`` of the text and stands for ``places[i]`` of the
    document, character for character where both are of one length, otherwise as a whole. Places never overlap; they increase
    within a passage, and but for notes (read after the passage they are set in) from passage to passage.
    """

    text: str
    passages: tuple[Span, ...]
    unread: int
    starts: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    in_order: tuple[int, ...]  # the pieces whose place is not empty, by place

    def at(self, offset: int) -> int | None:
        """The offset in the text of *offset* in the document; None on markup, code and whatever else is not read.

        Offsets stand between characters. As in `word_at`, the right edge of a word counts as inside, whatever follows.
        """
        number = bisect_right(self.in_order, offset, key=lambda piece: self.places[piece][0]) - 1
        if number < 0:
            return None
        piece = self.in_order[number]
        (start, end), begin, length = self.places[piece], self.starts[piece], self._length(piece)
        if offset >= end:
            touches = offset == end and not self.text[begin + length - 1].isspace()
            return begin + length if touches else None
        if offset == start or length == end - start:
            return begin + offset - start
        is_inside = self.text[begin] != PLACEHOLDER and not self.text[begin].isspace()
        return begin if is_inside else None

    def to_document(self, span: Span) -> Span:
        """The characters of the document that *span* of the text stands for, with any markup between them.

        Where they differ from the text (``caf&eacute;``, ``**ri**ver``), replacing them by a word would lose markup: compare
        ``prose.to_document(span).of(document)`` with ``span.of(prose.text)`` before an edit.
        """
        found = list(self.pieces(span))
        if found:
            return Span(found[0].start, max(piece.end for piece in found))
        before = list(self.pieces(Span(span.start - 1, span.start)))
        point = before[0].end if before else self.places[0][0] if self.places else 0
        return Span(point, point)

    def pieces(self, span: Span) -> Iterator[Piece]:
        """The pieces that *span* of the text is made of; one that stands character for character is cut to it."""
        for piece in range(max(self._piece(span.start), 0), len(self.starts)):
            begin, (start, end) = self.starts[piece], self.places[piece]
            if begin >= span.end:
                break
            length = self._length(piece)
            first, last = max(span.start - begin, 0), min(span.end - begin, length)
            if first >= last:
                continue
            if length == end - start:
                start, end = start + first, start + last
            yield Piece(self.text[begin + first : begin + last], start, end)

    def to_dict(self) -> dict[str, Any]:
        """The text, its passages and its pieces as JSON."""
        return {
            "text": self.text,
            "passages": [p.to_dict() for p in self.passages],
            "unread": self.unread,
            "starts": list(self.starts),
            "places": [list(p) for p in self.places],
        }

    def _piece(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _length(self, piece: int) -> int:
        end = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        return end - self.starts[piece]


def woven(passages: Iterable[Passage], unread: int = 0) -> Prose:
    """The prose made of *passages*; those without a letter or digit are left out, and so is the space around one."""
    pieces: list[Piece] = []
    spans = []
    length = 0
    for passage in passages:
        trimmed = _trimmed(passage)
        if not any(_READABLE.search(piece.text) for piece in trimmed):
            continue
        if pieces:
            pieces.append(Piece(BETWEEN, pieces[-1].end, pieces[-1].end))
            length += len(BETWEEN)
        size = sum(len(piece.text) for piece in trimmed)
        spans.append(Span(length, length + size))
        pieces += trimmed
        length += size
    return _tiled(pieces, tuple(spans), unread)


def whole(pieces: Passage) -> Prose:
    """*pieces* as they are: the text for a reader whose document is itself the prose of another."""
    return _tiled(pieces, (), 0)


def through(outer: Prose, passages: Iterable[Passage]) -> Iterator[Passage]:
    """*passages* of ``outer.text`` as passages of the document that *outer* is the prose of."""
    for passage in passages:
        found: list[Piece] = []
        for text, start, end in passage:
            if text == outer.text[start:end]:
                found += outer.pieces(Span(start, end))
            else:
                place = outer.to_document(Span(start, end))
                found.append(Piece(text, place.start, place.end))
        yield found


def _trimmed(passage: Passage) -> list[Piece]:
    """The passage without the space at its ends; pieces that follow on each other in the document become one."""
    found: list[Piece] = []
    run: list[str] = []
    first = last = 0
    for text, start, end in passage:
        exact = len(text) == end - start
        if run and not (exact and start == last):
            found.append(Piece("".join(run), first, last))
            run = []
        if not exact:
            found.append(Piece(text, start, end))
        elif run:
            run.append(text)
            last = end
        else:
            run, first, last = [text], start, end
    if run:
        found.append(Piece("".join(run), first, last))
    while found and not (kept := found[0].text.lstrip()):
        del found[0]
    if found and _exact(found[0]):
        found[0] = Piece(kept, found[0].end - len(kept), found[0].end)
    while found and not (kept := found[-1].text.rstrip()):
        found.pop()
    if found and _exact(found[-1]):
        found[-1] = Piece(kept, found[-1].start, found[-1].start + len(kept))
    return found


def _exact(piece: Piece) -> bool:
    return len(piece.text) == piece.end - piece.start


def _tiled(pieces: Passage, passages: tuple[Span, ...], unread: int) -> Prose:
    pieces = [piece for piece in pieces if piece.text]
    starts = []
    length = 0
    for piece in pieces:
        starts.append(length)
        length += len(piece.text)
    places = tuple((piece.start, piece.end) for piece in pieces)
    in_order = sorted((i for i, (start, end) in enumerate(places) if start < end), key=lambda i: places[i])
    return Prose("".join(map(itemgetter(0), pieces)), passages, unread, tuple(starts), places, tuple(in_order))


def names(table: str) -> frozenset[str]:
    """The names in a reader's table."""
    return frozenset(table.split())
