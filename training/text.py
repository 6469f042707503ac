"""Masked-word and next-sentence batches from a text of one paragraph or sentence a line (Devlin et al. 2019, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

CLS, SEP, MASK, FIRST_WORD, VOCABULARY = 101, 102, 103, 1996, 30522
ENDS = (1012, 1029, 999)  # . ? !
Pieces = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line's word pieces, one after another: line *i* is ``pieces[starts[i] : starts[i + 1]]``."""

    pieces: Pieces
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, i: int) -> Pieces:
        return self.pieces[self.starts[i] : self.starts[i + 1]]


def tokenize(source: Path, tokenizer: Tokenizer, folder: Path, block: int = 20_000) -> Lines:
    """The lines of *source*, tokenized once and kept in *folder* as two NumPy files."""
    pieces_file, starts_file = folder / f"{source.stem}.pieces.npy", folder / f"{source.stem}.starts.npy"
    if not starts_file.exists():
        texts = source.read_text(encoding="utf-8").splitlines()
        parts, lengths = [], [0]
        for start in range(0, len(texts), block):
            encoded = tokenizer.encode_batch_fast(texts[start : start + block], add_special_tokens=False)
            parts.append(np.array([i for e in encoded for i in e.ids], dtype=np.uint16))
            lengths.extend(len(e.ids) for e in encoded)
        np.save(pieces_file, np.concatenate(parts))
        np.save(starts_file, np.cumsum(lengths))
    return Lines(np.load(pieces_file, mmap_mode="r"), np.load(starts_file))


@dataclass(frozen=True, slots=True)
class Example:
    """One input: its ids with the special pieces, its segments, and whether B follows A (-100: there is no B)."""

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    follows: int


def join(a: Pieces, b: Pieces | None = None, follows: int = -100) -> Example:
    """``[CLS] a [SEP]`` or ``[CLS] a [SEP] b [SEP]``."""
    first = np.concatenate([[CLS], a, [SEP]]).astype(np.int64)
    second = np.array([], np.int64) if b is None else np.concatenate([b, [SEP]]).astype(np.int64)
    return Example(np.concatenate([first, second]), np.repeat([0, 1], [len(first), len(second)]), follows)


def random_example(lines: Lines, rng: np.random.Generator, longest: int = 128) -> Example:
    """A single line (one in three), or a pair: half of the pairs really consecutive, half with B from anywhere."""
    i = int(rng.integers(len(lines) - 1))
    line = lines[i]
    budget = longest - 3
    if rng.random() < 1 / 3 or len(line) < 12:
        start = _sentence_start(line, rng) if len(line) > budget else 0
        return join(line[start : start + min(budget, int(rng.integers(16, longest)))])
    split = _sentence_end(line, rng) if rng.random() < 0.75 else None
    a, b = (line[:split], line[split:]) if split else (line, lines[i + 1])
    follows = 0 if rng.random() < 0.5 and len(b) else 1  # transformers' label: 0 is "B follows A"
    if follows:
        other = lines[int(rng.integers(len(lines)))]
        at = _sentence_start(other, rng)
        b = other[at : at + max(len(b), 8)] if len(other) - at >= 4 else other
    room = int(rng.integers(budget // 2, budget + 1))
    keep_b = min(len(b), max(room // 2, room - len(a)))
    return join(a[-(room - keep_b) :], b[:keep_b], follows)


def _sentence_ends(line: Pieces) -> NDArray[np.intp]:
    ends = np.flatnonzero(np.isin(line[:-4], ENDS)) + 1
    return ends[ends >= 4]


def _sentence_end(line: Pieces, rng: np.random.Generator) -> int | None:
    ends = _sentence_ends(line)
    return int(rng.choice(ends)) if len(ends) else None


def _sentence_start(line: Pieces, rng: np.random.Generator) -> int:
    return int(rng.choice(np.append(_sentence_ends(line), 0)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded inputs (B, T) with the flat positions that are masked (M,) and what stood there (M,)."""

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    attention: NDArray[np.int64]
    follows: NDArray[np.int64]
    masked: NDArray[np.intp]
    targets: NDArray[np.int64]


def pad(examples: list[Example]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """ids, segments and attention, each (B, longest)."""
    shape = (len(examples), max(len(e.ids) for e in examples))
    ids, segments, attention = (np.zeros(shape, np.int64) for _ in range(3))
    for row, e in enumerate(examples):
        ids[row, : len(e.ids)], segments[row, : len(e.ids)], attention[row, : len(e.ids)] = e.ids, e.segments, 1
    return ids, segments, attention


def mask(examples: list[Example], continues: NDArray[np.bool_], rng: np.random.Generator, share: float, whole: bool) -> Batch:
    """Choose *share* of the pieces (or of the *whole* words) to predict: 80 % become [MASK], 10 % random, 10 % stay.

    *continues* (V,) tells the pieces that go on with a word (``##…``).
    """
    ids, segments, attention = pad(examples)
    is_word = (ids >= FIRST_WORD - 997) & (attention == 1)  # pieces from 999 on: punctuation and words
    draws = rng.random(ids.shape)
    if whole:
        word = np.cumsum(~continues[ids], axis=1) - 1  # (B, T): the word each piece belongs to
        draws = np.take_along_axis(draws, word, axis=1)
    chosen = is_word & (draws < share)
    targets = ids[chosen]
    how = rng.random(len(targets))
    ids[chosen] = np.where(how < 0.8, MASK, np.where(how < 0.9, rng.integers(FIRST_WORD, VOCABULARY, len(targets)), targets))
    follows = np.array([e.follows for e in examples])
    return Batch(ids, segments, attention, follows, np.flatnonzero(chosen), targets)


def batches(lines: Lines, rng: np.random.Generator, pieces: int = 4096, pool: int = 24) -> list[list[Example]]:
    """*pool* batches of about *pieces* word pieces each, every batch of similar lengths."""
    examples: list[Example] = []
    while sum(len(e.ids) for e in examples) < pieces * pool:
        examples.extend(random_example(lines, rng) for _ in range(256))
    examples.sort(key=lambda e: len(e.ids))
    out: list[list[Example]] = [[]]
    for e in examples:
        if (len(out[-1]) + 1) * len(e.ids) > pieces:
            out.append([])
        out[-1].append(e)
    return [out[i] for i in rng.permutation(len(out))]
