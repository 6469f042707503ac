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

    The answer has the word's ``uri``, ``version`` and ``range``, and the ``inspection`` of the sentences that matter, with the
    word as its only word; further where in the editor its ``sentences`` are, and the word's other ``uses``, both in the
    inspection's order.
    """
    document = types.TextDocumentIdentifier(params.textDocument.uri)
    place = ls.place(document, types.Position(params.position.line, params.position.character))
    return await ls.ask(partial(inspected, ls.engine, place), place.snapshot) if place else None


def inspected(engine: Engine, place: Place, step: Step) -> dict[str, Any] | None:
    found = engine.look(place, step, curves=True)
    if found is None or found.inspection is None or found.seen is None:
        return None
    inspection, sentences = sl.excerpt(found.inspection)
    document, own = found.reading.place(found.span)

    def located(span: sl.Span) -> dict[str, Any]:
        uri, where = found.reading.location(span)
        return {"uri": uri, "range": where}

    return {
        "uri": document.uri,
        "version": document.version,
        "range": document.range(own),
        "inspection": inspection.to_dict(),
        "sentences": [located(sentence) for sentence in sentences],
        "uses": [located(use.span) for use in found.seen.others],
    }
