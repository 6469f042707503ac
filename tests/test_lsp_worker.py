"""One thread, the newest request first; what nobody waits for is not begun."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from senselens_lsp.worker import Dropped, Step, Worker

SECONDS = 30


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


class Held:
    """A job that runs until it is let go, so that others wait meanwhile."""

    def __init__(self) -> None:
        self.running, self.go = threading.Event(), threading.Event()

    def __call__(self, step: Step) -> str:
        self.running.set()
        assert self.go.wait(SECONDS)
        step()
        return "held"

    async def begun(self) -> None:
        assert await asyncio.to_thread(self.running.wait, SECONDS)


def naming(done: list[str], name: str) -> Callable[[Step], str]:
    def job(step: Step) -> str:
        done.append(name)
        return name

    return job


def test_the_newest_comes_first_and_the_patient_last(worker: Worker) -> None:
    async def run() -> list[str]:
        done: list[str] = []
        held = Held()
        first = asyncio.ensure_future(worker.ask(held))
        await held.begun()
        waiting = [
            asyncio.ensure_future(worker.ask(naming(done, name), patient=name.startswith("patient")))
            for name in ("old", "patient old", "new", "patient new", "newest")
        ]
        await asyncio.sleep(0)
        held.go.set()
        await asyncio.gather(first, *waiting)
        return done

    assert asyncio.run(run()) == ["newest", "new", "old", "patient new", "patient old"]


def test_a_cancelled_request_is_not_begun(worker: Worker) -> None:
    async def run() -> list[str]:
        done: list[str] = []
        held = Held()
        first = asyncio.ensure_future(worker.ask(held))
        await held.begun()
        others = [asyncio.ensure_future(worker.ask(naming(done, str(i)))) for i in range(5)]
        await asyncio.sleep(0)
        for other in others[:4]:
            other.cancel()
        held.go.set()
        assert await first == "held"
        assert await others[4] == "4"
        assert all(other.cancelled() for other in others[:4])
        return done

    assert asyncio.run(run()) == ["4"]
    assert worker.begun == 2


def test_a_running_request_stops_at_its_next_step(worker: Worker) -> None:
    stopped = threading.Event()

    def job(step: Step) -> None:
        try:
            held(step)
        except Dropped:
            stopped.set()
            raise

    held = Held()

    async def run() -> None:
        request = asyncio.ensure_future(worker.ask(job))
        await held.begun()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        held.go.set()

    asyncio.run(run())
    assert stopped.wait(SECONDS)


def test_what_has_become_useless_is_dropped(worker: Worker) -> None:
    with pytest.raises(Dropped):
        asyncio.run(worker.ask(lambda step: 1, stale=lambda: True))


def test_an_error_is_the_askers(worker: Worker) -> None:
    def job(step: Step) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(worker.ask(job))
    assert asyncio.run(worker.ask(lambda step: "still there")) == "still there"


def test_a_patient_request_lets_others_pass_at_each_step(worker: Worker) -> None:
    async def run() -> list[str]:
        done: list[str] = []
        held = Held()

        def patient(step: Step) -> None:
            done.append("patient begins")
            held(step)
            done.append("patient ends")

        slow = asyncio.ensure_future(worker.ask(patient, patient=True))
        await held.begun()
        quick = [asyncio.ensure_future(worker.ask(naming(done, name))) for name in ("one", "two")]
        other = asyncio.ensure_future(worker.ask(naming(done, "as patient"), patient=True))
        await asyncio.sleep(0)
        held.go.set()
        await asyncio.gather(slow, other, *quick)
        return done

    assert asyncio.run(run()) == ["patient begins", "two", "one", "patient ends", "as patient"]


def test_idle_time_is_used_until_nothing_is_left() -> None:
    left, done = [3], threading.Event()

    def idle() -> bool:
        left[0] -= 1
        if left[0] <= 0:
            done.set()
        return left[0] > 0

    worker = Worker(idle)
    assert done.wait(SECONDS)
    assert left == [0]
    done.clear()
    left[0] = 2
    worker.prepare()
    assert done.wait(SECONDS)
    asyncio.run(worker.ask(lambda step: None))
    worker.stop()
    assert left[0] <= 0


def test_a_failure_while_preparing_is_logged_and_harmless(caplog: pytest.LogCaptureFixture) -> None:
    def idle() -> bool:
        raise ZeroDivisionError

    worker = Worker(idle)
    assert asyncio.run(worker.ask(lambda step: "fine")) == "fine"
    worker.stop()
    assert "preparing failed" in caplog.text


def test_nothing_is_begun_after_the_stop(worker: Worker) -> None:
    done: list[str] = []

    async def run() -> None:
        held = Held()
        first = asyncio.ensure_future(worker.ask(held))
        await held.begun()
        waiting = asyncio.ensure_future(worker.ask(naming(done, "late")))
        await asyncio.sleep(0)
        worker.stop(0)
        held.go.set()
        with pytest.raises(Dropped):
            await first
        with pytest.raises(Dropped):
            await waiting

    asyncio.run(run())
    assert done == []
