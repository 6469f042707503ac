"""Building on the nodes of a Ray cluster: actors with a model each write fragments, the driver reads sources and commits.

What comes back over the network is where the fragments are; vectors go from the actors straight to the index's place. An actor
that dies is started again and its batch done again: what it had written belongs to no commit. So the index is that of the local
engine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import ray
from ray.exceptions import RayError
from ray.util import ActorPool

from senselens.errors import IndexUnavailable
from senselens.index.build import HANDS, Engine, Written, written
from senselens.index.parts import Part
from senselens.index.rows import Annotator
from senselens.index.settings import Settings
from senselens.index.store import Options

THREADS = 4  # that the embedded model computes with where there are as many
AHEAD = HANDS + 1  # batches that an actor has, so that it need not wait for a commit


class Worker:
    """An actor: a model, and what is done with it."""

    def __init__(self, settings: Settings, path: str, options: Options | None) -> None:
        self._annotator = Annotator(settings.load(path), settings)
        self._path, self._options = path, options

    def written(self, batch: Sequence[Part]) -> Written:
        return written(batch, self._annotator, self._path, self._options)


@contextmanager
def cluster(address: str | None, settings: Settings, path: str, options: Options | None) -> Iterator[Engine]:
    """The engine that works on the cluster at *address*, or on the one this process is in already.

    Raises `IndexUnavailable` where there is none, and what `load` raises: the model has to load by its name on every node.
    *path* has to be one place for all of them.
    """
    settings.load(path)  # if it does not load here by its name, it will not there
    joined = ray.is_initialized()
    if not joined:
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING)
        except (ConnectionError, ValueError) as error:
            raise IndexUnavailable(
                f"no Ray cluster answers at {address!r} ({error}); start one with `ray start --head`"
            ) from None
    try:
        yield lambda batches: _work(batches, settings, path, options)
    finally:
        if not joined:
            ray.shutdown()


def _work(batches: Iterator[list[Part]], settings: Settings, path: str, options: Options | None) -> Iterator[Written]:
    cpus = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    threads = min(THREADS, *(c for c in cpus if c), THREADS)
    worker = ray.remote(Worker).options(
        num_cpus=threads, max_concurrency=HANDS, max_restarts=-1, max_task_retries=-1, scheduling_strategy="SPREAD"
    )
    actors = [worker.remote(settings, path, options) for _ in range(max(1, sum(c // threads for c in cpus)))]
    pool = ActorPool(actors * AHEAD)
    for batch in batches:
        if not pool.has_free():
            yield _next(pool)
        pool.submit(lambda actor, some: actor.written.remote(some), batch)
    while pool.has_next():
        yield _next(pool)


def _next(pool: ActorPool) -> Written:
    try:
        done: Written = pool.get_next_unordered()
    except RayError as error:
        if isinstance(error, IndexUnavailable):
            raise
        raise IndexUnavailable(f"a worker of the cluster failed ({error}); what was committed is kept, so build again") from error
    return done
