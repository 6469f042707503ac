"""A learnt mix of layers: it finds the layer that tells, and its classifier is the mix put on raw layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Without
from test_feature_based import LABELS, TEXTS, THREE, USES
from tiny_elmo import write

import senselens as sl
from senselens.cards import Card
from senselens.encoding import Encoding
from senselens.sentence_model import SentenceModel
from senselens.text import words

LAYERS, WIDTH = 4, 6


class Noise(sl.Model):
    """Random layers, of which one says whether the text ends in a vowel."""

    card = Card("noise", "unheard-of", ("vectors",), LAYERS, WIDTH, "none", 0, "here")
    sense_layer = 0

    def __init__(self, telling: int, scale: float = 1.0) -> None:
        self.telling, self.scale = telling, scale

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        return [self._encoding(text) for text in texts]

    def _encoding(self, text: str) -> Encoding:
        spans = words(text)
        layers = np.random.default_rng(len(text)).normal(size=(LAYERS, len(spans), WIDTH)).astype(np.float32) * self.scale
        layers[self.telling, :, 0] += 2 * self.scale * (1 if text[-1] in "aeiou" else -1)
        return Encoding(text, spans, layers, layers[-1].mean(0), self)


SOUNDS = ["na" * n + " " + end for n in range(1, 40) for end in ("a", "b", "ox", "oo")]
VOWELS = ["vowel" if text[-1] in "aeiou" else "consonant" for text in SOUNDS]


@pytest.mark.parametrize("telling", range(LAYERS))
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_the_layer_that_tells_has_the_greatest_share(telling: int, scale: float) -> None:
    found = sl.learn_mix(Noise(telling, scale), SOUNDS, VOWELS)
    assert found.layer_shares is not None
    assert np.argmax(found.layer_shares) == telling
    assert found.layer_shares[telling] > 0.8
    assert sum(found.layer_shares) == pytest.approx(1)
    assert sl.evaluate(found, SOUNDS, VOWELS).accuracy > 0.95


def test_a_heavy_penalty_holds_the_layers_equal() -> None:
    shares = sl.learn_mix(Noise(2), SOUNDS, VOWELS, penalty=100).layer_shares
    assert shares == pytest.approx([1 / LAYERS] * LAYERS, abs=1e-3)


@pytest.mark.parametrize("labels", [LABELS, THREE], ids=["two", "three"])
def test_with_the_mix_held_equal_it_is_the_feature_classifier(mini: sl.Model, labels: list[str]) -> None:
    equal = sl.feature_classifier(mini, USES, labels, mix=[0.0] * 7)
    learnt = sl.learn_mix(mini, USES, labels, penalty=100)
    np.testing.assert_allclose(learnt.predict_proba(USES), equal.predict_proba(USES), atol=2e-3)


@pytest.mark.parametrize("kind", ["mini", "bert", "elmo", "gpt2"])
def test_any_layered_model_will_do(kind: str, tiny: Callable[[str], str], tmp_path: Path) -> None:
    model = sl.load("mini" if kind == "mini" else str(write(tmp_path / "elmo")) if kind == "elmo" else tiny(kind))
    for texts in (TEXTS, USES):
        found = sl.learn_mix(model, texts, LABELS, C=10)
        assert len(found.layer_shares) == model.card.layers
        assert sl.evaluate(found, texts, LABELS).accuracy == 1
        np.testing.assert_allclose(
            sl.features(model, texts[:1], mix=found.mix)[0] @ found.weight.T + found.bias,
            np.log(found.predict_proba(texts[:1])[0]) - np.log(found.predict_proba(texts[:1])[0]).mean(),
            atol=1e-2,
        )
    again = sl.load_classifier(found.save(tmp_path / "saved"))
    np.testing.assert_array_equal(again.predict_proba(USES), found.predict_proba(USES))
    assert again.layer_shares == found.layer_shares


def test_the_same_every_time(mini: sl.Model) -> None:
    first, again = (sl.learn_mix(mini, USES, LABELS) for _ in range(2))
    assert first.mix == again.mix
    np.testing.assert_array_equal(first.weight, again.weight)


def test_what_has_no_layers_to_mix(mini: sl.Model) -> None:
    with pytest.raises(sl.Unsupported, match="glove has one layer, so there is nothing to mix: use feature_classifier"):
        sl.learn_mix("glove", TEXTS, LABELS)
    sentences = SentenceModel(Card("sentences", "unheard-of", ("sentence",), 0, 2, "none", 0, "here"), "", lambda texts: None)
    with pytest.raises(sl.Unsupported, match="sentences cannot "):
        sl.learn_mix(sentences, TEXTS, LABELS)
    with pytest.raises(sl.BadExamples, match="two labels or more"):
        sl.learn_mix(mini, TEXTS[:6], LABELS[:6])


def test_without_torch_the_extra_is_named(mini: sl.Model, without: Without) -> None:
    without("torch")
    with pytest.raises(sl.ModelUnavailable, match=r"learning a mix needs torch: pip install 'senselens\[finetune\]'"):
        sl.learn_mix(mini, TEXTS, LABELS)
