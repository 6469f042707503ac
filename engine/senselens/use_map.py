"""Every use of a word as a point of the plane, in groups of one sense each or of one label each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.concordance import Step, WordUses, word_uses
from senselens.encoding import Vectors
from senselens.errors import BadExamples
from senselens.index.index import Index
from senselens.index.values import CorpusUse
from senselens.inventory import Inventory, Sense
from senselens.model import Model
from senselens.projection import project

READING = 0.9  # the share of the work that reading the texts is; the rest is projecting


@dataclass(frozen=True, slots=True)
class MapGroup:
    """Uses shown as one: those of a *sense*, or those with the label *name*; *untold* are those that have neither."""

    name: str
    count: int
    sense: Sense | None = None
    untold: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class SenseMap:
    """All uses of a word, projected.

    points:        (n, 2) float32, a row for each of *uses*.
    explained:     the share of the variance each axis holds, for pca; None for the other methods, whose axes mean nothing.
    groups:        the largest first, what has no sense last; *group_of* (n,) has the number of each use's.
    probabilities: (n,) of each use's sense; None where the groups are labels.
    """

    found: WordUses
    method: str
    points: Vectors = field(repr=False)
    explained: tuple[float, ...] | None
    groups: tuple[MapGroup, ...]
    group_of: NDArray[np.intp] = field(repr=False)
    probabilities: NDArray[np.float64] | None = field(repr=False)

    @property
    def uses(self) -> tuple[CorpusUse, ...]:
        return self.found.uses

    def projected(self, method: str, seed: int = 0) -> SenseMap:
        """The same uses in the same groups by another method. Raises what `project` raises."""
        return replace(self, method=method, **_places(self.found, method, seed))

    def to_dict(self) -> dict[str, Any]:
        return {
            "word": self.found.word,
            "model": self.found.model.card.name,
            "method": self.method,
            "explained": None if self.explained is None else list(self.explained),
            "points": self.points.tolist(),
            "uses": [use.to_dict() for use in self.uses],
            "groups": [group.to_dict() for group in self.groups],
            "group_of": self.group_of.tolist(),
            "probabilities": None if self.probabilities is None else self.probabilities.tolist(),
        }


def sense_map(
    source: Sequence[str] | Index | WordUses,
    word: str,
    model: str | Model = "mini",
    method: str = "pca",
    labels: str | Sequence[Hashable] | None = None,
    *,
    inventory: str | Inventory = "wordnet",
    where: Mapping[str, Any] | None = None,
    seed: int = 0,
    step: Step | None = None,
) -> SenseMap:
    """Project every use of *word* in *source*, by ``pca``, ``tsne`` or ``umap`` (`senselens.project`).

    Without *labels* a use belongs to its likeliest sense. *labels* are one for each text of a list, or the name of an index's
    metadata. *source* may be what `word_uses` found, with a label for each use; else what it does not say goes there.
    Raises `BadExamples` where the labels are not as many, and what `word_uses` and `project` raise.
    """
    if isinstance(source, WordUses):
        found = source
    else:
        reading = (lambda share: step(READING * share)) if step else None
        found = word_uses(source, word, model, inventory=inventory, where=where, step=reading)
    if step:
        step(READING)
    keys: Sequence[Hashable]
    probabilities = None
    if labels is None:
        senses, probabilities = found.senses(inventory)
        keys = senses
    else:
        keys = _labels(labels, source, found)
    counts = Counter(keys)
    order = sorted(counts, key=lambda key: (key is None, -counts[key]))
    place = {key: number for number, key in enumerate(order)}
    return SenseMap(
        found,
        method,
        groups=tuple(_group(key, counts[key]) for key in order),
        group_of=np.array([place[key] for key in keys], np.intp),
        probabilities=probabilities,
        **_places(found, method, seed),
    )


def _places(found: WordUses, method: str, seed: int) -> dict[str, Any]:
    """Where the uses lie; one alone is at the origin."""
    vectors = found.vectors if len(found.uses) > 1 else found.vectors.repeat(3, 0)
    projection = project(vectors, method, seed)
    return {"points": projection.points[: len(found.uses)], "explained": projection.explained}


def _group(key: Hashable, count: int) -> MapGroup:
    if isinstance(key, Sense):
        return MapGroup(key.gloss, count, key)
    return MapGroup("no sense to tell", count, untold=True) if key is None else MapGroup(str(key), count)


def _labels(labels: str | Sequence[Hashable], source: Sequence[str] | Index | WordUses, found: WordUses) -> list[Hashable]:
    """A label for each use."""
    if isinstance(labels, str):
        if all(labels not in use.metadata for use in found.uses):
            raise BadExamples(f"no use has the metadata {labels!r}: give the name of a column that the index was built from")
        return [use.metadata.get(labels) for use in found.uses]
    if isinstance(source, Sequence) and not isinstance(source, str):
        if len(labels) != len(source):
            raise BadExamples(f"give a label for each of the {len(source)} texts, not {len(labels)}")
        return [labels[int(use.document.rpartition(":")[2]) - 1] for use in found.uses]
    if len(labels) != len(found.uses):
        raise BadExamples(f"give a label for each of the {len(found.uses)} uses, not {len(labels)}")
    return list(labels)
