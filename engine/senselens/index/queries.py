"""What is asked of an index: uses of a word, and sentences near a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from senselens.disambiguation import POS, Parts, part_of_speech
from senselens.encoding import Use, Vectors
from senselens.errors import WordNotFound
from senselens.index.arrange import quoted
from senselens.index.rows import Lemmas
from senselens.index.same_sense import SameSense
from senselens.index.schema import SENTENCE, numbers
from senselens.index.store import Store
from senselens.index.values import CorpusSentence, CorpusUse
from senselens.inventory import Inventory, Sense
from senselens.likeness import Similarity, of_vectors
from senselens.measures import unit
from senselens.model import Model
from senselens.text import Span, sentences, words

if TYPE_CHECKING:
    from senselens.concordance import WordUses

Where = Mapping[str, Any]
SHOWN = ("document", "start", "end", "text", "lemma", "pos", "at", "to")


@dataclass(frozen=True, slots=True, eq=False)
class Like:
    """What uses are compared with: a vector (W,); where it is that of a use, its *part* (5,) of speech and possible *senses*."""

    model: Model
    vector: Vectors
    part: Parts | None = None
    senses: tuple[Sense, ...] = ()

    @classmethod
    def of(cls, use: Use, book: Inventory, lemmas: Sequence[str]) -> Like:
        if use.model.calibration.pair is None:
            return cls(use.model, use.vector())
        senses = {s.sense_id: s for name in lemmas for s in book.senses(name)}
        return cls(use.model, use.vector(), part_of_speech(use), tuple(senses.values()))

    def same_sense(self, cosines: NDArray[np.float64], rows: pa.RecordBatch | pa.Table) -> NDArray[np.float64]:
        """The probability for each of the *rows* (N,) that it has the sense of what they are compared with."""
        calibration = self.model.calibration
        if self.part is None or not len(rows):
            return calibration.same_sense(cosines, self.model.sense_layer)
        vectors, parts = (numbers(rows[name]).astype(np.float32) for name in ("vector", "parts"))
        return of_vectors(self.model, self.senses, self.vector, self.part, vectors, parts, cosines)

    def similarity(self, cosine: float, share: float) -> Similarity:
        return Similarity(cosine, self.model.calibration.baselines[self.model.sense_layer], share)


def uses_of(store: Store, lemmas: Sequence[str], where: Where | None, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of the uses of *lemmas* that are as *where* says, a bounded number at a time."""
    wanted = dict(where or {})
    condition = f"lemma in ({', '.join(map(quoted, lemmas))})"
    if (pos := wanted.pop("pos", None)) is not None:
        parts = [pos] if isinstance(pos, str) else list(pos)
        if unknown := [p for p in parts if p not in POS]:
            raise ValueError(f"a part of speech is one of {', '.join(POS)}, not {unknown[0]!r}")
        condition += f" and pos in ({', '.join(map(quoted, parts))})"
    yield from _in_documents(store, condition, wanted, ["document", *columns])


