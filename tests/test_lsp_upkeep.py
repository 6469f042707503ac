"""What the server sets for its process, looked at from outside it."""

from __future__ import annotations

import subprocess
import sys

import pytest

BLOCKS = """
import gc, sys
from senselens_lsp import upkeep
upkeep.give_back_memory()

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
upkeep.take_short_turns()
upkeep.spare_collector()
print(sys.getswitchinterval() == upkeep.TURN, gc.get_threshold() == upkeep.SELDOM, gc.get_freeze_count() > 1000)
"""


def printed(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps it, and /proc tells")
def test_what_large_blocks_took_is_given_back() -> None:
    assert float(printed(BLOCKS)) < 10


def test_the_collector_and_the_turns_of_threads() -> None:
    assert printed(COLLECTOR) == "True True True"
