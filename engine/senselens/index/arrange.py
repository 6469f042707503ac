"""The rows of an index in order of their lemmas, so that the uses of one are read in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import lance
import pyarrow as pa
import pyarrow.compute as pc
from lance import LanceDataset, LanceOperation
from lance.fragment import write_fragments

from senselens.index.schema import USE

ARRANGED = 100_000  # rows of a fragment, and uses sorted in memory together: about 60 MB, several times over


def arranged(rows: LanceDataset, path: str, options: dict[str, str] | None) -> LanceDataset:
    """The same rows anew: documents and sentences as they are, uses by lemma. They replace the old ones in one commit."""
    reader = pa.RecordBatchReader.from_batches(rows.schema, _in_order(rows))
    fragments = write_fragments(reader, path, max_rows_per_file=ARRANGED, storage_options=options)
    return lance.LanceDataset.commit(
        rows, LanceOperation.Overwrite(rows.schema, fragments), read_version=rows.version, storage_options=options
    )


def _in_order(rows: LanceDataset) -> Iterator[pa.RecordBatch]:
    yield from _scan(rows, f"kind <> '{USE}'")
    for first, last in lemma_ranges(lemma_counts(rows), ARRANGED):
        where = f"lemma >= {quoted(first)} and lemma <= {quoted(last)}"
        if first == last:
            yield from _scan(rows, where)  # perhaps more rows than memory holds, and in order
        else:
            table = pa.Table.from_batches(_scan(rows, where), rows.schema)
            yield from table.sort_by([("lemma", "ascending"), ("document", "ascending"), ("start", "ascending")]).to_batches(8192)


def lemma_counts(rows: LanceDataset) -> Counter[str]:
    """How many uses of each lemma there are."""
    found: Counter[str] = Counter()
    for batch in rows.scanner(columns=["lemma"], filter=f"kind = '{USE}'", batch_size=1 << 16).to_batches():
        counts = pc.value_counts(batch["lemma"])
        found.update(dict(zip(*(column.to_pylist() for column in counts.flatten()), strict=True)))
    return found


def lemma_ranges(counts: Counter[str], most: int) -> Iterator[tuple[str, str]]:
    """The first and last lemma of ranges with no more than *most* uses each; a lemma with more is a range by itself."""
    first = last = None
    held = 0
    for lemma in sorted(counts, key=str.encode):  # Lance compares strings by their bytes
        if first is not None and last is not None and held + counts[lemma] > most:
            yield first, last
            first, held = None, 0
        first, last, held = first if first is not None else lemma, lemma, held + counts[lemma]
    if first is not None and last is not None:
        yield first, last


def quoted(text: str) -> str:
    """*text* as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _scan(rows: LanceDataset, where: str) -> Iterator[pa.RecordBatch]:
    ahead = {"io_buffer_size": 1 << 26, "batch_readahead": 2, "fragment_readahead": 2}  # Lance's own take some gigabytes
    yield from rows.scanner(filter=where, batch_size=8192, **ahead).to_batches()