def _in_documents(store: Store, condition: str, wanted: Where, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    kept = store.documents.where(wanted) if wanted else None
    for batch in store.batches(condition, list(dict.fromkeys(columns))):
        rows = batch if kept is None else batch.filter(pa.array(np.isin(batch["document"].to_numpy(), kept)))
        if len(rows):
            yield rows


def find_uses(
    store: Store,
    lemmas: Sequence[str],
    like: Like | None,
    k: int,
    where: Where | None,
    among: Callable[[Vectors], NDArray[np.bool_]] | None = None,
) -> list[CorpusUse]:
    """The *k* uses of *lemmas* nearest to the vector (W,) of *like*, or the first *k* by name of document and place.

    *among* says of vectors (N, W) which of them count.
    """
    columns = [*SHOWN, "parts", "vector"] if like else SHOWN
    best: list[tuple[NDArray[np.float64], pa.RecordBatch]] = []
    for found in uses_of(store, lemmas, where, columns):
        rows = found if among is None else found.filter(pa.array(among(numbers(found["vector"]).astype(np.float32))))
        cosines = cosines_to(like.vector, rows["vector"]) if like else np.zeros(len(rows))
        kept = _first(store, rows, cosines, k)
        best.append((cosines[kept], rows.take(pa.array(kept))))
    if not best:
        return []
    scores = np.concatenate([s for s, _ in best])
    rows = pa.Table.from_batches([r for _, r in best]).combine_chunks()
    order = _first(store, rows, scores, k)
    rows = rows.take(pa.array(order))
    alike: Sequence[Similarity | None] = [None] * len(order)
    if like:
        alike = list(map(like.similarity, scores[order].tolist(), like.same_sense(scores[order], rows).tolist()))
    shown = rows.drop_columns([c for c in rows.column_names if c not in SHOWN]).to_pylist()
    return [_use(store, row, similarity) for row, similarity in zip(shown, alike, strict=True)]


def find_every_use(store: Store, model: Model, word: str, lemmas: Sequence[str], where: Where | None) -> WordUses:
    """All uses of *lemmas* with their vectors; see `Index.every_use`."""
    from senselens.concordance import WordUses

    uses: list[CorpusUse] = []
    vectors, parts = [np.zeros((0, model.card.width), np.float32)], [np.zeros((0, len(POS)), np.float32)]
    for rows in uses_of(store, lemmas, where, [*SHOWN, "parts", "vector"]):
        vectors.append(unit(numbers(rows["vector"]).astype(np.float32)))
        parts.append(numbers(rows["parts"]).astype(np.float32))
        uses += [_use(store, row, None) for row in rows.select(SHOWN).to_pylist()]
    order = sorted(range(len(uses)), key=lambda i: (uses[i].document, uses[i].place))
    return WordUses(word, model, tuple(uses[i] for i in order), np.concatenate(vectors)[order], np.concatenate(parts)[order])


def find_same_sense(
    store: Store, lemmas: Sequence[str], like: Like, least: float, step: Callable[[], object] | None
) -> SameSense:
    """The uses of *lemmas* in the sense of *like*; see `Index.same_sense`."""
    found: list[CorpusUse] = []
    for rows in uses_of(store, lemmas, None, [*SHOWN, "parts", "vector"]):
        if step:
            step()
        cosines = cosines_to(like.vector, rows["vector"])
        shares = like.same_sense(cosines, rows)
        kept = np.flatnonzero(shares >= least)
        shown = rows.select(SHOWN).take(pa.array(kept)).to_pylist()
        alike = map(like.similarity, cosines[kept].tolist(), shares[kept].tolist())
        found += [_use(store, row, similarity) for row, similarity in zip(shown, alike, strict=True)]
    found.sort(key=lambda use: (use.document, use.place))
    uses = {name: tuple(some) for name, some in groupby(found, key=lambda use: use.document)}
    return SameSense(uses, store.version, store.documents.ledger)


def find_sentences(store: Store, query: Vectors, k: int, where: Where | None) -> list[CorpusSentence]:
    """The *k* sentences whose vectors are nearest to *query* (W,), of all sentences that are as *where* says."""
    best: list[tuple[float, int]] = []
    total, count = 0.0, 0
    for rows in _in_documents(store, f"kind = '{SENTENCE}'", dict(where or {}), ["document", "vector", "_rowid"]):
        cosines = cosines_to(query, rows["vector"])
        total, count = total + float(cosines.sum()), count + len(cosines)
        some = np.argsort(-cosines, kind="stable")[:k]
        best += zip(cosines[some].tolist(), rows["_rowid"].to_numpy()[some].tolist(), strict=True)
        best = sorted(best, key=lambda b: -b[0])[:k]
    if not best:
        return []
    where_rows = f"_rowid in ({', '.join(str(row) for _, row in best)})"
    rows = {row["_rowid"]: row for row in store.table(where_rows, [*SHOWN, "_rowid"]).to_pylist()}
    documents = store.documents
    found = [
        CorpusSentence(
            row["text"],
            documents.name(row["document"]),
            Span(row["start"], row["end"]),
            documents.metadata(row["document"]),
            cosine,
            total / count,
        )
        for cosine, number in best
        for row in (rows[number],)
    ]
    return sorted(found, key=lambda s: (-s.cosine, s.document, s.place))


def cosines_to(query: Vectors, vectors: pa.Array) -> NDArray[np.float64]:
    """The cosine of *query* (W,) to each of *vectors* (N, W)."""
    rows = numbers(vectors).astype(np.float32)
    lengths = np.sqrt(np.einsum("nw,nw->n", rows, rows))
    found: NDArray[np.float64] = np.divide(rows @ unit(query), lengths, out=np.zeros(len(rows)), where=lengths > 0)
    return found


def use_like(model: Model, lemmas: Lemmas, word: str, like: str | Use) -> Use:
    """The use in *like* of a word that has a lemma in common with *word*, read in its sentence. Raises `WordNotFound`."""
    if isinstance(like, Use):
        return like
    wanted = set(lemmas.any_of(word))
    for sentence in sentences(like):
        own = sentence.of(like)
        for span in words(own):
            if wanted & set(lemmas.any_of(span.of(own))):
                return model.encode(own).word(span)
    shown = like if len(like) <= 60 else like[:57] + "…"
    raise WordNotFound(f"{word!r} is not a word of {shown!r}: give a text that holds the use to compare with")


def _first(store: Store, rows: pa.RecordBatch | pa.Table, cosines: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """The rows with the largest cosines, of equals the first by name of document and place."""
    places = store.documents.places(np.asarray(rows["document"]))
    return np.lexsort((np.asarray(rows["start"]), places, -cosines))[:k]


def _use(store: Store, row: Mapping[str, Any], similarity: Similarity | None) -> CorpusUse:
    documents = store.documents
    span = Span(row["at"], row["to"])
    return CorpusUse(
        span.of(row["text"]),
        row["lemma"],
        row["pos"],
        row["text"],
        span,
        documents.name(row["document"]),
        Span(row["start"], row["end"]),
        documents.metadata(row["document"]),
        similarity,
    )
