"""Work behind the cells of a notebook: which of it is done, in which order, and what is told of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import senselens as sl
from senselens_widget.reader import Found, Reader, Step, Task

Told = list[tuple[str, Found | None, float | None, str | None]]


class Works:
    """Makes tasks that take two steps and wait for *go* in the first; *begun* has their names, *told* what they report."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.begun: list[str] = []
        self.told: Told = []

    def task(self, name: str, fails: Exception | None = None) -> Task:
        def work(step: Step) -> Iterator[tuple[Found, float | None]]:
            self.begun.append(name)
            self.started.set()
            self.go.wait(60)
            if fails:
                raise fails
            step(0.25)
            yield {"found": 1}, 0.5
            yield {"found": 2}, None

        return Task(work, lambda *report: self.told.append((name, *report)))


def test_what_is_no_longer_wished_for_is_not_worked_on_and_nothing_of_it_is_told() -> None:
    works, reader = Works(), Reader()
    first, second, third = (works.task(name) for name in ("first", "second", "third"))
    reader.ask("view", first)
    assert works.started.wait(60)
    reader.ask("view", second)
    reader.ask("view", third)
    assert first.done.is_set()
    works.go.set()
    assert third.done.wait(60)
    assert works.begun == ["first", "third"]
    assert works.told == [("third", None, 0.25, None), ("third", {"found": 1}, 0.5, None), ("third", {"found": 2}, None, None)]


def test_the_newest_wish_comes_first() -> None:
    works, reader = Works(), Reader()
    tasks = [works.task(name) for name in ("one", "two", "three", "four")]
    reader.ask(1, tasks[0])
    assert works.started.wait(60)
    for number in (2, 3, 4):
        reader.ask(number, tasks[number - 1])
    reader.forget(3)
    reader.forget("never asked for")
    works.go.set()
    assert all(one.done.wait(60) for one in tasks)
    assert works.begun == ["one", "four", "two"]


def test_what_goes_wrong_is_told_unless_something_else_is_wished_for() -> None:
    works, reader = Works(), Reader()
    old, new = works.task("old", sl.SenselensError("too late")), works.task("new", sl.SenselensError("no such thing"))
    reader.ask("view", old)
    assert works.started.wait(60)
    reader.ask("view", new)
    works.go.set()
    assert new.done.wait(60)
    assert works.told == [("new", None, None, "no such thing")]
