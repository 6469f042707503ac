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
    from senselens.approaches import Approaches, Trial, compare_approaches
    from senselens.attention import Attention
    from senselens.cards import Card
    from senselens.classification import Evaluation, Label, LabelScores, evaluate
    from senselens.comparison import ComparedModel, ComparedUse, Comparison, compare
    from senselens.disambiguation import SenseMatch, senses
    from senselens.encoding import Encoding, Use
    from senselens.errors import (
        BadExamples,
        BadModelFile,
        ModelUnavailable,
        NoInventory,
        OutputExists,
        SenselensError,
        UnknownModel,
        Unsupported,
        WordNotFound,
    )
    from senselens.feature_based import FeatureClassifier, feature_classifier, load_classifier
    from senselens.feature_vectors import features
    from senselens.finetune import FineTuning, fine_tune
    from senselens.input_representation import InputRepresentation
    from senselens.inspection import InspectedModel, InspectedWord, Inspection, Neighbour, OtherUse, WordReading, inspect
    from senselens.inventory import Inventory, Sense, open_inventory
    from senselens.labelled import Labelled, read_labelled
    from senselens.layer_mix import learn_mix
    from senselens.measures import Similarity, nearest, similarity
    from senselens.model import Guess, JointGuess, Model, NearWord
    from senselens.next_word import NextWords
    from senselens.projection import Projection, project
    from senselens.question_answering import Answer, answer
    from senselens.registry import load, models
    from senselens.semantic_search import Hit, search
    from senselens.text import Span, sentences, word_at, words
    from senselens.training_loop import Recipe, TrainingStep

_HOME = {
    "approaches": ("Approaches", "Trial", "compare_approaches"),
    "attention": ("Attention",),
    "cards": ("Card",),
    "classification": ("Evaluation", "Label", "LabelScores", "evaluate"),
    "comparison": ("ComparedModel", "ComparedUse", "Comparison", "compare"),
    "disambiguation": ("SenseMatch", "senses"),
    "encoding": ("Encoding", "Use"),
    "errors": (
        "BadExamples",
        "BadModelFile",
        "ModelUnavailable",
        "NoInventory",
        "OutputExists",
        "SenselensError",
        "UnknownModel",
        "Unsupported",
        "WordNotFound",
    ),
    "feature_based": ("FeatureClassifier", "feature_classifier", "load_classifier"),
    "feature_vectors": ("features",),
    "finetune": ("FineTuning", "fine_tune"),
    "input_representation": ("InputRepresentation",),
    "inspection": ("InspectedModel", "InspectedWord", "Inspection", "Neighbour", "OtherUse", "WordReading", "inspect"),
    "inventory": ("Inventory", "Sense", "open_inventory"),
    "labelled": ("Labelled", "read_labelled"),
    "layer_mix": ("learn_mix",),
    "measures": ("Similarity", "nearest", "similarity"),
    "model": ("Guess", "JointGuess", "Model", "NearWord"),
    "next_word": ("NextWords",),
    "projection": ("Projection", "project"),
    "question_answering": ("Answer", "answer"),
    "registry": ("load", "models"),
    "semantic_search": ("Hit", "search"),
    "text": ("Span", "sentences", "word_at", "words"),
    "training_loop": ("Recipe", "TrainingStep"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Answer",
    "Approaches",
    "Attention",
    "BadExamples",
    "BadModelFile",
    "Card",
    "ComparedModel",
    "ComparedUse",
    "Comparison",
    "Encoding",
    "Evaluation",
    "FeatureClassifier",
    "FineTuning",
    "Guess",
    "Hit",
    "InputRepresentation",
    "InspectedModel",
    "InspectedWord",
    "Inspection",
    "Inventory",
    "JointGuess",
    "Label",
    "LabelScores",
    "Labelled",
    "Model",
    "ModelUnavailable",
    "NearWord",
    "Neighbour",
    "NextWords",
    "NoInventory",
    "OtherUse",
    "OutputExists",
    "Projection",
    "Recipe",
    "Sense",
    "SenseMatch",
    "SenselensError",
    "Similarity",
    "Span",
    "TrainingStep",
    "Trial",
    "UnknownModel",
    "Unsupported",
    "Use",
    "WordNotFound",
    "WordReading",
    "answer",
    "compare",
    "compare_approaches",
    "evaluate",
    "feature_classifier",
    "features",
    "fine_tune",
    "inspect",
    "learn_mix",
    "load",
    "load_classifier",
    "models",
    "nearest",
    "open_inventory",
    "project",
    "read_labelled",
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
