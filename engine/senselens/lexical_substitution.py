"""Words that could stand in the place of another: proposed by a masked model and by the inventory, weighed in their sentence.

A masked model that does not see a word proposes what fits the sentence, whatever the word meant. So what it reads in the
place with the word in sight is mixed in (Arefyev et al. 2020, "Always Keep your Target in Mind"), the synonyms and hypernyms
of the word's senses here join, and each candidate, in the right form, is put in the sentence and its vector compared with
the word's own (Zhou et al. 2019, "BERT-based Lexical Substitution").
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.candidates import Candidate, Place, Readings, given, proposed
from senselens.disambiguation import use_in_sentence
from senselens.encoding import Encoding, Vectors
from senselens.errors import Unsupported
from senselens.inventory import Inventory, open_inventory
from senselens.measures import cosines
from senselens.model import Model
from senselens.text import Span

WEIGHED = 24  # candidates that are put in the sentence


@dataclass(frozen=True, slots=True)
class Substitute:
    """A word that could stand in the place of another.

    word:        as it would stand there, in the same form and case: walked → strolled, Banks → Shores.
    lemma:       its base form.
    span:        the characters of the text to replace, and
    replacement: what with: the word, and the article before it where that changes (a pear → an apple).
    text:        the sentence with it in place.
    probability: that a reader would accept it there; see docs/models/mini.md for what that was fitted to.
    same_sense:  the probability that it has there the sense that the word had, by the two vectors alone.
    sense_id:    the sense of the word under which the inventory has both, or has this one above; None if only the model knows.
    """

    word: str
    lemma: str
    span: Span
    replacement: str
    text: str
    probability: float
    same_sense: float
    sense_id: str | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def substitutes(
    model: Model,
    text: str,
    word: Span | str,
    k: int = 8,
    inventory: str | Inventory = "wordnet",
    candidates: Sequence[str] | None = None,
) -> list[Substitute]:
    """The *k* words a reader would soonest accept for a word of *text*, best first; [] for one without senses here.

    *word* is its span, or its form (the first such word). Only its sentence is read. The word in another form, words of
    another part of speech and antonyms are left out. With *candidates*, base forms, exactly these are weighed instead.

    Raises `WordNotFound`, `NoInventory`, and `Unsupported` for a model without masked words or an inventory not in English.
    """
    model.need("masked")
    book = open_inventory(inventory) if isinstance(inventory, str) else inventory
    if not book.language.startswith("en"):
        raise Unsupported(f"words are only inflected in English, and {book.name} is in {book.language}; take another inventory")
    use, start = use_in_sentence(model, text, word)
    if (place := Place.of(use, book)) is None:
        return []
    readings, w = Readings(place), weights()
    if candidates is None:
        found = proposed(place, readings, book, w.hidden, w.seen)
        found = sorted(found, key=lambda c: -(w.hidden * c.hidden + w.seen * c.seen + w.related * c.related))[:WEIGHED]
    else:
        found = given(place, readings, candidates, book)
    if not found:
        return []
    evidence, same_sense = weigh(place, found)
    shares = w.probabilities(evidence)
    best = np.argsort(-shares, kind="stable")[: max(k, 0)]
    return [_substitute(place, found[i], start, float(shares[i]), float(same_sense[i])) for i in best]


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the evidence, in the order of `weigh`, and a *constant*: a logistic that training/substitute_weights.py fits."""

    likeness: float
    hidden: float
    seen: float
    related: float
    constant: float

    def probabilities(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(a reader accepts it), (n,), from evidence (n, 4)."""
        odds = evidence @ np.array([self.likeness, self.hidden, self.seen, self.related]) + self.constant
        return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


@lru_cache(maxsize=1)
def weights() -> Weights:
    return Weights(**json.loads(files("senselens").joinpath("data/substitutes.json").read_text(encoding="utf-8")))


def weigh(place: Place, candidates: Sequence[Candidate]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The evidence for each candidate, (n, 4), and the probability (n,) that it has the sense of the place's word there.

    Evidence: how alike the two words' vectors are in the sentence, as a mean over the layers of their cosine, with 0 at the
    layer's baseline and 1 for equals; what the model reads in the place, hidden and seen; what the inventory says.
    """
    use, model = place.use, place.use.model
    encodings = model.encode([c.edit.of(place.sentence) for c in candidates])
    theirs = np.stack([_vectors(e, c.span) for e, c in zip(encodings, candidates, strict=True)])  # (n, layers, W)
    alike = cosines(theirs, use.encoding.layers[:, use.index])  # (n, layers)
    calibration, layer = model.calibration, model.sense_layer
    floors = np.array(calibration.baselines)
    likeness = ((alike - floors) / (1 - floors)).mean(1)
    rest = np.array([[c.hidden, c.seen, c.related] for c in candidates])
    return np.column_stack([likeness, rest]), calibration.same_sense(alike[:, layer], layer)


def _vectors(encoding: Encoding, span: Span) -> Vectors:
    """The mean over the words that *span* touches, (layers, W)."""
    inside = [i for i, word in enumerate(encoding.words) if word.start < span.end and word.end > span.start]
    vectors: Vectors = encoding.layers[:, inside].mean(1) if inside else np.zeros_like(encoding.layers[:, 0])
    return vectors


def _substitute(place: Place, candidate: Candidate, start: int, probability: float, same_sense: float) -> Substitute:
    edit = candidate.edit
    span = Span(start + edit.span.start, start + edit.span.end)
    sentence, sense_id = edit.of(place.sentence), candidate.sense_id
    return Substitute(candidate.word, candidate.lemma, span, edit.text, sentence, probability, same_sense, sense_id)
