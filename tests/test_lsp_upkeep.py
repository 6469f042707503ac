"""What the server sets for its process, looked at from outside it."""

from __future__ import annotations

import subprocess
import sys

import pytest

BLOCKS = """
import gc, sys
from senselens_lsp import upkeep
upkeep.give_back_large_blocks()

def megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

before, kept = megabytes(), []
for size in range(31, 0, -1):  # once the first is freed glibc takes the others from its heap, under something small that stays
    large = bytearray(b"x" * (size * 2**20))
    kept.append(bytearray(1000))
    del large
print(megabytes() - before)
"""
COLLECTOR = """
import gc, sys
from senselens_lsp import upkeep
upkeep.make_no_pauses()
print(sys.getswitchinterval() == upkeep.TURN, gc.get_threshold()[0] == upkeep.START)
upkeep.spare_collector()
print(gc.get_threshold() == upkeep.COLLECTIONS, gc.get_freeze_count() > 1000)
"""


SMALL = """
from senselens_lsp import upkeep
upkeep.SELDOM = 0

def megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

rest = upkeep.SmallBlocks()
before = megabytes()
blocks = [bytearray(5000) for _ in range(20000)]
del blocks[::2], blocks[:-1]  # the last one lies on all that is freed
kept = megabytes() - before
rest.give_back()
print(kept > 50, megabytes() - before < 10)
"""


def printed(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps it, and /proc tells")
def test_what_large_blocks_took_is_given_back() -> None:
    assert float(printed(BLOCKS)) < 10


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps it, and /proc tells")
def test_what_small_blocks_took_is_given_back() -> None:
    assert printed(SMALL) == "True True"


def test_the_collector_and_the_turns_of_threads() -> None:
    assert printed(COLLECTOR).split() == ["True"] * 4
