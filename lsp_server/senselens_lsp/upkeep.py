"""What Python and the C library do with memory and time, set for a server that runs for days and answers without pauses."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from time import monotonic

MMAP_THRESHOLD, LARGE = -3, 2**20  # of mallopt(3); bytes
ARENA_MAX, ARENAS = -8, 2
SELDOM = 10  # seconds
COLLECTIONS = 10_000, 10, 100  # objects more than before; collections of the younger generation
START = 1_000_000  # objects more, until there is a model: what libraries make when they are imported stays
TURN = 0.0005  # seconds


def give_back_large_blocks() -> None:
    """Let what one long text or many glosses take go back to the system when it is freed.

    glibc would raise the size from which it does so with every such block, and keep hundreds of megabytes for good.
    A hover takes no block that large, so that this costs it nothing. Other C libraries are left as they are.
    """
    if mallopt := _glibc("mallopt"):
        mallopt(MMAP_THRESHOLD, LARGE)
        mallopt(ARENA_MAX, ARENAS)


class SmallBlocks:
    """What is freed of them, which glibc keeps, given back when there is nothing else to do."""

    def __init__(self) -> None:
        self._trim = _glibc("malloc_trim")
        self._trimmed = monotonic()

    def give_back(self) -> None:
        """It takes some hundredths of a second, and is done seldom."""
        if self._trim and monotonic() - self._trimmed > SELDOM:
            self._trim(0)
            self._trimmed = monotonic()


def _glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def make_no_pauses() -> None:
    """Let threads take short turns, and the garbage collector seldom look at everything.

    While the engine's thread is busy in Python, a message is read and an answer written in a turn or two each: Python's own
    turns, of five milliseconds, would be most of the time that a hover takes. And with its own thresholds one hover in
    seven, while somebody types, waits a twentieth of a second for the collector. Hardly anything here is in cycles: all else
    goes when its last reference does.
    """
    sys.setswitchinterval(TURN)
    gc.set_threshold(START, *COLLECTIONS[1:])


def spare_collector() -> None:
    """Let the garbage collector pass over what is there now: the libraries and the model. What was spared before is not."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
