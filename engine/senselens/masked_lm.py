"""The BERT family: every layer's word vectors, masked words, next sentences, the input layer, attention, answers, labels.

The rules are here once; a `Network` computes, onnxruntime or torch.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from senselens.align import align
from senselens.attention import Attention
from senselens.cards import Card
from senselens.classification import Label, label_probabilities, ranked
from senselens.encoding import Encoding, Vectors
from senselens.errors import Unsupported, WordNotFound
from senselens.input_representation import InputRepresentation, represent
from senselens.measures import largest
from senselens.model import Guess, JointGuess, Model
from senselens.network import Batch, MaskedBatch, Network, batches, piece_vectors
from senselens.pieces import Framed, Ids, Pieces, PieceTokenizer
from senselens.pretraining import PretrainingExample, pretraining_example
from senselens.question_answering import Answer, answers
from senselens.text import Span, listed, shorten, words
from senselens.written_masks import MASK


@dataclass(frozen=True, slots=True)
class Masked:
    """An input (P,) with masks at *places* (M,); *glued* tells for each whether its word follows no space."""

    ids: Ids
    places: NDArray[np.intp]
    glued: tuple[bool, ...]


class MaskedLM(Model):
    """A model of the BERT family; its card says which of the heads it has.

    A text longer than the network takes is read in windows that overlap by half; each piece keeps the vector from the
    window in which it sees most of its surroundings (see `senselens.windows`).
    """

    def __init__(
        self,
        card: Card,
        network: Network,
        tokenizer: PieceTokenizer,
        sense_layer: int,
        fingerprint: str,
        reasons: Mapping[str, str] | None = None,
    ) -> None:
        """*reasons* says of a capability why a model of this kind lacks it."""
        self.card, self.network, self.tokenizer = card, network, tokenizer
        self.sense_layer, self.fingerprint = sense_layer, fingerprint
        self._reasons = reasons or {}
        self.labels = network.labels

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        pieces = self.tokenizer.pieces(texts)
        spans = [words(text) for text in texts]
        found: dict[int, Encoding] = {}
        for i, vectors, sentence in piece_vectors(self.network, self.tokenizer.template, [p.ids for p in pieces]):
            layers = align(pieces[i].offsets, spans[i]).mean(vectors)
            found[i] = Encoding(texts[i], spans[i], layers, sentence, self)
        return [found[i] for i in range(len(texts))]

    def predict(self, text: str, span: Span | None = None, k: int = 5, targets: Sequence[str] | None = None) -> list[list[Guess]]:
        """The *k* likeliest whole words for every mask of *text*, or for the word at *span*, which is masked.

        The probabilities are the model's own, over its whole vocabulary; pieces of words are left out of the list, not
        of the sum. With *targets* exactly these words are weighed instead, each with as many masks as it has pieces,
        by the chain rule from left to right: P(piece 1 | the masks) · P(piece 2 | piece 1, the masks left) · …

        A mask is written ``[MASK]``, ``<mask>`` or ``___``. Raises `WordNotFound` when there is none.
        """
        masked = self._masked(text, span)
        if targets is not None:
            return [self._weigh(masked, at, listed(targets, "targets", "words")) for at in range(len(masked.places))]
        shares = self._shares([masked.ids], masked.places[None])[0]  # (M, V)
        return [self._best(share, glued, k) for share, glued in zip(shares, masked.glued, strict=True)]

    def predict_words(self, where: Sequence[tuple[str, Span]], k: int = 5) -> list[list[Guess]]:
        """`predict` for the word at each (text, span) alone, in batches."""
        self.need("masked")
        texts = list(dict.fromkeys(text for text, _ in where))
        pieces = dict(zip(texts, self.tokenizer.pieces(texts), strict=True))
        hidden = [self._place(text, pieces[text], span) for text, span in where]
        guesses: list[list[Guess]] = [[] for _ in where]
        groups = list(batches([len(h.ids) for h in hidden]))
        padding = self.network.padding
        made = [MaskedBatch.of([hidden[i].ids for i in g], np.stack([hidden[i].places for i in g]), padding) for g in groups]
        for some, logits in zip(groups, self.network.logits_all(made), strict=True):
            for i, share in zip(some, _softmax(logits), strict=True):
                guesses[i] = self._best(share, hidden[i].glued[0], k)
        return guesses

    def word_log_shares(self, where: Sequence[tuple[str, Span, bool]]) -> tuple[list[str], Vectors]:
        """The log probability (places, N) of each of N whole words at each (text, span, hidden), and those words.

        The word at the span is behind a mask where *hidden*; else in sight, and the model says what it would read there
        (at the first of several pieces). The places are alike but for what is around: all follow a space, or none does.
        """
        self.need("masked")
        rows = [self._place(text, self.tokenizer.pieces([text])[0], span, hidden) for text, span, hidden in where]
        numbers, forms = self._candidates(rows[0].glued[0])
        shares = self._shares([row.ids for row in rows], np.stack([row.places for row in rows]))  # (places, 1, V)
        return forms, np.log(np.maximum(shares[:, 0, numbers], 1e-30))

    def predict_jointly(self, text: str, k: int = 5, beam: int = 8) -> list[JointGuess]:
        """The *k* likeliest readings of all masks together: the surest mask is filled first, then the rest anew.

        The probability is that of the whole reading, by the chain rule in that order. Raises `WordNotFound`.
        """
        masked = self._masked(text, None)
        words_of = [self._candidates(glued) for glued in masked.glued]
        readings: list[tuple[float, dict[int, int]]] = [(0.0, {})]
        for _ in masked.places:
            grown: dict[tuple[tuple[int, int], ...], tuple[float, dict[int, int]]] = {}
            for score, filled in readings:
                left = [i for i in range(len(masked.places)) if i not in filled]
                row = masked.ids.copy()
                for i, form in filled.items():
                    row[masked.places[i]] = words_of[i][0][form]
                found = self._shares([row], masked.places[left][None])[0]  # (masks left, V)
                shares = [share[words_of[i][0]] for i, share in zip(left, found, strict=True)]
                surest = max(range(len(left)), key=lambda at: shares[at].max())
                for form in largest(shares[surest], beam):
                    reading = {**filled, left[surest]: int(form)}
                    grown[tuple(sorted(reading.items()))] = (score + float(np.log(shares[surest][form])), reading)
            readings = heapq.nlargest(beam, grown.values(), key=lambda r: r[0])
        return [
            self._joint(text, [forms[r[i]] for i, (_, forms) in enumerate(words_of)], score) for score, r in readings[: max(k, 0)]
        ]

    def pretraining_example(self, text: str, seed: int = 0, k: int = 5) -> PretrainingExample:
        """*text* with 15 % of its pieces hidden and predicted, as in training; another *seed* selects others."""
        self.need("masked")
        return pretraining_example(self.network, self.tokenizer, self._framed(text, None), seed, k)

    def next_sentence(self, a: str, b: str) -> float:
        """The probability that *b* follows *a*. Raises `Unsupported` without that head."""
        self.need("next-sentence")
        first, second = self.tokenizer.pieces([a, b])
        template = self.tokenizer.template
        room = self.network.longest - len(template.start) - len(template.between) - len(template.pair_end)
        kept = min(len(second), max(room // 2, room - len(first)))  # a pair too long loses A's head and B's tail
        ids, segments = template.pair(first.ids[max(0, len(first) - (room - kept)) :], second.ids[:kept])
        return float(self.network.follows(Batch.of([ids], self.network.padding, [segments]))[0])

    def input_representation(self, text: str, pair: str | None = None) -> InputRepresentation:
        """The input layer of *text*, or of a pair, part by part. Raises `Unsupported` for a text too long to read at once."""
        self.need("input")
        framed = self._framed(text, pair)
        parts = self.network.input_parts(framed.ids, framed.segments)
        return represent(framed, self.tokenizer.spelt(framed.ids), parts)

    def attention(self, text: str, pair: str | None = None) -> Attention:
        """Where every head looks in *text*, or in a pair. Raises `Unsupported` for a text too long to read at once."""
        self.need("attention")
        framed = self._framed(text, pair)
        weights = self.network.attention(Batch.of([framed.ids], self.network.padding, [framed.segments]))[:, 0]
        return Attention(self.tokenizer.spelt(framed.ids), framed.texts, framed.spans, weights)

    def answer(self, question: str, context: str, k: int = 1) -> list[Answer]:
        """See `senselens.answer`."""
        self.need("answer")
        return answers(self.network, self.tokenizer, question, context, k)

    def classify(self, text: str, pair: str | None = None) -> list[Label]:
        """The labels of *text*, or of a pair (does *text* entail *pair*?), each with its probability, likeliest first.

        The probabilities sum to 1, but where a text may have several labels each stands for itself.
        Raises `Unsupported` for a pair that is too long to be read at once.
        """
        if pair is None:
            return self.classify_all([text])[0]
        self.need("classify")
        framed = self._framed(text, pair)
        batch = Batch.of([framed.ids], self.network.padding, [framed.segments])
        return ranked(self.labels, self.network.label_probabilities(batch)[0])

    def classify_all(self, texts: Sequence[str]) -> list[list[Label]]:
        """`classify` for each of *texts*, in batches; a long one is read in windows, whose mean it is given."""
        self.need("classify")
        given = listed(texts, "classify_all", "texts")
        return [ranked(self.labels, row) for row in label_probabilities(self.network, self.tokenizer, given)]

    def cannot(self, capability: str) -> Unsupported:
        error = super().cannot(capability)
        reason = self._reasons.get(capability)
        return Unsupported(f"{error} ({reason})") if reason else error

    def _framed(self, text: str, pair: str | None) -> Framed:
        framed = self.tokenizer.framed(text, pair)
        self._fit(framed.ids, "the text" if pair is None else "the pair")
        return framed

    def _masked(self, text: str, span: Span | None) -> Masked:
        """The input for *text* with its masks, or with *span* hidden."""
        self.need("masked")
        if span is not None:
            return self._place(text, self.tokenizer.pieces([text])[0], span)
        written = MASK.sub(lambda _: str(self.tokenizer.mask), text)
        pieces = self.tokenizer.masked_pieces(written)
        at = np.flatnonzero(pieces.ids == self.tokenizer.mask_id)
        if not len(at):
            raise WordNotFound(
                "the text has no mask: write [MASK] or ___ where a word is to be predicted, or give the word to mask"
            )
        template = self.tokenizer.template
        glued = tuple(self.tokenizer.is_glued(written, int(start)) for start in pieces.offsets[at, 0])
        return Masked(self._fit(template.one(pieces.ids), "the masked text"), len(template.start) + at, glued)

    def _place(self, text: str, pieces: Pieces, span: Span, hidden: bool = True) -> Masked:
        """The input with the word at *span* replaced by one mask where *hidden*; a long text is cut around it."""
        inside = align(pieces.offsets, (span,)).pieces_of(0)
        if not len(inside):
            raise WordNotFound(f"there is no word at the characters {span.start} to {span.end}")
        template = self.tokenizer.template
        first, last = int(inside[0]), int(inside[-1]) + 1
        if first and not text[slice(*pieces.offsets[first - 1])].strip():
            first -= 1  # a lone "▁" or "Ġ": the space of this word
        middle = [self.tokenizer.mask_id] if hidden else pieces.ids[first:last][: self.network.longest // 2]
        room = self.network.longest - len(template.start) - len(template.end) - len(middle)
        right = min(len(pieces) - last, max(room // 2, room - first))
        left = min(first, room - right)
        row = np.concatenate([pieces.ids[first - left : first], middle, pieces.ids[last : last + right]])
        return Masked(template.one(row), np.array([len(template.start) + left]), (self.tokenizer.is_glued(text, span.start),))

    def _fit(self, ids: Ids, what: str) -> Ids:
        if len(ids) > self.network.longest:
            raise Unsupported(f"{self.card.name} takes {self.network.longest} pieces at once, {what} has {len(ids)}; shorten it")
        return ids

    def _candidates(self, glued: bool) -> tuple[Ids, list[str]]:
        return self.tokenizer.glued_words if glued and self.tokenizer.glued_words[1] else self.tokenizer.whole_words

    def _best(self, share: Vectors, glued: bool, k: int) -> list[Guess]:
        """The *k* likeliest whole words by their *share* (V,) of the probability."""
        numbers, forms = self._candidates(glued)
        shares = share[numbers]
        return [Guess(forms[i], float(shares[i])) for i in largest(shares, k)]

    def _shares(self, rows: Sequence[Ids], masks: NDArray[np.intp]) -> Vectors:
        """The probabilities of the vocabulary at each row's masks: rows (R,) of ids, masks (R, M) -> (R, M, V)."""
        logits = self.network.logits(MaskedBatch.of(rows, masks, self.network.padding))
        return _softmax(logits).reshape(*masks.shape, -1)

    def _weigh(self, masked: Masked, at: int, targets: list[str]) -> list[Guess]:
        """Each target's probability at mask number *at*, best first; other masks stay hidden."""
        guesses = []
        ids, place = masked.ids, int(masked.places[at])
        for word in targets:
            numbers = self.tokenizer.word_ids(word, masked.glued[at])
            if not numbers:
                raise WordNotFound(f"{shorten(word)!r} has no word pieces in {self.card.name}")
            hidden = np.full(len(numbers), self.tokenizer.mask_id)
            rows = [
                self._fit(np.concatenate([ids[:place], numbers[:j], hidden[j:], ids[place + 1 :]]), "the masked text")
                for j in range(len(numbers))
            ]
            shares = self._shares(rows, place + np.arange(len(numbers))[:, None])  # (pieces, 1, V)
            guesses.append(Guess(word, float(np.prod([shares[j, 0, n] for j, n in enumerate(numbers)]))))
        return sorted(guesses, key=lambda g: -g.probability)

    def _joint(self, text: str, filling: list[str], score: float) -> JointGuess:
        left = iter(filling)
        return JointGuess(tuple(filling), MASK.sub(lambda _: next(left), text), float(np.exp(score)))


def _softmax(logits: Vectors) -> Vectors:
    """The probabilities (M, V), in the place of the scores."""
    logits -= logits.max(1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(1, keepdims=True)
    return logits
