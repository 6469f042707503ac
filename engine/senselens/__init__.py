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
    from senselens.availability import Availability, availability_of
    from senselens.cards import Card
    from senselens.classification import Evaluation, Label, LabelScores, evaluate
    from senselens.comparison import ComparedModel, ComparedUse, Comparison, compare
    from senselens.concordance import WordUses, word_uses
    from senselens.disambiguation import SenseMatch, sense_layers, senses
    from senselens.documents.kinds import document_kind, kind_of
    from senselens.documents.prose import Prose
    from senselens.documents.reading import prose
    from senselens.encoding import Encoding, Use
    from senselens.errors import (
        BadExamples,
        BadModelFile,
        IndexUnavailable,
        ModelUnavailable,
        NoInventory,
        OutputExists,
        SenselensError,
        UnknownModel,
        Unsupported,
        WordNotFound,
    )
    from senselens.excerpts import excerpt
    from senselens.feature_based import FeatureClassifier, feature_classifier, load_classifier
    from senselens.feature_vectors import features
    from senselens.finetune import FineTuning, fine_tune
    from senselens.index.index import Index
    from senselens.index.same_sense import SameSense
    from senselens.index.values import BuildReport, CorpusSentence, CorpusUse, IndexInfo, Problem, SenseGroup
    from senselens.input_representation import InputRepresentation
    from senselens.inspection import InspectedModel, InspectedWord, Inspection, Neighbour, OtherUse, WordReading, inspect
    from senselens.inventory import Inventory, Sense, open_inventory
    from senselens.labelled import Labelled, read_labelled
    from senselens.layer_mix import learn_mix
    from senselens.lexical_substitution import Substitute, substitutes
    from senselens.likeness import Similarity, similarities, similarity
    from senselens.measures import nearest
    from senselens.memory import Memory
    from senselens.mixed_layers import LayerProducts, layer_products
    from senselens.model import Guess, JointGuess, Model, NearWord
    from senselens.model_facts import Facts, facts_of
    from senselens.next_word import NextWords
    from senselens.outline import Outline
    from senselens.pairwise import SimilarityMatrix, similarity_matrix
    from senselens.pretraining import PretrainingExample, Target
    from senselens.projection import Projection, project
    from senselens.question_answering import Answer, answer
    from senselens.registry import load, models
    from senselens.semantic_search import Hit, search
    from senselens.sense_building import build_senses
    from senselens.sense_vectors import read_glosses
    from senselens.text import Span, sentence_at, sentences, word_at, words
    from senselens.training_loop import Recipe, TrainingStep
    from senselens.use_map import MapGroup, SenseMap, sense_map
    from senselens.written_masks import masks

_HOME = {
    "model_facts": ("Facts", "facts_of"),
    "mixed_layers": ("LayerProducts", "layer_products"),
    "use_map": ("MapGroup", "SenseMap", "sense_map"),
    "concordance": ("WordUses", "word_uses"),
    "approaches": ("Approaches", "Trial", "compare_approaches"),
    "attention": ("Attention",),
    "cards": ("Card",),
    "availability": ("Availability", "availability_of"),
    "classification": ("Evaluation", "Label", "LabelScores", "evaluate"),
    "comparison": ("ComparedModel", "ComparedUse", "Comparison", "compare"),
    "disambiguation": ("SenseMatch", "sense_layers", "senses"),
    "documents.kinds": ("document_kind", "kind_of"),
    "documents.prose": ("Prose",),
    "documents.reading": ("prose",),
    "encoding": ("Encoding", "Use"),
    "errors": (
        "BadExamples",
        "BadModelFile",
        "IndexUnavailable",
        "ModelUnavailable",
        "NoInventory",
        "OutputExists",
        "SenselensError",
        "UnknownModel",
        "Unsupported",
        "WordNotFound",
    ),
    "excerpts": ("excerpt",),
    "index.index": ("Index",),
    "index.same_sense": ("SameSense",),
    "index.values": ("BuildReport", "CorpusSentence", "CorpusUse", "IndexInfo", "Problem", "SenseGroup"),
    "input_representation": ("InputRepresentation",),
    "inspection": ("InspectedModel", "InspectedWord", "Inspection", "Neighbour", "OtherUse", "WordReading", "inspect"),
    "inventory": ("Inventory", "Sense", "open_inventory"),
    "lexical_substitution": ("Substitute", "substitutes"),
    "feature_based": ("FeatureClassifier", "feature_classifier", "load_classifier"),
    "feature_vectors": ("features",),
    "finetune": ("FineTuning", "fine_tune"),
    "labelled": ("Labelled", "read_labelled"),
    "layer_mix": ("learn_mix",),
    "likeness": ("Similarity", "similarities", "similarity"),
    "measures": ("nearest",),
    "memory": ("Memory",),
    "model": ("Guess", "JointGuess", "Model", "NearWord"),
    "next_word": ("NextWords",),
    "outline": ("Outline",),
    "pretraining": ("PretrainingExample", "Target"),
    "projection": ("Projection", "project"),
    "question_answering": ("Answer", "answer"),
    "registry": ("load", "models"),
    "semantic_search": ("Hit", "search"),
    "sense_building": ("build_senses",),
    "sense_vectors": ("read_glosses",),
    "text": ("Span", "sentence_at", "sentences", "word_at", "words"),
    "pairwise": ("SimilarityMatrix", "similarity_matrix"),
    "training_loop": ("Recipe", "TrainingStep"),
    "written_masks": ("masks",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Answer",
    "Approaches",
    "Attention",
    "Availability",
    "BadExamples",
    "BadModelFile",
    "BuildReport",
    "Card",
    "ComparedModel",
    "ComparedUse",
    "Comparison",
    "CorpusSentence",
    "CorpusUse",
    "Encoding",
    "Evaluation",
    "Facts",
    "FeatureClassifier",
    "FineTuning",
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
    "Label",
    "LabelScores",
    "Labelled",
    "LayerProducts",
    "MapGroup",
    "Memory",
    "Model",
    "ModelUnavailable",
    "NearWord",
    "Neighbour",
    "NextWords",
    "NoInventory",
    "OtherUse",
    "Outline",
    "OutputExists",
    "PretrainingExample",
    "Problem",
    "Projection",
    "Prose",
    "Recipe",
    "SameSense",
    "Sense",
    "SenseGroup",
    "SenseMap",
    "SenseMatch",
    "SenselensError",
    "Similarity",
    "SimilarityMatrix",
    "Span",
    "Substitute",
    "Target",
    "TrainingStep",
    "Trial",
    "UnknownModel",
    "Unsupported",
    "Use",
    "WordNotFound",
    "WordReading",
    "WordUses",
    "answer",
    "availability_of",
    "build_senses",
    "compare",
    "compare_approaches",
    "document_kind",
    "evaluate",
    "excerpt",
    "facts_of",
    "feature_classifier",
    "features",
    "fine_tune",
    "inspect",
    "kind_of",
    "layer_products",
    "learn_mix",
    "load",
    "load_classifier",
    "masks",
    "models",
    "nearest",
    "open_inventory",
    "project",
    "prose",
    "read_glosses",
    "read_labelled",
    "search",
    "sense_layers",
    "sense_map",
    "senses",
    "sentence_at",
    "sentences",
    "similarities",
    "similarity",
    "similarity_matrix",
    "substitutes",
    "word_at",
    "word_uses",
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
