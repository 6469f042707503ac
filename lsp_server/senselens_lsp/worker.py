"""The one thread on which the engine works: the newest request first, and what can be prepared when there is none."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Step = Callable[..., None]  # called between steps; raises `Dropped` when nobody waits for the answer any more
log = logging.getLogger(__name__)


class Dropped(Exception):  # not an error: the client has moved on
    """The request was cancelled, or the text it was about has changed, before it was answered."""


class Request(Generic[T]):
    """A job somebody waits for. *stale* says whether its answer has become useless before it was begun."""

    def __init__(self, job: Callable[[Step], T], stale: Callable[[], bool]) -> None:
        self.answer: Future[T] = Future()
        self.cancelled = False
        self._job, self._stale = job, stale

    def run(self) -> None:
        if not self.answer.set_running_or_notify_cancel():
            return
        try:
            if self._stale():
                raise Dropped
            self.answer.set_result(self._job(self._check))
        except BaseException as error:  # whoever asked is told, whatever it was
            self.answer.set_exception(error)

    def _check(self, *_progress: int) -> None:
        if self.cancelled:
            raise Dropped


class Worker:
    """Runs requests one at a time on a thread of its own. *idle* prepares a little; False: nothing is left."""

    def __init__(self, idle: Callable[[], bool] = lambda: False) -> None:
        self._requests: list[Request[Any]] = []
        self._wake = threading.Condition()
        self._idle, self._stopped = idle, False
        self._thread = threading.Thread(target=self._run, name="senselens-engine", daemon=True)
        self._thread.start()

    async def ask(self, job: Callable[[Step], T], stale: Callable[[], bool] = lambda: False) -> T:
        """The answer of *job*. A request that is cancelled is not begun; one that is running stops at its next step."""
        request = Request(job, stale)
        with self._wake:
            self._requests.append(request)
            self._wake.notify()
        try:
            return await asyncio.wrap_future(request.answer)
        except asyncio.CancelledError:
            request.cancelled = True
            raise

    def prepare(self) -> None:
        """Call *idle* again: there may be something new to prepare."""
        with self._wake:
            self._wake.notify()

    def stop(self, seconds: float = 1.0) -> None:
        """Begin nothing more, and wait for the job at hand so long at most."""
        with self._wake:
            self._stopped = True
            for request in self._requests:
                request.answer.cancel()
            self._wake.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        busy = True
        while True:
            with self._wake:
                if not (self._requests or busy or self._stopped):
                    self._wake.wait()
                    busy = True
                if self._stopped:
                    return
                request = self._requests.pop() if self._requests else None
            if request:
                request.run()
            else:
                busy = self._prepare()

    def _prepare(self) -> bool:
        try:
            return self._idle()
        except Exception:
            log.exception("preparing failed")
            return False
