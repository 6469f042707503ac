"""Reading texts apart from the kernel's own thread: what is in view first, and nothing that is no longer asked for."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from senselens import Inspection, Model, SenselensError, Span, inspect, words

FIRST = 16  # words read before anything is shown; each part after it is as long as all before, so that little is sent twice
PAUSE = 0.05  # seconds at least between two reports of progress

Report = Callable[[Inspection | None, float | None, str | None], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A text to read. *report* is told what has been read, how much that is (None: all), and what went wrong.

    *visible* says what of the text is in view; *options* are those of `inspect`.
    """

    text: str
    models: Sequence[str | Model]
    report: Report
    wanted: Sequence[Span] | None = None
    visible: Callable[[], Span | None] = lambda: None
    options: dict[str, Any] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)


class Superseded(Exception):
    """The text was changed while it was read."""


class Reader:
    """One thread that reads for every view, the newest request first; a view's older requests are dropped."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[object, Task] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, view: object, task: Task) -> None:
        """Read *task* for *view*, instead of whatever was asked for it before."""
        with self._changed:
            old = self._tasks.pop(view, None)
            self._tasks[view] = task
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="senselens reader", daemon=True)
                self._thread.start()
        if old:
            old.done.set()

    def forget(self, view: object) -> None:
        """Stop reading for *view*."""
        with self._changed:
            old = self._tasks.pop(view, None)
        if old:
            old.done.set()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tasks)
                view, task = next(reversed(self._tasks.items()))
            self._read(view, task)
            with self._changed:
                if self._tasks.get(view) is task:
                    del self._tasks[view]
            task.done.set()

    def _read(self, view: object, task: Task) -> None:
        last = 0.0

        def report(found: Inspection | None, progress: float | None, error: str | None = None) -> None:
            nonlocal last
            if self._tasks.get(view) is not task:
                raise Superseded
            if found is None and error is None and monotonic() - last < PAUSE:
                return
            task.report(found, progress, error)
            last = monotonic()

        try:
            for found, progress in parts(task, lambda progress: report(None, progress)):
                report(found, progress)
        except Superseded:
            pass
        except SenselensError as error:
            task.report(None, None, str(error))
        except Exception as error:
            log.exception("could not read the text")
            task.report(None, None, f"{type(error).__name__}: {error}. That is a fault of Senselens: please report it.")


def parts(task: Task, step: Callable[[float], None]) -> Iterator[tuple[Inspection, float | None]]:
    """Inspections of more and more words of a text, with the share that has been read; None with the last, which has all.

    *step* is called often, with that share; it may raise to stop the work. Raises what `inspect` raises.
    """
    wanted = list(words(task.text) if task.wanted is None else task.wanted)
    whole, found = max(1, len(wanted)), None
    while wanted or found is None:
        read = len(found.words) if found else 0
        part = _next(wanted, task.visible(), max(FIRST, read))

        def advance(done: int, total: int, read: int = read, size: int = len(part)) -> None:
            step((read + size * done / total) / whole)

        more = inspect(task.text, task.models, part, step=advance, **task.options)
        found = _joined(found, more) if found else more
        wanted = [span for span in wanted if span not in set(part)]
        yield found, len(found.words) / whole if wanted else None


def _next(wanted: Sequence[Span], visible: Span | None, most: int) -> list[Span]:
    """The *most* of the words that are *wanted* nearest to what is *visible*, in the order of the text."""

    def distance(span: Span) -> int:
        return max(visible.start - span.end, span.start - visible.end, 0) if visible else span.start

    return sorted(sorted(wanted, key=distance)[:most])


def _joined(one: Inspection, other: Inspection) -> Inspection:
    every = sorted((*one.words, *other.words), key=lambda word: word.span)
    near = {name: one.neighbours.get(name, {}) | found for name, found in other.neighbours.items()}
    return replace(one, words=tuple(every), neighbours=near)
