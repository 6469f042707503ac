"""The table of an index, as it is read: one Lance dataset, on disk or in an object store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import lance
import pyarrow as pa

from senselens.errors import IndexUnavailable
from senselens.index.arrange import lemma_counts
from senselens.index.documents import Documents
from senselens.index.schema import DOCUMENT, SENTENCE, SETTINGS
from senselens.index.settings import Settings
from senselens.index.values import IndexInfo

CACHE = 1 << 28  # bytes that Lance may keep of the index's own structure; its default is 7 GB
READ_AHEAD = 1 << 26  # bytes; its default is 2 GB
Options = dict[str, str]


class NoIndex(IndexUnavailable):
    """There is none at this place."""


class Store:
    """An index's table at one version. Safe to use from several threads."""

    def __init__(self, rows: lance.LanceDataset, path: str) -> None:
        self._rows, self.path = rows, path
        kept = (rows.schema.metadata or {}).get(SETTINGS)
        if kept is None:
            raise IndexUnavailable(f"{path} is a Lance dataset but no index of senselens; give another place")
        self.settings = Settings.read(kept, path)
        self.version = int(rows.version)

    @classmethod
    def open(cls, path: str, options: Options | None = None) -> Store:
        """The newest version. Raises `IndexUnavailable` where there is no index."""
        if is_local(path) and Path(path).is_file():
            raise IndexUnavailable(f"{path} is a file, and an index is a folder; give another place")
        with explained(path):
            sizes = {"metadata_cache_size_bytes": CACHE, "index_cache_size_bytes": CACHE}
            return cls(lance.dataset(path, storage_options=options, **sizes), path)

    def newest(self) -> Store:
        """This one, or that of a later version if there is one by now."""
        with explained(self.path):
            latest = self._rows.latest_version
            return self if latest == self.version else Store(self._rows.checkout_version(latest), self.path)

    @cached_property
    def documents(self) -> Documents:
        columns = ["document", "text", "source", "number", "digest", "metadata"]
        found = self.table(f"kind = '{DOCUMENT}'", columns)
        return Documents({c: found[c].to_pylist() for c in columns})

    @cached_property
    def lemma_counts(self) -> Counter[str]:
        """How many uses of each lemma there are."""
        with explained(self.path):
            return lemma_counts(self._rows)

    def info(self) -> IndexInfo:
        s, counts = self.settings, self.lemma_counts
        with explained(self.path):
            sentences = self._rows.count_rows(f"kind = '{SENTENCE}'")
        size = sum(f.stat().st_size for f in Path(self.path).rglob("*") if f.is_file()) if is_local(self.path) else 0
        held = (len(self.documents), sentences, counts.total(), len(counts), self.version, size)
        return IndexInfo(self.path, s.model, s.layer, s.width, s.vectors, s.words, s.inventory, *held)

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


def is_local(path: str) -> bool:
    return "://" not in path


@contextmanager
def explained(path: str) -> Iterator[None]:
    """What Lance and the operating system raise, as `IndexUnavailable`."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, pa.ArrowException) as error:
        first = str(error).partition("\n")[0]
        if isinstance(error, ValueError) and "not found" in first:
            raise NoIndex(f"there is no index at {path}; build one with Index.build") from None
        raise IndexUnavailable(
            f"the index at {path} cannot be read or written ({first[:300]}); what was committed is kept: "
            "see that the place can be reached and has room, and do it again"
        ) from error
