"""Views of one text, or of a pair of texts, under one model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import traitlets

from senselens import Model, load
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.static_page import style_of
from senselens_widget.view import View


class PairView(View):
    """What *model* makes of *text*, or of *text* and *pair*. A subclass has `_ask` and `_rows`.

    *model* is a name, as for `senselens.load`, or a loaded model.

    text:       what is read; set it to read another
    pair:       the second text, or None; settable
    model_name: whose answers these are
    selection:  the place of the piece that is looked at, or None; settable
    """

    text = traitlets.Unicode().tag(sync=True)
    pair = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    model_name = traitlets.Unicode().tag(sync=True)
    selection = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(self, text: str, pair: str | None = None, model: str | Model = "mini", *, theme: str = "auto") -> None:
        super().__init__(theme=theme, live=True, text=text, pair=pair)
        self._model = model
        self._value: Any = None
        self._work_out(self._work)
        self.observe(self._reread, names=["text", "pair"])

    def wait(self, timeout: float | None = None) -> Any:
        """What the model answers. Raises `SenselensError` if it cannot, and `TimeoutError`."""
        super().wait(timeout)
        return self._value

    def _reread(self, _: Any) -> None:
        with self._at_once():
            self.selection = None
            self._work_out(self._work)

    def _work(self, step: Step) -> Iterator[tuple[Found, float | None]]:
        text, pair = self.text, self.pair
        model = load(self._model) if isinstance(self._model, str) else self._model
        step(0.5)
        self._value, traits = self._ask(model, text, pair)
        yield {"model_name": model.card.name, **traits}, None

    def _ask(self, model: Model, text: str, pair: str | None) -> tuple[Any, Found]:
        """The engine's answer, and the traits that are made of it."""
        raise NotImplementedError

    def _rows(self) -> list[list[str]]:
        """The answer as a table, its heads first."""
        raise NotImplementedError

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        texts = [tag("p", text, class_="text", dir="auto") for text in (self.text, self.pair) if text]
        heads, *rows = self._rows() or [[]]
        head = tag("tr", *(tag("th", name, scope="col") for name in heads))
        body = (tag("tr", *(tag("td", tag("bdi", cell)) for cell in row)) for row in rows)
        return style_of(), tag("div", *texts, tag("table", tag("thead", head), tag("tbody", *body), class_="said"))
