"""Sentences of open documents by meaning, among workspace symbols and as a command."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from lsprotocol import types

import senselens as sl
from senselens_lsp.documents import Snapshot
from senselens_lsp.engine import Engine
from senselens_lsp.markup import printable
from senselens_lsp.server import Server, command, on
from senselens_lsp.worker import Step

FOUND = 20
SHORTEST = 3  # letters of a query worth looking for
AT_ONCE = 16  # sentences read between two steps
NAME = 120  # characters of a sentence in a list


@on(types.WORKSPACE_SYMBOL)
async def workspace_symbol(ls: Server, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol] | None:
    if len(params.query.strip()) < SHORTEST or not ls.configuration.workspace_symbols:
        return None
    hits = await ls.ask(partial(search, ls.engine, params.query, ls.documents.snapshots), patient=True)
    return [
        types.WorkspaceSymbol(types.Location(h["uri"], h["range"]), h["sentence"], types.SymbolKind.String) for h in hits or ()
    ]


@command("senselens.server.search")
async def search_command(ls: Server, query: str) -> list[dict[str, Any]] | None:
    """``[query]``: the sentences nearest to it, each with its ``uri``, ``range`` and ``cosine``."""
    return await ls.ask(partial(search, ls.engine, query, ls.documents.snapshots), patient=True)


def search(engine: Engine, query: str, snapshots: Sequence[Snapshot], step: Step) -> list[dict[str, Any]]:
    """The sentences of *snapshots* nearest in meaning to *query*, best first."""
    if engine.model is None or "sentence" not in engine.model.card.capabilities:
        return []
    where = [(r, s) for r in map(engine.reading, snapshots) for s in r.outline.sentences]
    if not where:
        return []
    texts = [sentence.of(reading.text) for reading, sentence in where]
    vectors = []
    for start in range(0, len(texts), AT_ONCE):
        step()
        vectors.append(engine.memory.embed(engine.model, texts[start : start + AT_ONCE]))
    (wanted,) = engine.memory.embed(engine.model, [query])
    best, cosines = sl.nearest(wanted, np.concatenate(vectors), FOUND)
    found = []
    for number, cosine in zip(best.tolist(), cosines.tolist(), strict=True):
        reading, sentence = where[number]
        uri, place = reading.location(sentence)
        name = printable(texts[number])
        short = name if len(name) <= NAME else f"{name[: NAME - 1]}…"
        found.append({"uri": uri, "range": place, "sentence": short, "cosine": cosine})
    return found
