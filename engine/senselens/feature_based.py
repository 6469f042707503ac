"""The first way to a classifier: the model's vectors as they are, and a linear classifier on top (Devlin et al. 2019, 5.3).

Training takes seconds and any model will do. Needs the extra ``finetune``; using or loading what was trained needs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.cards import CARDS
from senselens.classification import Label, ranked
from senselens.encoding import Vectors
from senselens.errors import BadExamples, BadModelFile, ModelUnavailable, SenselensError
from senselens.feature_vectors import features
from senselens.labelled import Labelled, Text, teachable
from senselens.model import Model
from senselens.output_folder import output_folder
from senselens.registry import load

INSTALL = "pip install 'senselens[finetune]'"
DESCRIPTION, TENSORS = "feature_classifier.json", "feature_classifier.safetensors"
PROBE = "We sat by the river bank, and the cat slept in the sun."


@dataclass(frozen=True, slots=True, eq=False)
class FeatureClassifier:
    """A linear classifier over the vectors of a *model*: softmax(weight · vector + bias).

    words:      whether it sorts words in their contexts, ``(text, word)``, or whole texts.
    layer, mix: which vectors, as in `features`.
    weight:     (labels, width); the scaling of the vectors that it was trained with is multiplied in.
    bias:       (labels,)
    """

    model: Model
    labels: tuple[str, ...]
    words: bool
    layer: int | None
    mix: tuple[float, ...] | None
    weight: Vectors = field(repr=False)
    bias: Vectors = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "model": self.model.card.name,
            "labels": list(self.labels),
            "words": self.words,
            "layer": self.layer,
            "mix": None if self.mix is None else list(self.mix),
            "weight": self.weight.tolist(),
            "bias": self.bias.tolist(),
        }

    @property
    def parameters(self) -> int:
        """How many numbers training set, the mix not counted."""
        return int(self.weight.size + self.bias.size)

    @property
    def layer_shares(self) -> tuple[float, ...] | None:
        """How much of the mix each layer is, the input layer first: they sum to 1. None without a mix."""
        if self.mix is None:
            return None
        shares = np.exp(np.array(self.mix) - max(self.mix))
        return tuple((shares / shares.sum()).tolist())

    def predict_proba(self, texts: Sequence[Text]) -> Vectors:
        """The probabilities (n, labels), columns in the order of `labels`.

        Raises `BadExamples` for words where it was trained on whole texts, and the other way round.
        """
        if any(isinstance(text, str) == self.words for text in texts):
            kinds = ("words in their contexts: give (text, word)", "whole texts: give strings")
            raise BadExamples(f"this classifier was trained on {kinds[not self.words]}")
        scores = features(self.model, texts, self.layer, self.mix) @ self.weight.T + self.bias
        shares = np.exp(scores - scores.max(1, keepdims=True))
        probabilities: Vectors = shares / shares.sum(1, keepdims=True)
        return probabilities

    def predict(self, texts: Sequence[Text]) -> list[str]:
        """The likeliest label of each text."""
        return [self.labels[i] for i in self.predict_proba(texts).argmax(1)]

    def classify(self, text: Text) -> list[Label]:
        """The labels of *text* with their probabilities, likeliest first."""
        return self.classify_all([text])[0]

    def classify_all(self, texts: Sequence[Text]) -> list[list[Label]]:
        """`classify` for each of *texts*, in batches."""
        return [ranked(self.labels, row) for row in self.predict_proba(texts)]

    def save(self, folder: str | Path, overwrite: bool = False) -> Path:
        """Write it without the model into a new *folder*, for `load_classifier`. Raises `OutputExists`."""
        from safetensors.numpy import save_file

        name = self.model.card.name
        place = Path(name).expanduser()
        described = {
            "model": str(place.absolute()) if name not in CARDS and place.exists() else name,
            "labels": self.labels,
            "words": self.words,
            "layer": self.layer,
            "mix": self.mix,
        }
        tensors = {"weight": self.weight, "bias": self.bias, "probe": self._probe()}
        with output_folder(folder, DESCRIPTION, overwrite) as new:
            save_file({name: np.ascontiguousarray(t) for name, t in tensors.items()}, new / TENSORS)  # it takes them for such
            (new / DESCRIPTION).write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return Path(folder).expanduser()

    def _probe(self) -> Vectors:
        """What tells the model: the vector (width,) of a text that never changes."""
        vector: Vectors = features(self.model, [PROBE], self.layer, self.mix)[0]
        return vector


def feature_classifier(
    model: str | Model,
    texts: Sequence[Text],
    labels: Sequence[str],
    *,
    layer: int | None = None,
    mix: Sequence[float] | None = None,
    C: float = 1.0,
) -> FeatureClassifier:
    """Train a classifier on the vectors of *texts* (see `features`): logistic regression on features of variance 1.

    *model* is any model with vectors, or its name; it stays as it is. *C* is scikit-learn's: smaller is simpler. There is
    no chance in it, so no seed. Raises `BadExamples`, `ModelUnavailable` without scikit-learn, and what `features` raises.
    """
    examples = teachable(Labelled(tuple(texts), tuple(labels)))
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise ModelUnavailable(f"training on features needs scikit-learn: {INSTALL}") from None
    loaded = load(model) if isinstance(model, str) else model
    words = examples.of_words
    x = features(loaded, examples.texts, layer, mix).astype(np.float64)
    centre, spread = x.mean(0), spread_of(x)
    fitted = LogisticRegression(C=C, max_iter=2000).fit((x - centre) / spread, examples.labels)
    weight, bias = fitted.coef_, fitted.intercept_  # (L, W), (L,); of two labels only the second one's
    if len(fitted.classes_) == 2:
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    weight = weight / spread
    bias = bias - weight @ centre
    names = tuple(str(name) for name in fitted.classes_)
    chosen = None if mix is None else tuple(map(float, mix))
    return FeatureClassifier(loaded, names, words, layer, chosen, weight.astype(np.float32), bias.astype(np.float32))


def spread_of(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The standard deviation of each column of *x* (n, W), and 1 for one that is the same in every row but for rounding."""
    spread = x.std(0)
    return np.where(spread > 1e-6 * np.abs(x).max(0), spread, 1.0)


