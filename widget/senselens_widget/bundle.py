"""The scripts that the build makes of js/widget. A Python developer's install has none until ``make script``."""

from __future__ import annotations

import re
from importlib.resources import files

from senselens import SenselensError

_TAG = re.compile(r"<(?=!--|/?script)", re.IGNORECASE)
UNBUILT = "The views' script is not built here: run `make script` in the checkout (it takes Node, or fetches one), then restart."


def script(name: str) -> str:
    """The text of the script called *name*. Raises `SenselensError` where it is not built."""
    place = files("senselens_widget") / "static" / f"{name}.js"
    if not place.is_file():
        raise SenselensError(UNBUILT)
    return place.read_text(encoding="utf-8")


def inline_script(name: str) -> str:
    """As `script`, as it may stand in a script element."""
    return _TAG.sub(r"\\x3C", script(name))  # the same to JavaScript in strings and patterns, and nothing to HTML


def widget_script() -> str:
    """The module that draws the views; where it is not built, one that says so in their place."""
    try:
        return script("widget")
    except SenselensError as error:
        return f"export default {{ render({{ el }}) {{ el.textContent = {str(error)!r} }} }}"
