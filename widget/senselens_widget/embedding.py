"""Views inside a page that is not ours: the output of a notebook's cell, a page that Sphinx builds."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from senselens import SenselensError
from senselens_widget.bundle import script
from senselens_widget.markup import Html, tag

# A page has the views' script once, however many outputs bring it, and in whatever order they come or go. (A heading that is
# called "senselens" is a global name as well.)
_LOADER = """(globalThis.__senselensScript ??= (async () => {
  const bytes = Uint8Array.from(atob("%s"), (character) => character.charCodeAt(0));
  const script = document.createElement("script");
  script.text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  document.head.append(script);
})()).then(() => document.dispatchEvent(new Event("senselens")));"""
LOADER = re.compile(r'<script class="senselens-loader">.*?</script>', re.DOTALL)
PATIENCE = 2.0  # seconds that a cell waits for what its output shows; somebody is sitting before it


def patience() -> float:
    """How many seconds a cell waits for what its output shows: ``$SENSELENS_PATIENCE``, or `PATIENCE`."""
    return float(os.environ.get("SENSELENS_PATIENCE", PATIENCE))


def let_kernels_wait() -> None:
    """Kernels that are started from here on wait until their views are whole: what they show is kept, and nobody comes later."""
    os.environ.setdefault("SENSELENS_PATIENCE", "600")


def view(traits: Mapping[str, Any], without: Html) -> Html:
    """The element that becomes a view with *traits* where the page's script runs, and shows *without* where none does."""
    return tag("div", without, data_senselens=packed(traits))


def output(traits: Mapping[str, Any], without: Html) -> str:
    """A view as the HTML output of a notebook's cell: it brings its script, and needs no kernel, no widget and no network.

    Where the script is not built, *without* is all there is.
    """
    try:
        return tag("div", view(traits, without), loader())
    except SenselensError:
        return without


@lru_cache(maxsize=1)
def loader() -> Html:
    """The script element in every `output`. A page that has the views' script can leave it out."""
    code = base64.b64encode(gzip.compress(script("page").encode(), mtime=0)).decode()
    return tag("script", Html(_LOADER % code), class_="senselens-loader")


def packed(value: Any) -> str:
    """*value* as gzipped JSON in base 64: a tenth of its length, and no character that HTML could misread.

    Bytes in it become a DataView in the page, as anywidget hands them to a view in a notebook.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_bytes)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _bytes(value: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(value).decode()}


class Output:
    """What `View.embed` gives a cell to show."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html
