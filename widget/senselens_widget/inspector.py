"""The inspector as a Jupyter widget: its traits are all there is; the browser sets some, the kernel answers with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from senselens import InspectedWord, Inspection, Model, SenselensError, Span
from senselens_widget.bundle import widget_script
from senselens_widget.export import live_page
from senselens_widget.reader import Reader, Task
from senselens_widget.static_page import fragment

READER = Reader()
PATIENCE = 2.0  # seconds that a cell waits for the words of its fallback
FALLBACK = 150  # readings on its cards: notebooks keep them in every output


def _span(value: dict[str, int] | None, _: Any = None) -> Span | None:
    return Span(value["start"], value["end"]) if value else None


def _json(value: Any, _: Any = None) -> Any:
    return value.to_dict() if value else None


_SPAN = {"sync": True, "to_json": _json, "from_json": _span}
_SPANS = {
    "sync": True,
    "to_json": lambda spans, _: [asdict(span) for span in spans],
    "from_json": lambda spans, _: [Span(**span) for span in spans],
}


class Inspector(anywidget.AnyWidget):  # type: ignore[misc]
    """A text whose words say what they mean where they stand.

    *texts* are one text or several, shown as paragraphs; words are compared across all of them. *models* are names, as for
    `senselens.load`, or loaded models; the answers of the last are shown first. *words* (None: all) are spans of `text`.
    *options* are those of `senselens.inspect`: ``k``, ``inventory``, ``neighbours``.

    Reading goes on behind the cell; `wait` waits for it. What can be observed (``inspector.observe(say, names="selection")``):

    text:       what is read, paragraphs set apart by blank lines; set it to read another
    inspection: what was found so far, an `Inspection`; None before the first words are read
    progress:   how much has been read, 0 to 1; None when all has
    error:      what went wrong and how to go on
    selection:  the `Span` of the word that was clicked, or None; settable, as are the next ones
    pinned:     the spans of the words whose cards are kept
    model_name: whose answers are shown; None for the last model's
    layer:      whose cosines are shown; None for the layer by which the model tells senses
    theme:      "auto" follows the page, "light" and "dark" do not
    """

    _esm = widget_script()
    _view = traitlets.Unicode("inspector").tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    inspection = traitlets.Instance(Inspection, allow_none=True, default_value=None).tag(sync=True, to_json=_json)
    progress = traitlets.Float(None, allow_none=True).tag(sync=True)
    error = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    selection = traitlets.Instance(Span, allow_none=True, default_value=None).tag(**_SPAN)
    pinned = traitlets.List(traitlets.Instance(Span)).tag(**_SPANS)
    model_name = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    layer = traitlets.Int(None, allow_none=True).tag(sync=True)
    theme = traitlets.Enum(["auto", "light", "dark"], "auto").tag(sync=True)
    visible = traitlets.Instance(Span, allow_none=True, default_value=None).tag(**_SPAN)
    live = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        texts: str | Sequence[str] | Inspection,
        models: Sequence[str | Model] = ("mini",),
        words: Sequence[Span] | None = None,
        *,
        theme: str = "auto",
        **options: Any,
    ) -> None:
        super().__init__(theme=theme)
        self._models, self._words, self._options = models, words, options
        self._task: Task | None = None
        if isinstance(texts, Inspection):
            self.text, self.inspection = texts.text, texts
            return
        self.live = True
        self.text = texts if isinstance(texts, str) else "\n\n".join(texts)
        self._read()
        self.observe(self._reread, names="text")

    @property
    def word(self) -> InspectedWord | None:
        """The word that was clicked, as it was inspected."""
        return self.inspection.word_at(self.selection.start) if self.inspection and self.selection else None

    def wait(self, timeout: float | None = None) -> Inspection:
        """What is found when all words are read. Raises `SenselensError` if they cannot be, and `TimeoutError`."""
        task = None
        while task is not self._task:  # the browser may ask for another text in the meantime
            task = self._task
            if task and not task.done.wait(timeout):
                raise TimeoutError(f"the text is not read after {timeout} seconds")
        if self.error:
            raise SenselensError(self.error)
        if self.inspection is None:
            raise SenselensError("the view was closed before its text was read: make another")
        return self.inspection

    def save_html(self, path: str | Path, title: str = "What the words mean here") -> Path:
        """Write one file that shows this anywhere, with no kernel, server or network. Waits until all words are read."""
        found = self.wait()
        state = self.get_state(["selection", "pinned", "model_name", "layer", "theme"])
        target = Path(path)
        target.write_text(live_page(found, title, state), encoding="utf-8")
        return target

    def close(self) -> None:
        READER.forget(self)
        super().close()

    def _reread(self, _: Any) -> None:
        self._words = None  # they were words of the text before
        self._read()

    def _read(self) -> None:
        self.error, self.progress = None, 0.0
        self._task = Task(self.text, self._models, self._report, self._words, lambda: self.visible, self._options)
        READER.ask(self, self._task)

    def _report(self, found: Inspection | None, progress: float | None, error: str | None) -> None:
        if found:
            self.inspection = found
        self.error, self.progress = error, progress

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and for a place where no widget lives (GitHub, nbviewer, a page made of the notebook), what was found."""
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        if self._task:
            self._task.done.wait(PATIENCE)
        if self.inspection and self.inspection.text == self.text:
            html = fragment([self.inspection], FALLBACK)
        else:
            html = f"<p>{escape(self.text)}</p>"
        return bundle | {"text/html": html}, metadata


def show(texts: str | Sequence[str] | Inspection, models: Sequence[str | Model] = ("mini",), **options: Any) -> None:
    """Display an `Inspector` of *texts* from anywhere in a cell."""
    from IPython.display import display

    display(Inspector(texts, models, **options))
