"""What can be shown in the text unasked: senses other than the usual one, words that are used in several senses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from lsprotocol import types

import senselens as sl
from senselens_lsp.card import PARTS, percent
from senselens_lsp.documents import Snapshot
from senselens_lsp.engine import MANY, Engine
from senselens_lsp.reading import Reading
from senselens_lsp.server import Server, on
from senselens_lsp.worker import Step

SURE = 0.6  # the probability from which a sense is told without being asked
SHORT = 28  # characters of a gloss beside a word
OFTEN = 40  # the words with most uses that are looked at for a document


@on(types.TEXT_DOCUMENT_INLAY_HINT)
async def inlay_hint(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    snapshot = ls.documents.snapshot(params.text_document.uri)
    if snapshot is None or not ls.configuration.inlay_hints:
        return None
    ask = partial(unusual, ls.engine, snapshot, params.text_document.uri, params.range)
    return await ls.ask(ask, snapshot, patient=True)


def unusual(engine: Engine, snapshot: Snapshot, uri: str, where: types.Range, step: Step) -> list[types.InlayHint]:
    """The words in *where* that surely have another sense than they mostly have."""
    found = []
    reading = engine.reading(snapshot)
    for span in reading.words(uri, where):
        step()
        sense = engine.sense(reading, span, step)
        if sense and not sense.first_sense and sense.probability >= SURE:
            _, place = reading.location(span)
            gloss = sense.gloss.partition(";")[0].partition(" (")[0]
            label = gloss if len(gloss) <= SHORT else f"{gloss[: SHORT - 1].rstrip()}…"
            tip = f"{PARTS.get(sense.pos, sense.pos)}, {percent(sense.probability)}: {sense.gloss}"
            found.append(types.InlayHint(place.end, label, tooltip=tip, padding_left=True))
    return found


@on(types.TEXT_DOCUMENT_CODE_LENS)
async def code_lens(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    snapshot = ls.documents.snapshot(params.text_document.uri)
    if snapshot is None or not ls.configuration.code_lens:
        return None
    return await ls.ask(partial(ambiguous, ls.engine, snapshot, params.text_document.uri), snapshot, patient=True)


def ambiguous(engine: Engine, snapshot: Snapshot, uri: str, step: Step) -> list[types.CodeLens]:
    """The words that a document uses in several senses, each told above its first use."""
    reading = engine.reading(snapshot)
    found = []
    for spans in often(reading):
        senses = []
        for span in spans[:MANY]:
            step()
            sense = engine.sense(reading, span, step)
            senses.append(sense.sense_id if sense and sense.probability >= SURE else None)
        several = len({*senses} - {None})
        place, where = reading.location(spans[0])
        if several > 1 and place == uri:
            word = spans[0].of(reading.text)
            title = f"{word}: {several} senses in {len(spans)} uses"
            argument = {"uri": uri, "position": {"line": where.start.line, "character": where.start.character}}
            found.append(types.CodeLens(where, types.Command(title, "senselens.server.colourWord", arguments=[argument])))
    return found


def often(reading: Reading) -> Iterator[tuple[sl.Span, ...]]:
    """The uses of the `OFTEN` words with most of them, of words that are used twice or more."""
    forms: dict[str, list[sl.Span]] = defaultdict(list)
    for span in reading.outline.words:
        forms[span.of(reading.text).casefold()].append(span)
    seen: set[sl.Span] = set()
    most = sorted((form for form in forms if len(forms[form]) > 1), key=lambda form: -len(forms[form]))
    left = OFTEN
    for form in most:
        if left and forms[form][0] not in seen and len(reading.outline.inventory.senses(form)) > 1:
            uses = reading.outline.uses(form)
            seen.update(uses)
            left -= 1
            yield uses
