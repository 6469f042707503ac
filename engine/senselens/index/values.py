"""What an index answers with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from senselens.likeness import Similarity
from senselens.text import Span


@dataclass(frozen=True, slots=True)
class CorpusUse:
    """A word in a sentence of an index.

    span:       the word's characters in *sentence*; *place* those in the document, markup included.
    pos:        its part of speech here (n, v, a, r; x for a function word).
    metadata:   what the document's table says of it beside its text.
    similarity: how alike this use is to the one asked for; None where none was given.
    """

    word: str
    lemma: str
    pos: str
    sentence: str
    span: Span
    document: str
    place: Span
    metadata: dict[str, Any]
    similarity: Similarity | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CorpusSentence:
    """A sentence of an index near a query: *baseline* is the mean cosine of all the index's sentences to the query."""

    sentence: str
    document: str
    place: Span
    metadata: dict[str, Any]
    cosine: float
    baseline: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SenseGroup:
    """Uses of a word that belong together.

    count:       how many uses are in the group; *share* of all those of the word.
    sense_id:    the sense that fits the group best, with its lemma, pos and *gloss*; None where the inventory has none that fits.
    probability: the mean probability of that sense over the group's uses; 0 without a sense.
    neighbours:  words of the group's sentences that are commoner there than elsewhere, the most typical first.
    examples:    the uses nearest to the group's middle.
    """

    count: int
    share: float
    sense_id: str | None
    lemma: str
    pos: str | None
    gloss: str | None
    probability: float
    neighbours: tuple[str, ...]
    examples: tuple[CorpusUse, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"neighbours": list(self.neighbours), "examples": [e.to_dict() for e in self.examples]}


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds; *bytes* is its size on disk, 0 where it is not on this machine's."""

    path: str
    model: str
    layer: int
    width: int
    vectors: str
    words: str
    inventory: str
    documents: int
    sentences: int
    uses: int
    lemmas: int
    version: int
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """A source, or a place in one, that could not be read, and why; the rest was indexed."""

    source: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one build did, in parts (a file, a stretch of a long text, a block of a table's rows).

    sentences and uses: how many were added, those of changed parts among them.
    problems: what could not be read; what an earlier build had read of it is kept.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    sentences: int = 0
    uses: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"problems": [p.to_dict() for p in self.problems]}
