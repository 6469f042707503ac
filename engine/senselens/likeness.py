"""How alike two uses are, beside what any two words show, and what it means for their senses.

Two uses have one sense the likelier, the nearer their vectors are, and the likelier it is that the inventory has one sense for
both: P(a has s) · P(b has s), summed over the senses s they may share. How common a sense is does not count there: that
two uses have the commonest sense each says little about the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from senselens.disambiguation import PART_LAYER, Parts, probed_parts, weigh_senses
from senselens.encoding import Use, Vectors
from senselens.errors import NoInventory, Unsupported
from senselens.inventory import Inventory, Sense, open_inventory
from senselens.measures import cosine, cosines
from senselens.model import Model


@dataclass(frozen=True, slots=True)
class Similarity:
    """Two uses compared at one layer.

    cosine:     of their vectors, -1 to 1.
    baseline:   the mean cosine of random pairs of different words in this model and layer; at or below it, nothing is shared.
    same_sense: the calibrated probability that the two uses have one sense, for two uses of one lemma and even odds before.
    """

    cosine: float
    baseline: float
    same_sense: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def similarity(a: Use, b: Use, layer: int | None = None) -> Similarity:
    """Compare two uses under one model, at *layer* (None: the model's sense layer). Raises `Unsupported` across models."""
    if layer is None or layer == a.model.sense_layer:
        return similarities(a, [b])[0]
    _need_one_model(a, b)
    value, calibration = cosine(a.vector(layer), b.vector(layer)), a.model.calibration
    return Similarity(value, calibration.baselines[layer], float(calibration.same_sense(value, layer)))


def similarities(use: Use, others: Sequence[Use]) -> list[Similarity]:
    """`similarity` of *use* to each of *others* at the sense layer, which is faster than one by one."""
    for other in others:
        _need_one_model(use, other)
    if not others:
        return []
    alike = cosines(use.vector(), np.stack([other.vector() for other in others]))
    baseline = use.model.calibration.baselines[use.model.sense_layer]
    shares = same_sense(use, others, alike, _wordnet() if use.model.calibration.pair else None)
    return [Similarity(value, baseline, share) for value, share in zip(alike.tolist(), shares.tolist(), strict=True)]


def _need_one_model(a: Use, b: Use) -> None:
    if a.model is not b.model:
        raise Unsupported(
            f"uses are compared under one model, not {a.model.card.name} and {b.model.card.name}: encode both texts with one"
        )


def same_sense(use: Use, others: Sequence[Use], alike: ArrayLike, book: Inventory | None) -> NDArray[np.float64]:
    """The probabilities (N,) that *use* has the sense of each of *others*; *alike* (N,) are the cosines at the sense layer."""
    model = use.model
    found = np.asarray(model.calibration.same_sense(alike, model.sense_layer))
    if model.calibration.pair is None or book is None:
        return found
    parts = probed_parts(np.stack([u.vector(PART_LAYER) for u in (use, *others)]))
    vectors = np.stack([u.vector() for u in (use, *others)])
    shared = {word: shared_senses(book, use.word, word) for word in {other.word for other in others}}
    groups: dict[tuple[str, ...], list[int]] = {}  # *bank* and *banks* may have the same senses
    for i, other in enumerate(others):
        groups.setdefault(tuple(s.sense_id for s in shared[other.word]), []).append(i)
    for some in groups.values():
        rows = 1 + np.array(some)
        senses = shared[others[some[0]].word]
        found[some] = of_vectors(model, senses, vectors[0], parts[0], vectors[rows], parts[rows], np.asarray(alike)[some])
    return found


def shared_senses(book: Inventory, word: str, other: str) -> list[Sense]:
    """The senses that two forms have in common; none for words of different lemmas."""
    known = {sense.sense_id for sense in book.senses(other)}
    return sorted((sense for sense in book.senses(word) if sense.sense_id in known), key=lambda sense: sense.sense_id)


def of_vectors(
    model: Model,
    shared: Sequence[Sense],
    vector: Vectors,
    part: Parts,
    vectors: Vectors,
    parts: Parts,
    alike: ArrayLike,
) -> NDArray[np.float64]:
    """`same_sense` from a use's *vector* (W,) and *part* (5,) of speech and the others' (N, W), (N, 5) and cosines *alike* (N,).

    *shared* are the senses that all of them may have; without any these alone decide.
    """
    if not shared or model.calibration.pair is None:
        return model.calibration.same_sense(alike, model.sense_layer)
    shares = weigh_senses(model, shared, np.vstack([vector, vectors]), np.vstack([part, parts]), prior=0)[1]  # (1 + N, senses)
    return model.calibration.same_sense_of_pair(alike, shares[1:] @ shares[0])


def _wordnet() -> Inventory | None:
    try:
        return open_inventory()
    except NoInventory:
        return None
