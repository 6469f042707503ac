"""Every pair of some sentences compared, and a search among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import traitlets

from senselens import Model, load, nearest, similarity_matrix
from senselens import SimilarityMatrix as Matrix
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.view import View

SHOWN = 12  # sentences in the table where no script runs


class SimilarityMatrix(View):
    """How alike *sentences* are, each to each, under a *model* with sentence vectors (``use``, ``mini``, …).

    The scale begins at what two random sentences show in this model. Whoever reads the view can put the sentences in an order in
    which like ones stand together, and search them by meaning; *queries* are searches that are there from the beginning, also in
    a page without a kernel.

    What can be observed, besides what every `View` has:

    selection: the numbers of the two sentences of the cell that was clicked, or []; settable, as are the next ones
    query:     what is searched for; "" for nothing
    clustered: whether like sentences stand together
    """

    _view = traitlets.Unicode("similarity_matrix").tag(sync=True)
    _title = "How alike sentences are"
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selection = traitlets.List(traitlets.Int()).tag(sync=True)
    query = traitlets.Unicode().tag(sync=True)
    clustered = traitlets.Bool(False).tag(sync=True)
    model_name = traitlets.Unicode().tag(sync=True)  # this and the rest: js/widget/similarity_matrix/state.ts
    cosines = traitlets.Bytes(None, allow_none=True).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    baseline = traitlets.Float(0.0).tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[str] | Matrix,
        model: str | Model = "mini",
        *,
        queries: Sequence[str] = (),
        clustered: bool = False,
        theme: str = "auto",
    ) -> None:
        super().__init__(theme=theme, clustered=clustered)
        self.matrix: Matrix | None = None
        self._model, self._queries = model, queries
        self._vectors: Any = None
        if isinstance(sentences, Matrix):
            self.matrix = sentences
            self._set(_traits(sentences))
            return
        self.live = True
        self.sentences = list(sentences)
        self._work_out(self._compare)
        self.observe(lambda _: self._search(), names="query")

    def wait(self, timeout: float | None = None) -> Matrix:
        """The matrix, when it is ready. Raises as `View.wait`."""
        super().wait(timeout)
        return cast(Matrix, self.matrix)

    def _compare(self, step: Step) -> Iterator[tuple[Found, float | None]]:
        step(0.1)
        model = self._loaded()
        if self.matrix is None:
            self.matrix = similarity_matrix(model, self.sentences)
        if self.cosines is None:  # a search that was asked for in the meantime takes the place of the task that compared
            yield _traits(self.matrix), 0.8
        for query in [*self._queries, self.query]:
            if query.strip() and query not in self.answers:
                yield {"answers": self.answers | {query: self._answer(model, query)}}, 0.9
        yield {}, None

    def _search(self) -> None:
        if self.query.strip() and self.query not in self.answers:
            self._work_out(self._compare)

    def _answer(self, model: Model, query: str) -> bytes:
        """The cosine of *query* to each sentence."""
        if self._vectors is None:
            self._vectors = model.embed(self.sentences)  # (n, W)
        places, cosines = nearest(model.embed([query])[0], self._vectors, len(self.sentences))
        found = np.zeros(len(self.sentences), "<f4")
        found[places] = cosines
        return found.tobytes()

    def _loaded(self) -> Model:
        return load(self._model) if isinstance(self._model, str) else self._model

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        if self.matrix is None:
            return Html(), tag("ol", *(tag("li", sentence, dir="auto") for sentence in self.sentences))
        return Html(), _table(self.matrix)


def _traits(matrix: Matrix) -> Found:
    return {
        "sentences": list(matrix.sentences),
        "model_name": matrix.model,
        "cosines": np.array(matrix.cosines, "<f4").tobytes(),
        "order": list(matrix.order()),
        "baseline": matrix.baseline,
    }


def _table(matrix: Matrix) -> Html:
    """The first sentences and their cosines; the sentences stand in the rows, their numbers above."""
    sentences = matrix.sentences[:SHOWN]
    head = tag("tr", tag("th"), *(tag("th", str(number), scope="col") for number in range(1, len(sentences) + 1)))
    rows = [
        tag(
            "tr",
            tag("th", f"{number}. ", tag("bdi", sentence), scope="row"),
            *(tag("td", f"{cosine:.2f}") for cosine in row[:SHOWN]),
        )
        for number, (sentence, row) in enumerate(zip(sentences, matrix.cosines, strict=False), start=1)
    ]
    more = f", the first {SHOWN} of {len(matrix.sentences)} sentences" if len(matrix.sentences) > SHOWN else ""
    caption = tag("caption", f"Cosines under {matrix.model}{more}; two random sentences: {matrix.baseline:.2f}")
    return tag("table", caption, tag("thead", head), tag("tbody", *rows))
