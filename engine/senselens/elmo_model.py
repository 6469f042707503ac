"""ELMo behind `senselens.load`: vectors of words in context, the next and the previous word. See docs/models/elmo.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import regex
from numpy.typing import NDArray

from senselens.cards import CARDS, Card
from senselens.elmo_files import BEGIN, END, UNKNOWN, ElmoFiles, read_options, read_softmax, read_weights, tensors
from senselens.elmo_releases import RELEASES, fetch_release
from senselens.encoding import Encoding, Vectors
from senselens.errors import ModelUnavailable, Unsupported
from senselens.measures import largest
from senselens.model import Guess, Model
from senselens.network import batches
from senselens.places import PACKAGE_DATA
from senselens.text import Span, sentences, words
from senselens.windows import best_window, windows

if TYPE_CHECKING:
    from senselens.elmo import BiLM

BATCH_TOKENS, BATCH_ROWS = 2048, 64
ROWS = 64  # distributions over the vocabulary made at once
LONGEST, STRIDE = 512, 256  # tokens of a sentence read at once
VECTORS, NEIGHBOURS = ("vectors", "sentence"), ("next-word", "previous-word")
# what stands between words: a web address or a tag's name, a run of one mark (“...”, “--”), an emoji
_MARK = regex.compile(r"[\p{L}\p{N}](?:\S*[\p{L}\p{N}/])?+|(?![\s\p{C}])(\X)\1*+")


def tokens(text: str) -> list[tuple[Span, ...]]:
    """Each sentence of *text* as a biLM reads it: its words, and what stands between them as tokens of their own."""
    spans, at = words(text), 0
    found = []
    for sentence in sentences(text):
        row, edge = [], sentence.start
        while at < len(spans) and spans[at].end <= sentence.end:
            row += [Span(*m.span()) for m in _MARK.finditer(text, edge, spans[at].start)]
            row.append(spans[at])
            edge, at = spans[at].end, at + 1
        row += [Span(*m.span()) for m in _MARK.finditer(text, edge, sentence.end)]
        found.append(tuple(row))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Softmax:
    """What turns an output into a distribution over the vocabulary (V): weight (V, W) and bias (V,), for both directions."""

    vocabulary: tuple[str, ...]
    weight: Vectors
    bias: Vectors

    def log_probabilities(self, outputs: Vectors) -> Vectors:
        """Outputs (N, W) to natural logarithms (N, V)."""
        scores = outputs @ self.weight.T + self.bias
        scores -= scores.max(1, keepdims=True)
        log_shares: Vectors = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        return log_shares

    def log_probability_of(self, words: NDArray[np.intp], outputs: Vectors) -> Vectors:
        """That of one word (N,) of the vocabulary for each of the outputs (N, W): (N,)."""
        found = [np.zeros(0, np.float32)]
        for at in range(0, len(words), ROWS):
            shares = self.log_probabilities(outputs[at : at + ROWS])
            found.append(np.take_along_axis(shares, words[at : at + ROWS, None], 1)[:, 0])
        return np.concatenate(found)


class Elmo(Model):
    """An ELMo. Every call starts from zero states, so that answers can be repeated; see `stateful`."""

    def __init__(self, card: Card, network: BiLM, softmax: Softmax | None, fingerprint: str) -> None:
        self.card, self.network, self.softmax, self.fingerprint = card, network, softmax, fingerprint
        self.sense_layer = network.options.layers  # the top one tells senses best (Peters et al. 2018, table 5)
        self.batch_size = BATCH_ROWS
        self.parameters = sum(prod(shape) for _, shape in tensors(network.options).values())
        self.parameters += softmax.weight.size + softmax.bias.size if softmax else 0

    @property
    def stateful(self) -> bool:
        """Whether each sentence is read on from the states another one left, as bilm-tf and AllenNLP do; False at first.

        Sentences are then read in their order, `batch_size` at a time, and the i-th of a batch goes on from the i-th of the
        batch before, also from call to call: answers depend on what was asked before, until `reset_states`.
        """
        return self.network.stateful

    @stateful.setter
    def stateful(self, value: bool) -> None:
        self.network.stateful = value
        self.network.reset_states()

    def reset_states(self) -> None:
        """Forget what was read."""
        self.network.reset_states()

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        """Each text sentence by sentence; one of more than `LONGEST` tokens is read in windows (`senselens.windows`).

        The sentence vector is the mean over all tokens and layers (the ``default`` output of ELMo on TensorFlow Hub).
        """
        split = [tokens(text) for text in texts]
        cuts = [[windows(len(row), LONGEST, STRIDE) for row in rows] for rows in split]
        parts = [
            [span.of(text) for span in row[start:end]]
            for text, rows, places in zip(texts, split, cuts, strict=True)
            for row, some in zip(rows, places, strict=True)
            for start, end in some
        ]
        read = iter(self.encode_tokens(parts))
        return [self._encoding(*given, read) for given in zip(texts, split, cuts, strict=True)]

    def encode_tokens(self, tokenized: Sequence[Sequence[str]]) -> list[Vectors]:
        """The layers (L + 1, n, width) of sentences that are split into tokens already, in their order."""
        return [layers[:, 1:-1] for layers in self._read(tokenized)]

    def next_words(self, text: str, k: int = 5, *, complete: bool = False) -> list[Guess]:
        """The *k* likeliest words after *text*, by the direction that reads from the start of its last sentence.

        Probabilities are over the whole vocabulary; what is no word is left out of the list, not of the sum.
        Raises `Unsupported` without a softmax, as the other predictions do, and for *complete*: it knows whole words only.
        """
        if complete:
            raise Unsupported(f"{self.card.name} predicts whole words and cannot complete one; a causal model can")
        (layers,) = self._read([self._tokens(text, -1)])
        return self._likeliest(layers[-1, -2, : self.card.width // 2], k)

    def previous_words(self, text: str, k: int = 5) -> list[Guess]:
        """The *k* likeliest words before *text*, by the direction that reads its first sentence from the end."""
        (layers,) = self._read([self._tokens(text, 0)])
        return self._likeliest(layers[-1, 1, self.card.width // 2 :], k)

    def perplexities(self, text: str) -> tuple[float, float]:
        """The perplexity per token of *text* for the forward and for the backward direction.

        Words, marks and the boundary at the end of each sentence's reading count; a word the vocabulary lacks is <UNK>.
        """
        softmax, half = self._softmax, self.card.width // 2
        rows = [[span.of(text) for span in row] for row in tokens(text)] or [[]]
        surprises: list[list[Vectors]] = [[], []]
        for row, layers in zip(rows, self._read(rows), strict=True):
            ids = np.array([self._number.get(word, self._number[UNKNOWN]) for word in (BEGIN, *row, END)])
            surprises[0].append(-softmax.log_probability_of(ids[1:], layers[-1, :-1, :half]))
            surprises[1].append(-softmax.log_probability_of(ids[:-1], layers[-1, 1:, half:]))
        forward, backward = (float(np.exp(np.concatenate(found).mean(dtype=np.float64))) for found in surprises)
        return forward, backward

    def _encoding(
        self, text: str, rows: list[tuple[Span, ...]], cuts: list[list[tuple[int, int]]], read: Iterator[Vectors]
    ) -> Encoding:
        found = [np.zeros((self.card.layers, 0, self.card.width), np.float32)]
        for row, places in zip(rows, cuts, strict=True):
            layers = np.empty((self.card.layers, len(row), self.card.width), np.float32)
            best = best_window(len(row), places)
            for i, (start, end) in enumerate(places):
                mine = np.flatnonzero(best[start:end] == i)
                layers[:, start + mine] = next(read)[:, mine]
            found.append(layers)
        whole, spans = np.concatenate(found, axis=1), words(text)
        sentence = whole.mean((0, 1)) if whole.shape[1] else np.zeros(self.card.width, np.float32)
        wanted = set(spans)
        kept = [i for i, span in enumerate(span for row in rows for span in row) if span in wanted]
        return Encoding(text, spans, whole[:, kept], sentence, self)

    def _read(self, rows: Sequence[Sequence[str]]) -> list[Vectors]:
        """The layers (L + 1, n + 2, width) of each row of tokens, boundaries included."""
        if self.stateful:
            groups = [list(range(at, min(at + self.batch_size, len(rows)))) for at in range(0, len(rows), self.batch_size)]
        else:
            groups = list(batches([len(row) + 2 for row in rows], BATCH_TOKENS))
        layers: dict[int, Vectors] = {}
        for some in groups:
            layers.update(zip(some, self.network.layers_of([rows[i] for i in some]), strict=True))
        return [layers[i] for i in range(len(rows))]

    def _tokens(self, text: str, which: int) -> list[str]:
        self.need("next-word")
        rows = tokens(text)
        return [span.of(text) for span in rows[which]] if rows else []

    def _likeliest(self, output: Vectors, k: int) -> list[Guess]:
        log_shares = self._softmax.log_probabilities(output[None])[0][self._words]
        best = largest(log_shares, k)
        return [Guess(self._softmax.vocabulary[self._words[i]], float(np.exp(log_shares[i]))) for i in best]

    @property
    def _softmax(self) -> Softmax:
        if self.softmax is None:
            raise self.cannot("next-word")
        return self.softmax

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {word: i for i, word in enumerate(self._softmax.vocabulary)}

    @cached_property
    def _words(self) -> NDArray[np.intp]:
        """The entries of the vocabulary that are words."""
        forms = enumerate(self._softmax.vocabulary)
        return np.array([i for i, form in forms if words(form) == (Span(0, len(form)),)], np.intp)


def load_elmo(name: str, precision: str = "fp32") -> Elmo:
    """The ELMo *name*: a row of `models()`, a folder of the official files, a weights file, or the https address of one.

    Raises `ModelUnavailable`, `BadModelFile`; `Unsupported` for a precision other than fp32.
    """
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    try:
        import h5py  # noqa: F401
        import torch

        from senselens.elmo import BiLM
    except ImportError:
        raise ModelUnavailable(f"{name} needs torch and h5py: pip install 'senselens[elmo]'") from None
    files = ElmoFiles.of(_place(name))
    options = read_options(files.options)
    weights = read_weights(files.weights, options)
    softmax = Softmax(*read_softmax(files.softmax, files.vocabulary, options.width)) if files.softmax else None
    network = BiLM(options).eval().requires_grad_(False)
    network.load_state_dict({n: torch.from_numpy(a) for n, a in weights.items()})
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    known = CARDS.get(name)
    licence, where, about = (
        (known.licence, known.where, known.about) if known else ("see its source", "folder or address", "biLM")
    )
    size = sum(file.stat().st_size for file in (files.weights, files.softmax) if file)
    capabilities = VECTORS + NEIGHBOURS * (softmax is not None)
    card = Card(name, "elmo", capabilities, options.layers + 1, 2 * options.width, licence, size, where, about=about)
    return Elmo(card, network, softmax, _fingerprint(weights, options.to_dict()))


def _place(name: str) -> Path:
    if name in RELEASES or name.startswith("https://"):
        return fetch_release(name)
    if name != "elmo":
        return Path(name).expanduser()
    folder = PACKAGE_DATA / "elmo"
    if not folder.is_dir():
        raise ModelUnavailable("this copy of senselens lacks the data of elmo: install it again")
    return folder


def _fingerprint(weights: Mapping[str, Vectors], options: Mapping[str, object]) -> str:
    total = hashlib.blake2b(repr(options).encode(), digest_size=8)
    for name in sorted(weights):
        total.update(weights[name].tobytes())
    return f"elmo-{total.hexdigest()}"
