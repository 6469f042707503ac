"""A model that is being loaded, on a thread of its own, so that requests are answered meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import senselens as sl
from senselens_lsp.configuration import Configuration
from senselens_lsp.upkeep import spare_collector

T = TypeVar("T")


class Loading:
    """Loads what *configuration* names, and opens its inventory; `model` has the model, or the error."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.model = background(self._load, "senselens-loading")

    def serves(self, configuration: Configuration) -> bool:
        """Whether *configuration* names the same."""
        return all(getattr(self.configuration, key) == getattr(configuration, key) for key in ("model", "precision", "inventory"))

    def _load(self) -> sl.Model:
        wanted = self.configuration
        try:
            sl.open_inventory(wanted.inventory)
            model = sl.load(wanted.model, wanted.precision) if wanted.model == "mini" else sl.load(wanted.model)
            sl.inspect("A word.", [model], k=1, inventory=wanted.inventory)  # what only the first answer takes, it takes here
            return model
        finally:
            spare_collector()


def background(job: Callable[[], T], name: str) -> Future[T]:
    """What *job* gives, on a thread of its own that does not hold up the end of the process."""
    answer: Future[T] = Future()

    answer.set_running_or_notify_cancel()  # nobody who no longer waits cancels it

    def run() -> None:
        try:
            answer.set_result(job())
        except BaseException as error:  # whoever waits is told, whatever it was
            answer.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return answer
