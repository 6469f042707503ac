"""What the word under the pointer means here."""

from __future__ import annotations

from functools import partial

from lsprotocol import types

from senselens_lsp.card import card
from senselens_lsp.markup import Markdown, Plain
from senselens_lsp.server import Server, on


@on(types.TEXT_DOCUMENT_HOVER)
async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    place = ls.place(params.text_document, params.position)
    if place is None or not ls.configuration.hover:
        return None
    found = await ls.ask(partial(ls.engine.look, place), place.snapshot)
    if found is None:
        return None
    _, where = found.reading.location(found.span)
    capability = ls.client_capabilities.text_document and ls.client_capabilities.text_document.hover
    if types.MarkupKind.Markdown in ((capability and capability.content_format) or ()):
        shown = types.MarkupContent(types.MarkupKind.Markdown, card(found, ls.configuration, Markdown(), ls.start.panel))
    else:
        shown = types.MarkupContent(types.MarkupKind.PlainText, card(found, ls.configuration, Plain()))
    return types.Hover(shown, where)
