"""What the machine can do, and what a process needs before its first answer."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from importlib.metadata import version

TEXT = "She walked along the river bank because it was sunny today"
MASKED = TEXT.replace("bank", "[MASK]")
FIRST = {
    "senselens": f"import senselens as sl; m = sl.load('mini'); m.predict({MASKED!r}); m.encode({TEXT!r})",
    "transformers' pipelines": (
        "import sys; from transformers import pipeline; f = sys.argv[1]; "
        f"pipeline('fill-mask', model=f, tokenizer=f)({MASKED!r}); "
        f"pipeline('feature-extraction', model=f, tokenizer=f)({TEXT!r})"
    ),
}
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


def flops_a_piece() -> int:
    """Operations of `mini`'s matrices for one word piece: query, key, value, output; up and down. Attention comes on top."""
    width, inner, layers = 384, 1536, 6
    return 2 * layers * (4 * width * width + 2 * width * inner)


def cold_start(folder: str, pythons: dict[str, str], rounds: int) -> dict[str, float]:
    """The median seconds of a process from its start to a masked word and the vectors of a sentence, by turns."""
    seconds: dict[str, list[float]] = {name: [] for name in pythons}
    for turn in range(rounds + 1):
        for name, python in pythons.items():
            began = time.perf_counter()
            subprocess.run([python, "-c", FIRST[name], folder], check=True, capture_output=True)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in seconds.items()}
