"""The table of an index, as it is written: fragments first, then one commit that makes them part of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lance
from filelock import FileLock, Timeout
from lance import LanceDataset, LanceOperation
from lance.fragment import FragmentMetadata, write_fragments

from senselens.errors import IndexUnavailable
from senselens.index.arrange import ARRANGED, arranged
from senselens.index.documents import Ledger
from senselens.index.rows import PartRows
from senselens.index.schema import schema_of, table_of
from senselens.index.settings import Settings
from senselens.index.store import NoIndex, Options, Store, explained, is_local

LOOSE = 8  # fragments out of order that a query may still meet
BY_LEMMA = "by_lemma"
LOCK = "building.lock"


class Writer:
    """The one that writes to the index at *path*, which is made where there is none.

    fragments: how many the index has.

    Raises `IndexUnavailable` where there is something else, or an index with other settings.
    """

    def __init__(self, path: str, settings: Settings, options: Options | None = None) -> None:
        try:
            store = Store.open(path, options)
        except NoIndex:
            if is_local(path) and set(os.listdir(path)) - {LOCK}:
                raise IndexUnavailable(f"{path} holds other files; give a folder that is empty or not there yet") from None
            with explained(path):
                lance.write_dataset(schema_of(settings).empty_table(), path, mode="create", storage_options=options)
            store = Store.open(path, options)
        if store.settings != settings:
            raise IndexUnavailable(f"{path} was built with {store.settings}, not with {settings}: build in another place")
        self._path, self._options = path, options
        self.ledger: Ledger = store.documents.ledger  # as it was at the start
        with explained(path):
            self._rows: LanceDataset = lance.dataset(path, storage_options=options)
            self.fragments = len(self._rows.get_fragments())

    def commit(self, fragments: Sequence[str], replaced: Sequence[int] = ()) -> None:
        """Make what `write` wrote part of the index, instead of all rows of the parts *replaced*: both or neither.

        Raises `IndexUnavailable` when somebody else has committed since, as can happen where there is no lock.
        """
        with explained(self._path):
            if self._rows.latest_version != self._rows.version:
                raise IndexUnavailable(f"another process is building {self._path}; build again when it is done")
            kept, gone = self._without(replaced) if replaced else ([], [])
            new = [FragmentMetadata.from_json(f) for f in fragments]
            change = LanceOperation.Update(removed_fragment_ids=gone, updated_fragments=kept, new_fragments=new)
            version = self._rows.version
            self._rows = LanceDataset.commit(self._rows, change, read_version=version, storage_options=self._options)
            self.fragments += len(fragments) - len(gone)

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
        with explained(self._path):
            if len(self._rows.get_fragments()) > LOOSE + 2 * self._rows.count_rows() // ARRANGED:
                self._index_lemmas()
                self._rows = arranged(self._rows, self._path, self._options)
            self._index_lemmas()

    def _index_lemmas(self) -> None:
        if not any(index.name == BY_LEMMA for index in self._rows.describe_indices()):
            if self._rows.count_rows():
                self._rows.create_scalar_index("lemma", "BTREE", BY_LEMMA)
        elif self._rows.stats.index_stats(BY_LEMMA)["num_unindexed_rows"]:
            self._rows.optimize.optimize_indices()

    def clean(self, writing: bool = False) -> None:
        """Remove older versions, and what a killed build left; the latter only where nobody can be *writing*.

        In an object store what was left goes after seven days, by Lance's own rule.
        """
        alone = is_local(self._path) and not writing
        with explained(self._path):
            self._rows.cleanup_old_versions(retain_versions=1, delete_unverified=alone, error_if_tagged_old_versions=False)


def write(path: str, found: Sequence[PartRows], settings: Settings, options: Options | None = None) -> list[str]:
    """Write rows beside the index at *path*; no part of it before `Writer.commit` is given what this gives."""
    with explained(path):
        table = table_of(found, schema_of(settings))
        return [json.dumps(f.to_json()) for f in write_fragments(table, path, storage_options=options)]


@contextmanager
def alone(path: str) -> Iterator[None]:
    """Hold the lock of building at *path*; the operating system lets go of it even when the process is killed.

    Raises `IndexUnavailable` while another process holds it. An object store has no such lock.
    """
    if not is_local(path):
        yield
        return
    with explained(path):
        Path(path).mkdir(parents=True, exist_ok=True)
        lock = FileLock(os.path.join(path, LOCK))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexUnavailable(f"{path} is being built by another process; wait until that is done") from None
    try:
        yield
    finally:
        lock.release()
