"""Static vectors: one for each word, whatever stands around it. word2vec, GloVe, fastText, model2vec.

They are what the contextual models are measured against: *bank* by the river is *bank* with the money, cosine exactly 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from senselens.cards import CARDS, STATIC, Card
from senselens.encoding import Encoding, Vectors
from senselens.errors import UnknownModel, Unsupported, WordNotFound
from senselens.fasttext_file import is_fasttext, read_fasttext
from senselens.glove import VECTORS as GLOVE_VECTORS
from senselens.glove import glove_folder, read_glove
from senselens.measures import largest, unit
from senselens.model import Model, NearWord
from senselens.static_files import content, read_text, read_word2vec_binary
from senselens.text import shorten, words
from senselens.token_table import WEIGHTS, read_token_table
from senselens.word_table import Table


class Static(Model):
    """A table of words with one vector each.

    A text's words have one layer, the table's vectors. A form the table does not hold is looked up by the table's own
    rule (`WordTable`: in lower case; `SubwordTable`: by its n-grams; `TokenTable`: by its pieces); when that fails too, its
    vector is zero, and so is its cosine to anything. A text's vector is the mean of those of its known words; with a
    `TokenTable`, of all its pieces.
    """

    sense_layer = 0

    def __init__(self, card: Card, table: Table, fingerprint: str) -> None:
        self.card, self.table, self.fingerprint = card, table, fingerprint

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        return [self._encoding(text) for text in texts]

    def nearest_words(self, word: str, k: int = 10) -> list[NearWord]:
        """The *k* words of the vocabulary whose vectors are nearest to *word*'s, best first, *word* left out.

        Raises `WordNotFound` for a word the table knows nothing of.
        """
        return self._nearest(self._vector(word), [word], k)

    def analogy(self, a: str, b: str, c: str, k: int = 10) -> list[NearWord]:
        """What is to *c* as *b* is to *a*: ``analogy("man", "king", "woman")`` begins with *queen*.

        The words nearest to b - a + c, all three of length 1, themselves left out (Mikolov et al. 2013, Linguistic
        Regularities; 3CosAdd in Levy & Goldberg 2014). Raises `WordNotFound`.
        """
        return self._nearest(self._vector(b) - self._vector(a) + self._vector(c), [a, b, c], k)

    def _encoding(self, text: str) -> Encoding:
        spans = words(text)
        vectors = self.table.of([span.of(text) for span in spans])  # (words, W)
        return Encoding(text, spans, vectors[None], self.table.sentence(text, vectors), self)

    def _vector(self, word: str) -> Vectors:
        """The direction (W,) of *word*."""
        vector = unit(self.table.of([word])[0])
        if not vector.any():
            raise WordNotFound(
                f"{self.card.name} has no vector for {shorten(word)!r}; its vocabulary is {len(self.table.words)} words"
            )
        return vector

    def _nearest(self, query: Vectors, without: Sequence[str], k: int) -> list[NearWord]:
        """The *k* words with the greatest cosine to *query* (W,); equal ones in the order of the vocabulary."""
        scores = (self.table.vectors @ unit(query)) * self._scales  # (N,)
        scores[[row for row in map(self.table.row, without) if row is not None]] = -np.inf
        best = largest(scores, min(k, int(np.isfinite(scores).sum())))
        return [NearWord(self.table.words[i], float(np.clip(scores[i], -1, 1))) for i in best]

    @cached_property
    def _scales(self) -> Vectors:
        """What brings each row of the table to length 1, (N,): kept instead of a second table of unit vectors."""
        table = self.table.vectors
        lengths = np.sqrt(np.einsum("nw,nw->n", table, table))
        scales: Vectors = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        return scales


def load_static(name: str, precision: str = "fp32") -> Static:
    """``glove``, the vectors in the file *name*, or the token table in the folder *name*.

    Raises `UnknownModel` (no such file), `ModelUnavailable` (``glove`` is not installed), `BadModelFile`, `Unsupported`.
    """
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    if name == "glove":
        folder = glove_folder()
        return Static(CARDS[name], read_glove(folder), _fingerprint(folder / GLOVE_VECTORS, name))
    path = Path(name).expanduser()
    if path.is_dir():
        return _of_file(name, path / WEIGHTS, read_token_table(path))
    if not path.is_file():
        raise UnknownModel(f"there is no file {path}; give a file of word vectors, or one of {', '.join(CARDS)}")
    return _of_file(name, path, read_vectors(path))


def read_vectors(path: Path) -> Table:
    """The table in a file, by its suffix and how it begins. Raises `BadModelFile`, `Unsupported`."""
    if path.name.lower().removesuffix(".gz").endswith((".txt", ".vec")):
        return read_text(path)
    data = content(path)
    return read_fasttext(path, data) if is_fasttext(data) else read_word2vec_binary(path, data)


def _of_file(name: str, path: Path, table: Table) -> Static:
    size = path.stat().st_size
    card = Card(name, "static", STATIC, 1, table.width, "see where it is from", size, "file", about=f"{len(table.words)} words")
    return Static(card, table, _fingerprint(path, Path(name).name))


def _fingerprint(path: Path, name: str) -> str:
    """The file's name, size and time of change: a table may be too large to be read through for a hash."""
    state = path.stat()
    return f"{name[:80]}-{hashlib.blake2b(f'{state.st_size} {state.st_mtime_ns}'.encode(), digest_size=8).hexdigest()}"
