"""What the machine is, and the most that it can do."""

from __future__ import annotations

import math
import os
import platform
import time
from collections.abc import Callable
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


def peak(rounds: int = 15) -> tuple[float, str]:
    """The most float32 operations a second of a product of matrices here, on all cores, and the library that reaches it.

    torch and onnxruntime, with square matrices and with a batch and a layer of `mini`'s size: the best of all runs.
    """
    products = {"torch": _torch_product, "onnxruntime": _onnxruntime_product}
    shapes = ((1536, 1536, 1536), (1024, 384, 1536))
    found = [(_best(make(*shape), rounds, 2 * math.prod(shape)), name) for name, make in products.items() for shape in shapes]
    return max(found)


def _best(product: Callable[[], object], rounds: int, operations: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        product()
        taken.append(time.perf_counter() - began)
    return operations / min(taken)


def _torch_product(rows: int, inner: int, columns: int) -> Callable[[], object]:
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    a, b = torch.randn(rows, inner), torch.randn(inner, columns)
    return lambda: a @ b


def _onnxruntime_product(rows: int, inner: int, columns: int) -> Callable[[], object]:
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(0)
    a, b = (random.normal(size=shape).astype(np.float32) for shape in ((rows, inner), (inner, columns)))
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [rows, size]) for name, size in (("x", inner), ("y", columns)))
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "b"], ["y"])], "product", [x], [y], [numpy_helper.from_array(b, "b")]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x": a})
