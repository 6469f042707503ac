"""How long an index takes to answer: words are asked for as often as they stand in it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

import senselens as sl

QUERIES = 300
LIKE = "We sat by the river bank"


def asked(index: sl.Index) -> dict[str, float]:
    """Milliseconds of the 20 uses of a word most alike to a given one, which is read beforehand; and of other questions."""
    counts = index._store.lemma_counts
    names = list(counts)
    shares = np.array(list(counts.values())) / counts.total()
    drawn = np.random.default_rng(0).choice(len(names), QUERIES, p=shares)
    use = index.model.encode(LIKE).word("bank")
    taken = [milliseconds(lambda name=names[i]: index.uses(name, like=use)) for i in drawn]  # type: ignore[misc]
    commonest, times = counts.most_common(1)[0]
    return {
        **{f"query p{share}, ms": float(np.percentile(taken, share)) for share in (50, 95)},
        "query of the commonest lemma, ms": milliseconds(lambda: index.uses(commonest, like=use)),
        "uses of the commonest lemma": times,
        "reading the use to compare with, ms": median(lambda: index.model.encode(LIKE)),
        "search, ms": median(lambda: index.search("cash machine")),
        "senses of a word, ms": median(lambda: index.senses("bank")),
    }


def median(call: Callable[[], object], runs: int = 5) -> float:
    """Milliseconds, after one call that does not count."""
    call()
    return float(np.median([milliseconds(call) for _ in range(runs)]))


def milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1e3
