"""What Python and the C library do with memory and time, set for a server that runs for days and answers without pauses."""

from __future__ import annotations

import ctypes
import gc
import sys

MMAP_THRESHOLD, LARGE = -3, 2**20  # of mallopt(3); bytes
ARENA_MAX, ARENAS = -8, 2
SELDOM = 10_000, 10, 100  # objects more than before; collections of the younger generation
TURN = 0.0005  # seconds


def give_back_memory() -> None:
    """Let what one long text or many glosses took go back to the system when it is freed.

    glibc would raise the size from which it does so with every such block, and keep hundreds of megabytes for good.
    A hover takes no block that large, so that this costs it nothing. Other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(MMAP_THRESHOLD, LARGE)
        mallopt(ARENA_MAX, ARENAS)


def take_short_turns() -> None:
    """Let a message be read, and an answer be written, while the engine's thread is busy in Python.

    Each takes a turn or two; Python's own turns, of five milliseconds, would be most of the time that a hover takes.
    """
    sys.setswitchinterval(TURN)


def spare_collector() -> None:
    """Let the garbage collector pass over what is there now, the libraries and the model, and seldom look at all the rest.

    With Python's own thresholds one hover in seven, while somebody types, waits a twentieth of a second for it. Hardly
    anything here is in cycles: all else goes when its last reference does.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
