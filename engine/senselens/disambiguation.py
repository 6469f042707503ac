"""Which sense a word has here: its vector against a vector for each of its senses, its part of speech, and how common they are.

A sense's vector is that of its lemma at the head of its gloss, ``bank, depository financial institution: a financial …``
(the lemma in the one context that is certain to be about that sense), joined, where the model ships them, with the mean
of uses tagged with that sense (Loureiro & Jorge 2019, LMMS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Encoding, Use, Vectors
from senselens.inventory import Inventory, Sense, open_inventory
from senselens.measures import unit
from senselens.model import Model
from senselens.sense_vectors import sense_vectors, shipped_table
from senselens.text import Span, sentence_at

POS = ("n", "v", "a", "r", "x")  # x: a function word, which has no sense worth telling
Parts = NDArray[np.float32]
PART_LAYER = 3  # of the embedded model, the best for parts of speech by training/sense_table.py
FUNCTION_WORD = 0.9  # the probability of x from which a use has no senses


@dataclass(frozen=True, slots=True)
class SenseMatch:
    """One sense of a word, weighed against one use of it.

    similarity:  cosine of the use's vector and the sense's; *baseline* is what random words show (never a bare cosine).
    probability: that this is the sense here; the probabilities of a word's senses sum to 1.
    rank:        1 for the likeliest here.
    first_sense: whether this is the word's most frequent sense, the guess of someone who has not read the sentence.
    """

    sense_id: str
    lemma: str
    pos: str
    gloss: str
    examples: tuple[str, ...]
    synonyms: tuple[str, ...]
    similarity: float
    baseline: float
    probability: float
    rank: int
    first_sense: bool

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"examples": list(self.examples), "synonyms": list(self.synonyms)}


def senses(model: Model, text: str, word: Span | str, inventory: str | Inventory = "wordnet") -> list[SenseMatch]:
    """The senses of a word of *text*, likeliest here first; [] for a word the inventory lacks.

    *word* is its span, or its form (the first such word). Only its sentence is read. Raises `WordNotFound`, `NoInventory`.
    """
    return senses_of(use_in_sentence(model, text, word)[0], inventory)


def use_in_sentence(model: Model, text: str, word: Span | str) -> tuple[Use, int]:
    """The use of a word of *text* in its sentence alone, and where that begins. Raises `WordNotFound`."""
    span = model.encode(text).word(word).span if isinstance(word, str) else word
    sentence = sentence_at(text, span.start) or Span(0, len(text))
    use = model.encode(sentence.of(text)).word(Span(span.start - sentence.start, span.end - sentence.start))
    return use, sentence.start


def senses_of(use: Use, inventory: str | Inventory = "wordnet", parts: Parts | None = None) -> list[SenseMatch]:
    """`senses` for a use at hand. *parts* are the log probabilities (5,) of `POS`, when they are known already."""
    book = open_inventory(inventory) if isinstance(inventory, str) else inventory
    found = book.senses(use.word)
    parts = part_of_speech(use) if parts is None else parts
    if not found or parts[POS.index("x")] > np.log(FUNCTION_WORD):
        return []
    return weighed(use.model, use.vector(), found, parts)


def weighed(model: Model, vector: Vectors, found: Sequence[Sense], parts: Parts) -> list[SenseMatch]:
    """The senses *found*, one at least, weighed against the *vector* (W,) of a use and its *parts* of speech, likeliest first."""
    (cosines,), (shares,) = weigh_senses(model, found, vector[None], parts[None])
    counts = np.array([s.count for s in found], float)
    first = max(range(len(found)), key=lambda i: (counts[i], -found[i].rank, -i))
    baseline = model.calibration.baselines[model.sense_layer]
    return [
        SenseMatch(
            s.sense_id,
            s.lemma,
            s.pos,
            s.gloss,
            s.examples,
            s.synonyms,
            float(cosines[i]),
            baseline,
            float(shares[i]),
            rank,
            bool(i == first),
        )
        for rank, i in enumerate(np.argsort(-shares, kind="stable"), start=1)
        for s in (found[i],)
    ]


def weigh_senses(
    model: Model, found: Sequence[Sense], vectors: Vectors, parts: Parts, prior: float = 1.0
) -> tuple[Vectors, NDArray[np.float64]]:
    """The cosine to each of the senses *found* of one word, and its probability, (N, senses) each.

    *vectors* (N, W) are the word's uses at the model's sense layer, *parts* (N, 5) the log probabilities of their `POS`.
    *prior* is how much the senses' frequency counts: once for a use that stands alone.
    """
    calibration = model.calibration
    directions, tagged = sense_vectors(model, found)
    cosines: Vectors = unit(vectors) @ directions.T
    evidence = calibration.context * cosines + prior * calibration.prior * log_prior(found)
    evidence += calibration.part * parts[:, [POS.index(s.pos) for s in found]] + calibration.tagged * tagged
    shares = np.exp(evidence - evidence.max(1, keepdims=True))
    return cosines, shares / shares.sum(1, keepdims=True)


def log_prior(found: Sequence[Sense]) -> NDArray[np.float64]:
    """The logarithm of each sense's share of the tagged uses of its part of speech.

    Smoothed by half a use, falling with its rank. Which part of speech it is here, the sentence tells: a noun that is
    tagged often says nothing against the verb where a verb stands.
    """
    counts = np.array([s.count + 0.5 / (1 + s.rank) for s in found])
    of_part = {pos: sum(c for c, s in zip(counts, found, strict=True) if s.pos == pos) for pos in {s.pos for s in found}}
    shares: NDArray[np.float64] = counts / np.array([of_part[s.pos] for s in found])
    return np.log(shares)


def sense_layers(model: Model) -> tuple[int, ...]:
    """The layers at which a use is looked at to tell its sense: all that has to be kept of it for that."""
    return tuple(sorted({model.sense_layer} | ({PART_LAYER} if model.card.family == "mini" else set())))


def part_of_speech(use: Use) -> Parts:
    """The log probabilities (5,) of `POS` for a use, from the embedded model's own probe.

    A use under another model is looked at again with the embedded one.
    """
    from senselens.registry import load

    if use.model.card.family != "mini":
        use = load("mini").encode(use.encoding.text).word(use.span)
    return probed_parts(use.vector(PART_LAYER))


def parts_of_speech(encodings: Sequence[Encoding]) -> list[Parts]:
    """`part_of_speech` for every word of each text, (words, 5); the texts are encoded by one model."""
    from senselens.registry import load

    if encodings and encodings[0].model.card.family != "mini":
        encodings = load("mini").encode([e.text for e in encodings])
    return [probed_parts(e.layers[PART_LAYER]) for e in encodings]


def probed_parts(vectors: Vectors) -> Parts:
    """The log probabilities (..., 5) of `POS` for vectors (..., W) of the embedded model's `PART_LAYER`."""
    table = shipped_table()
    scores = vectors @ table.part_weights.T + table.part_biases
    scores -= scores.max(-1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(-1, keepdims=True)), np.float32)
