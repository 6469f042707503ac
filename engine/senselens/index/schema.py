"""The one table of an index: its rows are documents, their sentences, and the words stored of those.

Since all three kinds stand in one table, one commit of it holds a part of a source whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from senselens.disambiguation import POS
from senselens.index.parts import number_of
from senselens.index.rows import PartRows, Stored
from senselens.index.settings import Settings

SETTINGS = b"senselens"  # the key of the settings in the table's metadata
DOCUMENT, SENTENCE, USE = "document", "sentence", "use"


def schema_of(settings: Settings) -> pa.Schema:
    """The columns; those that a kind of row lacks are null in it.

    kind:       document, sentence or use.
    part:       `Part.id`; *document* is the `number_of` the document's name.
    start, end: characters of the document; in a row of a document, those that this part holds.
    text:       the document's name; the sentence; the sentence that the use is in.
    at, to:     a use's characters in that sentence.
    parts:      log probabilities of `disambiguation.POS`.
    source, number, digest, metadata: of a document's row; metadata is JSON.
    """
    number = {"int8": pa.int8(), "float16": pa.float16()}[settings.vectors]
    columns = {
        "kind": pa.string(),
        "part": pa.int64(),
        "document": pa.int64(),
        "start": pa.int64(),
        "end": pa.int64(),
        "text": pa.string(),
        "lemma": pa.string(),
        "pos": pa.string(),
        "at": pa.int32(),
        "to": pa.int32(),
        "parts": pa.list_(pa.float16(), len(POS)),
        "vector": pa.list_(number, settings.width),
        "source": pa.string(),
        "number": pa.int32(),
        "digest": pa.binary(),
        "metadata": pa.string(),
    }
    return pa.schema(list(columns.items()), metadata={SETTINGS: settings.written()})


def table_of(found: Sequence[PartRows], schema: pa.Schema) -> pa.Table:
    """The rows of parts: documents, then sentences, then uses by their lemma, so that a lemma's stand together."""
    kinds = [kind(rows) for kind in (_documents, _sentences, _uses) for rows in found]
    tables = [pa.table({f.name: c.get(f.name, pa.nulls(_length(c), f.type)) for f in schema}, schema) for c in kinds]
    uses = pa.concat_tables(tables[2 * len(found) :]).sort_by([("lemma", "ascending")])
    return pa.concat_tables([*tables[: 2 * len(found)], uses])


def numbers(vectors: Any) -> np.ndarray[Any, Any]:
    """A column of vectors (N, W) as NumPy has it."""
    flat = vectors.combine_chunks() if isinstance(vectors, pa.ChunkedArray) else vectors
    return np.asarray(flat.flatten()).reshape(len(flat), flat.type.list_size)


def _documents(rows: PartRows) -> dict[str, Any]:
    part = rows.part
    held = part.documents
    return {
        "kind": pa.array([DOCUMENT] * len(held)),
        "part": pa.array([part.id] * len(held), pa.int64()),
        "document": pa.array(_ids(rows), pa.int64()),
        "start": pa.array([d.offset for d in held], pa.int64()),
        "end": pa.array([d.offset + len(d.text) for d in held], pa.int64()),
        "text": pa.array([d.name for d in held], pa.string()),
        "source": pa.array([part.source] * len(held), pa.string()),
        "number": pa.array([part.number] * len(held), pa.int32()),
        "digest": pa.array([part.digest] * len(held), pa.binary()),
        "metadata": pa.array([json.dumps(dict(d.metadata)) for d in held], pa.string()),
    }


def _sentences(rows: PartRows) -> dict[str, Any]:
    found = rows.sentences
    count = len(found.text)
    return {
        "kind": pa.array([SENTENCE] * count, pa.string()),
        "part": pa.array(np.full(count, rows.part.id)),
        "document": pa.array(_ids(rows)[found.document]),
        "start": pa.array(found.place[:, 0]),
        "end": pa.array(found.place[:, 1]),
        "text": pa.array(found.text, pa.string()),
        "vector": _lists(found.vector),
    }


def _uses(rows: PartRows) -> dict[str, Any]:
    found = rows.uses
    count = len(found.lemma)
    return {
        "kind": pa.array([USE] * count, pa.string()),
        "part": pa.array(np.full(count, rows.part.id)),
        "document": pa.array(_ids(rows)[rows.sentences.document[found.sentence]]),
        "start": pa.array(found.place[:, 0]),
        "end": pa.array(found.place[:, 1]),
        "text": pa.array(rows.sentences.text, pa.string()).take(pa.array(found.sentence)),
        "lemma": pa.array(found.lemma, pa.string()),
        "pos": pa.array(found.pos, pa.string()),
        "at": pa.array(found.at[:, 0]),
        "to": pa.array(found.at[:, 1]),
        "parts": _lists(found.parts),
        "vector": _lists(found.vector),
    }


def _ids(rows: PartRows) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([number_of(d.name) for d in rows.part.documents], np.int64)


def _lists(vectors: Stored) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1])


def _length(columns: dict[str, Any]) -> int:
    return len(columns["kind"])
