"""The open documents as the editor last described them, and what is read together: a document, or the cells of a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from lsprotocol import types

from senselens import Span
from senselens_lsp.positions import Positions

END_OF_LINE = 2**31 - 1  # the largest character of a position
Change = types.TextDocumentContentChangeEvent


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document at one moment; *kind* is its language id."""

    uri: str
    kind: str
    version: int
    positions: Positions

    @property
    def text(self) -> str:
        return self.positions.text

    def offset(self, position: types.Position) -> int:
        return self.positions.offset(position.line, position.character)

    def span(self, where: types.Range) -> Span:
        start, end = sorted((self.offset(where.start), self.offset(where.end)))
        return Span(start, end)

    def range(self, span: Span) -> types.Range:
        (a, b), (c, d) = self.positions.range(span)
        return types.Range(types.Position(a, b), types.Position(c, d))

    def line(self, number: int) -> Span:
        """The characters of a line, without its end."""
        return Span(self.positions.offset(number, 0), self.positions.offset(number, END_OF_LINE))

    def edited(self, version: int, changes: Iterable[Change]) -> Document:
        positions = self.positions
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                here = replace(self, positions=positions).span(change.range)
                positions = positions.edited(here, change.text)
            else:
                positions = Positions(change.text, positions.encoding)
        return replace(self, version=version, positions=positions)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What is read together, at one moment; *uri* is the document's or the notebook's, *state* tells moments apart."""

    uri: str
    documents: tuple[Document, ...]
    state: int

    @property
    def is_notebook(self) -> bool:
        """Whether the documents are the cells of one."""
        return self.document(self.uri) is None

    def document(self, uri: str) -> Document | None:
        return next((d for d in self.documents if d.uri == uri), None)


class Documents:
    """The open documents. Only the event loop's thread changes and asks it; what it gives does not change."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self.encoding = encoding
        self._documents: dict[str, Document] = {}
        self._notebooks: dict[str, list[str]] = {}  # the cells' documents, in order
        self._notebook_of: dict[str, str] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._states = count()

    def open(self, item: types.TextDocumentItem) -> None:
        self._documents[item.uri] = Document(item.uri, item.language_id, item.version, Positions(item.text, self.encoding))
        self._touched(item.uri)

    def change(self, document: types.VersionedTextDocumentIdentifier, changes: Iterable[Change]) -> None:
        """An edit of what is not open is passed over."""
        if known := self._documents.get(document.uri):
            self._documents[document.uri] = known.edited(document.version, changes)
            self._touched(document.uri)

    def close(self, uri: str) -> None:
        self._touched(uri)
        self._documents.pop(uri, None)
        self._notebook_of.pop(uri, None)

    def open_notebook(self, notebook: types.NotebookDocument, cells: Iterable[types.TextDocumentItem]) -> None:
        self._notebooks[notebook.uri] = []
        self._cells_changed(notebook.uri, 0, 0, notebook.cells, cells)

    def change_notebook(self, uri: str, cells: types.NotebookDocumentCellChanges) -> None:
        """A change of a notebook that is not open is passed over."""
        if uri not in self._notebooks:
            return
        if (structure := cells.structure) is not None:
            for gone in structure.did_close or ():
                self.close(gone.uri)
            array = structure.array
            self._cells_changed(uri, array.start, array.delete_count, array.cells or (), structure.did_open or ())
        for content in cells.text_content or ():
            self.change(content.document, content.changes)

    def close_notebook(self, uri: str, cells: Iterable[types.TextDocumentIdentifier]) -> None:
        for cell in cells:
            self.close(cell.uri)
        self._notebooks.pop(uri, None)
        self._snapshots.pop(uri, None)

    def snapshot(self, uri: str) -> Snapshot | None:
        """What is read together with the document, or the notebook, at *uri*; None where it is not open."""
        group = self._notebook_of.get(uri, uri)
        members = self._notebooks.get(group, [group])
        if group not in self._snapshots and (uri in self._notebooks or uri in self._documents):
            found = tuple(self._documents[member] for member in members if member in self._documents)
            self._snapshots[group] = Snapshot(group, found, next(self._states))
        return self._snapshots.get(group)

    def is_current(self, snapshot: Snapshot) -> bool:
        return self._snapshots.get(snapshot.uri) is snapshot

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """Everything that is open."""
        groups = dict.fromkeys(self._notebook_of.get(uri, uri) for uri in self._documents)
        return [snapshot for group in groups if (snapshot := self.snapshot(group))]

    @property
    def versions(self) -> Mapping[str, int]:
        return {uri: document.version for uri, document in self._documents.items()}

    def _cells_changed(
        self, uri: str, start: int, gone: int, cells: Iterable[types.NotebookCell], opened: Iterable[types.TextDocumentItem]
    ) -> None:
        new = [cell.document for cell in cells]
        self._notebooks[uri][start : start + gone] = new
        self._notebook_of |= dict.fromkeys(new, uri)
        for item in opened:
            self._notebook_of[item.uri] = uri
            self.open(item)
        self._snapshots.pop(uri, None)

    def _touched(self, uri: str) -> None:
        self._snapshots.pop(self._notebook_of.get(uri, uri), None)
