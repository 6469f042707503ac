"""What all views are: Jupyter widgets whose traits are all there is; the browser sets some, the kernel answers with others."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import anywidget
import traitlets

from senselens import SenselensError
from senselens_widget.bundle import widget_script
from senselens_widget.embedding import Output, output, patience
from senselens_widget.export import view_page
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Reader, Task, Work

READER = Reader()
_PLUMBING = {*anywidget.AnyWidget.class_trait_names(sync=True), "_esm", "_css", "_anywidget_id"}


class View(anywidget.AnyWidget):  # type: ignore[misc]
    """A widget of ours. What is shown is worked out behind the cell; `wait` waits for it.

    A subclass has a `_view`, the name under which js/widget/widget.tsx draws it, traits, and `_fallback`. What takes time it
    hands to `_work_out`, as a generator of traits. Traits that belong together are set inside `_at_once`.

    progress: how much has been worked out, 0 to 1; None when all has
    error:    what went wrong and how to go on
    theme:    "auto" follows the page, "light" and "dark" do not
    live:     whether somebody answers when the browser sets a trait
    """

    _esm = widget_script()
    _title = "What the words mean here"
    _view = traitlets.Unicode().tag(sync=True)
    progress = traitlets.Float(None, allow_none=True).tag(sync=True)
    error = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    theme = traitlets.Enum(["auto", "light", "dark"], "auto").tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._turn = threading.RLock()
        self._untold: list[Any] | None = None  # changes inside `_at_once`
        self._task: Task | None = None
        super().__init__(**traits)

    def wait(self, timeout: float | None = None) -> Any:
        """Wait until all is worked out. Raises `SenselensError` if it cannot be, and `TimeoutError` after *timeout* seconds."""
        task = None
        while task is not self._task:  # the browser may ask for something else in the meantime
            task = self._task
            if task and not task.done.wait(timeout):
                raise TimeoutError(f"the view is not ready after {timeout} seconds")
        if self.error:
            raise SenselensError(self.error)
        if self.progress is not None:
            raise SenselensError("the view was closed before it was ready: make another")

    def save_html(self, path: str | Path, title: str | None = None) -> Path:
        """Write one file that shows this anywhere, with no kernel, server or network. Waits until all is worked out."""
        self.wait()
        target = Path(path)
        target.write_text(view_page(self._kept(), self._fallback("word"), title or self._title), encoding="utf-8")
        return target

    def embed(self) -> Output:
        """This as a cell's output with no widget: alive in what is made of the notebook, and when it is opened again.

        Nothing that is clicked in it comes back to Python. Waits until all is worked out.
        """
        self.wait()
        return Output(self._html())

    def close(self) -> None:
        READER.forget(self)
        super().close()

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        """A style sheet and what says without a script what is known so far; ids begin with *prefix*."""
        raise NotImplementedError

    def _work_out(self, work: Work) -> None:
        """Let *work* set traits, apart from the kernel's thread, in place of what was being worked out; see `Task`."""

        def report(found: Found | None, progress: float | None, error: str | None) -> None:
            with self._at_once():
                if self._task is task:  # else what it found is of what the view showed before
                    self._set(found or {}, progress, error)

        task = Task(work, report)
        with self._at_once():
            self._task = task
            self._set({}, 0.0)
            READER.ask(self, task)

    def _set(self, found: Found, progress: float | None = None, error: str | None = None) -> None:
        with self._at_once():
            for name, value in found.items():
                setattr(self, name, value)
            self.error, self.progress = error, progress

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """What is set inside goes to the browser as one message. Another thread waits its turn, observers hear of it afterwards.

        They are told when the turn is over, so that an observer may `wait` for what the other thread works out.
        """
        with self._turn:
            if self._untold is not None:  # inside another one
                yield
                return
            changes: list[Any] = []
            self._untold = changes
            try:
                with self.hold_sync():
                    yield
            finally:
                self._untold = None
        for change in changes:
            super()._notify_observers(change)

    def notify_change(self, change: Any) -> None:
        with self._at_once():
            super().notify_change(change)

    def _notify_observers(self, event: Any) -> None:
        if self._untold is None:
            super()._notify_observers(event)
        else:
            self._untold.append(event)

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        with self._at_once():  # what the browser sets
            super().set_state(sync_data)

    def _kept(self) -> dict[str, Any]:
        """The traits as they are in a page where nobody answers."""
        state = self.get_state([name for name in self.keys if name not in _PLUMBING]) | {"live": False}
        return {name: value for name, value in state.items() if value is not None}

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and for a place where no widget lives (GitHub, nbviewer, a page made of the notebook), what is known."""
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        if self._task:
            self._task.done.wait(patience())
        return bundle | {"text/html": self._html()}, metadata

    def _html(self) -> str:
        """The view as HTML: alive where scripts run, once all is worked out; else as it reads without them."""
        without = tag("div", *self._fallback(f"word-{token_hex(4)}"), class_="senselens")
        return output(self._kept(), without) if self.progress is None and self.error is None else without
