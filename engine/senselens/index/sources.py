"""Where the documents of an index come from: files, folders, texts and tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from senselens.documents.kinds import document_kind
from senselens.documents.reading import LIMIT
from senselens.errors import IndexUnavailable
from senselens.index.parts import Part, Source, Unreadable, blocks, parts_of, stretches, whole_characters
from senselens.index.tables import TABLES, Columns, Record, frame, json_lines, parquet

PIECE = 1 << 16  # characters read at a time
PROSE = (  # what a file is called that a folder's is read for
    *(".txt", ".text", ".md", ".markdown", ".mdown", ".mdx", ".qmd", ".rmd", ".rst", ".rest", ".tex", ".ltx"),
    *(".adoc", ".asciidoc", ".org", ".html", ".htm", ".xhtml", ".ipynb"),
)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file; its kind is told by its name."""

    path: Path
    encoding: str
    columns: Columns

    @property
    def name(self) -> str:
        return whole_characters(self.path.as_posix())

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def parts(self) -> Iterator[Part]:
        suffix = self.path.suffix.lower()
        if suffix == ".parquet":
            yield from blocks(self.name, self.columns.documents(self.name, parquet(str(self.path))))
            return
        with _opened(self.path, self.encoding) as (file, check):
            if suffix in TABLES:
                records = TABLES[suffix](file)
                parts = blocks(self.name, self.columns.documents(self.name, records, TABLES[suffix] is json_lines))
            elif (kind := document_kind(self.path)) == "plaintext":
                parts = stretches(self.name, _text(file))
            else:
                parts = parts_of(self.name, _whole(file), kind)
            for part in parts:
                check()
                yield part


@dataclass(frozen=True, slots=True)
class TableSource:
    """Records in memory, or on their way to it."""

    name: str
    records: Callable[[], Iterable[Record]]
    columns: Columns
    size: int = 0

    def parts(self) -> Iterator[Part]:
        yield from blocks(self.name, self.columns.documents(self.name, self.records()))


def sources(given: Any, columns: Columns, encoding: str, name: str, unreadable: Callable[[str, str], None]) -> Iterator[Source]:
    """What *given* names, see `senselens.Index.build`; *unreadable* is told of folders that cannot be listed.

    Raises `IndexUnavailable` for a path at which nothing is, and for what is neither a text nor a table.
    """
    if isinstance(given, str | os.PathLike):
        yield from _files(Path(given), columns, encoding, unreadable)
    elif hasattr(given, "__arrow_c_stream__"):
        yield TableSource(name, lambda: frame(given), columns)
    elif isinstance(given, Mapping):
        records = ({columns.text: text, "": key} for key, text in given.items())
        yield TableSource(name, lambda: records, Columns(columns.text, "", columns.kind), sum(map(len, given.values())))
    elif isinstance(given, Iterable):
        yield from _listed(iter(given), columns, encoding, name, unreadable)
    else:
        raise _neither(given)


def _listed(
    given: Iterator[Any], columns: Columns, encoding: str, name: str, unreadable: Callable[[str, str], None]
) -> Iterator[Source]:
    """Paths, or else texts and records."""
    first = next(given, None)
    if isinstance(first, os.PathLike):
        for path in (first, *given):
            if not isinstance(path, os.PathLike):
                raise _neither(path)
            yield from _files(Path(path), columns, encoding, unreadable)
        return

    def records() -> Iterator[Record]:
        for item in _chain(first, given):
            if isinstance(item, str):
                if not item.count(" ") and len(item) < 1000 and os.path.isfile(item):
                    raise IndexUnavailable(f"{item!r} is a file: texts are given as str, files as pathlib.Path({item!r})")
                yield {columns.text: item}
            elif isinstance(item, Mapping):
                yield item
            else:
                raise _neither(item)

    yield TableSource(name, records, columns)


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    if first is not None:
        yield first
    yield from rest


def _neither(given: object) -> IndexUnavailable:
    return IndexUnavailable(
        "an index is built from a path, or from texts (str), records (dict), paths (pathlib.Path) or a data frame; "
        f"not from {type(given).__name__}"
    )


def _files(path: Path, columns: Columns, encoding: str, unreadable: Callable[[str, str], None]) -> Iterator[FileSource]:
    """The file at *path*, or those under it whose names say that they hold prose or a table."""
    if not path.exists():
        raise IndexUnavailable(f"there is no file or folder {str(path)[:200]!r}; a text to index is given in a list")
    if not path.is_dir():
        yield FileSource(path, encoding, columns)
        return
    for folder, folders, names in os.walk(path, onerror=lambda e: unreadable(str(e.filename), str(e.strerror))):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(".lance"))
        for name in sorted(names):
            suffix = os.path.splitext(name)[1].lower()
            if not name.startswith(".") and (suffix in PROSE or suffix in TABLES or suffix == ".parquet"):
                yield FileSource(Path(folder) / name, encoding, columns)


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[tuple[TextIO, Callable[[], None]]]:
    """The file, and what raises `Unreadable` once somebody has written to it since."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            before = os.fstat(file.fileno())

            def check() -> None:
                now = os.fstat(file.fileno())
                if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                    raise Unreadable("it changed while it was read; build again when nobody writes to it")

            yield file, check
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not {encoding.removesuffix('-sig')} text ({error.reason}); name its encoding") from None
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror or error})") from None


def _text(file: TextIO, most: int | None = None) -> Iterator[str]:
    """The text of *file* piece by piece, up to about *most* characters."""
    read = 0
    while (most is None or read < most) and (piece := file.read(PIECE)):
        if "\0" in piece:
            raise Unreadable("it holds binary data")
        read += len(piece)
        yield piece


def _whole(file: TextIO) -> str:
    """The text of a document with markup."""
    text = "".join(_text(file, LIMIT + 1))
    if len(text) > LIMIT:
        raise Unreadable(f"it is longer than {LIMIT:,} characters; divide it, or make plain text of it")
    return text
