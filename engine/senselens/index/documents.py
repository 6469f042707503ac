"""The documents of an index, in memory: what they are called, what is known of them, which parts were read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ledger = dict[str, dict[int, bytes]]  # source: number of the part: its digest


class Documents:
    """The rows of documents: ids (N,) and, in the same order, the other columns. A long text has a row for each of its parts."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        ids = np.array(columns["document"], np.int64)
        self._order = np.argsort(ids, kind="stable")
        self._ids = ids[self._order]
        self._columns = columns

    def __len__(self) -> int:
        return len(np.unique(self._ids))

    def name(self, document: int) -> str:
        return str(self._columns["text"][self._row(document)])

    def metadata(self, document: int) -> dict[str, Any]:
        return dict(json.loads(self._columns["metadata"][self._row(document)]))

    def places(self, documents: NDArray[np.int64]) -> NDArray[np.intp]:
        """Where the names of *documents* stand among all names in order."""
        return self._places[np.searchsorted(self._ids, documents)]

    @cached_property
    def ledger(self) -> Ledger:
        found: Ledger = defaultdict(dict)
        for source, number, digest in zip(*(self._columns[c] for c in ("source", "number", "digest")), strict=True):
            found[source][number] = digest
        return found

    def where(self, wanted: Mapping[str, Any]) -> NDArray[np.int64]:
        """The ids of the documents of which all of *wanted* is so: ``document`` is a pattern of names, the rest metadata."""
        names = self._columns["text"]
        rows = range(len(names))
        if (pattern := wanted.get("document")) is not None:
            rows = [i for i in rows if fnmatchcase(names[i], pattern)]  # type: ignore[assignment]
        others = {k: v for k, v in wanted.items() if k != "document"}
        if others:
            rows = [i for i in rows if all(_is(self._metadata[i].get(k), v) for k, v in others.items())]  # type: ignore[assignment]
        return np.unique(np.array([self._columns["document"][i] for i in rows], np.int64))

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        names = self._columns["text"]
        order = {name: place for place, name in enumerate(sorted(set(names)))}
        return np.array([order[names[i]] for i in self._order], np.intp)

    @cached_property
    def _metadata(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self._columns["metadata"]]

    def _row(self, document: int) -> int:
        return int(self._order[np.searchsorted(self._ids, document)])


def _is(value: Any, wanted: Any) -> bool:
    """Whether *value* is *wanted*, or one of a collection of values (a set, a list, a `range`)."""
    if isinstance(wanted, Container) and not isinstance(wanted, str):
        return value in wanted
    return bool(value == wanted)
