"""Commands, and requests of our own that are no question about a text."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import senselens as sl
from senselens_lsp.engine import FEW, Engine, Place
from senselens_lsp.loading import background
from senselens_lsp.server import Server, command, on, place_of
from senselens_lsp.worker import Step

MODELS = "senselens/models"


@on(MODELS)
async def models(ls: Server, _params: Any) -> list[dict[str, Any]]:
    """The models there are, each with whether it is ``here``, ``downloadable`` or ``unavailable``, and ``how`` to get it."""

    def rows() -> list[dict[str, Any]]:
        return [card.to_dict() | sl.availability_of(card).to_dict() for card in sl.models()]

    return await asyncio.wrap_future(background(rows, "senselens-models"))  # it may ask the network


@command("senselens.server.reload")
async def reload(ls: Server, *_arguments: object) -> None:
    """Load the model again, and forget what was read."""
    ls.load(again=True)


@command("senselens.server.compare")
async def compare(ls: Server, *arguments: object) -> dict[str, Any] | None:
    """``[{uri, position, models?}]``: the uses of the word there under several models, as `senselens.compare` has them.

    Without *models* it is the one that is set, in full and in eight bits if it is the embedded one. In an untrusted workspace
    no others are loaded.
    """
    place = place_of(ls, arguments)
    if place is None:
        return None
    asked = arguments[0].get("models") if ls.start.trusted else None  # type: ignore[attr-defined]  # `place_of` has read it
    names = [name for name in asked if isinstance(name, str)] if isinstance(asked, list) else []
    found = await ls.ask(partial(compared, ls.engine, place, names), place.snapshot, patient=True)
    return found.to_dict() if found else None


def compared(engine: Engine, place: Place, names: list[str], step: Step) -> sl.Comparison | None:
    found = engine.look(place, step, 0, FEW)
    if found is None or found.seen is None or engine.model is None:
        return None
    outline = found.reading.outline
    spans = [found.span, *(use.span for use in found.seen.others)]
    same = [span for span in spans if span.of(outline.text).casefold() == found.word.casefold()]
    numbers = dict.fromkeys(outline.sentence_of(span) for span in same)
    texts = [outline.sentences[number].of(outline.text) for number in numbers]
    return sl.compare([engine.model, *names], texts, found.word if len(same) > 1 else None)
