"""The models there are, and how one is loaded. Nothing heavy is imported before a model of its family is asked for."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from senselens.cards import ALIASES, CARDS, HUB, Card
from senselens.errors import UnknownModel
from senselens.hub import hub_or_cache
from senselens.model import Model
from senselens.text import shorten

FAMILIES = {
    "mini": "senselens.mini:load_mini",
    "static": "senselens.static:load_static",
    "elmo": "senselens.elmo_model:load_elmo",
    "transformers": "senselens.checkpoint:load_transformers",
    "causal": "senselens.causal_network:load_causal",
    "use": "senselens.use:load_use",
    "tfhub": "senselens.saved_model:load_saved_model",
}
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
VECTORS_FILE = re.compile(r".+\.(bin|ftz|txt|vec)(\.gz)?", re.IGNORECASE | re.DOTALL)


def models() -> list[Card]:
    """The registry as rows. Files of word vectors, ELMo's files, and other folders and Hub ids load too, see `load`."""
    return list(CARDS.values())


def load(name: str | os.PathLike[str], precision: str = "fp32") -> Model:
    """The model called *name*: a row of `models()`, a folder, a GGUF file, or a Hub id such as ``google-bert/bert-base-cased``.

    A file of word vectors (``.txt``, ``.vec`` or ``.bin``, also with ``.gz``) is a model too: see `senselens.static`.
    An ELMo is also loaded from its weights file, or from that file's https address (``senselens.elmo_releases``).
    A handle of TF Hub (``https://tfhub.dev/…``, ``https://www.kaggle.com/models/…``) or a SavedModel's folder is a sentence
    encoder (``senselens.saved_model``). A row answers to its Hub id or handle too, and the commonest to a short name
    (``bert``, ``roberta``).
    A model is loaded once, and a file or folder again when it has changed; ``load.cache_clear()`` forgets them all.
    *precision* ``int8`` computes the embedded default in eight bits: twice as fast, nearly the same (docs/models/mini.md).
    Raises `UnknownModel`, `ModelUnavailable`, `BadModelFile`.
    """
    name = os.fspath(name)
    if name == "mini-int8":  # what the card of load("mini", "int8") says
        return load("mini", "int8")
    name = ALIASES.get(name, name)
    return _load(name, precision, _state(name))


@lru_cache(maxsize=8)
def _load(name: str, precision: str, state: tuple[int, int]) -> Model:
    with hub_or_cache() if _is_on_the_hub(name) else nullcontext():
        module, function = FAMILIES[_family_of(name)].split(":")
        model: Model = getattr(import_module(module), function)(name, precision)
    return model


load.cache_clear = _load.cache_clear  # type: ignore[attr-defined]  # as if it were the one that is cached


def _state(name: str) -> tuple[int, int]:
    """What changes when the model in a file or folder is written anew."""
    if not _exists(name):
        return 0, 0
    place = Path(name).expanduser()
    config = place / "config.json"
    state = (config if config.is_file() else place).stat()
    return state.st_ino, state.st_mtime_ns


def _is_on_the_hub(name: str) -> bool:
    return CARDS[name].where == HUB if name in CARDS else bool(HUB_ID.fullmatch(name)) and not _exists(name)


def _exists(name: str) -> bool:
    return bool(name) and os.path.exists(os.path.expanduser(name))  # unlike Path.exists, no error for what can be no path


def _family_of(name: str) -> str:
    """The family that reads *name*. Raises `UnknownModel`."""
    if name in CARDS:
        return CARDS[name].family
    from senselens.checkpoint_kind import is_causal
    from senselens.elmo_files import is_elmo
    from senselens.saved_model import HANDLE, is_saved_model
    from senselens.token_table import is_token_table

    there, place = _exists(name), Path(name).expanduser()
    if (name.startswith("https://") and "weights.hdf5" in name) or (there and is_elmo(place)):
        return "elmo"
    if HANDLE.fullmatch(name) or (there and is_saved_model(place)):
        return "tfhub"
    if name.endswith(".gguf"):
        return "causal"
    if VECTORS_FILE.fullmatch(name) or (there and (place.is_file() or is_token_table(place))):
        return "static"
    if there or HUB_ID.fullmatch(name):
        return "causal" if is_causal(name) else "transformers"
    raise UnknownModel(
        f"no model is called {shorten(name)!r}: there are {', '.join(CARDS)}, any file of word vectors (.txt, .vec, .bin),"
        " any https address of TF Hub, any folder, and any Hub id (owner/name)"
    )
