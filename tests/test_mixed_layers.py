"""Similarity under a mix of layers, from dot products alone, and like sentences side by side."""

from __future__ import annotations

import numpy as np
import pytest
from quick_model import QuickModel

import senselens as sl
from senselens.measures import cosine, unit

TEXTS = ["I deposited money at the bank.", "We sat by the river bank.", "The plane will bank left."]
MIXES = [[0.0] * 7, [1, 0, -2, 3, 0.5, 0, 1], [0, 0, 0, 0, 0, 0, 50]]


@pytest.fixture(scope="module")
def found(mini: sl.Model) -> sl.LayerProducts:
    return sl.layer_products([mini.encode(text).word("bank") for text in TEXTS])


@pytest.mark.parametrize("weights", MIXES)
def test_cosines_are_those_of_the_mixed_vectors(found: sl.LayerProducts, weights: list[float]) -> None:
    mixed = [use.encoding.mix(weights, gamma=3)[use.index] for use in found.uses]
    expected = [[cosine(a, b) for b in mixed] for a in mixed]
    assert found.cosines(weights) == pytest.approx(np.array(expected), abs=1e-5)


@pytest.mark.parametrize("layer", range(7))
def test_one_layer_alone_has_the_calibrated_baseline(found: sl.LayerProducts, mini: sl.Model, layer: int) -> None:
    weights = [60.0 * (other == layer) for other in range(7)]
    assert found.baseline(weights) == pytest.approx(mini.calibration.baselines[layer], abs=1e-6)


def test_random_words_of_a_mix_are_as_near_as_those_of_its_layers_or_nearer(found: sl.LayerProducts) -> None:
    layers = found.layer_baselines()
    x, y, both = (found.random[:, n, 3, 3].astype(float) for n in range(3))
    assert layers[3] == pytest.approx((both / np.sqrt(x * y)).mean())
    assert min(layers) < found.baseline([0.0] * 7) < 0.3


def test_it_is_the_same_every_time(found: sl.LayerProducts) -> None:
    again = sl.layer_products(found.uses)
    assert again.random is found.random
    assert (again.products == found.products).all()


def test_it_is_json(found: sl.LayerProducts) -> None:
    made = found.to_dict()
    assert made["uses"][1] == {"text": TEXTS[1], "span": {"start": 20, "end": 24}}
    assert np.shape(made["products"]) == (3, 3, 7, 7)
    assert np.shape(made["random"]) == (128, 3, 7, 7)


def test_what_cannot_be_mixed_is_refused(found: sl.LayerProducts) -> None:
    class Static(QuickModel):
        card = sl.Card("glove", "static", ("vectors",), 1, QuickModel.card.width, "", 0, "")

    with pytest.raises(sl.Unsupported, match="give one use or more"):
        sl.layer_products([])
    with pytest.raises(sl.Unsupported, match="under one model"):
        sl.layer_products([found.uses[0], QuickModel().encode("A bank.").word("bank")])
    with pytest.raises(sl.Unsupported, match="glove has 1 layers, so there is nothing to mix"):
        sl.layer_products([Static().encode("A bank.").word("bank")])
    with pytest.raises(sl.Unsupported, match="a mix of 7 layers takes as many weights, not 3"):
        found.cosines([0, 0, 0])


# The order of a matrix


def matrix(vectors: list[list[float]]) -> sl.SimilarityMatrix:
    table = unit(np.array(vectors, np.float32))
    cosines = tuple(tuple(row) for row in (table @ table.T).tolist())
    return sl.SimilarityMatrix("made", tuple(map(str, range(len(vectors)))), cosines, 0.1)


def test_like_sentences_stand_together() -> None:
    angles = [0, 90, 10, 95, 20]
    made = matrix([[np.cos(np.radians(a)), np.sin(np.radians(a))] for a in angles])
    assert [angles[i] for i in made.order()] in ([0, 10, 20, 90, 95], [95, 90, 20, 10, 0])


@pytest.mark.parametrize("count", [1, 2])
def test_a_few_have_an_order_too(count: int) -> None:
    assert matrix([[1.0, 0.0]] * count).order() == tuple(range(count))
    assert sl.SimilarityMatrix("made", (), (), 0.1).order() == ()


def test_rows_of_the_registry_say_what_their_architecture_does() -> None:
    cards = {card.name: card for card in sl.models()}
    assert sl.facts_of(cards["bert-base-uncased"]).year == 2018
    assert sl.facts_of(cards["roberta-base"]).unknown_words == "cut down to bytes at worst: none is unknown"
