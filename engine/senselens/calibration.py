"""What a model's cosines mean: its baselines for random words and sentences, the probability that two uses share a sense.

The embedded model's numbers ship with it (fitted by training/calibrate.py on SemCor documents its training never saw).
Any other model is measured once, on WordNet's usage examples, and the numbers are kept on disk.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from senselens.encoding import Encoding, Vectors
from senselens.measures import unit
from senselens.places import cache_folder

if TYPE_CHECKING:
    from senselens.model import Model

log = logging.getLogger(__name__)

# What the package's calibrations.json has beside the families:
SENTENCES = "sentence baselines"
GLOSSES = "glosses alone"  # the weights of the evidence where senses have no tagged uses


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per layer, input layer first: the *baselines*, and the logistic from cosine to same-sense probability.

    *context*, *prior*, *part* and *tagged* weigh the evidence for a sense: the cosine to its vector, the logarithm of its
    frequency, the logarithm of its part of speech's probability, and whether tagged uses are in its vector, which brings it
    nearer to any use (see `senselens.disambiguation`).
    *pair* is the logistic at the sense layer that knows the uses' likely senses too: what the cosine weighs, what the
    probability of one sense for both (see `senselens.likeness`), and the intercept; None where only cosines were measured.
    """

    baselines: tuple[float, ...]
    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]
    context: float
    prior: float
    part: float
    tagged: float = 0.0
    pair: tuple[float, float, float] | None = None

    def same_sense(self, cosine: ArrayLike, layer: int) -> NDArray[np.float64]:
        """P(same sense | cosine at *layer*), element by element."""
        return 1 / (1 + np.exp(-(self.slopes[layer] * np.asarray(cosine, float) + self.intercepts[layer])))

    def same_sense_of_pair(self, cosine: ArrayLike, agreement: ArrayLike) -> NDArray[np.float64]:
        """P(same sense | cosine at the sense layer, probability that both have one sense of the inventory's). Needs *pair*."""
        assert self.pair
        alike, agreed, constant = self.pair
        return 1 / (1 + np.exp(-(alike * np.asarray(cosine, float) + agreed * np.asarray(agreement, float) + constant)))


def calibration_of(model: Model) -> Calibration:
    """The calibration of *model*: from the package, from the disk, or measured now. Raises `Unsupported` without word vectors."""
    model.need("vectors")
    shipped = _shipped()
    if model.card.family in shipped:
        return _read(shipped[model.card.family])
    return _read(_kept(model, "", lambda: asdict(measure(model))))


def sentence_baseline_of(model: Model) -> float:
    """The mean cosine of random pairs of sentences under *model*: from the package, from the disk, or measured now."""
    shipped = _shipped().get(SENTENCES, {})
    if model.card.family in shipped:
        return float(shipped[model.card.family])
    return float(_kept(model, ".sentences", lambda: {"baseline": measure_sentences(model)})["baseline"])


def _shipped() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("senselens").joinpath("data/calibrations.json").read_text(encoding="utf-8"))
    return found


