"""What there is to read in a document of some kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from senselens.documents.kinds import reader
from senselens.documents.prose import Piece, Prose, through, whole, woven

LIMIT = 1_000_000  # characters: about 170,000 words, a second or two of work
_LINE_END = re.compile(r"\r\n?")


def prose(text: str, kind: str = "plaintext", limit: int | None = LIMIT) -> Prose:
    """What there is to read in a document of this *kind*: an LSP language id (``markdown``, ``python``) or a common alias of one.

    Front matter, code, formulas, addresses and markup are left out; of source code, comments and docstrings are read.
    A document of an unknown kind or with binary data (a NUL) has no prose. Nothing is raised, whatever the text: broken and
    half-typed markup is read as far as it is understood. What is past the first *limit* characters is not read (None: all is),
    so that an editor never waits for long.
    Offsets count characters (code points) of *text* as it is given, whatever ends its lines.
    """
    read = reader(kind)
    if read is None or "\0" in text:
        return woven(())
    unread = max(0, len(text) - limit) if limit is not None else 0
    text = text[:limit]
    if "\r" not in text and not text.startswith("\ufeff"):
        return woven(read(text), unread)
    document = whole(tuple(_lines(text)))
    return woven(through(document, read(document.text)), unread)


def _lines(text: str) -> Iterator[Piece]:
    """The text without a byte order mark, and with a line feed for every end of a line."""
    start = 1 if text.startswith("\ufeff") else 0
    for end in _LINE_END.finditer(text):
        yield Piece(text[start : end.start()], start, end.start())
        yield Piece("\n", *end.span())
        start = end.end()
    yield Piece(text[start:], start, len(text))
