"""A vector for each sense under a model: from its gloss, and from uses tagged with it where there are any.

The embedded model ships the means of its tagged uses. Any other model's are made by `senselens.sense_building`, which also
computes the vectors of all glosses; else a gloss's vector is computed when its word is first asked about. Both are kept on
disk, a file per model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from senselens.encoding import Encoding, Vectors
from senselens.inventory import Sense
from senselens.measures import unit
from senselens.model import Model
from senselens.sense_store import store_of

AT_ONCE = 16  # glosses whose every layer is held in memory together: *break* has 75


@dataclass(frozen=True, slots=True)
class ShippedTable:
    """What training/sense_table.py made for the embedded model from tagged uses.

    keys:   (N,) sorted, `key_number` of each sense.
    rows:   (N, W) int8, the direction of the mean of its uses; scaled by their own length when read.
    counts: (N,) how many uses stand behind a row.
    part_weights (5, W) and part_biases (5,): the probe for the part of speech, in the order of `disambiguation.POS`.
    uses_weight: how many uses weigh as much as the gloss.
    """

    keys: NDArray[np.uint64]
    rows: NDArray[np.int8]
    counts: NDArray[np.int32]
    part_weights: Vectors
    part_biases: Vectors
    uses_weight: float

    def tagged(self, senses: Sequence[Sense]) -> tuple[Vectors, NDArray[np.int32]]:
        """The direction of the mean of each sense's tagged uses, (n, W), and how many they are, (n,); noughts without any."""
        numbers = np.array([key_number(s.sense_id) for s in senses], np.uint64)
        at = np.minimum(np.searchsorted(self.keys, numbers), len(self.keys) - 1)
        counts = np.where(self.keys[at] == numbers, self.counts[at], 0)
        return unit(self.rows[at].astype(np.float32) * (counts > 0)[:, None]), counts


@lru_cache(maxsize=1)
def shipped_table() -> ShippedTable:
    tensors = load(files("senselens").joinpath("data/mini/senses.safetensors").read_bytes())
    fields: dict[str, Any] = {**tensors, "uses_weight": float(tensors["uses_weight"][0])}
    return ShippedTable(**fields)


def key_number(sense_id: str) -> int:
    """A sense key as 64 bits."""
    return int.from_bytes(hashlib.blake2b(sense_id.encode(), digest_size=8).digest(), "big")


def sense_vectors(model: Model, senses: Sequence[Sense]) -> tuple[Vectors, NDArray[np.bool_]]:
    """A unit vector for each sense, (n, W), and whether tagged uses are in it, (n,)."""
    table = shipped_table()
    uses, counts = table.tagged(senses) if model.card.family == "mini" else _stored_uses(model, senses)
    return joined(gloss_vectors(model, senses), uses, counts, table.uses_weight), counts > 0


def joined(glosses: Vectors, uses: Vectors, counts: NDArray[np.int32], uses_weight: float) -> Vectors:
    """The gloss vectors (n, W) moved towards the tagged uses' directions (n, W), the more the more uses there are (n,)."""
    share = (counts / (counts + uses_weight)).astype(np.float32)[:, None]
    return unit((1 - share) * glosses + share * uses)


def _stored_uses(model: Model, senses: Sequence[Sense]) -> tuple[Vectors, NDArray[np.int32]]:
    known = store_of(model).tagged([s.sense_id for s in senses])
    sums = np.zeros((len(senses), model.card.width), np.float32)
    for i, sense in enumerate(senses):
        if sense.sense_id in known:
            sums[i] = known[sense.sense_id][0]
    return unit(sums), np.array([known.get(s.sense_id, (None, 0))[1] for s in senses], np.int32)


def gloss_text(sense: Sense) -> str:
    """``lemma, synonyms: definition``; the lemma stands at the start."""
    names = [sense.lemma, *[s for s in sense.synonyms if s != sense.lemma][:3]]
    return f"{', '.join(n.replace('_', ' ') for n in names)}: {sense.gloss}"


def gloss_vectors(model: Model, senses: Sequence[Sense]) -> Vectors:
    """The unit vectors (n, W) of the senses' lemmas at the head of their glosses, at the model's sense layer."""
    kept, ids = store_of(model), [s.sense_id for s in senses]
    known = kept.glosses(ids)
    if len(known) < len(set(ids)):
        read_glosses(model, senses)
        known = kept.glosses(ids)
    return np.stack([known[s.sense_id] for s in senses])


def read_glosses(model: Model, senses: Sequence[Sense], most: int | None = None) -> bool:
    """Compute the vectors of those *senses* that are not kept yet, of *most* at once; whether some are left.

    Whoever asks about a word for the first time waits for this; a program with time to spare does it before.
    """
    kept = store_of(model)
    lacking = set(kept.lacking([s.sense_id for s in senses]))
    missing = [s for s in senses if s.sense_id in lacking]
    now = missing[:most]
    for start in range(0, len(now), AT_ONCE):
        kept.put_glosses(computed(model, now[start : start + AT_ONCE]), remember=most is None)
    return len(now) < len(missing)


def computed(model: Model, senses: Sequence[Sense]) -> dict[str, Vectors]:
    """`gloss_vectors` by sense id, computed now."""
    encodings = model.encode([gloss_text(s) for s in senses])
    return {s.sense_id: _head(e, len(s.lemma)) for s, e in zip(senses, encodings, strict=True)}


def _head(encoding: Encoding, length: int) -> Vectors:
    """The mean direction of the words that begin in the first *length* characters."""
    here = [i for i, w in enumerate(encoding.words) if w.start < length]
    return unit(encoding.layers[encoding.model.sense_layer, here].mean(0))
