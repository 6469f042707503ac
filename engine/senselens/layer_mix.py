"""A task's own mix of a model's layers, learnt together with a linear classifier (Peters et al. 2018, equation 1).

The weights say which layers the task uses: Peters et al. (figure 2) for ELMo, Tenney et al. (2019, *BERT rediscovers the
classical NLP pipeline*, section 2) for BERT. Needs torch, as in the extra ``finetune``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from senselens.classification import numbers_of
from senselens.encoding import Vectors
from senselens.errors import ModelUnavailable, Unsupported
from senselens.feature_based import INSTALL, FeatureClassifier, spread_of
from senselens.feature_vectors import AT_ONCE, pooled
from senselens.labelled import Labelled, Text, teachable
from senselens.model import Model
from senselens.registry import load

PENALTY = 0.001  # of the mix's weights squared: small enough for them to vary (section 5.2)
STEPS = 200  # of L-BFGS at most; it stops where the loss no longer falls


def learn_mix(
    model: str | Model, texts: Sequence[Text], labels: Sequence[str], *, C: float = 1.0, penalty: float = PENALTY
) -> FeatureClassifier:
    """Train a classifier on the mixed layers of *texts*, and the mix with it; its `layer_shares` say what each layer gives.

    A text counts as in `features` with a mix: the mean of its words, or for ``(text, word)`` that word. What is made small
    is the loss of `feature_classifier`, with its *C*, and *penalty* · ‖weights of the mix‖², which holds the layers equal
    where the task does not care. Gamma stays 1: the classifier's own weights scale. There is no chance in it, so no seed.
    Raises `BadExamples`, `ModelUnavailable` without torch, `Unsupported` for a model with one layer or none.
    """
    examples = teachable(Labelled(tuple(texts), tuple(labels)))
    loaded = load(model) if isinstance(model, str) else model
    loaded.need("vectors")
    if loaded.card.layers < 2:
        raise Unsupported(f"{loaded.card.name} has one layer, so there is nothing to mix: use feature_classifier")
    try:
        import torch

        from senselens.elmo import ScalarMix
    except ImportError:
        raise ModelUnavailable(f"learning a mix needs torch: {INSTALL}") from None
    words = examples.of_words
    x = _layers(loaded, examples.texts).astype(np.float64)  # (L, n, W)
    centres, spread = x.mean(1), spread_of(x.mean(0))  # (L, W), (W,)
    inputs = torch.from_numpy((x - centres[:, None]) / spread)
    names = examples.names
    targets = torch.from_numpy(numbers_of(examples.labels, names))

    mix = ScalarMix(len(x)).double()
    head = torch.nn.Linear(x.shape[-1], len(names)).double()
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    ridge = 1 / (2 * C * len(targets))
    if len(names) == 2:
        ridge *= 2  # scikit-learn has one row for two labels, and its square is twice that of the two rows it makes
    learnt = [mix.weights, head.weight, head.bias]
    optimizer = torch.optim.LBFGS(learnt, max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(head(mix(inputs)), targets)
        value = value + ridge * head.weight.square().sum() + penalty * mix.weights.square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    weights, weight, bias = (tensor.detach().numpy() for tensor in learnt)
    shares = np.exp(weights - weights.max())
    weight = weight / spread
    bias = bias - weight @ (shares @ centres / shares.sum())
    chosen = tuple(weights.tolist())
    return FeatureClassifier(loaded, names, words, None, chosen, weight.astype(np.float32), bias.astype(np.float32))


def _layers(model: Model, texts: Sequence[Text]) -> Vectors:
    """Every layer's vector for each text, (L, n, W)."""
    found = []
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        read = model.encode_all([text if isinstance(text, str) else text[0] for text in some])
        found += [pooled(encoding.layers, text, encoding) for text, encoding in zip(some, read, strict=True)]
    return np.stack(found, axis=1)
