"""`senselens/inspect`: everything about a word as JSON, for a panel that shows what a notebook would."""

from __future__ import annotations

from functools import partial
from typing import Any

from lsprotocol import types

import senselens as sl
from senselens_lsp.engine import Engine, Place
from senselens_lsp.server import Server, on
from senselens_lsp.worker import Step

INSPECT = "senselens/inspect"


@on(INSPECT)
async def inspect(ls: Server, params: Any) -> dict[str, Any] | None:
    """``{textDocument: {uri}, position}``; None where there is no word to show, or no model yet (see `senselens/status`).

    The answer has the word's ``uri``, ``version`` and ``range``, the ``inspection`` of the sentences that matter (with the
    word as its only word), and where its other ``uses`` are, in the inspection's order.
    """
    document = types.TextDocumentIdentifier(params.textDocument.uri)
    place = ls.place(document, types.Position(params.position.line, params.position.character))
    return await ls.ask(partial(answer, ls.engine, place), place.snapshot) if place else None


def answer(engine: Engine, place: Place, step: Step) -> dict[str, Any] | None:
    found = engine.look(place, step)
    if found is None or found.inspection is None or found.seen is None:
        return None
    document, own = found.reading.place(found.span)
    uses = [found.reading.location(use.span) for use in found.seen.others]
    return {
        "uri": document.uri,
        "version": document.version,
        "range": document.range(own),
        "inspection": sl.excerpt(found.inspection).to_dict(),
        "uses": [{"uri": uri, "range": where} for uri, where in uses],
    }
