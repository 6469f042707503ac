"""Readers of files of word vectors: word2vec text and binary, GloVe text and fastText's text, plain or gzipped.

word2vec (https://code.google.com/archive/p/word2vec, ``distance.c``) and fastText's ``.vec`` begin with a line ``count width``,
GloVe (https://nlp.stanford.edu/projects/glove) does not. In text each line is a word and its numbers, one space apart; in
binary a word, a space and its numbers as little-endian float32 follow each other.
"""

from __future__ import annotations

import gzip
import logging
import mmap
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from senselens.encoding import Vectors
from senselens.errors import BadModelFile
from senselens.word_table import WordTable

log = logging.getLogger(__name__)

HEADER = re.compile(rb"(\d{1,18}) (\d{1,9})\s*")
BLOCK = 1 << 22  # bytes of text parsed at a time
LONGEST_WORD = 4096  # bytes
LARGEST = float(np.finfo(np.float32).max)
TOLD = 200_000  # words between two lines of the log
AGAIN = "download or save it again"
Bytes = bytes | mmap.mmap


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, unpacked on the way when its name ends in ``.gz``. Raises `BadModelFile` for what cannot be read."""
    try:
        with open(path, "rb") as file:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed(path) else file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadModelFile(f"{path} is no whole gzip file ({error}); {AGAIN}") from None
    except OSError as error:
        raise BadModelFile(f"{path} cannot be read ({error.strerror})") from None


def content(path: Path) -> Bytes:
    """All the bytes of a file; one that is not packed is mapped into memory, not read. Raises `BadModelFile`."""
    with opened(path) as file:
        if not file.read(1):
            raise BadModelFile(f"{path} is empty; {AGAIN}")
        if not packed(path):
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        file.seek(0)
        return file.read()


def packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def read_word2vec_binary(path: Path, data: Bytes) -> WordTable:
    """A word2vec ``.bin``, from its bytes. Raises `BadModelFile`."""
    at = data.find(b"\n", 0, 64) + 1
    header = HEADER.fullmatch(data[:at])
    if not header:
        raise BadModelFile(f"{path} is neither a word2vec nor a fastText .bin; a file of vectors as text ends in .txt or .vec")
    count, width = int(header[1]), int(header[2])
    if not count or not width or at + count * (4 * width + 2) > len(data):
        raise BadModelFile(f"{path}, line 1: {count} words of {width} numbers do not fit in its {len(data)} bytes; {AGAIN}")

    def bad(reason: str) -> BadModelFile:
        return BadModelFile(f"{path}, word {number + 1} of {count} (byte {start}): {reason}; {AGAIN}")

    rows: dict[str, int] = {}
    vectors = np.empty((count, width), np.float32)
    for number in range(count):
        start, at = at, data.find(b" ", at, at + LONGEST_WORD) + 1
        if not at or at + 4 * width > len(data):
            raise bad("the file is cut short, or line 1 has the wrong width")
        try:
            word = data[start : at - 1].lstrip(b"\n").decode()
        except UnicodeDecodeError:
            raise bad(f"{data[start : min(at - 1, start + 40)]!r} is not UTF-8, or line 1 has the wrong width") from None
        if rows.setdefault(word, number) != number:
            raise bad(f"{word!r} is word {rows[word] + 1} already")
        vectors[number] = np.frombuffer(data, "<f4", width, at)
        at += 4 * width
        _tell(path, number, number + 1)
    if data[at : at + 2].strip(b"\n"):
        raise BadModelFile(f"{path}, line 1: the file goes on after the {count} words it tells of (byte {at}); {AGAIN}")
    if len(found := np.flatnonzero(~np.isfinite(vectors.sum(axis=1)))):
        raise BadModelFile(f"{path}, word {found[0] + 1} of {count}: a number of {list(rows)[found[0]]!r} is not finite; {AGAIN}")
    return WordTable(rows, vectors)


def read_text(path: Path) -> WordTable:
    """A GloVe ``.txt``, a word2vec ``.txt`` or a fastText ``.vec``. Raises `BadModelFile`.

    GloVe's words may hold spaces (``at name@domain.com`` in GloVe 840B), so numbers are counted from the right; and a word
    may come twice there, in which case the first counts. In a file with a header either is damage.
    """
    rows: dict[str, int] = {}
    with opened(path) as file:
        first = file.readline()
        if not first:
            raise BadModelFile(f"{path} is empty; {AGAIN}")
        header = HEADER.fullmatch(first)
        width = int(header[2]) if header else len(first.rstrip(b" \r\n").split(b" ")) - 1
        if not width or (header and not int(header[1])):
            raise BadModelFile(f"{path}, line 1: there is no word with its numbers; give a file of word vectors")
        number = 2 if header else 1  # of the first line in a block
        vectors = np.empty((0, width), np.float32)
        for lines in chain([] if header else [[first]], iter(lambda: file.readlines(BLOCK), [])):
            words, numbers = _parse(lines, width) or _parse_slowly(path, lines, width, number, bool(header))
            new = []
            for i, word in enumerate(words):
                if word not in rows:
                    rows[word] = len(rows)
                    new.append(i)
                elif header:
                    raise BadModelFile(f"{path}, line {number + i}: {word!r} is in line {rows[word] + 2} already; {AGAIN}")
                else:
                    log.warning("%s, line %d: %r came before; the first counts", path, number + i, word)
            before = len(rows) - len(new)
            if len(rows) > len(vectors):
                vectors.resize((max(len(rows), 2 * len(vectors)), width), refcheck=False)
            vectors[before : len(rows)] = numbers[new]
            number += len(lines)
            _tell(path, before, len(rows))
    if header and len(rows) != int(header[1]):
        raise BadModelFile(f"{path}, line 1: it tells of {int(header[1])} words, but {len(rows)} follow; {AGAIN}")
    vectors.resize((len(rows), width), refcheck=False)
    return WordTable(rows, vectors)


def _parse(lines: Sequence[bytes], width: int) -> tuple[list[str], Vectors] | None:
    """The words of *lines* and their numbers, (lines, width); None when one of the lines is out of the ordinary."""
    parts = [line.rstrip(b" \r\n").partition(b" ") for line in lines]
    if not all(word and numbers for word, _, numbers in parts):
        return None
    try:
        words = [word.decode() for word, _, _ in parts]
        numbers = np.loadtxt([p[2] for p in parts], np.float32, comments=None, delimiter=" ", ndmin=2)
    except ValueError:
        return None
    return (words, numbers) if numbers.shape == (len(lines), width) and np.isfinite(numbers).all() else None


def _parse_slowly(path: Path, lines: Sequence[bytes], width: int, number: int, header: bool) -> tuple[list[str], Vectors]:
    """`_parse`, line by line, with an error for the first line that cannot be read."""
    words, vectors = [], np.empty((len(lines), width), np.float32)
    for i, line in enumerate(lines):
        place = f"{path}, line {number + i}"
        bare = line.rstrip(b" \r\n")
        try:
            word, *numbers = bare.decode().rsplit(" ", width)
        except UnicodeDecodeError:
            cure = "save text as UTF-8, and let a binary file end in .bin"
            raise BadModelFile(f"{place}: {bare[:40]!r} is not UTF-8; {cure}") from None
        if len(numbers) < width or not word or (header and " " in word):
            due = f"a word and {width} numbers are due, as in line 1"
            raise BadModelFile(f"{place}: {due}, but after the word are {bare.count(b' ')}; {AGAIN}")
        for column, text in enumerate(numbers):
            vectors[i, column] = _number(text, place)
        words.append(word)
    return words, vectors


def _number(text: str, place: str) -> float:
    try:
        value = float(text)
    except ValueError:
        kind = "so this is no file of word vectors, or a damaged one"
        raise BadModelFile(f"{place}: {text[:20]!r} is no number, {kind}; {AGAIN}") from None
    if not abs(value) <= LARGEST:
        raise BadModelFile(f"{place}: {value} is no finite float32; {AGAIN}, or remove the line")
    return value


def _tell(path: Path, before: int, now: int) -> None:
    if before // TOLD < now // TOLD:
        log.info("%s: %d words read", path, now)
