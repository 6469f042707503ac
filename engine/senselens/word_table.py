"""Tables of static word vectors: what a `Static` model looks its words up in, whatever file they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from senselens.encoding import Vectors


class Table(Protocol):
    """A vocabulary of N words with vectors of *width* W, and a rule for words outside it.

    A zero vector means that the table knows nothing of a word.
    """

    width: int

    @property
    def words(self) -> Sequence[str]:
        """The vocabulary (N,), in the order of the file: the commonest first in all the usual ones."""
        ...

    @property
    def vectors(self) -> Vectors:
        """Its vectors, (N, W)."""
        ...

    def row(self, form: str) -> int | None:
        """The place of *form* in the vocabulary."""
        ...

    def of(self, forms: Sequence[str]) -> Vectors:
        """A vector for each of *forms*, (n, W), those outside the vocabulary included."""
        ...

    def sentence(self, text: str, vectors: Vectors) -> Vectors:
        """The vector (W,) of a text whose words have *vectors* (n, W)."""
        ...


class WordTable:
    """A vector for each word and nothing else: word2vec and GloVe.

    A form that is not in the vocabulary as it stands is looked up in lower case, which GloVe 6B and most such tables are
    in: *Bank* opens a sentence and is *bank*. A form still unknown has the zero vector.
    """

    def __init__(self, rows: Mapping[str, int], vectors: Vectors) -> None:
        self._rows, self.vectors = rows, vectors
        self.words = list(rows)
        self.width = vectors.shape[1]

    def row(self, form: str) -> int | None:
        found = self._rows.get(form)
        return self._rows.get(form.lower()) if found is None else found

    def of(self, forms: Sequence[str]) -> Vectors:
        rows = [self.row(form) for form in forms]
        known = [i for i, row in enumerate(rows) if row is not None]
        found = np.zeros((len(forms), self.width), np.float32)
        found[known] = self.vectors[[row for row in rows if row is not None]]
        return found

    def sentence(self, text: str, vectors: Vectors) -> Vectors:
        return mean_of_known(vectors)


def mean_of_known(vectors: Vectors) -> Vectors:
    """The mean (W,) of the vectors (n, W) that are not zero; zero where all are."""
    known = vectors[vectors.any(axis=1)]
    mean: Vectors = known.sum(axis=0) / np.float32(max(1, len(known)))
    return mean
