"""The inspector as a Jupyter widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import traitlets

from senselens import InspectedWord, Inspection, Model, Span
from senselens_widget.export import FALLBACK
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.reading import parts
from senselens_widget.spans import SPAN, SPANS
from senselens_widget.static_page import lens_of
from senselens_widget.view import View


def _written(inspection: Inspection | None, view: Inspector) -> dict[str, Any] | None:
    """What the browser is sent: that of a long text takes a while, so the reader has it ready before the view's turn."""
    ready, written = view._ready
    if inspection is None or inspection is ready:
        return written if inspection else None
    return inspection.to_dict()


class Inspector(View):
    """A text whose words say what they mean where they stand.

    *texts* are one text or several, shown as paragraphs; words are compared across all of them. *models* are names, as for
    `senselens.load`, or loaded models; the answers of the last are shown first. *words* (None: all) are spans of `text`.
    *options* are those of `senselens.inspect`: ``k``, ``inventory``, ``neighbours``.

    Reading goes on behind the cell; `wait` waits for it. What can be observed (``inspector.observe(say, names="selection")``),
    besides what every `View` has:

    text:       what is read, paragraphs set apart by blank lines; set it to read another
    inspection: what was found so far, an `Inspection`; None before the first words are read
    selection:  the `Span` of the word that was clicked, or None; settable, as are the next ones
    pinned:     the spans of the words whose cards are kept
    model_name: whose answers are shown; None for the last model's
    layer:      whose cosines are shown; None for the layer by which the model tells senses
    visible:    what of the text is looked at while there is more to read, which comes first
    """

    _view = traitlets.Unicode("inspector").tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    inspection = traitlets.Instance(Inspection, allow_none=True, default_value=None).tag(sync=True, to_json=_written)
    selection = traitlets.Instance(Span, allow_none=True, default_value=None).tag(**SPAN)
    pinned = traitlets.List(traitlets.Instance(Span)).tag(**SPANS)
    model_name = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    layer = traitlets.Int(None, allow_none=True).tag(sync=True)
    visible = traitlets.Instance(Span, allow_none=True, default_value=None).tag(**SPAN)

    def __init__(
        self,
        texts: str | Sequence[str] | Inspection,
        models: Sequence[str | Model] = ("mini",),
        words: Sequence[Span] | None = None,
        *,
        theme: str = "auto",
        **options: Any,
    ) -> None:
        self._ready: tuple[Inspection | None, dict[str, Any] | None] = (None, None)
        super().__init__(theme=theme)
        self._models, self._options = models, options
        if isinstance(texts, Inspection):
            self.text, self.inspection = texts.text, texts
            return
        self.live = True
        self.text = texts if isinstance(texts, str) else "\n\n".join(texts)
        self._read(words)
        self.observe(lambda _: self._read(), names="text")

    @property
    def word(self) -> InspectedWord | None:
        """The word that was clicked, as it was inspected."""
        return self.inspection.word_at(self.selection.start) if self.inspection and self.selection else None

    def wait(self, timeout: float | None = None) -> Inspection:
        """What is found when all words are read. Raises `SenselensError` if they cannot be, and `TimeoutError`."""
        super().wait(timeout)
        return cast(Inspection, self.inspection)

    def _read(self, words: Sequence[Span] | None = None) -> None:
        text = self.text

        def work(step: Step) -> Iterator[tuple[Found, float | None]]:
            for found, progress in parts(text, self._models, step, words, lambda: self.visible, **self._options):
                self._ready = found, found.to_dict()
                yield {"inspection": found}, progress
            self._ready = None, None

        self._work_out(work)

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        if self.inspection and self.inspection.text == self.text:
            return lens_of([self.inspection], prefix, FALLBACK)
        return Html(), tag("p", self.text)


def show(texts: str | Sequence[str] | Inspection, models: Sequence[str | Model] = ("mini",), **options: Any) -> None:
    """Display an `Inspector` of *texts* from anywhere in a cell."""
    from IPython.display import display

    display(Inspector(texts, models, **options))
