"""The same index from a Ray cluster of two nodes, also when a worker dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import lance
import pytest
import ray
from ray.cluster_utils import Cluster

import senselens as sl
from senselens.index import build, parts

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own


def agents() -> dict[str, int]:
    """Ports for what Ray runs beside a node: where it has to ask for them, it waits 15 seconds and no longer (ray#65983)."""
    names = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port", "runtime_env_agent_port")
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("", 0))) for _ in names]
        return {name: s.getsockname()[1] for name, s in zip(names, sockets, strict=True)}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two nodes with a processor each, on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        path = os.pathsep.join([str(Path(sl.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        patch.setenv("PYTHONPATH", path)
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, **agents()})
        cluster.add_node(num_cpus=1, **agents())
        yield cluster
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(parts, "PART", 100)
    monkeypatch.setattr(build, "BATCH", 200)
    return [f"We sat by the river bank on day {i}. The bank lent {i} coins." for i in range(24)]


def rows(place: Path) -> list[str]:
    return sorted(map(str, lance.dataset(str(place)).to_table().to_pylist()))


def test_two_nodes_make_the_same_index_though_a_worker_is_killed(cluster: Cluster, texts: list[str], tmp_path: Path) -> None:
    sl.Index.build(texts, "mini-int8", tmp_path / "local")
    victims: list[int] = []

    def kill_one(done: int, total: int) -> None:
        if not victims and done:
            victims.append(workers(cluster)[0])
            os.kill(victims[0], signal.SIGKILL)

    index = sl.Index.build(texts, "mini-int8", tmp_path / "ray", engine="ray", address=cluster.address, step=kill_one)
    assert victims
    assert rows(tmp_path / "ray") == rows(tmp_path / "local")
    assert index.report
    assert index.report.added == len({u.document for u in index.uses("bank", k=100)}) / 2


def test_no_cluster(texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError("nobody there")  # as Ray does where none runs; at a wrong address it first tries for minutes

    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(
        sl.IndexUnavailable, match=r"no Ray cluster answers at 'auto' \(nobody there\); start one with `ray start"
    ):
        sl.Index.build(texts, "mini-int8", tmp_path / "i", engine="ray", address="auto")


def workers(cluster: Cluster) -> list[int]:
    """The processes in which the actors of *cluster* live."""
    raylets = {p.process.pid for node in cluster.list_all_nodes() for p in node.all_processes["raylet"]}
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [int(pid) for pid, parent, name in rows if int(parent) in raylets and name.startswith("ray::Worker")]
