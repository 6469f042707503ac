"""Words coloured by sense: the uses of those that were chosen with a command, as semantic tokens."""

from __future__ import annotations

from functools import partial

from lsprotocol import types

from senselens_lsp.documents import Snapshot
from senselens_lsp.engine import MANY, Engine
from senselens_lsp.greeting import COLOURS
from senselens_lsp.server import Server, command, on, place_of
from senselens_lsp.worker import Step

COLOUR = "senselens.server.colourWord"
LEGEND = types.SemanticTokensLegend(token_types=[*COLOURS], token_modifiers=[])


@command(COLOUR)
async def colour_word(ls: Server, *arguments: object) -> str | None:
    """``[{uri, position}]``: colour the uses of the word there by sense, or stop it; the lemma."""
    place = place_of(ls, arguments)
    found = await ls.ask(partial(ls.engine.look, place, guesses=0, others=0), place.snapshot) if place else None
    if found is None:
        return None
    lemma = found.senses[0].lemma if found.senses else found.word.casefold()
    ls.coloured ^= {lemma}
    ls.refresh()
    return lemma


@on(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
async def semantic_tokens(ls: Server, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """None while no word is chosen: another server may have colours for the document."""
    snapshot = ls.documents.snapshot(params.text_document.uri)
    if snapshot is None or not (ls.coloured and ls.configuration.semantic_tokens):
        return None
    ask = partial(tokens, ls.engine, snapshot, params.text_document.uri, frozenset(ls.coloured))
    found = await ls.ask(ask, snapshot, patient=True)
    return None if found is None else types.SemanticTokens(found)


def tokens(engine: Engine, snapshot: Snapshot, uri: str, lemmas: frozenset[str], step: Step) -> list[int]:
    """The uses of *lemmas* in a document as the protocol packs them: line and character from the last, length, colour, 0."""
    reading = engine.reading(snapshot)
    coloured = []
    for lemma in lemmas:
        order: dict[str, int] = {}  # the senses, in the order in which they occur
        for span in reading.outline.uses(lemma)[:MANY]:
            step()
            sense = engine.sense(reading, span, step)
            place, where = reading.location(span)
            if sense and place == uri and where.start.line == where.end.line:
                colour = order.setdefault(sense.sense_id, len(order)) % len(COLOURS)
                coloured.append((where.start.line, where.start.character, where.end.character, colour))
    packed: list[int] = []
    line = character = 0
    for at, start, end, colour in sorted(coloured):
        packed += [at - line, start - (character if at == line else 0), end - start, colour, 0]
        line, character = at, start
    return packed
