"""The uses of a word in one sense in all files of the workspace, on request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

import senselens as sl
from senselens_lsp.documents import Document, Snapshot
from senselens_lsp.engine import EVEN, Engine, Found, Place
from senselens_lsp.files import files, read, state_of
from senselens_lsp.indexed import Alike, place_of_index
from senselens_lsp.positions import Positions
from senselens_lsp.reading import Reading
from senselens_lsp.server import Server, command, place_of
from senselens_lsp.worker import Step

MOST = 500  # places


@command("senselens.server.findInWorkspace")
async def find_in_workspace(ls: Server, *arguments: object) -> list[types.Location] | None:
    """``[{uri, position}]``: where the word has the sense it has there, in what is open first, then in the files."""
    place = place_of(ls, arguments)
    if place is None:
        return None
    loop = asyncio.get_running_loop()
    roots = [Path(path) for folder in ls.folders if (path := to_fs_path(folder))]
    others = [snapshot for snapshot in ls.documents.snapshots if snapshot is not place.snapshot]
    async with ls.working("Senselens: looking through the workspace", cancellable=True) as report:

        def tell(message: str, percentage: int) -> None:
            loop.call_soon_threadsafe(report, message, percentage)

        def warn(message: str) -> None:
            loop.call_soon_threadsafe(ls.complain, message)

        ask = partial(find, ls.engine, place, [place.snapshot, *others], roots, ls.documents.encoding, tell, warn)
        return await ls.ask(ask, place.snapshot, patient=True)


def find(
    engine: Engine,
    place: Place,
    snapshots: Sequence[Snapshot],
    roots: Sequence[Path],
    encoding: str,
    tell: Callable[[str, int], None],
    warn: Callable[[str], None],
    step: Step,
) -> list[types.Location] | None:
    found = engine.look(place, step, 0, 0)
    if found is None:
        return None
    located = [types.Location(*r.location(span)) for r, span, share in engine.uses(found, snapshots, step) if share >= EVEN]
    open_now = {uri for snapshot in snapshots for uri in (snapshot.uri, *(document.uri for document in snapshot.documents))}
    wanted = frozenset(lemma for lemma, _ in engine.inventory.lemmas(found.word))
    alike = _alike(engine, found, roots, warn, step)
    paths = [path for root in roots for path in files(root)]
    for number, path in enumerate(paths):
        step()
        tell(path.name, 100 * number // len(paths))
        uri = from_fs_path(str(path)) or ""
        if uri in open_now or len(located) >= MOST:
            continue
        if alike and (known := alike.locations(path, uri, encoding)) is not None:
            located += known if engine.reads_alone(sl.document_kind(path)) else []
            continue
        reading = _reading(engine, path, uri, wanted, encoding)
        if reading:
            near = engine.uses_in(found, reading)
            located += [types.Location(*reading.location(span)) for span, share in near if share >= EVEN]
    return located[:MOST]


def _alike(engine: Engine, found: Found, roots: Sequence[Path], warn: Callable[[str], None], step: Step) -> Alike | None:
    """The word's uses in the index that is set; None where none is, or where it cannot be used, which the user is told."""
    path, use = engine.configuration.index, engine.use_of(found)
    if not path or use is None:
        return None
    try:
        return engine.indexed.same_sense(place_of_index(path, roots), found.word, use, EVEN, step)
    except sl.SenselensError as error:
        warn(f"senselens.index is not used, every file is read instead: {error}")
        return None


def _reading(engine: Engine, path: Path, uri: str, wanted: frozenset[str], encoding: str) -> Reading | None:
    """What is read of a file; None where it has none of the lemmas *wanted*."""
    state, known = state_of(path), engine.lemmas_of.get(path)
    if state is None:
        return None
    if known and known[0] == state and not known[1] & wanted:
        return None
    text = read(path)
    if text is None:
        return None
    document = Document(uri, sl.document_kind(path), 0, Positions(text, encoding))
    snapshot = Snapshot(uri, (document,), 0)
    reading = Reading(snapshot, engine.inventory, reads=partial(engine.reads, snapshot))
    engine.lemmas_of[path] = state, reading.outline.lemmas
    return reading if reading.outline.lemmas & wanted else None
