"""What views work out apart from the kernel's own thread: the newest wish first, and nothing that is no longer wished for."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from senselens import SenselensError

PAUSE = 0.05  # seconds at least between two reports of progress

Found = Mapping[str, Any]
Step = Callable[[float], None]
Work = Callable[[Step], Iterable[tuple[Found, float | None]]]
Report = Callable[[Found | None, float | None, str | None], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Something to work out for a view.

    *work* gives the traits that are known so far, each time with the share of the work that is done (None: all of it). It calls
    the function it is given often, with that share, and lets through what that raises. *report* is told what *work* gives,
    how far it is, and what went wrong.
    """

    work: Work
    report: Report
    done: threading.Event = field(default_factory=threading.Event)


class Superseded(Exception):
    """Something else was asked for in the meantime."""


class Reader:
    """One thread that works for every view, the newest task first; a view's older tasks are dropped."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[object, Task] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, view: object, task: Task) -> None:
        """Work *task* out for *view*, instead of whatever was asked for it before."""
        with self._changed:
            old = self._tasks.pop(view, None)
            self._tasks[view] = task
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="senselens views", daemon=True)
                self._thread.start()
        if old:
            old.done.set()

    def forget(self, view: object) -> None:
        """Stop working for *view*."""
        with self._changed:
            old = self._tasks.pop(view, None)
        if old:
            old.done.set()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tasks)
                view, task = next(reversed(self._tasks.items()))
            self._work(view, task)
            with self._changed:
                if self._tasks.get(view) is task:
                    del self._tasks[view]
            task.done.set()

    def _work(self, view: object, task: Task) -> None:
        last = 0.0

        def report(found: Found | None, progress: float | None) -> None:
            nonlocal last
            if self._tasks.get(view) is not task:
                raise Superseded
            if found is None and monotonic() - last < PAUSE:
                return
            task.report(found, progress, None)
            last = monotonic()

        def fail(reason: str) -> None:
            if self._tasks.get(view) is task:
                task.report(None, None, reason)

        try:
            for found, progress in task.work(lambda progress: report(None, progress)):
                report(found, progress)
        except Superseded:
            pass
        except SenselensError as error:
            fail(str(error))
        except Exception as error:
            log.exception("a view could not be worked out")
            fail(f"{type(error).__name__}: {error}. That is a fault of Senselens: please report it.")
