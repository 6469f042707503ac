"""Words for a blank, which is written ``___`` or ``[MASK]``."""

from __future__ import annotations

from functools import partial

from lsprotocol import types

import senselens as sl
from senselens_lsp.card import percent
from senselens_lsp.engine import Engine, Place
from senselens_lsp.server import Server, on
from senselens_lsp.worker import Step

OFFERED = 10


@on(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["_", "]"]))
async def completion(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem] | None:
    place = ls.place(params.text_document, params.position)
    if place is None or not ls.configuration.completion:
        return None
    return await ls.ask(partial(completions, ls.engine, place), place.snapshot)


def completions(engine: Engine, place: Place, step: Step) -> list[types.CompletionItem] | None:
    """The likeliest words for the blank that ends at *place*, or in which it is."""
    document = place.snapshot.document(place.uri)
    model = engine.model
    if document is None or model is None or "masked" not in model.card.capabilities:
        return None
    line, at = document.line(place.position.line), document.offset(place.position)
    blanks = (sl.Span(line.start + b.start, line.start + b.end) for b in sl.masks(line.of(document.text)))
    here = next((b for b in blanks if b.start < at <= b.end), None)
    if here is None:
        return None
    form = here.of(document.text)
    step()
    reading = engine.reading(place.snapshot)
    text = reading.text
    blank = reading.span(document, here)
    sentence = blank and sl.sentence_at(text, blank.start)
    if blank is None or sentence is None or blank.of(text) != form:
        return None
    own = sentence.of(text)
    number = len(sl.masks(own[: blank.start - sentence.start]))
    found = model.predict(own, k=OFFERED)
    if number >= len(found):
        return None
    first = blank.start == sentence.start
    words = [(g.word.capitalize() if first else g.word, g.probability) for g in found[number]]
    return [
        types.CompletionItem(
            word,
            kind=types.CompletionItemKind.Text,
            detail=percent(share),
            sort_text=f"{rank:02}",
            filter_text=form,
            text_edit=types.TextEdit(document.range(here), word),
        )
        for rank, (word, share) in enumerate(words)
    ]
