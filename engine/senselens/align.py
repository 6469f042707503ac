"""Which word pieces a word is made of, found from their characters: the same for every kind of tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from senselens.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """The pairs (``piece[i]``, ``word[i]``) that share a character, sorted by word, then by piece."""

    piece: NDArray[np.intp]  # (pairs,)
    word: NDArray[np.intp]  # (pairs,)
    words: int  # how many there are, with or without pieces

    def pieces_of(self, word: int) -> NDArray[np.intp]:
        """The pieces of the word at this index, in order; none where the tokenizer dropped its characters."""
        first, last = np.searchsorted(self.word, [word, word + 1])
        return self.piece[first:last]

    def mean(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """The mean of each word's piece vectors, (..., pieces, width) -> (..., words, width).

        A word with no piece gets the zero vector.
        """
        first = np.searchsorted(self.word, np.arange(self.words))  # (words,)
        count = np.bincount(self.word, minlength=self.words)
        if not len(self.word):
            return np.zeros((*vectors.shape[:-2], self.words, vectors.shape[-1]), vectors.dtype)
        means = vectors[..., self.piece[np.minimum(first, len(self.piece) - 1)], :]  # of most words, which are one piece
        means[..., count == 0, :] = 0
        (several,) = np.nonzero(count > 1)
        if len(several):
            sums = np.add.reduceat(vectors[..., self.piece[np.repeat(count > 1, count)], :], _starts(count[several]), axis=-2)
            means[..., several, :] = sums / count[several, None].astype(vectors.dtype)
        return means


def _starts(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each of some runs starts that have *counts* (N,) and follow each other."""
    return np.cumsum(counts) - counts


def align(offsets: ArrayLike, words: Sequence[Span], special: ArrayLike = ()) -> Alignment:
    """Which of the pieces at *offsets* make up which of *words*.

    *offsets* (pieces, 2) are the characters ``[start, end)`` of the text, as a `tokenizers.Encoding` gives them; *words* are
    in order and disjoint; *special* (pieces,) is 1 where a piece is to be left out (``special_tokens_mask``), by default
    nowhere. In a pair of texts offsets start again with the second: leave out the pieces of the other text.

    - A piece belongs to every word it shares a character with: to two where it spans both (``中国``), as otherwise one would
      have none; and to a word of which it holds the space before, or a few bytes of one character.
    - A piece of no characters, ``(n, n)``, belongs to no word. So special tokens, ``(0, 0)``, need no mask.
    - SentencePiece gives a lone ``▁`` that it puts before the text the text's first character; it counts for that word.
    """
    start, end = np.asarray(offsets, dtype=np.intp).reshape(-1, 2).T  # (pieces,) each
    starts, ends = np.array([(word.start, word.end) for word in words], dtype=np.intp).reshape(-1, 2).T  # (words,) each
    first = np.searchsorted(ends, start, side="right")  # the first word that ends after the piece starts
    count = np.maximum(np.searchsorted(starts, end, side="left") - first, 0)
    count[start == end] = 0
    count[np.flatnonzero(special)] = 0
    piece = np.repeat(np.arange(len(start)), count)
    within = np.arange(len(piece)) - np.repeat(_starts(count), count)  # 0, 1, ... among the words of one piece
    word = first[piece] + within
    order = np.argsort(word, kind="stable")
    return Alignment(piece[order], word[order], len(words))
