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
CAUSAL = ("vectors", "sentence", "next-word", "log-probability")
PACKAGE, HUB, SET_UP = "in the package", "Hugging Face Hub", "senselens setup"

FAMILIES = {
    "mini": "senselens.mini:load_mini",
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
        Card("gpt2", "causal", CAUSAL, 13, 768, "MIT", 548_105_171, HUB, "openai-community/gpt2"),
        Card("distilgpt2", "causal", CAUSAL, 7, 768, "Apache-2.0", 352_824_413, HUB, "distilbert/distilgpt2"),
        Card("smollm2", "causal", CAUSAL, 31, 576, "Apache-2.0", 98_362_432, SET_UP, "HuggingFaceTB/SmolLM2-135M-Instruct"),
    )
}
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def models() -> list[Card]:
    """The registry as rows. Any other folder or Hub id that holds a masked or causal language model loads too."""
    return list(CARDS.values())


@lru_cache(maxsize=8)
def load(name: str, precision: str = "fp32") -> Model:
    """The model called *name*: a row of `models()`, a folder, a GGUF file, or a Hub id such as ``google-bert/bert-base-cased``.

    *precision* ``int8`` computes the embedded default in eight bits: twice as fast, nearly the same (docs/models/mini.md).
    Raises `UnknownModel`, `ModelUnavailable`, `BadModelFile`.
    """
    if name in CARDS:
        family = CARDS[name].family
    elif (name and Path(name).expanduser().is_dir()) or name.endswith(".gguf") or HUB_ID.fullmatch(name):
        family = "checkpoint"
    else:
        raise UnknownModel(f"no model is called {name!r}: there are {', '.join(CARDS)}, any folder, and any Hub id (owner/name)")
    module, function = FAMILIES[family].split(":")
    model: Model = getattr(import_module(module), function)(name, precision)
    return model
