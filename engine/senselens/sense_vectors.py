"""A vector for each sense under a model: from its gloss, and for the embedded model also from uses tagged with it.

Gloss vectors are computed when a word is first asked about and kept on disk, a file per model.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from senselens.encoding import Encoding, Vectors
from senselens.inventory import Sense
from senselens.measures import unit
from senselens.model import Model
from senselens.places import cache_folder


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


@lru_cache(maxsize=1)
def shipped_table() -> ShippedTable:
    tensors = load(files("senselens").joinpath("data/mini/senses.safetensors").read_bytes())
    fields: dict[str, Any] = {**tensors, "uses_weight": float(tensors["uses_weight"][0])}
    return ShippedTable(**fields)


def key_number(sense_id: str) -> int:
    """A sense key as 64 bits."""
    return int.from_bytes(hashlib.blake2b(sense_id.encode(), digest_size=8).digest(), "big")


def sense_vectors(model: Model, senses: Sequence[Sense]) -> Vectors:
    """A unit vector for each sense, (n, W)."""
    glosses = gloss_vectors(model, senses)
    return joined(glosses, senses, shipped_table()) if model.card.family == "mini" else glosses


def joined(glosses: Vectors, senses: Sequence[Sense], table: ShippedTable) -> Vectors:
    """The gloss vectors moved towards the mean of the senses' tagged uses, the more the more uses there are."""
    numbers = np.array([key_number(s.sense_id) for s in senses], np.uint64)
    at = np.minimum(np.searchsorted(table.keys, numbers), len(table.keys) - 1)
    known = table.keys[at] == numbers
    uses = unit(table.rows[at].astype(np.float32))  # (n, W)
    share = np.where(known, table.counts[at] / (table.counts[at] + table.uses_weight), 0).astype(np.float32)[:, None]
    return unit((1 - share) * glosses + share * uses)


def gloss_text(sense: Sense) -> str:
    """``lemma, synonyms: definition``; the lemma stands at the start."""
    names = [sense.lemma, *[s for s in sense.synonyms if s != sense.lemma][:3]]
    return f"{', '.join(n.replace('_', ' ') for n in names)}: {sense.gloss}"


def gloss_vectors(model: Model, senses: Sequence[Sense]) -> Vectors:
    """The unit vectors (n, W) of the senses' lemmas at the head of their glosses, at the model's sense layer."""
    read_glosses(model, senses)
    known = _kept(model).get([s.sense_id for s in senses])
    return np.stack([known[s.sense_id] for s in senses])


def read_glosses(model: Model, senses: Sequence[Sense], most: int | None = None) -> bool:
    """Compute the vectors of those *senses* that are not kept yet, of *most* at once; whether some are left.

    Whoever asks about a word for the first time waits for this; a program with time to spare does it before.
    """
    kept = _kept(model)
    known = kept.get([s.sense_id for s in senses])
    missing = [s for s in senses if s.sense_id not in known]
    if now := missing[:most]:
        encodings = model.encode([gloss_text(s) for s in now])
        kept.put({s.sense_id: _head(e, len(s.lemma)) for s, e in zip(now, encodings, strict=True)})
    return len(now) < len(missing)


def _head(encoding: Encoding, length: int) -> Vectors:
    """The mean direction of the words that begin in the first *length* characters."""
    here = [i for i, w in enumerate(encoding.words) if w.start < length]
    return unit(encoding.layers[encoding.model.sense_layer, here].mean(0))


class GlossStore:
    """Vectors by sense id, in memory and in one SQLite file; safe between threads and processes.

    A file that cannot be used (a read-only home, a damaged cache) is done without: what is in it can be computed again.
    """

    def __init__(self, path: Path) -> None:
        self._memory: dict[str, NDArray[np.float16]] = {}
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=5, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            self._db.execute("pragma synchronous = off")  # a cache need not outlive a power cut
            self._db.execute("create table if not exists gloss (sense text primary key, vector blob) without rowid")
        except (OSError, sqlite3.Error):
            self._db = None

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are known of *ids*."""
        with self._lock:
            for sense in ids:
                if sense not in self._memory and (blob := self._read(sense)):
                    self._memory[sense] = np.frombuffer(blob, np.float16)
            return {i: self._memory[i].astype(np.float32) for i in ids if i in self._memory}

    def put(self, vectors: dict[str, Vectors]) -> None:
        with self._lock:
            halved = {sense: vector.astype(np.float16) for sense, vector in vectors.items()}
            self._memory |= halved
            rows = [(sense, vector.tobytes()) for sense, vector in halved.items()]
            with suppress(sqlite3.Error):  # another process may hold the file for long, or the disk be full
                if self._db:
                    with self._db:
                        self._db.executemany("insert or replace into gloss values (?,?)", rows)

    def _read(self, sense: str) -> bytes | None:
        with suppress(sqlite3.Error):
            if self._db and (row := self._db.execute("select vector from gloss where sense = ?", (sense,)).fetchone()):
                return bytes(row[0])
        return None


def _kept(model: Model) -> GlossStore:
    return _store(cache_folder() / "glosses" / f"{model.fingerprint}.sqlite")


@lru_cache(maxsize=16)
def _store(path: Path) -> GlossStore:
    return GlossStore(path)