def _kept(model: Model, what: str, measured: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the disk has of *model* under its fingerprint and *what*, or else is *measured* now, and kept."""
    kept = cache_folder() / "calibrations" / f"{model.fingerprint}{what}.json"
    if not kept.exists():
        log.info("measuring the baseline of %s on WordNet's examples, once", model.card.name)
        content = json.dumps(measured())
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial")
        partial.write_text(content, encoding="utf-8")
        partial.replace(kept)
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _read(row: dict[str, Any]) -> Calibration:
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in row.items()}
    return Calibration(**values)


def measure(model: Model, lemmas: int = 150) -> Calibration:
    """Encode WordNet's examples of some lemmas with several senses, and fit.

    The weights of the evidence for a sense are those that the embedded model has without tagged uses.
    """
    from senselens.examples import example_uses

    groups = example_uses(lemmas)
    texts = [example.text for example in groups]
    encodings = model.encode(texts)
    spans = [next((i for i, w in enumerate(e.words) if w == g.span), None) for e, g in zip(encodings, groups, strict=True)]
    kept = [i for i, s in enumerate(spans) if s is not None]
    vectors = np.stack([encodings[i].layers[:, spans[i]] for i in kept], axis=1)  # (layers, uses, W)
    lemma = np.array([groups[i].lemma for i in kept])
    sense = np.array([groups[i].sense for i in kept])
    slopes, intercepts = same_sense_fit(vectors, lemma, sense)
    return Calibration(baselines(encodings), slopes, intercepts, **_shipped()[GLOSSES])


def measure_sentences(model: Model, count: int = 200) -> float:
    """The mean cosine over all pairs of *count* of WordNet's examples, each of another word."""
    from senselens.examples import example_sentences

    table = unit(model.embed(example_sentences(count)))  # (n, W)
    total, n = table.sum(0), len(table)
    return float((total @ total - (table * table).sum()) / (n * (n - 1)))


def baselines(encodings: Sequence[Encoding], pairs: int = 4000, seed: int = 0) -> tuple[float, ...]:
    """The mean cosine of random pairs of different words from different texts, at each layer."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(encodings)), [len(e.words) for e in encodings])
    forms = np.array([w.of(e.text).casefold() for e in encodings for w in e.words])
    a, b = rng.integers(len(owner), size=(2, pairs))
    apart = (owner[a] != owner[b]) & (forms[a] != forms[b])
    a, b = a[apart], b[apart]
    out = []
    for layer in range(len(encodings[0].layers)):
        table = unit(np.concatenate([e.layers[layer] for e in encodings]))  # (words, W)
        out.append(float((table[a] * table[b]).sum(1).mean()))
    return tuple(out)


def same_sense_fit(
    vectors: Vectors, lemma: NDArray[np.str_], sense: NDArray[np.str_], seed: int = 0
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Slope and intercept at each layer, from uses (layers, N, W) with their lemma and sense (N,).

    Pairs are all pairs of uses of one lemma; the same-sense and the different-sense pairs weigh the same in total.
    """
    left, right = pairs_of_one_lemma(lemma, seed)
    same = sense[left] == sense[right]
    weight = even_odds(same)
    fits = []
    for layer in vectors:
        table = unit(layer)
        fits.append(logistic_fit((table[left] * table[right]).sum(1), same, weight))
    return tuple(s for s, _ in fits), tuple(i for _, i in fits)


def pairs_of_one_lemma(lemma: NDArray[np.str_], seed: int = 0, most: int = 24) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs (P,) and (P,) of uses of one lemma, of *most* uses of each."""
    rng = np.random.default_rng(seed)
    order = np.argsort(lemma, kind="stable")
    a, b = [], []
    for group in np.split(order, np.flatnonzero(lemma[order][1:] != lemma[order][:-1]) + 1):
        some = rng.permutation(group)[:most]
        first, second = np.triu_indices(len(some), 1)
        a.append(some[first])
        b.append(some[second])
    return np.concatenate(a), np.concatenate(b)


def even_odds(same: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A weight for each pair (P,), so that the same-sense pairs and the others weigh the same in total."""
    weight: NDArray[np.float64] = np.where(same, 0.5 / same.mean(), 0.5 / (1 - same.mean()))
    return weight


def logistic_fit(x: ArrayLike, y: ArrayLike, weight: ArrayLike, ridge: float = 1e-3) -> tuple[float, ...]:
    """What each column of *x* (N,) or (N, F) weighs, and the intercept: (F + 1,) numbers, by Newton's method.

    They maximise the weighted likelihood of *y* (true or false).
    """
    columns = np.asarray(x, float).reshape(len(np.asarray(x)), -1)
    features = np.column_stack([columns, np.ones(len(columns))])  # (N, F + 1)
    target, mass = np.asarray(y, float), np.asarray(weight, float)
    theta = np.zeros(features.shape[1])
    for _ in range(50):
        share = 1 / (1 + np.exp(-features @ theta))
        gradient = features.T @ (mass * (target - share)) - ridge * theta
        curvature = (features * (mass * share * (1 - share))[:, None]).T @ features + ridge * np.eye(len(theta))
        step = np.linalg.solve(curvature, gradient)
        theta += np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-8:
            break
    return tuple(theta.tolist())
