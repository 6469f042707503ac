"""The uses of a word in one sense: highlighted, listed, replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from lsprotocol import types
from pygls.exceptions import JsonRpcException

import senselens as sl
from senselens_lsp.documents import Snapshot
from senselens_lsp.edits import workspace_edit
from senselens_lsp.engine import EVEN, MANY, Engine, Found, Place
from senselens_lsp.markup import printable
from senselens_lsp.server import Server, on
from senselens_lsp.worker import Step

REQUEST_FAILED = -32803
UNSURE = types.ChangeAnnotation("Uses in the same sense", needs_confirmation=True, description="as far as the model can tell")


@on(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
async def highlight(ls: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    place = ls.place(params.text_document, params.position)
    if place is None or not ls.configuration.highlight:
        return None
    return await ls.ask(partial(highlights, ls.engine, place), place.snapshot)


def highlights(engine: Engine, place: Place, step: Step) -> list[types.DocumentHighlight] | None:
    """The word's uses in its document: those in the same sense as reads, those in another as text."""
    found = engine.look(place, step, 0, MANY)
    if found is None or found.seen is None:
        return None
    kinds = {found.span: types.DocumentHighlightKind.Read}
    for use in found.seen.others:
        same = use.similarity.same_sense >= EVEN
        kinds[use.span] = types.DocumentHighlightKind.Read if same else types.DocumentHighlightKind.Text
    located = [(*found.reading.location(span), kind) for span, kind in sorted(kinds.items())]
    return [types.DocumentHighlight(where, kind) for uri, where, kind in located if uri == place.uri]


@on(types.TEXT_DOCUMENT_REFERENCES)
async def references(ls: Server, params: types.ReferenceParams) -> list[types.Location] | None:
    place = ls.place(params.text_document, params.position)
    if place is None or not ls.configuration.references:
        return None
    others = [snapshot for snapshot in ls.documents.snapshots if snapshot is not place.snapshot]
    ask = partial(same_sense, ls.engine, place, [place.snapshot, *others], params.context.include_declaration)
    return await ls.ask(ask, place.snapshot, patient=True)


def same_sense(
    engine: Engine, place: Place, snapshots: Sequence[Snapshot], itself: bool, step: Step
) -> list[types.Location] | None:
    """Where the word at *place* has the sense it has there."""
    found = engine.look(place, step, 0, 0)
    if found is None:
        return None
    return [
        types.Location(*reading.location(span))
        for reading, span, share in engine.uses(found, snapshots, step)
        if share >= EVEN and (itself or (reading, span) != (found.reading, found.span))
    ]


@on(types.TEXT_DOCUMENT_PREPARE_RENAME)
async def prepare_rename(ls: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    place = ls.place(params.text_document, params.position)
    if place is None or not ls.configuration.rename:
        return None
    found = await ls.ask(partial(renamed, ls.engine, place), place.snapshot)
    if found is None:
        return None
    word, _ = found
    _, where = word.reading.location(word.span)
    return types.PrepareRenamePlaceholder(where, word.word)


@on(types.TEXT_DOCUMENT_RENAME)
async def rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    place = ls.place(params.text_document, params.position)
    if place is None or not ls.configuration.rename:
        return None
    if printable(params.new_name) != params.new_name or not params.new_name:
        raise Refused("the new name has to be a word, or some on one line")
    found = await ls.ask(partial(renamed, ls.engine, place), place.snapshot)
    if found is None:
        return None
    word, spans = found
    edits: dict[str, list[types.TextEdit]] = defaultdict(list)
    for span in spans:
        uri, where = word.reading.location(span)
        edits[uri].append(types.TextEdit(where, like(span.of(word.reading.text), params.new_name)))
    return workspace_edit(ls, edits, word.reading.snapshot, UNSURE)


def renamed(engine: Engine, place: Place, step: Step) -> tuple[Found, list[sl.Span]] | None:
    """The word at *place* and the uses that a rename replaces: the same form in the same sense.

    Refused where the model is not sure which those are: where the likeliest senses of two uses say something else than
    their likeness does.
    """
    found = engine.look(place, step, 0, MANY)
    if found is None or found.seen is None:
        return None
    reading = found.reading
    same, unsure = [found.span], []
    for use in found.seen.others:
        if use.span.of(reading.text).casefold() != found.word.casefold():
            continue
        other = engine.inspect(reading, use.span, step).seen
        alike = use.similarity.same_sense >= EVEN
        if other and other.senses and (other.senses[0].sense_id == found.seen.senses[0].sense_id) != alike:
            unsure.append(use.span)
        elif alike:
            same.append(use.span)
    if unsure:
        raise Refused(f"it is not sure in which sense “{found.word}” is used in {reading.lines(unsure)}")
    if marked := [span for span in same if not reading.is_plain(span)]:
        raise Refused(f"there is markup inside the word in {reading.lines(marked)}")
    return found, sorted(same)


class Refused(JsonRpcException):
    """Nothing is changed, for the reason given."""

    CODE = REQUEST_FAILED

    def __init__(self, reason: str) -> None:
        super().__init__(f"Senselens changes nothing: {reason}")


def like(old: str, new: str) -> str:
    """*new* with the capitals of *old*."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
