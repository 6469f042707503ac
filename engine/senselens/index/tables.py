"""Documents out of tables: JSON Lines, CSV, Parquet, data frames, and records in memory."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO

from senselens.index.parts import Document, Unreadable, whole_characters

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold the text and, if one does, the name; the others are metadata. *kind*: of the texts."""

    text: str = "text"
    id: str | None = None
    kind: str = "plaintext"

    def documents(self, source: str, records: Iterable[Record], typed: bool = True) -> Iterator[Document]:
        """A document ``source:name`` for each record with a text; without a column of names it is its number, from 1.

        Metadata of a table that is not *typed* (CSV) are numbers where they are written as such.
        """
        for number, record in enumerate(records, start=1):
            for column in (self.text, self.id):
                if column is not None and column not in record:
                    there = ", ".join(map(str, record)) or "none"
                    raise Unreadable(f"row {number} has no column {column!r}; its columns are {there}")
            text = record[self.text]
            if _is_missing(text):
                continue
            if not isinstance(text, str):
                raise Unreadable(f"row {number} has no text in column {self.text!r} but {str(text)[:40]!r}")
            name = f"{source}:{number if self.id is None else record[self.id]}"
            metadata = {
                str(k): _plain(v) if typed else _number(v)
                for k, v in record.items()
                if k not in (self.text, self.id) and not _is_missing(v)
            }
            yield Document(whole_characters(name), whole_characters(text), self.kind, 0, metadata)


def json_lines(file: TextIO) -> Iterator[Record]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"line {number} is not JSON ({error})") from None
        if not isinstance(record, dict):
            raise Unreadable(f"line {number} is not a JSON object")
        yield record


def comma_separated(delimiter: str) -> Callable[[TextIO], Iterator[Record]]:
    def read(file: TextIO) -> Iterator[Record]:
        csv.field_size_limit(1 << 30)  # a book may stand in one field; the default is 128 KB
        reader = csv.DictReader(file, delimiter=delimiter, restkey="", strict=True)
        try:
            for record in reader:
                record.pop("", None)  # more fields than the header has
                yield record
        except csv.Error as error:
            raise Unreadable(f"line {reader.line_num} is not CSV ({error})") from None

    return read


def parquet(path: str) -> Iterator[Record]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=256):
                yield from batch.to_pylist()
    except (OSError, pyarrow.ArrowException) as error:
        raise Unreadable(f"it is not a Parquet file ({error})") from None


def frame(table: Any) -> Iterator[Record]:
    """The rows of a data frame of any library that speaks Arrow (pandas 2.2 and newer, polars, pyarrow, duckdb)."""
    import pyarrow

    for batch in pyarrow.RecordBatchReader.from_stream(table):
        for start in range(0, len(batch), 256):
            for record in batch.slice(start, 256).to_pylist():
                yield {name: value for name, value in record.items() if not name.startswith("__index_level_")}


TABLES: dict[str, Callable[[TextIO], Iterator[Record]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": comma_separated(","),
    ".tsv": comma_separated("\t"),
}


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _plain(value: Any) -> Any:
    """*value* as JSON can hold it."""
    if isinstance(value, str):
        return whole_characters(value)
    return value if isinstance(value, bool | int | float) else str(value)


def _number(field: str) -> str | int | float:
    """A field of CSV; as a number where it is written as one: 1999, but not 007."""
    for kind in (int, float):
        with suppress(ValueError):
            if str(kind(field)) == field:
                return kind(field)
    return field
