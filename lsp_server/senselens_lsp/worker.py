"""The one thread on which the engine works: the newest request first, and what can be prepared when there is none."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any, Generic, TypeVar

QUIET = 0.001  # seconds without a message after which what was asked is begun
LONGEST = 2  # seconds that it waits for that; a flood that a busy machine takes longer to hear is not heard out

T = TypeVar("T")
Step = Callable[..., None]  # called between steps; raises `Dropped` when nobody waits for the answer any more
log = logging.getLogger(__name__)


class Dropped(Exception):  # not an error: the client has moved on
    """The request was cancelled, or the text it was about has changed, before it was answered."""


class Answer(asyncio.Future[T]):
    """What somebody waits for. The worker knows that it is cancelled at once, not when the event loop comes to it."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up = False

    def cancel(self, msg: object = None) -> bool:
        self.given_up = True
        return super().cancel(msg)


class Request(Generic[T]):
    """A job, and the answer to it. *stale* says whether the answer has become useless before the job was begun."""

    def __init__(self, job: Callable[[Step], T], stale: Callable[[], bool], patient: bool) -> None:
        self.answer: Answer[T] = Answer()
        self.asked, self.patient = monotonic(), patient
        self._job, self._stale = job, stale

    def run(self, step: Step) -> None:
        """Do the job, and tell the event loop; whoever asked is told any error."""
        try:
            if self._stale():
                raise Dropped
            result = self._job(step)
        except BaseException as error:
            self.refuse(error)
        else:
            self._settle(self.answer.set_result, result)

    def refuse(self, error: BaseException) -> None:
        self._settle(self.answer.set_exception, error)

    def _settle(self, how: Callable[[Any], None], what: object) -> None:
        def settle() -> None:
            if not self.answer.done():
                how(what)

        with suppress(RuntimeError):  # the loop has ended
            self.answer.get_loop().call_soon_threadsafe(settle)


class Worker:
    """Does requests one at a time on a thread of its own. *idle* prepares a little; False: nothing is left to prepare.

    Of the requests that wait the newest comes first, a patient one after all others. One that is running is not put off,
    but a patient one lets others pass at each of its steps. While messages are coming in nothing is begun (though no longer
    than `LONGEST`): the next one may be a newer request, or cancel this one.
    """

    def __init__(self, idle: Callable[[], bool] = lambda: False) -> None:
        self.begun = 0  # how many requests were
        self._requests: list[Request[Any]] = []
        self._coming, self._heard = 0, 0.0  # messages that are not handled yet; when the last one was
        self._wake = threading.Condition()
        self._idle, self._prepared, self._stopped = idle, False, False
        self._thread = threading.Thread(target=self._run, name="senselens-engine", daemon=True)
        self._thread.start()

    async def ask(self, job: Callable[[Step], T], stale: Callable[[], bool] = lambda: False, patient: bool = False) -> T:
        """The answer of *job*. A request that is cancelled is not begun; one that is running stops at its next step."""
        request = Request(job, stale, patient)
        with self._wake:
            self._requests.append(request)
            self._wake.notify()
        return await request.answer

    def hear(self) -> None:
        """Messages have come in, and will be handled."""
        with self._wake:
            self._coming += 1

    def heard(self) -> None:
        """They have been handled."""
        with self._wake:
            self._coming -= 1
            self._heard = monotonic()
            self._wake.notify()

    def prepare(self) -> None:
        """There is something new to prepare."""
        with self._wake:
            self._prepared = False
            self._wake.notify()

    def stop(self, seconds: float = 1.0) -> None:
        """Begin nothing more, and wait for the job at hand so long at most."""
        with self._wake:
            self._stopped = True
            for request in self._requests:
                request.refuse(Dropped())
            self._wake.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._requests or self._stopped or not self._prepared)
                while not self._stopped and (wait := self._wait()) > 0:
                    self._wake.wait(wait)
                if self._stopped:
                    return
                if not self._requests:
                    self._prepared = True  # unless `prepare` is called meanwhile
            if request := self._next(patient=True):
                self._do(request)
                self._prepared = False
            elif self._prepare():
                self._prepared = False

    def _wait(self) -> float:
        """How many seconds a request that waits is not to be begun yet."""
        if not self._requests:
            return 0
        quiet = inf if self._coming else self._heard + QUIET
        return min(quiet, self._requests[0].asked + LONGEST) - monotonic()

    def _next(self, patient: bool) -> Request[Any] | None:
        with self._wake:
            self._requests = [request for request in self._requests if not request.answer.given_up]
            waiting = [request for request in self._requests if patient or not request.patient]
            if self._stopped or not waiting:
                return None
            newest = next((request for request in reversed(waiting) if not request.patient), waiting[-1])
            self._requests.remove(newest)
            return newest

    def _do(self, request: Request[Any]) -> None:
        def step(*_progress: int) -> None:
            if request.answer.given_up or self._stopped:
                raise Dropped
            while request.patient and (other := self._next(patient=False)):
                self._do(other)

        self.begun += 1
        request.run(step)

    def _prepare(self) -> bool:
        try:
            return self._idle()
        except Exception:
            log.exception("preparing failed")
            return False
