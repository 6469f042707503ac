"""What a model's vectors tell: of words in contexts, and of sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import senselens as sl
from bench.quality import sets
from bench.quality.scores import macro_recall, spearman
from bench.quality.sets import Tagged
from senselens.calibration import baselines
from senselens.disambiguation import PART_LAYER, probed_parts
from senselens.inventory import open_inventory
from senselens.likeness import of_vectors, shared_senses
from senselens.measures import cosines, unit


def vectors(model: sl.Model, uses: Sequence[Tagged]) -> NDArray[np.float32]:
    """The vector of each use (N, W) at the model's sense layer."""
    return layers(model, uses)[model.sense_layer]


def layers(model: sl.Model, uses: Sequence[Tagged], window: int = 400) -> NDArray[np.float32]:
    """The vectors of each use at every layer (layers, N, W): means over the words its span covers, long contexts cut."""
    cut, spans = [], []
    for use in uses:
        start = max(0, use.span.start - window)
        start = use.text.rfind(" ", 0, start + 1) + 1 if start else 0
        cut.append(use.text[start : use.span.end + window])
        spans.append((use.span.start - start, use.span.end - start))
    out = []
    for at in range(0, len(cut), 512):
        for encoding, (start, end) in zip(model.encode(cut[at : at + 512]), spans[at : at + 512], strict=True):
            inside = [i for i, w in enumerate(encoding.words) if w.start < end and w.end > start]
            shape = (model.card.layers, model.card.width)
            out.append(encoding.layers[:, inside].mean(1) if inside else np.zeros(shape, np.float32))
    return np.stack(out, axis=1)


def wic(model: sl.Model, data: Path) -> dict[str, float]:
    """Word in Context: a threshold on the cosine, tuned on train, at each layer; and our same-sense probability."""
    train, dev = (sets.wic(data / "eval" / "wic", split) for split in ("train", "dev"))
    raw = [[layers(model, [r[i] for r in rows]) for i in (0, 1)] for rows in (train, dev)]
    found = [[unit(vectors) for vectors in pair] for pair in raw]
    out: dict[str, float] = {}
    for layer in range(1, model.card.layers) if model.card.layers > 1 else [0]:
        alike = [(a[layer] * b[layer]).sum(1) for a, b in found]
        gold = [np.array([r[2] for r in rows]) for rows in (train, dev)]
        out[f"layer {layer}, threshold from train"] = _at_threshold(alike, gold)
        if layer == model.sense_layer:
            out["sense layer, threshold from train"] = out[f"layer {layer}, threshold from train"]
            shares = [same_sense(model, rows, *pair) for rows, pair in zip((train, dev), raw, strict=True)]
            out["same-sense probability, threshold from train"] = _at_threshold(shares, gold)
            out["same-sense probability over a half"] = ((shares[1] > 0.5) == gold[1]).mean()
    return out


def _at_threshold(scores: Sequence[NDArray], gold: Sequence[NDArray]) -> float:
    """How many of the second *scores* are on the right side of the threshold that is best for the first."""
    tried = np.quantile(scores[0], np.linspace(0.01, 0.99, 99))
    threshold = max(tried, key=lambda t: ((scores[0] > t) == gold[0]).mean())
    return float(((scores[1] > threshold) == gold[1]).mean())


def same_sense(
    model: sl.Model, rows: Sequence[tuple[Tagged, Tagged, bool]], first: NDArray[np.float32], second: NDArray[np.float32]
) -> NDArray[np.float64]:
    """`sl.similarity`'s probability for each pair, from the vectors of both at every layer, (layers, N, W) each."""
    layer, calibration = model.sense_layer, model.calibration
    alike = cosines(first[layer], second[layer])
    if calibration.pair is None:
        return calibration.same_sense(alike, layer)
    book, (parts, others) = open_inventory(), (probed_parts(v[PART_LAYER]) for v in (first, second))
    found = []
    for i, (a, b, _) in enumerate(rows):
        shared = shared_senses(book, a.span.of(a.text), b.span.of(b.text))
        at = slice(i, i + 1)
        found.append(of_vectors(model, shared, first[layer, i], parts[i], second[layer, at], others[at], alike[at])[0])
    return np.array(found)


def coarsewsd(model: sl.Model, data: Path) -> dict[str, float]:
    """CoarseWSD-20 (8 words): nearest class mean and nearest neighbour, and 1, 3, 10 examples a class; macro recall."""
    folder = data / "eval" / "coarsewsd20"
    found: dict[str, list[float]] = defaultdict(list)
    for word in sorted(p.name for p in folder.iterdir() if p.is_dir()):
        train, test = (sets.coarse(folder, word, split) for split in ("train", "test"))
        x, y = unit(vectors(model, train)), np.array([u.gold[0] for u in train])
        queries, gold = unit(vectors(model, test)), np.array([u.gold[0] for u in test])
        found["nearest neighbour"].append(macro_recall(y[(queries @ x.T).argmax(1)], gold))
        found["nearest class mean"].append(macro_recall(_by_mean(x, y, queries), gold))
        for shots in (1, 3, 10):
            tries = [macro_recall(_by_mean(*_some(x, y, shots, seed), queries), gold) for seed in range(5)]
            found[f"{shots} examples a class"].append(float(np.mean(tries)))
    return {name: np.mean(values) for name, values in found.items()}


def _by_mean(x: NDArray, y: NDArray, queries: NDArray) -> NDArray:
    classes = np.unique(y)
    means = unit(np.stack([x[y == c].mean(0) for c in classes]))
    return classes[(queries @ means.T).argmax(1)]


def _some(x: NDArray, y: NDArray, shots: int, seed: int) -> tuple[NDArray, NDArray]:
    rng = np.random.default_rng(seed)
    kept = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:shots] for c in np.unique(y)])
    return x[kept], y[kept]


def scws(model: sl.Model, data: Path) -> dict[str, float]:
    """Stanford's contextual word similarities: Spearman of the cosine with the mean rating."""
    rows = sets.scws(data / "eval" / "scws")
    a, b = (unit(vectors(model, [r[i] for r in rows])) for i in (0, 1))
    return {"Spearman": spearman((a * b).sum(1), [r[2] for r in rows])}


def stsb(model: sl.Model, data: Path) -> dict[str, float]:
    """Sentence similarity: Spearman of the cosine of sentence vectors with the rating."""
    a, b, gold = sets.stsb(data / "eval" / "stsb", "dev")
    left, right = unit(model.embed(a)), unit(model.embed(b))
    return {"Spearman": spearman((left * right).sum(1), gold)}


def anisotropy(model: sl.Model, data: Path, lines: int = 400) -> dict[str, float]:
    """Ethayarajh 2019: the mean cosine of random words at each layer, and of one word with itself in other sentences."""
    texts = [t[:300] for t in (data / "corpus" / "valid.txt").read_text(encoding="utf-8").splitlines()[: lines * 4 : 4]]
    encodings = model.encode(texts)
    out = {f"layer {i} random words": b for i, b in enumerate(baselines(encodings))}
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, e in enumerate(encodings):
        for j, w in enumerate(e.words):
            places[w.of(e.text).lower()].append((i, j))
    for layer in range(model.card.layers):
        values = []
        for found in places.values():
            if 5 <= len(found) <= 60:
                x = unit(np.stack([encodings[i].layers[layer, j] for i, j in found]))
                n = len(x)
                values.append(((x @ x.T).sum() - n) / (n * (n - 1)))
        out[f"layer {layer} same word"] = np.mean(values)
    return out
