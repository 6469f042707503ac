"""A text of one sentence or paragraph a line as the two token streams an ELMo learns from (bilm-tf, bilm/data.py)."""

from __future__ import annotations

import json
import lzma
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from senselens.elmo_files import BEGIN, END, UNKNOWN
from senselens.elmo_model import tokens
from senselens.text import words

Ids = NDArray[np.uint32]
OPEN, CLOSE, OUTSIDE = 0, 1, 2  # <S>, </S>, <UNK>: the first rows of the vocabulary


@dataclass(frozen=True, slots=True)
class Corpus:
    """The same sentences twice, ``<S> w … </S> <S> …`` and each of them the other way round, as numbers of *types* (N,).

    types:   every different token, the boundaries first, then the most frequent: a vocabulary is the head of it.
    counts:  how often each stands in the text.
    is_word: which are words rather than marks or boundaries.
    """

    forward: Ids
    backward: Ids
    types: tuple[str, ...]
    counts: NDArray[np.int64]
    is_word: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.forward)


def read(source: Path, folder: Path, known: Sequence[str] = ()) -> Corpus:
    """*source* (plain or ``.xz``), split once and kept in *folder*; *known* types keep their numbers."""
    name = source.name.partition(".")[0]
    stream_file, types_file = folder / f"{name}.tokens.npy", folder / f"{name}.types.json"
    if not types_file.exists():
        with (lzma.open if source.suffix == ".xz" else open)(source, "rt", encoding="utf-8") as lines:
            stream, types = number(lines, known)
        np.save(stream_file, stream)
        types_file.write_text(json.dumps(types, ensure_ascii=False), encoding="utf-8")
    types = json.loads(types_file.read_text(encoding="utf-8"))
    forward = np.load(stream_file)
    is_word = np.array([words(t)[:1] != () for t in types])
    is_word[: OUTSIDE + 1] = False
    return Corpus(forward, turned(forward), tuple(types), np.bincount(forward, minlength=len(types)), is_word)


def number(lines: Iterable[str], known: Sequence[str] = ()) -> tuple[Ids, list[str]]:
    """The stream of *lines* and its types; without *known* ones they are numbered by falling frequency."""
    numbers = {form: i for i, form in enumerate(known or (BEGIN, END, UNKNOWN))}
    stream = array("I")
    for line in lines:
        for sentence in tokens(line):
            stream.append(OPEN)
            stream.extend(numbers.setdefault(span.of(line), len(numbers)) for span in sentence)
            stream.append(CLOSE)
    ids, types = np.frombuffer(stream, np.uint32), list(numbers)
    if known:
        return ids, types
    counts = np.bincount(ids, minlength=len(types))
    counts[: OUTSIDE + 1] = counts.max() + 1
    order = np.argsort(-counts, kind="stable")
    place = np.empty(len(order), np.uint32)
    place[order] = np.arange(len(order), dtype=np.uint32)
    return place[ids], [types[i] for i in order]


def turned(stream: Ids) -> Ids:
    """Each sentence of *stream* the other way round, in its place."""
    starts = np.flatnonzero(stream == OPEN)
    lengths = np.diff(starts, append=len(stream))
    both = np.repeat(2 * starts + lengths - 1, lengths)  # (N,): the sum of a token's place and of its mirror's
    mirrored: Ids = stream[both - np.arange(len(stream))]
    return mirrored


class Streams:
    """*rows* readers spread over a corpus, each going on from sentence to sentence, round and round."""

    def __init__(self, corpus: Corpus, rows: int, steps: int) -> None:
        self.corpus, self.steps = corpus, steps
        sentences = np.flatnonzero(corpus.forward == OPEN)
        self.starts = sentences[np.searchsorted(sentences, np.arange(rows) * len(corpus) // rows, side="right") - 1]  # (B,)

    def chunk(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What both directions read in chunk *number* and what comes next, each (2, T, B) of types."""
        places = (self.starts + number * self.steps + np.arange(self.steps + 1)[:, None]) % len(self.corpus)  # (T + 1, B)
        both = np.stack([self.corpus.forward[places], self.corpus.backward[places]]).astype(np.int64)
        return both[:, :-1], both[:, 1:]
