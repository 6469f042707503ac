"""The tasks: each a function of a model and the data folder that gives named numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import senselens as sl
from bench.quality import sets
from bench.quality.sets import Tagged
from senselens.disambiguation import senses_of
from senselens.measures import unit

FUNCTION = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "that",
        "was",
        "is",
        "for",
        "it",
        "with",
        "as",
        "his",
        "on",
        "he",
        "be",
        "at",
        "by",
        "i",
        "this",
        "had",
        "not",
        "are",
        "but",
        "from",
        "or",
        "have",
        "an",
        "they",
        "which",
        "one",
        "you",
        "were",
        "all",
        "her",
        "she",
        "there",
        "would",
        "their",
        "we",
        "him",
        "been",
        "has",
        "when",
        "who",
        "will",
        "no",
        "more",
        "if",
        "out",
        "so",
        "up",
        "into",
        "them",
        "than",
        "its",
        "then",
    ]
)


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


def ranks(values: Sequence[float] | NDArray) -> NDArray[np.float64]:
    """Ranks from 0, equal values sharing the mean of theirs."""
    array = np.asarray(values, float)
    order, rank = np.argsort(array, kind="stable"), np.empty(len(array))
    rank[order] = np.arange(len(array))
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    return (np.bincount(inverse, rank) / counts)[inverse]


def spearman(a: Sequence[float] | NDArray, b: Sequence[float] | NDArray) -> float:
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def masked(model: sl.Model, data: Path, lines: int = 1500, share: float = 0.15) -> dict[str, float]:
    """One word in seven of the lines of valid.txt, hidden one at a time, among the words that are a single piece."""
    rng = np.random.default_rng(0)
    texts = (data / "corpus" / "valid.txt").read_text(encoding="utf-8").splitlines()
    where = []
    for i in rng.permutation(len(texts))[:lines]:
        text = texts[i][:400]
        where += [(text, w) for w in sl.words(text) if rng.random() < share]
    known = set(model.tokenizer.whole_words[1])
    where = [(t, s) for t, s in where if s.of(t).lower() in known or s.of(t) in known]
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for at in range(0, len(where), 2048):
        some = where[at : at + 2048]
        for (text, span), guesses in zip(some, model.predict_words(some, k=5), strict=True):
            right = [g.word.lower() == span.of(text).lower() for g in guesses]
            kind = "function" if span.of(text).lower() in FUNCTION else "content"
            for name in ("all", kind):
                hits[name].append((right[0], any(right)))
    out = {}
    for name, found in hits.items():
        out[f"{name} words top-1"], out[f"{name} words top-5"] = np.mean(found, axis=0)
    return out


def lambada(model: sl.Model, data: Path, most: int = 1500) -> dict[str, float]:
    """The last word of a passage, masked, with a full stop after it."""
    lines = (data / "eval" / "lambada" / "lambada_development_plain_text.txt").read_text(encoding="utf-8").splitlines()[:most]
    where = []
    for line in lines:
        text = " ".join(line.split()[-150:]) + " ."
        where.append((text, sl.Span(text[:-2].rindex(" ") + 1, len(text) - 2)))
    found = model.predict_words(where, k=5)
    right = [[g.word.lower() == s.of(t) for g in gs] for (t, s), gs in zip(where, found, strict=True)]
    return {"top-1": np.mean([r[0] for r in right]), "top-5": np.mean([any(r) for r in right])}


def wic(model: sl.Model, data: Path) -> dict[str, float]:
    """Word in Context: a threshold on the cosine, tuned on train, at each layer; and our calibrated probability as it is."""
    train, dev = (sets.wic(data / "eval" / "wic", split) for split in ("train", "dev"))
    found = [[unit(layers(model, [r[i] for r in rows])) for i in (0, 1)] for rows in (train, dev)]
    out: dict[str, float] = {}
    for layer in range(1, model.card.layers) if model.card.layers > 1 else [0]:
        cosines = [(a[layer] * b[layer]).sum(1) for a, b in found]
        gold = [np.array([r[2] for r in rows]) for rows in (train, dev)]
        tried = np.quantile(cosines[0], np.linspace(0.01, 0.99, 99))
        threshold = max(tried, key=lambda t: ((cosines[0] > t) == gold[0]).mean())
        out[f"layer {layer}, threshold from train"] = ((cosines[1] > threshold) == gold[1]).mean()
        if layer == model.sense_layer:
            share = model.calibration.same_sense(cosines[1], layer)
            out["same-sense probability over a half"] = ((share > 0.5) == gold[1]).mean()
            out["same-sense calibration error"] = calibration_error(share, gold[1])
    return out


def calibration_error(share: NDArray, right: NDArray, bins: int = 10) -> float:
    """Expected calibration error: |mean probability - share of right| over equal-width bins, weighed by their size."""
    which = np.minimum((np.asarray(share) * bins).astype(int), bins - 1)
    return float(sum(abs(share[which == b].mean() - right[which == b].mean()) * (which == b).mean() for b in np.unique(which)))


def coarsewsd(model: sl.Model, data: Path) -> dict[str, float]:
    """CoarseWSD-20 (8 words): nearest class mean and nearest neighbour, and 1, 3, 10 examples a class; macro recall."""
    folder = data / "eval" / "coarsewsd20"
    found: dict[str, list[float]] = defaultdict(list)
    for word in sorted(p.name for p in folder.iterdir() if p.is_dir()):
        train, test = (sets.coarse(folder, word, split) for split in ("train", "test"))
        x, y = unit(vectors(model, train)), np.array([u.gold[0] for u in train])
        queries, gold = unit(vectors(model, test)), np.array([u.gold[0] for u in test])
        found["nearest neighbour"].append(_macro_recall(y[(queries @ x.T).argmax(1)], gold))
        found["nearest class mean"].append(_macro_recall(_by_mean(x, y, queries), gold))
        for shots in (1, 3, 10):
            tries = [_macro_recall(_by_mean(*_some(x, y, shots, seed), queries), gold) for seed in range(5)]
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


def _macro_recall(guess: NDArray, gold: NDArray) -> float:
    return float(np.mean([(guess[gold == c] == c).mean() for c in np.unique(gold)]))


def wsd(model: sl.Model, data: Path) -> dict[str, float]:
    """All-words disambiguation (F1; every instance is answered), lemma and part of speech given, as the framework has it."""
    book = sl.open_inventory("wordnet")
    out: dict[str, float] = {}
    for name in ("senseval2", "semeval2007"):
        scores: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
        instances = list(sets.all_words(data / "eval" / "wsd", name))
        texts = list(dict.fromkeys(u.text for u in instances))
        encodings = dict(zip(texts, model.encode(texts), strict=True))
        for use in instances:
            candidates = [
                s for s in book.senses(use.lemma.replace("_", " "), use.pos) if s.lemma.lower() == use.lemma.replace("_", " ")
            ]
            guess = _best(model, encodings[use.text], use, candidates, book)
            row = (
                (guess in use.gold, candidates[0].sense_id in use.gold, len(set(use.gold)) / len(candidates))
                if candidates
                else (0, 0, 0)
            )
            for kind in ("all", use.pos):
                scores[kind].append(row)
        for kind, rows in scores.items():
            out[f"{name} {kind} F1"], out[f"{name} {kind} first sense"], random = np.mean(rows, axis=0)
            if kind == "all":
                out[f"{name} all random"] = random
    return out


def _best(model, encoding, use: Tagged, candidates, book) -> str:
    inside = [i for i, w in enumerate(encoding.words) if w.start < use.span.end and w.end > use.span.start]
    if len(candidates) < 2 or not inside:
        return candidates[0].sense_id if candidates else ""
    allowed = {s.sense_id for s in candidates}
    word = encoding.uses[inside[0]]
    ranked = senses_of(word, _Only(tuple(candidates)))
    return next((m.sense_id for m in ranked if m.sense_id in allowed), candidates[0].sense_id)


class _Only(sl.Inventory):
    """An inventory that has just these senses, whatever the form."""

    name = version = licence = "given"
    language = "en"

    def __init__(self, found: tuple[sl.Sense, ...]) -> None:
        self._found = found

    def lemmas(self, form, pos=None):
        return tuple((s.lemma, s.pos) for s in self._found)

    def sense(self, sense_id):
        return next(s for s in self._found if s.sense_id == sense_id)

    def hypernyms(self, sense):
        return ()

    def _senses_of(self, lemma, pos):
        return self._found

    def senses(self, form, pos=None):
        return self._found


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


def next_sentence(model: sl.Model, data: Path, pairs: int = 600) -> dict[str, float]:
    """Consecutive sentences of held-out lines against a sentence of another line; half and half."""
    rng = np.random.default_rng(0)
    lines = (data / "corpus" / "valid.txt").read_text(encoding="utf-8").splitlines()
    split = [[s.of(line) for s in sl.sentences(line)] for line in lines]
    several = [s for s in split if len(s) > 1]
    right = []
    for i in rng.permutation(len(several))[:pairs]:
        at = int(rng.integers(len(several[i]) - 1))
        follows = bool(rng.random() < 0.5)
        other = several[int(rng.integers(len(several)))]
        second = several[i][at + 1] if follows else other[int(rng.integers(len(other)))]
        right.append((model.next_sentence(several[i][at], second) > 0.5) == follows)
    return {"accuracy": np.mean(right)}


def anisotropy(model: sl.Model, data: Path, lines: int = 400) -> dict[str, float]:
    """Ethayarajh 2019: the mean cosine of random words at each layer, and of one word with itself in other sentences."""
    from senselens.calibration import baselines

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


TASKS: dict[str, tuple[Callable[[sl.Model, Path], dict[str, float]], str]] = {
    "masked": (masked, "masked"),
    "lambada": (lambada, "masked"),
    "nsp": (next_sentence, "next-sentence"),
    "wic": (wic, "vectors"),
    "coarsewsd": (coarsewsd, "vectors"),
    "wsd": (wsd, "vectors"),
    "scws": (scws, "vectors"),
    "stsb": (stsb, "sentence"),
    "anisotropy": (anisotropy, "vectors"),
}
