"""What has been computed of senses under one model, in a SQLite file: the vectors of glosses, the sums of tagged uses."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.model import Model
from senselens.places import cache_folder

AT_ONCE = 500  # senses in one query; an old SQLite takes 999
SCHEMA = """
pragma synchronous = off;  -- a cache need not outlive a power cut
create table if not exists gloss (sense text primary key, vector blob) without rowid;
create table if not exists tagged (sense text primary key, total blob, count integer) without rowid;
create table if not exists read (corpus text primary key, sentences integer) without rowid;
"""


class SenseStore:
    """Safe between threads and processes.

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
            self._db.executescript(SCHEMA)
        except (OSError, sqlite3.Error):
            self._db = None

    def glosses(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are known of *ids*."""
        with self._lock:
            unread = [i for i in ids if i not in self._memory]
            rows = self._rows("select sense, vector from gloss", unread)
            self._memory |= {sense: np.frombuffer(vector, np.float16) for sense, vector in rows}
            return {i: self._memory[i].astype(np.float32) for i in ids if i in self._memory}

    def lacking(self, ids: Sequence[str]) -> list[str]:
        """Those of *ids* without a vector, found without reading the others'."""
        with self._lock:
            unread = [i for i in ids if i not in self._memory]
            known = {sense for (sense,) in self._rows("select sense from gloss", unread)}
            return [i for i in unread if i not in known]

    def put_glosses(self, vectors: Mapping[str, Vectors], remember: bool = True) -> None:
        halves = {sense: vector.astype(np.float16) for sense, vector in vectors.items()}
        rows = [(sense, vector.tobytes()) for sense, vector in halves.items()]
        with self._lock:
            written = self._write(("insert or replace into gloss values (?, ?)", rows))
            if remember or not written:
                self._memory |= halves

    def tagged(self, ids: Sequence[str]) -> dict[str, tuple[Vectors, int]]:
        """The sum of the directions of the tagged uses, and how many they are, of those of *ids* that have any."""
        with self._lock:
            rows = {i: self._row("select total, count from tagged where sense = ?", i) for i in ids}
        return {i: (np.frombuffer(row[0], np.float16).astype(np.float32), row[1]) for i, row in rows.items() if row}

    def sentences_read(self, corpus: str) -> int:
        """How many sentences of *corpus* are in the sums."""
        with self._lock:
            row = self._row("select sentences from read where corpus = ?", corpus)
        return int(row[0]) if row else 0

    def add_tagged(self, corpus: str, sentences: int, sums: Mapping[str, tuple[Vectors, int]]) -> None:
        """Join *sums* to those there are, in one step with the word that *sentences* of *corpus* have been read."""
        before = self.tagged(list(sums))
        rows = []
        for sense, (total, count) in sums.items():
            known, number = before.get(sense, (np.zeros_like(total), 0))
            rows.append((sense, (known + total).astype(np.float16).tobytes(), number + count))
        with self._lock:
            self._write(
                ("insert or replace into tagged values (?, ?, ?)", rows),
                ("insert or replace into read values (?, ?)", [(corpus, sentences)]),
            )

    def _row(self, query: str, *values: str) -> tuple[bytes, int] | None:
        with suppress(sqlite3.Error):
            row: tuple[bytes, int] | None = self._db.execute(query, values).fetchone() if self._db else None
            return row
        return None

    def _rows(self, query: str, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """What *query* finds of *ids*, many at a time: queries are what takes time."""
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            with suppress(sqlite3.Error):
                if self._db:
                    yield from self._db.execute(f"{query} where sense in ({', '.join('?' * len(some))})", some)

    def _write(self, *changes: tuple[str, Sequence[tuple[object, ...]]]) -> bool:
        with suppress(sqlite3.Error):  # another process may hold the file for long, or the disk be full
            if self._db:
                with self._db:
                    for statement, rows in changes:
                        self._db.executemany(statement, rows)
                return True
        return False


def store_of(model: Model) -> SenseStore:
    return _store(cache_folder() / "glosses" / f"{model.fingerprint}.sqlite")


@lru_cache(maxsize=16)
def _store(path: Path) -> SenseStore:
    return SenseStore(path)