def load_classifier(folder: str | Path, model: Model | None = None) -> FeatureClassifier:
    """The classifier that `FeatureClassifier.save` wrote, over the model it was trained on, or over *model* when given.

    Raises `BadModelFile` for damaged files or another model's vectors, and what `load` raises.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    place = Path(folder).expanduser()
    try:
        described: dict[str, Any] = json.loads((place / DESCRIPTION).read_text(encoding="utf-8"))
        tensors = load_file(place / TENSORS)
        weight, bias, probe = (tensors[name].astype(np.float32) for name in ("weight", "bias", "probe"))
        labels = tuple(map(str, described["labels"]))
        layer = None if described["layer"] is None else int(described["layer"])
        mix = None if described["mix"] is None else tuple(map(float, described["mix"]))
        name, words = str(described["model"]), bool(described["words"])
        if weight.shape != (len(labels), len(probe)) or bias.shape != (len(labels),):
            raise ValueError(f"a weight of shape {weight.shape} for {len(labels)} labels")
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise BadModelFile(f"{place} is not a whole feature classifier ({error}): train and save it again") from None
    try:
        loaded = model or load(name)
    except SenselensError as error:
        raise type(error)(f"the classifier in {place} was trained on {name}, which cannot be had: {error}") from None
    found = FeatureClassifier(loaded, labels, words, layer, mix, weight, bias)
    here = found._probe()
    if here.shape != probe.shape or np.linalg.norm(here - probe) > 1e-3 * np.linalg.norm(probe):
        raise BadModelFile(
            f"the classifier in {place} was trained on the vectors of {name}, and those of {loaded.card.name} here are "
            "others: give the model it was trained on, or train it again"
        )
    return found
