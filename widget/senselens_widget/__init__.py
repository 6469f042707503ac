"""Senselens in a notebook and on a page.

    >>> import senselens_widget as sl_widget
    >>> sl_widget.Inspector(["I deposited money at the bank.", "We sat by the river bank."], models=("glove", "mini"))

`Inspector` and `show` take anywidget (``pip install senselens[widget]``), the pages do not: a name is imported when it is first
used. ``%load_ext senselens_widget`` gives a notebook the cell magic ``%%lens``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from senselens_widget.export import live_page
    from senselens_widget.inspector import Inspector, show
    from senselens_widget.notebooks import notebook_page
    from senselens_widget.static_page import fragment, page
    from senselens_widget.view import View

_HOME = {
    "Inspector": "inspector",
    "fragment": "static_page",
    "live_page": "export",
    "notebook_page": "notebooks",
    "page": "static_page",
    "show": "inspector",
    "View": "view",
}

__all__ = ["Inspector", "View", "fragment", "live_page", "load_ipython_extension", "notebook_page", "page", "show"]


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
