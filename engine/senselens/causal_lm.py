"""Causal language models: vectors, the next word, and how probable a text and each of its words are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from senselens.align import align
from senselens.cards import Card
from senselens.encoding import Encoding, Vectors
from senselens.errors import Unsupported, WordNotFound
from senselens.model import Guess, Model
from senselens.network import batches
from senselens.next_word import BEAM, DEEPEST, NextWords, PieceTable, Shares, ends_in_word, next_words
from senselens.pieces import Ids, Pieces, PieceTokenizer
from senselens.text import Span, words
from senselens.windows import windows

LONGEST_WINDOW = 2048  # pieces; a model that takes more at once reads a longer text in windows of these
MOST_SCORES = 1 << 27  # numbers in the scores of one window over the vocabulary: half a gigabyte


class Network(Protocol):
    """What computes; see `senselens.causal_network.CausalNetwork`, which has the shapes."""

    layers: int
    width: int
    vocabulary: int
    parameters: int
    longest: int | None

    def hidden(self, rows: Sequence[Ids]) -> Vectors: ...
    def log_shares(self, row: Ids, some: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def shares_after(self, context: Ids) -> Shares: ...


class CausalLM(Model):
    """A model of P(next piece | the pieces before it).

    *start* is what stands before every text, so that its first piece has a probability too: what the tokenizer puts there
    (Llama's ``<s>``), else ``<|endoftext|>``, which separates documents in training (GPT-2), else BOS or EOS.

    A text longer than the model takes is read in windows that overlap by half, each after *start*. A piece counts in the
    first window that holds it, where it has the most to its left: all of the text, or at least half a window of it.
    """

    def __init__(self, card: Card, network: Network, tokenizer: PieceTokenizer, start: tuple[int, ...], fingerprint: str) -> None:
        self.card, self.network, self.tokenizer, self.fingerprint = card, network, tokenizer, fingerprint
        self.start = np.array(start, np.int64)
        # SmolLM2 tells the senses of WordNet's examples apart best between a third and three quarters of its depth (AUC 0.62
        # at layers 11 to 22 of 30, 0.59 at the last, 0.53 at the first): the last layers turn to the word that comes next.
        self.sense_layer = network.layers // 2
        self.parameters = network.parameters

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        """The vectors of each text; *sentence* is the mean of the last layer over its pieces, zero for a text of none."""
        pieces = self.tokenizer.pieces(texts)
        parts = [(i, *part) for i, p in enumerate(pieces) for part in self._parts(len(p), self._room())]
        vectors = [np.zeros((self.network.layers, len(p), self.network.width), np.float32) for p in pieces]
        for some in batches([end - begin + len(self.start) for _, begin, _, end in parts]):
            rows = [np.concatenate([self.start, pieces[i].ids[begin:end]]) for i, begin, _, end in (parts[j] for j in some)]
            hidden = self.network.hidden(rows)  # (layers, B, T, W)
            for row, (i, begin, new, end) in enumerate(parts[j] for j in some):
                first = len(self.start) - begin
                vectors[i][:, new:end] = hidden[:, row, first + new : first + end]
        return [self._encoding(t, p, v) for t, p, v in zip(texts, pieces, vectors, strict=True)]

    def next_words(self, text: str, k: int = 5, *, complete: bool = False) -> list[Guess]:
        """The *k* likeliest next words: `next_word_distribution` without what is left over."""
        return list(self.next_word_distribution(text, max(k, 0), complete=complete).words)

    def next_word_distribution(self, text: str, k: int | None = None, *, complete: bool = False, beam: int = BEAM) -> NextWords:
        """P(next word | *text*), for the *k* likeliest words (None: all that *beam* spellings lead to).

        A word's probability is that of its pieces and of its end (see `senselens.next_word`), summed over its spellings.
        The words of *text* are whole: after ``on the`` no word begins by turning *the* into *them*, and the probabilities
        are given that. Spaces at the end are taken as one, and as the promise that it comes: the pieces of the text stop
        before it, because models have seen the space as part of the next word's first piece, hardly ever alone
        (Vieira et al. 2024, arXiv:2412.03719). After any other character the next word may follow at once.

        With *complete* the last word of *text* is a beginning, and the answer is how the whole word goes.
        Raises `Unsupported`, and `WordNotFound` where there is no beginning to complete.
        """
        context, must = text.rstrip(" "), " " if text.endswith(" ") else ""
        if complete:
            last = words(text)[-1:]
            if not last or last[0].end != len(text):
                raise WordNotFound("there is no word at the end of the text to complete: leave out the space, or do not complete")
            context = text[: last[0].start].rstrip(" ")
            must = " " * (len(context) < last[0].start) + last[0].of(text)
        if not context and must:  # a tokenizer that puts a space before every text has it in the first piece
            must = " " * self._starts_with_space + must.lstrip(" ")
        ids = self.tokenizer.pieces([context])[0].ids
        known = np.concatenate([self.start, ids[-max(1, self._room() - DEEPEST) :]])
        if not len(known):
            raise self._no_start()
        shares = self.network.shares_after(known)
        return next_words(shares, self._table, k, beam, must.encode(), not must and ends_in_word(context))

    def log_probability(self, text: str) -> float:
        """ln P(*text* | start), in nats: the sum over its pieces of ln P(piece | all before it). Its end is not counted."""
        return float(self._log_shares(self.tokenizer.pieces([text])[0])[0].sum())

    def perplexity(self, text: str, per: str = "word") -> float:
        """exp(-ln P(*text*) / n), with n the number of its words (punctuation counts in P, not in n) or of its pieces.

        Only perplexity *per* ``word`` can be compared between models, because each has its own pieces (Mielke et al. 2019,
        *What Kind of Language Is Hard to Language-Model?*). Raises `WordNotFound` for a text of none.
        """
        if per not in ("word", "piece"):
            raise ValueError(f"perplexity is per 'word' or per 'piece', not per {per!r}")
        count = len(words(text)) if per == "word" else len(self.tokenizer.pieces([text])[0])
        if not count:
            raise WordNotFound(f"a text without a {per} has no perplexity")
        with np.errstate(over="ignore"):  # of a text of one very long word it is infinite
            return float(np.exp(-self.log_probability(text) / count))

    def word_log_probabilities(self, text: str) -> list[tuple[Span, float]]:
        """ln P(word | all of the text before it), in nats, for each of `words`; its negative is the word's surprisal.

        Pieces of a word begin with its space, so that their product alone leaves out whether the word is over, and charges
        for that of the word before. It is put right as in Oh & Schuler (2024, *Leading Whitespaces of Language Models'
        Subword Vocabulary Pose a Confound for Calculating Word Probabilities*) and Pimentel & Meister (2024, *How to Compute
        the Probability of a Word*): times P(the word ends), and over P(the word before has ended) where one stands
        just before. Of several spellings of the word the tokenizer's own is counted.

        Punctuation is given to the words after it and counted for none. A piece that two words share counts for the first.
        Without punctuation, the values add up to `log_probability` and ln P(the last word ends).
        """
        pieces = self.tokenizer.pieces([text])[0]
        own, ended = self._log_shares(pieces)  # (P,), (P + 1,)
        spans = words(text)
        owner = self._owners(text, pieces, spans)  # (P,)
        found = dict.fromkeys(spans, 0.0)
        before = -1
        for word, group in groupby(range(len(pieces)), key=lambda i: int(owner[i])):
            some = list(group)
            if word >= 0:
                value = float(own[some].sum())
                value += float(ended[some[-1] + 1]) if ends_in_word(spans[word].of(text)) else 0.0
                value -= float(ended[some[0]]) if before >= 0 and ends_in_word(spans[before].of(text)) else 0.0
                found[spans[word]] += value
            before = word
        return list(found.items())

    def _owners(self, text: str, pieces: Pieces, spans: Sequence[Span]) -> NDArray[np.intp]:
        """For each piece (P,) the first word it belongs to; -1 for punctuation. A piece of space belongs to what follows."""
        owner = np.full(len(pieces), -1)
        shared = align(pieces.offsets, spans)
        owner[shared.piece[::-1]] = shared.word[::-1]
        for i in range(len(pieces) - 2, -1, -1):
            start, end = pieces.offsets[i]
            if owner[i] < 0 and not text[start:end].strip():
                owner[i] = owner[i + 1]
        return owner

    def _log_shares(self, pieces: Pieces) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """ln P of each piece (P,), and at each place (P + 1,) ln P(a word just before it is over)."""
        if not len(self.start):
            raise self._no_start()
        own, ended = np.zeros(len(pieces)), np.zeros(len(pieces) + 1)
        room = max(2, min(self._room(), MOST_SCORES // self.network.vocabulary))
        for begin, new, end in self._parts(len(pieces), room):
            row = np.concatenate([self.start, pieces.ids[begin:end]])
            mine, over = self.network.log_shares(row, self._table.ends_word)
            first = len(self.start) - begin
            own[new:end] = mine[first + new - 1 : first + end - 1]
            ended[new : end + 1] = over[first + new - 1 : first + end]
        return own, ended

    def _no_start(self) -> Unsupported:
        return Unsupported(f"{self.card.name} has no piece that starts a text, so the first one has no probability")

    def _room(self) -> int:
        """How many pieces of a text fit in one window."""
        longest = LONGEST_WINDOW if self.network.longest is None else min(self.network.longest, LONGEST_WINDOW)
        return max(1, longest - len(self.start))

    @staticmethod
    def _parts(length: int, room: int) -> Iterator[tuple[int, int, int]]:
        """The windows of a text of *length* pieces: begin, the first piece that no earlier one held, end."""
        new = 0
        for begin, end in windows(length, room, max(1, room // 2)):
            yield begin, new, end
            new = end

    @cached_property
    def _table(self) -> PieceTable:
        spellings = self.tokenizer.spellings
        if spellings is None:
            raise Unsupported(f"the pieces of {self.card.name} do not say where words begin: byte-level BPE and SentencePiece do")
        return PieceTable([*spellings, *[None] * (self.network.vocabulary - len(spellings))])

    @cached_property
    def _starts_with_space(self) -> bool:
        first = (self.tokenizer.spellings or [None])[int(self.tokenizer.pieces(["a"])[0].ids[0])]
        return first is not None and first.startswith(b" ")

    def _encoding(self, text: str, pieces: Pieces, vectors: Vectors) -> Encoding:
        spans = words(text)
        sentence = vectors[-1].mean(0) if len(pieces) else np.zeros(self.network.width, np.float32)
        return Encoding(text, spans, align(pieces.offsets, spans).mean(vectors), sentence, self)
