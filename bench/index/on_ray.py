"""Two workers of a Ray cluster beside one, on one machine: each node, with its worker, keeps to a core of its own."""

from __future__ import annotations

import os
from pathlib import Path

from ray.cluster_utils import Cluster

import senselens as sl
from bench.index.grown import Row, apart, cut


def on_ray(text: Path, words: int, model: str, place: Path) -> Row:
    """Words a second of one worker and of two. The driver, which reads and commits, takes what the cores have left."""
    words = cut(text, words, place / "ray.txt")
    one, two = (words / apart(seconds, place / "ray.txt", model, place / f"{nodes}.lance", nodes) for nodes in (1, 2))
    return {"words": words, "one worker, words a second": one, "two workers, words a second": two, "ratio": two / one}


def seconds(text: Path, model: str, place: Path, nodes: int) -> float:
    """The seconds of one build, with the start of the workers and without that of the cluster."""
    everywhere = os.sched_getaffinity(0)
    cluster = Cluster()
    try:
        for core in sorted(everywhere)[:nodes]:
            os.sched_setaffinity(0, {core})  # a node's processes inherit it
            cluster.add_node(num_cpus=1)
        os.sched_setaffinity(0, everywhere)
        report = sl.Index.build(text, model, place, engine="ray", address=cluster.address).report
    finally:
        cluster.shutdown()
    assert report
    return report.seconds
