"""Senselens in a notebook and on a page.

    >>> import senselens_widget as sl_widget
    >>> sl_widget.Inspector(["I deposited money at the bank.", "We sat by the river bank."], models=("glove", "mini"))

The views, which docs/views.md shows, take anywidget (``pip install senselens[widget]``), the pages do not: a name is imported
when it is first used. ``%load_ext senselens_widget`` gives a notebook the cell magic ``%%lens``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from senselens_widget.attention_view import AttentionView
    from senselens_widget.export import live_page
    from senselens_widget.input_representation import InputRepresentation
    from senselens_widget.inspector import Inspector, show
    from senselens_widget.layer_mix import LayerMix
    from senselens_widget.masked_words import MaskedWords
    from senselens_widget.model_table import ModelTable
    from senselens_widget.next_sentence import NextSentence
    from senselens_widget.notebooks import notebook_page
    from senselens_widget.sense_map import SenseMap
    from senselens_widget.similarity_matrix import SimilarityMatrix
    from senselens_widget.static_page import fragment, page
    from senselens_widget.view import View

_HOME = {
    "ModelTable": "model_table",
    "LayerMix": "layer_mix",
    "SimilarityMatrix": "similarity_matrix",
    "SenseMap": "sense_map",
    "AttentionView": "attention_view",
    "InputRepresentation": "input_representation",
    "Inspector": "inspector",
    "MaskedWords": "masked_words",
    "NextSentence": "next_sentence",
    "View": "view",
    "fragment": "static_page",
    "live_page": "export",
    "notebook_page": "notebooks",
    "page": "static_page",
    "show": "inspector",
}

__all__ = [
    "AttentionView",
    "InputRepresentation",
    "Inspector",
    "LayerMix",
    "MaskedWords",
    "ModelTable",
    "NextSentence",
    "SenseMap",
    "SimilarityMatrix",
    "View",
    "fragment",
    "live_page",
    "load_ipython_extension",
    "notebook_page",
    "page",
    "show",
]


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext senselens_widget`` calls."""
    from senselens_widget.magic import LensMagics

    shell.register_magics(LensMagics)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'senselens_widget' has no attribute {name!r}")
    value = getattr(import_module(f"senselens_widget.{_HOME[name]}"), name)
    globals()[name] = value
    return value
