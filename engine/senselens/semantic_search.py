"""Sentences nearest in meaning to a query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from senselens.measures import nearest
from senselens.model import Model
from senselens.text import listed


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence found: its place in the list searched, and the cosine of its vector to the query's.

    *baseline* is the mean cosine of random pairs of sentences in this model: at or below it, nothing is shared.
    """

    index: int
    sentence: str
    cosine: float
    baseline: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def search(model: Model, query: str, sentences: Iterable[str], k: int = 5) -> list[Hit]:
    """The *k* of *sentences* whose vectors are nearest to *query*'s, best first. Raises `Unsupported`."""
    model.need("sentence")
    given = listed(sentences, "search", "sentences")
    if not given:
        return []
    vectors = model.embed([query, *given])  # (1 + n, W)
    best, scores = nearest(vectors[0], vectors[1:], k)
    baseline = model.sentence_baseline
    return [Hit(int(i), given[i], float(s), baseline) for i, s in zip(best, scores, strict=True)]
