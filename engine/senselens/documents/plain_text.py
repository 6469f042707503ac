"""Plain text: its passages are what no sentence crosses, with the lines of each joined."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from senselens.documents.prose import Passage, Piece
from senselens.text import blocks

_BREAK = regex.compile(r"\R\s*+")


def read(text: str) -> Iterator[Passage]:
    """The paragraphs of *text*; headings, rules and the items of lists as `sentences` knows them."""
    for block in blocks(text, 0, len(text)):
        yield list(joined(text, block.start, block.end))


def joined(text: str, start: int, end: int) -> Iterator[Piece]:
    """The characters from *start* to *end*, with a space for each line break and the space around it."""
    for found in _BREAK.finditer(text, start, end):
        line = text[start : found.start()].rstrip(" \t")
        yield Piece(line, start, start + len(line))
        yield Piece(" ", start + len(line), found.end())
        start = found.end()
    yield Piece(text[start:end], start, end)
