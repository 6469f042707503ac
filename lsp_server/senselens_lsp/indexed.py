"""Files of the workspace as an index has them (docs/index.md): what has not changed since is not read by the model again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lsprotocol import types

import senselens as sl
from senselens_lsp.documents import Document
from senselens_lsp.files import State, read, state_of
from senselens_lsp.positions import Positions
from senselens_lsp.worker import Step

Known: TypeAlias = "dict[Path, tuple[State, int, str | None]]"  # of files in a state: what a version of the index calls them


class Indexed:
    """The index that is set, opened when it is first asked. On the worker's thread."""

    def __init__(self) -> None:
        self._opened: tuple[str, sl.Model, sl.Index] | None = None
        self._known: Known = {}

    def same_sense(self, path: str, word: str, use: sl.Use, least: float, step: Step) -> Alike:
        """What the index at *path* has of *word* in the sense of *use*. Raises `sl.IndexUnavailable`, `sl.NoInventory`."""
        try:
            return Alike(self._index(path, use.model).same_sense(word, use, least, step=step), self._known)
        except sl.SenselensError:
            self._opened = None  # another may have been built there
            raise

    def _index(self, path: str, model: sl.Model) -> sl.Index:
        if self._opened is None or self._opened[:2] != (path, model):
            self._known = {}
            self._opened = path, model, sl.Index.open(path, model)
        return self._opened[2]


@dataclass(frozen=True, slots=True)
class Alike:
    """The uses of a word in one sense, as an index has them."""

    found: sl.SameSense
    known: Known

    def locations(self, path: Path, uri: str, encoding: str) -> list[types.Location] | None:
        """Where they are in a file; None where the index does not have the file as it is now."""
        state = state_of(path)
        if state is None:
            return None
        known = self.known.get(path)
        if known and known[:2] == (state, self.found.version) and known[2] not in self.found.uses:
            return None if known[2] is None else []
        text = read(path)
        name = None if text is None else self.found.document_of(path, text)
        self.known[path] = state, self.found.version, name
        if text is None or name is None:
            return None
        document = Document(uri, sl.document_kind(path), 0, Positions(text, encoding))
        return [types.Location(uri, document.range(use.place)) for use in self.found.uses.get(name, ())]


def place_of_index(path: str, roots: Sequence[Path]) -> str:
    """*path* as it is set: from the first folder of the workspace, unless it says from where."""
    if "://" in path or not roots:
        return path
    return str(roots[0] / Path(path).expanduser())
