"""Lexical substitution on SWORDS (Lee et al. 2021), scored as the benchmark's own evaluation does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import senselens as sl
from bench.quality import sets
from bench.quality.scores import generalized_average_precision
from bench.quality.sets import Tagged
from senselens.candidates import Place, Readings, given
from senselens.disambiguation import use_in_sentence
from senselens.inventory import open_inventory
from senselens.lexical_substitution import weigh, weights

CONCEIVABLE, ACCEPTABLE = 0.1, 0.5 + 1e-4  # the shares of annotators from which the benchmark counts a word as such
Evidence = NDArray[np.float64]  # (candidates, 4), see `senselens.lexical_substitution.weigh`
WAYS: dict[str, Callable[[Evidence], NDArray[np.float64]]] = {
    "word hidden": lambda e: e[:, 1],
    "word in sight": lambda e: e[:, 2],
    "vectors in the sentence": lambda e: e[:, 0],
    "all": lambda e: weights().probabilities(e),
}


def swords(model: sl.Model, data: Path) -> dict[str, float]:
    """Ranking the given candidates, by parts of the evidence and by all of it; and proposing one's own."""
    targets = sets.swords(data / "eval" / "swords")
    found = [evidence(model, target, list(gold)) for target, gold in targets]
    golds = [gold for _, gold in targets]
    out = {}
    for name, way in WAYS.items():
        scored = [dict(zip(gold, way(e).tolist(), strict=True)) for e, gold in zip(found, golds, strict=True)]
        out |= {f"given, {name}, {measure}": value for measure, value in ranking(scored, golds).items()}
    proposed = [_proposed(model, target) for target, _ in targets]
    return out | {f"proposed, {measure}": value for measure, value in generation(proposed, golds).items()}


def evidence(model: sl.Model, target: Tagged, names: Sequence[str]) -> Evidence:
    """What the engine knows of *names* in the place of *target*; noughts where it does not know the target."""
    book = open_inventory()
    try:
        use, _ = use_in_sentence(model, target.text, target.span)
    except sl.WordNotFound:  # part of a word with a hyphen
        return np.zeros((len(names), 4))
    if (place := Place.of(use, book)) is None:
        return np.zeros((len(names), 4))
    return weigh(place, given(place, Readings(place), names, book))[0]


def ranking(scored: Sequence[dict[str, float]], golds: Sequence[dict[str, float]], seed: int = 0) -> dict[str, float]:
    """GAP, and how often the best-ranked word is conceivable or acceptable. Equal scores are in a random order."""
    rng = np.random.default_rng(seed)
    rows = []
    for scores, gold in zip(scored, golds, strict=True):
        names = [list(scores)[i] for i in rng.permutation(len(scores))]
        ranked = [gold[name] for name in sorted(names, key=lambda n: -scores[n])]
        rows.append((generalized_average_precision(ranked), ranked[0] >= CONCEIVABLE, ranked[0] >= ACCEPTABLE))
    gap, conceivable, acceptable = np.mean(rows, axis=0)
    return {"GAP": gap, "precision at 1, conceivable": conceivable, "precision at 1, acceptable": acceptable}


def generation(proposed: Sequence[Sequence[str]], golds: Sequence[dict[str, float]], k: int = 10) -> dict[str, float]:
    """F^k for acceptable and for conceivable words; lenient: of the proposed words only those that were annotated count."""
    out = {}
    for kind, share in (("acceptable", ACCEPTABLE), ("conceivable", CONCEIVABLE)):
        for mode in ("lenient", "strict"):
            hits = tried = possible = 0
            for names, gold in zip(proposed, golds, strict=True):
                best = [n for n in names if mode == "strict" or n in gold][:k]
                right = {n for n, accepted in gold.items() if accepted >= share}
                hits, tried, possible = hits + len(right & set(best)), tried + len(best), possible + min(len(right), k)
            precision, recall = hits / tried, hits / possible
            out[f"F{k} {mode}, {kind}"] = 2 * precision * recall / (precision + recall)
    first = [gold.get(names[0], 0.0) >= CONCEIVABLE for names, gold in zip(proposed, golds, strict=True) if names]
    return out | {"precision at 1, conceivable": float(np.mean(first))}


def _proposed(model: sl.Model, target: Tagged) -> list[str]:
    """Lemmas as the benchmark has them, best first."""
    try:
        found = sl.substitutes(model, target.text, target.span, k=50)
    except sl.WordNotFound:
        return []
    names = (sets.lemma(open_inventory(), s.lemma, target.pos) for s in found)
    return [name for name in dict.fromkeys(names) if name != target.lemma]
