"""All uses of a word as points, coloured by what they mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import traitlets

from senselens import CorpusUse, Index, Model, WordUses, sense_map
from senselens import SenseMap as Map
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.view import View

CONTEXT = 200  # characters of a sentence on either side of the word: a longer one is cut
LISTED = 8  # uses of each group where no script runs
NO_SHARE = 255


class SenseMap(View):
    """Every use of *word*, in any inflection, in a list of *texts* or a `senselens.Index`, as a point of a map.

    *method* is ``pca``, ``tsne`` or ``umap``; the others can be asked for in the view. Uses have the colour of their likeliest
    sense, or of their label: *labels* are one for each text of a list, or the name of an index's metadata. An index has its own
    model. *options* are those of `senselens.sense_map`: ``inventory``, ``where``, ``seed``.

    What can be observed, besides what every `View` has:

    selection: the numbers of the uses that are chosen, of `uses`; settable, as are the next ones
    hidden:    the numbers of the groups that are not shown
    method:    how the uses are projected
    """

    _view = traitlets.Unicode("sense_map").tag(sync=True)
    _title = "What a word means in many places"
    word = traitlets.Unicode().tag(sync=True)
    method = traitlets.Enum(["pca", "tsne", "umap"], "pca").tag(sync=True)
    selection = traitlets.List(traitlets.Int()).tag(sync=True)
    hidden = traitlets.List(traitlets.Int()).tag(sync=True)
    model_name = traitlets.Unicode().tag(sync=True)  # this and the rest: js/widget/sense_map/state.ts
    projections = traitlets.Dict().tag(sync=True)
    groups = traitlets.List(traitlets.Dict()).tag(sync=True)
    group_of = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    shares = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    spans = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    documents = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        texts: Sequence[str] | Index | WordUses | Map,
        word: str = "",
        model: str | Model = "mini",
        method: str = "pca",
        labels: str | Sequence[Hashable] | None = None,
        *,
        theme: str = "auto",
        seed: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(word=word, method=method, theme=theme, live=True)
        self._maps: dict[str, Map] = {}  # by method
        self._seed = seed
        if isinstance(texts, Map):
            self.word, self.method, self._maps[texts.method] = texts.found.word, texts.method, texts
            self._set(_traits(texts))
        else:
            given = (texts, word, model, method, labels)

            def read(step: Step) -> Iterator[tuple[Found, float | None]]:
                self._maps[method] = sense_map(*given, seed=seed, step=step, **options)
                yield from self._projected(step)  # another method may have been asked for in the meantime

            self._work_out(read)
        self.observe(self._project, names="method")

    @property
    def map(self) -> Map | None:
        """The uses by the method that was asked for; by another before that is done, and None before they are read."""
        return self._maps.get(self.method) or next(iter(self._maps.values()), None)

    @property
    def uses(self) -> tuple[CorpusUse, ...]:
        """All uses, in the order of their numbers; none before they are read."""
        return self.map.uses if self.map else ()

    @property
    def selected(self) -> list[CorpusUse]:
        """The uses that are chosen."""
        return [self.uses[index] for index in self.selection]

    def wait(self, timeout: float | None = None) -> Map:
        """The map, when it is ready. Raises as `View.wait`."""
        super().wait(timeout)
        return cast(Map, self.map)

    def _project(self, _: Any) -> None:
        if self._maps:
            self._work_out(self._projected)

    def _projected(self, step: Step) -> Iterator[tuple[Found, float | None]]:
        """The uses, and by the method that is asked for, where they are not shown yet."""
        known = next(iter(self._maps.values()))
        if self.group_of is None:  # the method may change before what was read is told
            yield _traits(known), 0.95
        step(0.5)  # the libraries do not say how far they are
        method = self.method
        found = self._maps[method] = self._maps.get(method) or known.projected(method, self._seed)
        yield {"projections": self.projections | _projection(found)}, None

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        if not self.map:
            return Html(), tag("p", f"The uses of {self.word} are being read.")
        return Html(), _table(self.map)


def _traits(found: Map) -> Found:
    cut = [_cut(use) for use in found.uses]
    known = np.zeros(len(cut)) if found.probabilities is None else found.probabilities
    shares = np.where(known > 0, np.rint(100 * known), NO_SHARE)
    named = any(not use.document.startswith("texts:") for use in found.uses)  # what texts of a list are called says nothing
    return {
        "model_name": found.found.model.card.name,
        "projections": _projection(found),
        "groups": [
            {"name": g.name, "count": g.count, "pos": g.sense.pos if g.sense else "", "untold": g.untold} for g in found.groups
        ],
        "group_of": found.group_of.astype("<u2").tobytes(),
        "shares": shares.astype(np.uint8).tobytes(),
        "sentences": [sentence for sentence, _ in cut],
        "spans": np.array([span for _, span in cut], "<i4").tobytes(),
        "documents": [use.document for use in found.uses] if named else [],
    }


def _projection(found: Map) -> dict[str, Any]:
    explained = list(found.explained) if found.explained else None
    return {found.method: {"points": found.points.astype("<f4").tobytes(), "explained": explained}}


def _cut(use: CorpusUse) -> tuple[str, tuple[int, int]]:
    """The sentence of a use, without what is far from the word, and where the word is in that."""
    start = max(0, use.span.start - CONTEXT)
    end = use.span.end + CONTEXT
    beginning, ending = "…" if start else "", "…" if end < len(use.sentence) else ""
    word = (use.span.start - start + len(beginning), use.span.end - start + len(beginning))
    return f"{beginning}{use.sentence[start:end]}{ending}", word


def _table(found: Map) -> Html:
    """The first uses of each group."""
    of_group: dict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(found.group_of.tolist()):
        of_group[group].append(index)
    rows = []
    for number, group in enumerate(found.groups):
        head = tag("th", tag("bdi", group.name), f" ({group.count})", scope="rowgroup", colspan="1")
        rows.append(tag("tr", head))
        for index in of_group[number][:LISTED]:
            sentence, (start, end) = _cut(found.uses[index])
            rows.append(tag("tr", tag("td", sentence[:start], tag("b", sentence[start:end]), sentence[end:], dir="auto")))
        if group.count > LISTED:
            rows.append(tag("tr", tag("td", f"and {group.count - LISTED} more")))
    caption = tag("caption", f"{len(found.uses)} uses of ", tag("b", found.found.word), f" under {found.found.model.card.name}")
    return tag("table", caption, tag("tbody", *rows))
