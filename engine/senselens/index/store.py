"""The table of an index on disk, or in an object store: one Lance dataset."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
from lance import LanceOperation
from lance.fragment import FragmentMetadata, write_fragments

from senselens.errors import IndexUnavailable
from senselens.index.arrange import ARRANGED, arranged, lemma_counts
from senselens.index.documents import Documents
from senselens.index.rows import PartRows
from senselens.index.schema import DOCUMENT, SENTENCE, SETTINGS, schema_of, table_of
from senselens.index.settings import Settings
from senselens.index.values import IndexInfo

CACHE = 1 << 28  # bytes that Lance may keep of the index's own structure; its default is 7 GB
READ_AHEAD = 1 << 26  # bytes; its default is 2 GB
LOOSE = 8  # fragments out of order that a query may still meet
BY_LEMMA = "by_lemma"
LOCK = "building.lock"
Options = dict[str, str]


class NoIndex(IndexUnavailable):
    """There is none at this place."""


class Store:
    """An index's table at its newest version. Safe to use from several threads."""

    def __init__(self, path: str, options: Options | None = None) -> None:
        """Raises `IndexUnavailable` where there is no index."""
        self.path, self.options = path, options
        with explained(path):
            self._rows = lance.dataset(
                path, storage_options=options, metadata_cache_size_bytes=CACHE, index_cache_size_bytes=CACHE
            )
        kept = (self._rows.schema.metadata or {}).get(SETTINGS)
        if kept is None:
            raise IndexUnavailable(f"{path} is a Lance dataset but no index of senselens; give another place")
        self.settings = Settings.read(kept, path)
        self._documents: tuple[int, Documents] | None = None
        self._counts: tuple[int, Counter[str]] | None = None

    @classmethod
    def at(cls, path: str, settings: Settings, options: Options | None = None) -> Store:
        """The index at *path*, made there if there is none. Raises `IndexUnavailable` where there is something else."""
        try:
            store = cls(path, options)
        except NoIndex:
            if is_local(path) and set(os.listdir(path)) - {LOCK}:
                raise IndexUnavailable(f"{path} holds other files; give a folder that is empty or not there yet") from None
            with explained(path):
                empty = schema_of(settings).empty_table()
                lance.write_dataset(empty, path, mode="create", storage_options=options)
            return cls(path, options)
        if store.settings != settings:
            raise IndexUnavailable(f"{path} was built with {store.settings}, not with {settings}: build in another place")
        return store

    @property
    def version(self) -> int:
        return int(self._rows.version)

    def refresh(self) -> None:
        """Look at the newest version from here on."""
        with explained(self.path):
            self._rows.checkout_latest()

    def documents(self) -> Documents:
        """The documents at this version; read once."""
        if self._documents is None or self._documents[0] != self.version:
            columns = ["document", "text", "source", "number", "digest", "metadata"]
            found = self.table(f"kind = '{DOCUMENT}'", columns)
            self._documents = (self.version, Documents({c: found[c].to_pylist() for c in columns}))
        return self._documents[1]

    def info(self) -> IndexInfo:
        s, counts = self.settings, self.lemma_counts()
        with explained(self.path):
            sentences = self._rows.count_rows(f"kind = '{SENTENCE}'")
        size = sum(f.stat().st_size for f in Path(self.path).rglob("*") if f.is_file()) if is_local(self.path) else 0
        held = (len(self.documents()), sentences, counts.total(), len(counts), self.version, size)
        return IndexInfo(self.path, s.model, s.layer, s.width, s.vectors, s.words, s.inventory, *held)

    def lemma_counts(self) -> Counter[str]:
        """How many uses of each lemma there are at this version; read once."""
        if self._counts is None or self._counts[0] != self.version:
            with explained(self.path):
                self._counts = (self.version, lemma_counts(self._rows))
        return self._counts[1]

    def sentences(self, most: int) -> list[str]:
        """Some sentences of the index."""
        with explained(self.path):
            found = self._rows.scanner(columns=["text"], filter=f"kind = '{SENTENCE}'", limit=most).to_table()
        return [str(text) for text in found["text"].to_pylist()]

    def table(self, where: str, columns: Sequence[str]) -> pa.Table:
        with explained(self.path):
            return self._rows.scanner(columns=list(columns), filter=where).to_table()

    def batches(self, where: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows for which *where* (SQL) holds, a bounded number at a time."""
        with explained(self.path):
            scanner = self._rows.scanner(columns=list(columns), filter=where, batch_size=8192, io_buffer_size=READ_AHEAD)
            yield from scanner.to_batches()

    def commit(self, fragments: Sequence[str], replaced: Sequence[int] = ()) -> None:
        """Make what `write` wrote part of the index, instead of all rows of the parts *replaced*: both or neither.

        Raises `IndexUnavailable` when somebody else has committed since, as can happen where there is no lock.
        """
        with explained(self.path):
            if self._rows.latest_version != self.version:
                raise IndexUnavailable(f"another process is building {self.path}; build again when it is done")
            kept, gone = self._without(replaced) if replaced else ([], [])
            new = [FragmentMetadata.from_json(f) for f in fragments]
            change = LanceOperation.Update(removed_fragment_ids=gone, updated_fragments=kept, new_fragments=new)
            self._rows = lance.LanceDataset.commit(self._rows, change, read_version=self.version, storage_options=self.options)

    def _without(self, parts: Sequence[int]) -> tuple[list[FragmentMetadata], list[int]]:
        """The fragments that lose rows when *parts* go, and the ids of those that lose all."""
        where = f"part in ({', '.join(map(str, parts))})"
        kept, gone = [], []
        for fragment in self._rows.get_fragments():
            before = fragment.num_deletions
            if (left := fragment.delete(where)) is None:
                gone.append(fragment.fragment_id)
            elif left.num_deletions != before:
                kept.append(left)
        return kept, gone

    def arrange(self) -> None:
        """Put the uses in order of their lemmas once many commits have scattered them, and index them by lemma."""
        with explained(self.path):
            if self._is_scattered():
                self._index_lemmas()
                self._rows = arranged(self._rows, self.path, self.options)
            self._index_lemmas()

    def _is_scattered(self) -> bool:
        return bool(len(self._rows.get_fragments()) > LOOSE + 2 * self._rows.count_rows() // ARRANGED)

    def _index_lemmas(self) -> None:
        if any(index.name == BY_LEMMA for index in self._rows.describe_indices()):
            self._rows.optimize.optimize_indices()
        elif self._rows.count_rows():
            self._rows.create_scalar_index("lemma", "BTREE", BY_LEMMA)

    def clean(self, writing: bool = False) -> None:
        """Remove older versions, and what a killed build left; not the latter while somebody is *writing*."""
        with explained(self.path):
            self._rows.cleanup_old_versions(retain_versions=1, delete_unverified=not writing, error_if_tagged_old_versions=False)


def write(path: str, found: Sequence[PartRows], settings: Settings, options: Options | None = None) -> list[str]:
    """Write rows beside the index at *path*; no part of it before `Store.commit` is given what this gives."""
    with explained(path):
        table = table_of(found, schema_of(settings))
        return [json.dumps(f.to_json()) for f in write_fragments(table, path, storage_options=options)]


def is_local(path: str) -> bool:
    return "://" not in path


@contextmanager
def alone(path: str) -> Iterator[None]:
    """Hold the lock of building at *path*; the operating system lets go of it even when the process is killed.

    Raises `IndexUnavailable` while another process holds it. An object store has no such lock.
    """
    if not is_local(path):
        yield
        return
    from filelock import FileLock, Timeout

    with explained(path):
        Path(path).mkdir(parents=True, exist_ok=True)
    lock = FileLock(os.path.join(path, LOCK))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexUnavailable(f"{path} is being built by another process; wait until that is done") from None
    except OSError as error:
        raise IndexUnavailable(f"{path} cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def explained(path: str) -> Iterator[None]:
    """What Lance and the operating system raise, as `IndexUnavailable`."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, pa.ArrowException) as error:
        first: Any = str(error).partition("\n")[0]
        if isinstance(error, ValueError) and "not found" in first:
            raise NoIndex(f"there is no index at {path}; build one with Index.build") from None
        raise IndexUnavailable(f"the index at {path} cannot be read or written: {first[:300]}") from error
