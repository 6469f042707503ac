"""Words that fit in the place of the one at the cursor, as code actions."""

from __future__ import annotations

from functools import partial

from lsprotocol import types

import senselens as sl
from senselens_lsp.card import percent
from senselens_lsp.edits import workspace_edit
from senselens_lsp.engine import Engine, Found, Place
from senselens_lsp.server import Server, on
from senselens_lsp.worker import Step

KIND = types.CodeActionKind.RefactorRewrite
SHARE = 0.02  # of readers who would accept it; a word with less is not offered


@on(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[KIND]))
async def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    place = ls.place(params.text_document, params.range.start)
    wanted = params.context.only is None or any(KIND.value.startswith(only) for only in params.context.only)
    if place is None or not (wanted and ls.configuration.substitutes):
        return None
    unasked = params.context.trigger_kind is types.CodeActionTriggerKind.Automatic  # for a light bulb beside the cursor
    offers = await ls.ask(partial(offered, ls.engine, place, params.range), place.snapshot, patient=unasked)
    if not offers:
        return None
    found, substitutes = offers
    actions = []
    for substitute, where in substitutes:
        edit = workspace_edit(ls, {place.uri: [types.TextEdit(where, substitute.replacement)]}, place.snapshot)
        title = f"Replace “{found.word}” with “{substitute.word}” ({percent(substitute.probability)})"
        actions.append(types.CodeAction(title, KIND, edit=edit))
    return actions


def offered(
    engine: Engine, place: Place, where: types.Range, step: Step
) -> tuple[Found, list[tuple[sl.Substitute, types.Range]]] | None:
    """The word at *place* with its substitutes and what they replace; None where more than that word is selected."""
    found = engine.look(place, step, 0, 0)
    if found is None or found.seen is None or engine.model is None or "masked" not in engine.model.card.capabilities:
        return None
    reading, k = found.reading, engine.configuration.guesses
    document, own = reading.place(found.span)
    if document.span(where).end > own.end:
        return None
    sentence = reading.outline.sentences[reading.outline.sentence_of(found.span)]
    key = found.span, k
    if key not in reading.substitutes:  # an editor that was answered too late, or not by hand, asks again
        word = sl.Span(found.span.start - sentence.start, found.span.end - sentence.start)
        reading.substitutes[key] = sl.substitutes(engine.model, sentence.of(reading.text), word, k, engine.inventory)
    offers = []
    for substitute in reading.substitutes[key]:
        replaced = sl.Span(substitute.span.start + sentence.start, substitute.span.end + sentence.start)
        if substitute.probability >= SHARE and reading.is_plain(replaced):
            offers.append((substitute, reading.location(replaced)[1]))
    return found, offers
