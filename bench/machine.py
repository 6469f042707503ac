"""What the machine is, and the most that it can do."""

from __future__ import annotations

import os
import platform
import time
from datetime import datetime, timezone
from importlib.metadata import version

LIBRARIES = ("numpy", "onnxruntime", "torch", "transformers")


def described() -> dict[str, str]:
    """The processor and what computes on it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    cores = f"{os.cpu_count()} × {names[0] if names else platform.machine()}"
    return {"processor": cores, "python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def here(load: float) -> dict[str, str]:
    """This machine, now; *load* is what it had to do before, in processors. It takes Linux."""
    return {
        "measured": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        **described(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "load before and after": f"{load:.1f} and {os.getloadavg()[0]:.1f}",
    }


def peak(size: int = 1536, rounds: int = 15) -> float:
    """The most float32 operations a second that a product of two square matrices reaches here, by torch on all cores."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    a, b = torch.randn(size, size), torch.randn(size, size)
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        a @ b
        taken.append(time.perf_counter() - began)
    return 2 * size**3 / min(taken)
