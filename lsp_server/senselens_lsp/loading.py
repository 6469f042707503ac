"""A model that is being loaded, on a thread of its own, so that requests are answered meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import senselens as sl
from senselens_lsp.configuration import Configuration


class Loading:
    """Loads what *configuration* names, and opens its inventory; `model` has the model, or the error."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.model: Future[sl.Model] = Future()
        threading.Thread(target=self._run, name="senselens-loading", daemon=True).start()

    def serves(self, configuration: Configuration) -> bool:
        """Whether *configuration* names the same."""
        return all(getattr(self.configuration, key) == getattr(configuration, key) for key in ("model", "precision", "inventory"))

    def _run(self) -> None:
        wanted = self.configuration
        try:
            sl.open_inventory(wanted.inventory)
            self.model.set_result(sl.load(wanted.model, wanted.precision) if wanted.model == "mini" else sl.load(wanted.model))
        except BaseException as error:  # whoever waits is told, whatever it was
            self.model.set_exception(error)
