"""The uses of a word in one sense, document by document, and which files an index knows as they are."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from senselens.documents.kinds import document_kind
from senselens.index.documents import Ledger
from senselens.index.parts import parts_of
from senselens.index.values import CorpusUse


@dataclass(frozen=True, slots=True, eq=False)
class SameSense:
    """Every use of a word in one sense, at one state of an index.

    uses:    by name of document, in order of their places; documents without one are not there.
    version: of the index, larger after each change.
    """

    uses: dict[str, tuple[CorpusUse, ...]]
    version: int
    _ledger: Ledger = field(repr=False)

    def document_of(self, path: str | os.PathLike[str], text: str) -> str | None:
        """What the index calls the file at *path*; None where it does not have the file with this very *text*.

        An index calls files by their paths as they were given to the build, from whichever folder: an end of *path* will do,
        since the text has to be the same. Tables are not known as files.
        """
        kind, names = document_kind(path), PurePath(path).parts
        for start in range(len(names)):
            name = PurePath(*names[start:]).as_posix()
            known = self._ledger.get(name)
            if known and known == {part.number: part.digest for part in parts_of(name, text, kind)}:
                return name
        return None

    def to_dict(self) -> dict[str, Any]:
        return {"uses": {name: [u.to_dict() for u in uses] for name, uses in self.uses.items()}, "version": self.version}
