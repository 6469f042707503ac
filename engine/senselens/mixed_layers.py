"""The similarity of words under any mix of a model's layers, from the dot products of those layers alone.

A mix is Σ s_l · h_l, with s = softmax(weights) (Peters et al. 2018, equation 1, without the layer normalisation that it calls
optional). The dot product of two mixes is sᵀ G s, where G (L, L) holds the dot products of the one word's layers with the
other's: so G says every mix's cosine exactly, and takes L² numbers where the vectors take L · W. Gamma cancels out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from senselens.encoding import Use, Vectors, softmax
from senselens.errors import Unsupported
from senselens.examples import example_sentences
from senselens.model import Model

RANDOM_PAIRS = 128  # of words; the error of their mean cosine is then a hundredth or so
SENTENCES = 64  # that those words are taken from
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LayerProducts:
    """Some *uses* under one model: all that the similarities of their mixes follow from.

    products: (n, n, L, L) float32, [i, j, a, b] the dot product of use i at layer a with use j at layer b.
    random:   (pairs, 3, L, L), of pairs of random words x, y: the products of x with x, y with y, and x with y.
    """

    uses: tuple[Use, ...]
    products: Vectors = field(repr=False)
    random: Vectors = field(repr=False)

    def cosines(self, weights: ArrayLike) -> Floats:
        """(n, n), the cosine of each pair of uses under the mix softmax(*weights*)."""
        mixed = _mixed(self.products, weights)  # (n, n)
        lengths = np.sqrt(np.diagonal(mixed))
        return _over(mixed, np.outer(lengths, lengths))

    def baseline(self, weights: ArrayLike) -> float:
        """The mean cosine of random words under the mix.

        It is that of `random`, moved so that a layer by itself has the calibrated baseline of `Model.calibration`.
        """
        shares = softmax(weights)
        x, y, both = _mixed(self.random, weights).T
        calibrated = np.asarray(self.uses[0].model.calibration.baselines)
        return float(_over(both, np.sqrt(x * y)).mean() + shares @ (calibrated - self.layer_baselines()))

    def layer_baselines(self) -> Floats:
        """(L,), the mean cosine of the pairs of `random` at each layer by itself."""
        x, y, both = np.moveaxis(np.diagonal(self.random, axis1=2, axis2=3).astype(np.float64), 1, 0)  # (pairs, L) each
        return np.asarray(_over(both, np.sqrt(x * y)).mean(0))

    def to_dict(self) -> dict[str, Any]:
        uses = [{"text": use.encoding.text, "span": use.span.to_dict()} for use in self.uses]
        return {"uses": uses, "products": self.products.tolist(), "random": self.random.tolist()}


def layer_products(uses: Sequence[Use], seed: int = 0) -> LayerProducts:
    """The `LayerProducts` of *uses* of one model. Raises `Unsupported` for uses of several models, or of one without layers."""
    if not uses:
        raise Unsupported("give one use or more: model.encode(text).word(word)")
    model = uses[0].model
    if any(use.model is not model for use in uses):
        raise Unsupported("uses are compared under one model: encode all texts with one")
    if model.card.layers < 2:
        raise Unsupported(
            f"{model.card.name} has {model.card.layers} layers, so there is nothing to mix: take a model with two or more"
        )
    layers = np.stack([use.encoding.layers[:, use.index] for use in uses])  # (n, L, W)
    products = np.einsum("iaw,jbw->ijab", layers, layers, optimize=True)
    return LayerProducts(tuple(uses), products.astype(np.float32), _random(model, seed))


@lru_cache(maxsize=4)
def _random(model: Model, seed: int) -> Vectors:
    """The products of random pairs of different words of WordNet's examples, each of another sentence than the other."""
    encodings = model.encode(example_sentences(SENTENCES))
    rng = np.random.default_rng(seed)
    found: list[Vectors] = []
    while len(found) < RANDOM_PAIRS:
        x, y = (Use(encodings[i], int(rng.integers(len(encodings[i].words)))) for i in rng.choice(len(encodings), 2, False))
        if x.word.casefold() != y.word.casefold():
            a, b = x.encoding.layers[:, x.index], y.encoding.layers[:, y.index]  # (L, W)
            found.append(np.stack([a @ a.T, b @ b.T, a @ b.T]))
    return np.stack(found).astype(np.float32)


def _mixed(products: Vectors, weights: ArrayLike) -> Floats:
    """sᵀ G s for matrices (…, L, L)."""
    shares = softmax(weights)
    if shares.shape != products.shape[-1:]:
        raise Unsupported(f"a mix of {products.shape[-1]} layers takes as many weights, not {shares.size}")
    return np.asarray(np.einsum("...ab,a,b->...", products.astype(np.float64), shares, shares))


def _over(products: Floats, lengths: Floats) -> Floats:
    """Cosines; 0 where a vector is zero."""
    return np.clip(np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0), -1, 1)
