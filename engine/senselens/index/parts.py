"""The parts of sources: what an index reads, hashes and commits as wholes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

PART = 100_000  # characters, about 17,000 words: what is read again of a long text in which something has changed


@dataclass(frozen=True, slots=True)
class Document:
    """A text, or a stretch of a long one that begins *offset* characters into it; *kind* is one of `senselens.prose`."""

    name: str
    text: str
    kind: str = "plaintext"
    offset: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """The documents, or the stretch of one, that are number *number* of a source."""

    source: str
    number: int
    documents: tuple[Document, ...]

    @property
    def id(self) -> int:
        return number_of(self.source, str(self.number))

    @cached_property
    def digest(self) -> bytes:
        """16 bytes that change with anything the part holds."""
        held = [[d.name, d.text, d.kind, d.offset, d.metadata] for d in self.documents]
        return hashlib.blake2b(json.dumps(held).encode(), digest_size=16).digest()

    @property
    def characters(self) -> int:
        return sum(len(d.text) for d in self.documents)


class Source(Protocol):
    """Something to index. *size* is about its characters, 0 where that is not known beforehand."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def parts(self) -> Iterator[Part]:
        """Its parts in order. Raises `Unreadable`, perhaps after some of them."""
        ...


class Unreadable(Exception):  # never leaves a build: it becomes a `Problem`
    """Why a source, or the rest of it, is not read."""


def number_of(*names: str) -> int:
    """64 bits, as signed as Arrow's int64, that stand for *names*."""
    return int.from_bytes(hashlib.blake2b("\0".join(names).encode(), digest_size=8).digest(), "big", signed=True)


def whole_characters(text: str) -> str:
    """*text* with U+FFFD for each lone surrogate: those are in JSON and Python, but in no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def blocks(source: str, documents: Iterable[Document]) -> Iterator[Part]:
    """*documents* in parts of about `PART` characters. What is read before an `Unreadable` is not lost."""
    number, some, held = 0, [], 0
    broken = None
    try:
        for document in documents:
            some.append(document)
            held += len(document.text)
            if held >= PART:
                yield Part(source, number, tuple(some))
                number, some, held = number + 1, [], 0
    except Unreadable as error:
        broken = error
    if some:
        yield Part(source, number, tuple(some))
    if broken:
        raise broken


def stretches(source: str, read: Iterable[str]) -> Iterator[Part]:
    """A plain text that comes in pieces, in parts of about `PART` characters that end between paragraphs where they can."""
    number, offset, held = 0, 0, ""
    for piece in read:
        held += piece
        while len(held) >= PART:
            end = _end(held[:PART])
            yield Part(source, number, (Document(source, held[:end], offset=offset),))
            number, offset, held = number + 1, offset + end, held[end:]
    if held:
        yield Part(source, number, (Document(source, held, offset=offset),))


def parts_of(name: str, text: str, kind: str) -> Iterator[Part]:
    """The parts of a file that is no table."""
    if kind == "plaintext":
        yield from stretches(name, [text])
    else:  # it cannot be cut before its markup is read
        yield Part(name, 0, (Document(name, text, kind),))


def _end(text: str) -> int:
    """Where to cut: behind the last blank line of the second half, or the last line or word; at the end without any."""
    for between in ("\n\n", "\n\r\n", "\n", " "):
        if (at := text.rfind(between, len(text) // 2)) >= 0:
            return at + len(between)
    return len(text)
