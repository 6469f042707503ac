"""Texts sorted into labels: what a classification head answers (Devlin et al. 2019, section 4.1), and how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.errors import BadExamples
from senselens.network import Batch, Network, batches
from senselens.pieces import PieceTokenizer
from senselens.windows import windows

TEACH = "fine_tune teaches a model labels of your own"
SMALLEST = 1e-30  # probability that counts: float32 can give 0, whose logarithm nothing could make good


@dataclass(frozen=True, slots=True)
class Label:
    """A label a text may have, and the probability that it has it."""

    label: str
    probability: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Classifier(Protocol):
    """What sorts texts into *labels*: a `Model` with the capability ``classify``, or a `FeatureClassifier`."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    def classify_all(self, texts: Sequence[Any]) -> list[list[Label]]: ...


@dataclass(frozen=True, slots=True)
class LabelScores:
    """How one label fares: how many texts have it, and the classifier's precision, recall and their harmonic mean on it."""

    label: str
    count: int
    precision: float
    recall: float
    f1: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A classifier on texts whose labels are known.

    confusion: ``confusion[i][j]`` texts of ``labels[i]`` were given ``labels[j]``.
    loss:      the mean of -ln(the probability that a text's own label was given): cross-entropy, 0 at best.
    """

    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    loss: float

    @property
    def count(self) -> int:
        return sum(map(sum, self.confusion))

    @property
    def accuracy(self) -> float:
        """The share of texts that were given their own label."""
        return sum(row[i] for i, row in enumerate(self.confusion)) / self.count

    @property
    def macro_f1(self) -> float:
        """The mean F1 over the labels that a text has or was given: a rare label counts as much as a frequent one."""
        met = [s for s, column in zip(self.scores, zip(*self.confusion, strict=True), strict=True) if s.count or any(column)]
        return sum(s.f1 for s in met) / len(met)

    @property
    def scores(self) -> tuple[LabelScores, ...]:
        """Each label by itself; a share of no texts at all is 0."""
        found = []
        for i, (label, row) in enumerate(zip(self.labels, self.confusion, strict=True)):
            right, own, given = row[i], sum(row), sum(r[i] for r in self.confusion)
            found.append(LabelScores(label, own, right / max(given, 1), right / max(own, 1), 2 * right / max(own + given, 1)))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        return {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "loss": self.loss,
            "count": self.count,
            "scores": [s.to_dict() for s in self.scores],
            "confusion": [list(row) for row in self.confusion],
        }


def evaluate(classifier: Classifier, texts: Sequence[Any], labels: Sequence[str]) -> Evaluation:
    """Classify *texts* and compare each one's likeliest label with its own of *labels*.

    Raises `BadExamples` for no texts, another number of labels, or a label that the classifier does not know.
    """
    texts, labels = list(texts), list(labels)
    if len(texts) != len(labels) or not labels:
        raise BadExamples(f"there are {len(texts)} texts and {len(labels)} labels: give a label for each text, and some texts")
    right = numbers_of(labels, classifier.labels)
    answers = classifier.classify_all(texts)
    given = numbers_of([answer[0].label for answer in answers], classifier.labels)
    table = np.zeros((len(classifier.labels),) * 2, int)
    np.add.at(table, (right, given), 1)
    shares = [a.probability for label, answer in zip(labels, answers, strict=True) for a in answer if a.label == label]
    loss = -float(np.log(np.maximum(shares, SMALLEST)).mean())
    return Evaluation(classifier.labels, tuple(tuple(row) for row in table.tolist()), loss)


def numbers_of(labels: Sequence[str], known: Sequence[str]) -> NDArray[np.int64]:
    """The place of each of *labels* among the *known* ones, (n,). Raises `BadExamples` for one that is not."""
    number = {label: i for i, label in enumerate(known)}
    if unknown := sorted({str(label) for label in labels if label not in number}):
        raise BadExamples(f"the classifier knows {', '.join(known)}, and not {', '.join(unknown[:5])}: leave those texts out")
    return np.array([number[label] for label in labels], np.int64)


def ranked(labels: Sequence[str], probabilities: NDArray[np.floating[Any]]) -> list[Label]:
    """*labels* with their *probabilities* (L,), likeliest first; equal ones in their order."""
    best = np.argsort(-probabilities, kind="stable")
    return [Label(labels[i], float(probabilities[i])) for i in best]


def label_probabilities(network: Network, tokenizer: PieceTokenizer, texts: Sequence[str]) -> Vectors:
    """The probabilities (n, L) that a network with a classification head gives to the labels of *texts*.

    A text longer than the network takes is read in windows that overlap by half, and its probabilities are their mean.
    """
    pieces, template = tokenizer.pieces(texts), tokenizer.template
    around = len(template.start) + len(template.end)
    room = network.longest - around
    cuts = [windows(len(p), room, room // 2) or [(0, 0)] for p in pieces]
    parts = [(i, a, b) for i, cut in enumerate(cuts) for a, b in cut]
    sums = np.zeros((len(pieces), len(network.labels)), np.float32)
    for some in batches([b - a + around for _, a, b in parts]):
        inputs = [template.one(pieces[i].ids[a:b]) for i, a, b in (parts[j] for j in some)]
        found = network.label_probabilities(Batch.of(inputs, network.padding))  # (B, L)
        np.add.at(sums, [parts[j][0] for j in some], found)
    means: Vectors = sums / np.array([[len(cut)] for cut in cuts], np.float32).reshape(-1, 1)
    return means
