"""The value a user holds: an index of the uses of every word of a corpus."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from senselens.encoding import Use
from senselens.errors import IndexUnavailable, Unsupported
from senselens.index.parts import Source
from senselens.index.settings import Settings
from senselens.index.values import BuildReport, CorpusSentence, CorpusUse, IndexInfo, SenseGroup
from senselens.inventory import open_inventory
from senselens.model import Model
from senselens.registry import load

if TYPE_CHECKING:
    from senselens.concordance import WordUses
    from senselens.index.build import Step
    from senselens.index.queries import Like
    from senselens.index.rows import Lemmas
    from senselens.index.same_sense import SameSense
    from senselens.index.store import Options, Store

T = TypeVar("T")


class Index:
    """The uses of the words of a corpus, each with its vector, on disk or in an object store; made by `build` or `open`.

    It follows its place: an answer is always of the newest state there, also while a build goes on. Safe between threads.

    report: what the build that gave this value did; None for an index that was opened.
    """

    def __init__(self, store: Store, model: Model | None = None, report: BuildReport | None = None) -> None:
        self._store, self._model, self.report = store, model, report
        if model:
            store.settings.check(model, store.path)

    @classmethod
    def build(
        cls,
        source: Any,
        model: str | Model,
        path: str | os.PathLike[str],
        *,
        text: str = "text",
        id: str | None = None,
        kind: str = "plaintext",
        encoding: str = "utf-8-sig",
        name: str = "texts",
        words: str = "content",
        vectors: str = "int8",
        inventory: str = "wordnet",
        prune: bool = False,
        step: Step | None = None,
        engine: str = "local",
        address: str | None = None,
        storage_options: Options | None = None,
    ) -> Index:
        """Index *source* at *path*, or bring the index there up to date with it: what has not changed is not read again.

        source: a path; or an iterable of texts (`str`), of records (`dict`) or of paths (`pathlib.Path`); or a mapping from
            names to texts; or a data frame of a library that speaks Arrow. A folder stands for the documents and tables under it:
            text, Markdown and other markup, notebooks, JSON Lines, CSV, Parquet.
        text, id, kind: of a table, the column of its texts, that of their names (default: the row's number), and what kind of
            document a text is (`senselens.prose`). The other columns are metadata.
        encoding: of text files and CSV.
        name: what texts that are not in a file are called. Building again under the same name replaces them.
        words: ``content`` stores no function words, ``all`` stores every word.
        vectors: ``int8`` or ``float16``, twice as large; see docs/index.md for what that changes.
        prune: remove what is in the index and not in *source*.
        step: called with about how many characters are done, and of how many; it may raise to stop.
        engine, address: ``ray`` divides the work among the nodes of the Ray cluster at *address* (None: one on this machine).
        storage_options: of an object store (``s3://…``), as Lance takes them.

        A file that cannot be read is left out and told of in `report`. After a build that did not end, however it ended, the
        index holds what was committed, and the next one goes on from there. Raises `IndexUnavailable` when the place cannot
        be written, another process builds there, or an index of another model is there.
        """
        from senselens.index.sources import sources
        from senselens.index.tables import Columns

        build, writer = _library("build"), _library("writer")
        loaded = load(model) if isinstance(model, str) else model
        settings = Settings.of(loaded, vectors, words, inventory)
        engines = ("local", "ray")
        if engine not in engines:
            raise Unsupported(f"an index is built by the engine {' or '.join(map(repr, engines))}, not {engine!r}")
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise Unsupported(f"no encoding is called {encoding!r}") from None
        place = _place(path)
        with writer.alone(place):
            run = build.Build(writer.Writer(place, settings, storage_options), step, prune)
            found: Iterable[Source] = sources(source, Columns(text, id, kind), encoding, name, run.unreadable)
            if engine == "ray":
                with _library("ray_build").cluster(address, settings, place, storage_options) as work:
                    report = run.run(found, work)
            else:
                report = run.run(found, build.local(loaded, settings, place, storage_options))
        return cls(_library("store").Store.open(place, storage_options), loaded, report)

    @classmethod
    def open(cls, path: str | os.PathLike[str], model: Model | None = None, storage_options: Options | None = None) -> Index:
        """The index at *path*. *model* is the one it was built with, where that does not load by its name.

        Raises `IndexUnavailable` where there is none.
        """
        return cls(_library("store").Store.open(_place(path), storage_options), model)

    @property
    def model(self) -> Model:
        """The model the index was built with; loaded when first needed."""
        if self._model is None:
            self._model = self._store.settings.load(self._store.path)
        return self._model

    def uses(
        self, word: str, like: str | Use | None = None, k: int = 20, where: Mapping[str, Any] | None = None
    ) -> list[CorpusUse]:
        """The *k* uses of *word*, in any inflection, that are most alike to its use in the text *like*, best first.

        Without *like*, the first by name of document and place. *where* says which uses count: ``pos`` (n, v, a, r, or several
        of them), ``document`` (a pattern of names such as ``"letters/*"``), and any metadata, each with a value or a collection
        of values, as ``{"year": range(1800, 1850)}``. Raises `WordNotFound` where *like* does not hold the word.
        """
        from senselens.index.queries import find_uses

        alike = None if like is None else self._like(word, like)
        return self._newest(lambda store: find_uses(store, self._lemmas.any_of(word), alike, k, where))

    def same_sense(
        self, word: str, like: str | Use, least: float = 0.5, *, step: Callable[[], object] | None = None
    ) -> SameSense:
        """Every use of *word*, in any inflection, that has the sense of its use in *like* with the probability *least* or more.

        What it gives also tells which files are as they were when they were indexed. *step* is called between reads; it may raise
        to stop. Raises what `uses` raises.
        """
        from senselens.index.queries import find_same_sense

        alike = self._like(word, like)
        return self._newest(lambda store: find_same_sense(store, self._lemmas.any_of(word), alike, least, step))

    def every_use(self, word: str, where: Mapping[str, Any] | None = None) -> WordUses:
        """All uses of *word*, in any inflection, with their vectors, by name of document and place. *where* is that of `uses`."""
        from senselens.index.queries import find_every_use

        return self._newest(lambda store: find_every_use(store, self.model, word, self._lemmas.any_of(word), where))

    def senses(self, word: str, k: int = 3, where: Mapping[str, Any] | None = None) -> list[SenseGroup]:
        """The uses of *word* in groups of one sense each, the largest first, with *k* examples each.

        How they are grouped and named is told in `senselens.index.sense_groups`. *where* is that of `uses`.
        """
        from senselens.index.sense_groups import sense_groups

        book = open_inventory(self._store.settings.inventory)
        return self._newest(lambda store: sense_groups(store, self.model, book, self._lemmas, word, k, where))

    def search(self, query: str, k: int = 10, where: Mapping[str, Any] | None = None) -> list[CorpusSentence]:
        """The *k* sentences nearest in meaning to *query*, best first. *where* is that of `uses`, without ``pos``."""
        from senselens.index.queries import find_sentences

        vector = self.model.embed([query])[0]
        return self._newest(lambda store: find_sentences(store, vector, k, where))

    def info(self) -> IndexInfo:
        return self._newest(lambda store: store.info())

    def _like(self, word: str, like: str | Use) -> Like:
        """The use of *word* in *like*, to compare with."""
        from senselens.index.queries import Like, use_like

        use = use_like(self.model, self._lemmas, word, like)
        settings = self._store.settings
        settings.check(use.model, self._store.path)
        return Like.of(use, open_inventory(settings.inventory), self._lemmas.any_of(word))

    def _newest(self, ask: Callable[[Store], T]) -> T:
        """The answer of the newest state, asked once more where a builder has just removed the one that was read."""
        self._store = self._store.newest()
        try:
            return ask(self._store)
        except IndexUnavailable:
            newer = self._store.newest()
            if newer is self._store:
                raise
            self._store = newer
            return ask(newer)

    @cached_property
    def _lemmas(self) -> Lemmas:
        from senselens.index.rows import Lemmas

        return Lemmas(open_inventory(self._store.settings.inventory))


def _place(path: str | os.PathLike[str]) -> str:
    """An address in an object store as it is, a path without its ``~``."""
    given = os.fspath(path)
    return given if "://" in given else str(Path(given).expanduser())


def _library(module: str) -> Any:
    """A module of this package that needs the extra ``index``. Raises `IndexUnavailable` without it."""
    from importlib import import_module

    try:
        return import_module(f"senselens.index.{module}")
    except ImportError as error:
        extra = "ray" if error.name == "ray" else "index"
        raise IndexUnavailable(f"an index needs {error.name}: pip install 'senselens[{extra}]'") from None
