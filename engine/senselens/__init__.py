"""Put the pointer on a word and see what it means here.

    >>> import senselens as sl
    >>> model = sl.load("mini")
    >>> sl.senses(model, "We sat by the river bank", "bank")[0].gloss
    'sloping land (especially the slope beside a body of water)'

A name is imported when it is first used, so that ``import senselens`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from senselens.attention import Attention
    from senselens.cards import Card
    from senselens.comparison import ComparedModel, ComparedUse, Comparison, compare
    from senselens.disambiguation import SenseMatch, senses
    from senselens.documents.kinds import document_kind
    from senselens.documents.prose import Prose
    from senselens.documents.reading import prose
    from senselens.encoding import Encoding, Use
    from senselens.errors import (
        BadModelFile,
        IndexUnavailable,
        ModelUnavailable,
        NoInventory,
        SenselensError,
        UnknownModel,
        Unsupported,
        WordNotFound,
    )
    from senselens.index.index import Index
    from senselens.index.values import BuildReport, CorpusSentence, CorpusUse, IndexInfo, Problem, SenseGroup
    from senselens.input_representation import InputRepresentation
    from senselens.inspection import InspectedModel, InspectedWord, Inspection, Neighbour, OtherUse, WordReading, inspect
    from senselens.inventory import Inventory, Sense, open_inventory
    from senselens.measures import Similarity, nearest, similarity
    from senselens.model import Guess, JointGuess, Model, NearWord
    from senselens.next_word import NextWords
    from senselens.projection import Projection, project
    from senselens.question_answering import Answer, answer
    from senselens.registry import load, models
    from senselens.semantic_search import Hit, search
    from senselens.text import Span, sentences, word_at, words

_HOME = {
    "attention": ("Attention",),
    "cards": ("Card",),
    "comparison": ("ComparedModel", "ComparedUse", "Comparison", "compare"),
    "disambiguation": ("SenseMatch", "senses"),
    "documents.kinds": ("document_kind",),
    "documents.prose": ("Prose",),
    "documents.reading": ("prose",),
    "encoding": ("Encoding", "Use"),
    "errors": (
        "BadModelFile",
        "IndexUnavailable",
        "ModelUnavailable",
        "NoInventory",
        "SenselensError",
        "UnknownModel",
        "Unsupported",
        "WordNotFound",
    ),
    "index.index": ("Index",),
    "index.values": ("BuildReport", "CorpusSentence", "CorpusUse", "IndexInfo", "Problem", "SenseGroup"),
    "input_representation": ("InputRepresentation",),
    "inspection": ("InspectedModel", "InspectedWord", "Inspection", "Neighbour", "OtherUse", "WordReading", "inspect"),
    "inventory": ("Inventory", "Sense", "open_inventory"),
    "measures": ("Similarity", "nearest", "similarity"),
    "model": ("Guess", "JointGuess", "Model", "NearWord"),
    "next_word": ("NextWords",),
    "projection": ("Projection", "project"),
    "question_answering": ("Answer", "answer"),
    "registry": ("load", "models"),
    "semantic_search": ("Hit", "search"),
    "text": ("Span", "sentences", "word_at", "words"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Answer",
    "Attention",
    "BadModelFile",
    "BuildReport",
    "Card",
    "ComparedModel",
    "ComparedUse",
    "Comparison",
    "CorpusSentence",
    "CorpusUse",
    "Encoding",
    "Guess",
    "Hit",
    "Index",
    "IndexInfo",
    "IndexUnavailable",
    "InputRepresentation",
    "InspectedModel",
    "InspectedWord",
    "Inspection",
    "Inventory",
    "JointGuess",
    "Model",
    "ModelUnavailable",
    "NearWord",
    "Neighbour",
    "NextWords",
    "NoInventory",
    "OtherUse",
    "Problem",
    "Projection",
    "Sense",
    "SenseGroup",
    "SenseMatch",
    "SenselensError",
    "Similarity",
    "Span",
    "UnknownModel",
    "Unsupported",
    "Use",
    "WordNotFound",
    "WordReading",
    "answer",
    "compare",
    "document_kind",
    "inspect",
    "load",
    "models",
    "nearest",
    "open_inventory",
    "project",
    "prose",
    "search",
    "senses",
    "sentences",
    "similarity",
    "word_at",
    "words",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("senselens")
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'senselens' has no attribute {name!r}")
    value = getattr(import_module(f"senselens.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
