"""Masked language models of the BERT family: every layer's word vectors, masked words, next sentences.

The rules are here once; a `Network` computes, onnxruntime or torch.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from senselens.align import align
from senselens.encoding import Encoding, Vectors
from senselens.errors import Unsupported, WordNotFound
from senselens.model import Card, Guess, JointGuess, Model
from senselens.network import Batch, Network, batches
from senselens.pieces import Ids, Pieces, PieceTokenizer
from senselens.text import Span, words
from senselens.windows import best_window, windows

MASK = re.compile(r"\[MASK\]|<mask>|_{3,}")


class MaskedLM(Model):
    """A masked language model.

    A text longer than the network takes is read in windows that overlap by half; each piece keeps the vector from the
    window in which it sees most of its surroundings (see `senselens.windows`).
    """

    def __init__(self, card: Card, network: Network, tokenizer: PieceTokenizer, sense_layer: int, fingerprint: str) -> None:
        self.card, self.network, self.tokenizer = card, network, tokenizer
        self.sense_layer, self.fingerprint = sense_layer, fingerprint

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        pieces = self.tokenizer.pieces(texts)
        vectors = self._piece_vectors([p.ids for p in pieces])
        return [self._encoding(t, p, *v) for t, p, v in zip(texts, pieces, vectors, strict=True)]

    def predict(self, text: str, span: Span | None = None, k: int = 5, targets: Sequence[str] | None = None) -> list[list[Guess]]:
        """The *k* likeliest whole words for every mask of *text*, or for the word at *span*, which is masked.

        The probabilities are the model's own, over its whole vocabulary; pieces of words are left out of the list, not
        of the sum. With *targets* exactly these words are weighed instead, each with as many masks as it has pieces,
        by the chain rule from left to right: P(piece 1 | the masks) · P(piece 2 | piece 1, the masks left) · …

        A mask is written ``[MASK]``, ``<mask>`` or ``___``. Raises `WordNotFound` when there is none.
        """
        ids, masks = self._masked(text, span)
        if targets is not None:
            return [self._weigh(ids, masks, at, list(targets)) for at in range(len(masks))]
        numbers, forms = self.tokenizer.whole_words
        return [_best(row[numbers], forms, k) for row in self._shares([ids], masks[None])[0]]

    def predict_words(self, where: Sequence[tuple[str, Span]], k: int = 5) -> list[list[Guess]]:
        """`predict` for the word at each (text, span) alone, in batches."""
        self.need("masked")
        numbers, forms = self.tokenizer.whole_words
        texts = list(dict.fromkeys(text for text, _ in where))
        pieces = dict(zip(texts, self.tokenizer.pieces(texts), strict=True))
        hidden = [self._hide(pieces[text], span) for text, span in where]
        guesses: list[list[Guess]] = [[] for _ in where]
        for some in batches([len(ids) for ids, _ in hidden]):
            shares = self._shares([hidden[i][0] for i in some], np.stack([hidden[i][1] for i in some]))  # (R, 1, V)
            for i, share in zip(some, shares, strict=True):
                guesses[i] = _best(share[0, numbers], forms, k)
        return guesses

    def predict_jointly(self, text: str, k: int = 5, beam: int = 8) -> list[JointGuess]:
        """The *k* likeliest readings of all masks together: the surest mask is filled first, then the rest anew.

        The probability is that of the whole reading, by the chain rule in that order. Raises `WordNotFound`.
        """
        ids, masks = self._masked(text, None)
        numbers, forms = self.tokenizer.whole_words
        readings: list[tuple[float, dict[int, int]]] = [(0.0, {})]
        for _ in masks:
            grown: dict[tuple[tuple[int, int], ...], tuple[float, dict[int, int]]] = {}
            for score, filled in readings:
                left = [i for i in range(len(masks)) if i not in filled]
                row = ids.copy()
                for i, form in filled.items():
                    row[masks[i]] = numbers[form]
                shares = self._shares([row], masks[left][None])[0][:, numbers]  # (masks left, whole words)
                surest = int(shares.max(1).argmax())
                for form in np.argpartition(-shares[surest], beam)[:beam]:
                    reading = {**filled, left[surest]: int(form)}
                    grown[tuple(sorted(reading.items()))] = (score + float(np.log(shares[surest, form])), reading)
            readings = heapq.nlargest(beam, grown.values(), key=lambda r: r[0])
        return [self._joint(text, [forms[r[i]] for i in range(len(masks))], score) for score, r in readings[:k]]

    def next_sentence(self, a: str, b: str) -> float:
        """The probability that *b* follows *a*. Raises `Unsupported` without that head."""
        self.need("next-sentence")
        first, second = self.tokenizer.pieces([a, b])
        template = self.tokenizer.template
        special = len(template.start) + len(template.between) + len(template.pair_end)
        room = self.network.longest - special
        kept = min(len(second), max(room // 2, room - len(first)))  # a pair too long loses A's head and B's tail
        head = np.array([*template.start, *first.ids[-(room - kept) :], *template.between], np.int64)
        tail = np.array([*second.ids[:kept], *template.pair_end], np.int64)
        segments = np.repeat([0, template.pair_segment], [len(head), len(tail)])
        batch = Batch.of([np.concatenate([head, tail])], self.network.padding, [segments])
        return float(self.network.follows(batch)[0])

    def _piece_vectors(self, rows: list[Ids]) -> list[tuple[Vectors, Vectors]]:
        """For each row of pieces: every piece's vectors (layers, P, W), and the mean of the last layer (W,)."""
        template = self.tokenizer.template
        start, end = np.array(template.start, np.int64), np.array(template.end, np.int64)
        room = self.network.longest - len(start) - len(end)
        cuts = [windows(len(row), room, room // 2) or [(0, 0)] for row in rows]
        parts = [(i, number, *window) for i, cut in enumerate(cuts) for number, window in enumerate(cut)]
        shape = (self.network.layers, self.network.width)
        vectors = [np.empty((shape[0], len(row), shape[1]), np.float32) for row in rows]
        sums, counts = np.zeros((len(rows), shape[1]), np.float32), [0] * len(rows)
        chosen = [best_window(len(row), cut) for row, cut in zip(rows, cuts, strict=True)]
        for some in batches([b - a + len(start) + len(end) for _, _, a, b in parts]):
            inputs = [np.concatenate([start, rows[i][a:b], end]) for i, _, a, b in (parts[j] for j in some)]
            hidden = self.network.hidden(Batch.of(inputs, self.network.padding))
            for row, (i, number, a, b) in enumerate(parts[j] for j in some):
                mine = np.flatnonzero(chosen[i][a:b] == number)
                vectors[i][:, a + mine] = hidden[:, row, len(start) + mine]
                sums[i] += hidden[-1, row, : len(inputs[row])].sum(0)
                counts[i] += len(inputs[row])
        return [(v, s / np.float32(c)) for v, s, c in zip(vectors, sums, counts, strict=True)]

    def _encoding(self, text: str, pieces: Pieces, vectors: Vectors, sentence: Vectors) -> Encoding:
        spans = words(text)
        return Encoding(text, spans, align(pieces.offsets, spans).mean(vectors), sentence, self)

    def _masked(self, text: str, span: Span | None) -> tuple[Ids, NDArray[np.intp]]:
        """The input for *text* with its masks, or with *span* hidden: ids, and the places of the masks."""
        self.need("masked")
        if span is not None:
            ids, masks = self._hide(self.tokenizer.pieces([text])[0], span)
            return ids, masks
        template = self.tokenizer.template
        plain = self.tokenizer.masked_pieces(MASK.sub(lambda _: str(self.tokenizer.mask), text))
        ids = self._fit(np.array([*template.start, *plain.ids, *template.end], np.int64))
        masks = np.flatnonzero(ids == self.tokenizer.mask_id)
        if not len(masks):
            raise WordNotFound(
                "the text has no mask: write [MASK] or ___ where a word is to be predicted, or give the word to mask"
            )
        return ids, masks

    def _hide(self, pieces: Pieces, span: Span) -> tuple[Ids, NDArray[np.intp]]:
        """The input with the word at *span* replaced by one mask; a long text is cut around it."""
        inside = align(pieces.offsets, (span,)).pieces_of(0)
        if not len(inside):
            raise WordNotFound(f"there is no word at the characters {span.start} to {span.end}")
        template = self.tokenizer.template
        room = self.network.longest - len(template.start) - len(template.end) - 1
        first, last = int(inside[0]), int(inside[-1]) + 1
        right = min(len(pieces) - last, max(room // 2, room - first))
        left = min(first, room - right)
        before, after = pieces.ids[first - left : first], pieces.ids[last : last + right]
        ids = np.array([*template.start, *before, self.tokenizer.mask_id, *after, *template.end], np.int64)
        return ids, np.array([len(template.start) + left])

    def _fit(self, ids: Ids) -> Ids:
        if len(ids) > self.network.longest:
            raise Unsupported(
                f"{self.card.name} takes {self.network.longest} pieces at once, the masked text has {len(ids)}; shorten it"
            )
        return ids

    def _shares(self, rows: Sequence[Ids], masks: NDArray[np.intp]) -> Vectors:
        """The probabilities of the vocabulary at each row's masks: rows (R,) of ids, masks (R, M) -> (R, M, V)."""
        batch = Batch.of(rows, self.network.padding)
        which = np.repeat(np.arange(len(rows)), masks.shape[1])
        logits = self.network.logits(batch, which, masks.ravel())
        logits -= logits.max(1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(1, keepdims=True)
        return logits.reshape(*masks.shape, -1)

    def _weigh(self, ids: Ids, masks: NDArray[np.intp], at: int, targets: list[str]) -> list[Guess]:
        """Each target's probability at mask number *at*, best first; other masks stay hidden."""
        guesses = []
        for word in targets:
            numbers = self.tokenizer.word_ids(word)
            if not numbers:
                raise WordNotFound(f"{word!r} has no word pieces in {self.card.name}")
            place = int(masks[at])
            hidden = np.full(len(numbers), self.tokenizer.mask_id)
            rows = [
                self._fit(np.concatenate([ids[:place], numbers[:j], hidden[j:], ids[place + 1 :]])) for j in range(len(numbers))
            ]
            shares = self._shares(rows, place + np.arange(len(numbers))[:, None])  # (pieces, 1, V)
            guesses.append(Guess(word, float(np.prod([shares[j, 0, n] for j, n in enumerate(numbers)]))))
        return sorted(guesses, key=lambda g: -g.probability)

    def _joint(self, text: str, filling: list[str], score: float) -> JointGuess:
        left = iter(filling)
        return JointGuess(tuple(filling), MASK.sub(lambda _: next(left), text), float(np.exp(score)))


def _best(shares: Vectors, forms: list[str], k: int) -> list[Guess]:
    k = min(k, len(forms))
    best = np.argpartition(-shares, k - 1)[:k]
    return [Guess(forms[i], float(shares[i])) for i in best[np.argsort(-shares[best], kind="stable")]]
