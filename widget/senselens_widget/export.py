"""A view as one file: no kernel, no server, no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from senselens_widget.bundle import inline_script
from senselens_widget.embedding import view
from senselens_widget.markup import Html, tag
from senselens_widget.static_page import document, lens_of

if TYPE_CHECKING:
    from senselens import Inspection

FALLBACK = 60  # readings on the cards of an inspector where no script runs: notebooks keep them in every output


def live_page(inspection: Inspection, title: str = "What the words mean here", state: Mapping[str, Any] | None = None) -> str:
    """The HTML file that shows *inspection*; *state* has further traits of the view, such as ``{"theme": "dark"}``.

    Where no script runs it is the page of `page`, with cards for its first words. Raises `SenselensError` where the script
    is not built.
    """
    traits = {**(state or {}), "_view": "inspector", "live": False, "inspection": inspection.to_dict()}
    return view_page(traits, lens_of([inspection], "word", FALLBACK), title)


def view_page(traits: Mapping[str, Any], fallback: tuple[Html, Html], title: str) -> str:
    """The HTML file that shows the view with these *traits*, as JSON can hold them; ``_view`` is its name.

    Where no script runs it shows the *fallback*, a style sheet and what it is for. Raises as `live_page`.
    """
    code = inline_script("page")
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    style, content = fallback
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return document(title, policy, style, view(traits, content), tag("script", Html(code)))
