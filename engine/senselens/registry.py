"""The models there are, and how one is loaded. Nothing heavy is imported before a model of its family is asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from senselens.elmo_files import is_elmo
from senselens.errors import UnknownModel
from senselens.model import Card, Model

ENCODER = ("vectors", "sentence", "masked")
BERT = (*ENCODER, "next-sentence")
VECTORS = ("vectors", "sentence")
ELMO = (*VECTORS, "next-word", "previous-word")
PACKAGE, HUB = "in the package", "Hugging Face Hub"
UNSHIPPED = "trained by training/elmo.py; not shipped yet"
ALLENNLP = "AllenNLP's server, when first loaded; it publishes no checksums"

FAMILIES = {
    "mini": "senselens.mini:load_mini",
    "elmo": "senselens.elmo_model:load_elmo",
    "transformers": "senselens.torch_network:load_transformers",
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
        Card("elmo", "elmo", ELMO, 3, 256, "Apache-2.0", 13_800_000, UNSHIPPED, about="a small one of our own"),
        Card("elmo-small", "elmo", VECTORS, 3, 256, "Apache-2.0", 54_402_456, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-medium", "elmo", VECTORS, 3, 512, "Apache-2.0", 112_140_184, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-original", "elmo", VECTORS, 3, 1024, "Apache-2.0", 374_434_792, ALLENNLP, about="1 Billion Word Benchmark"),
        Card("elmo-original-5.5b", "elmo", VECTORS, 3, 1024, "Apache-2.0", 374_434_792, ALLENNLP, about="news and Wikipedia"),
    )
}
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def models() -> list[Card]:
    """The registry as rows. Any other folder or Hub id that holds a masked language model loads too, and any ELMo."""
    return list(CARDS.values())


@lru_cache(maxsize=8)
def load(name: str, precision: str = "fp32") -> Model:
    """The model called *name*: a row of `models()`, a folder, or a Hub id such as ``google-bert/bert-base-cased``.

    An ELMo is also loaded from its weights file, or from that file's https address (``senselens.elmo_releases``).
    *precision* ``int8`` computes the embedded default in eight bits: twice as fast, nearly the same (docs/models/mini.md).
    Raises `UnknownModel`, `ModelUnavailable`, `BadModelFile`.
    """
    place = Path(name).expanduser()
    if name in CARDS:
        family = CARDS[name].family
    elif (name and is_elmo(place)) or (name.startswith("https://") and "weights.hdf5" in name):
        family = "elmo"
    elif (name and place.is_dir()) or HUB_ID.fullmatch(name):
        family = "transformers"
    else:
        raise UnknownModel(f"no model is called {name!r}: there are {', '.join(CARDS)}, any folder, and any Hub id (owner/name)")
    module, function = FAMILIES[family].split(":")
    model: Model = getattr(import_module(module), function)(name, precision)
    return model
