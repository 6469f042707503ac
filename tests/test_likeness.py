"""The probability that two uses have one sense: what the cosine says of it, and what the senses they are likely to have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import senselens as sl
from pair_weights import stacked
from senselens import likeness
from senselens.calibration import even_odds, logistic_fit, pairs_of_one_lemma
from senselens.likeness import shared_senses


def use(model: sl.Model, text: str, word: str) -> sl.Use:
    return model.encode(text).word(word)


def by_cosine(found: sl.Similarity, model: sl.Model) -> float:
    return float(model.calibration.same_sense(found.cosine, model.sense_layer))


def test_more_agreement_and_nearer_vectors_are_likelier_one_sense(mini: sl.Model) -> None:
    calibration = mini.calibration
    assert calibration.pair
    shares = calibration.same_sense_of_pair([[0.1], [0.9]], [0.0, 0.5, 1.0])
    assert (np.diff(shares, axis=0) > 0).all()
    assert (np.diff(shares, axis=1) > 0).all()
    assert 0 < shares.min() < shares.max() < 1


def test_a_word_of_one_sense_has_it_in_both_places(mini: sl.Model) -> None:
    a = use(mini, "Light drives photosynthesis in the leaf.", "photosynthesis")
    b = use(mini, "He wrote a book about photosynthesis.", "photosynthesis")
    found = sl.similarity(a, b)
    assert found.same_sense == pytest.approx(float(mini.calibration.same_sense_of_pair(found.cosine, 1.0)), abs=1e-6)
    assert found.same_sense > 0.6


def test_two_banks_of_rivers(mini: sl.Model) -> None:
    a = use(mini, "We sat by the river bank.", "bank")
    b = use(mini, "The boat drifted to the far bank of the river.", "bank")
    money = use(mini, "I deposited money at the bank.", "bank")
    assert sl.similarity(a, b).same_sense > 0.5 > sl.similarity(a, money).same_sense
    assert sl.similarity(a, b) == sl.similarity(b, a)


def test_words_without_a_sense_in_common_are_told_by_the_cosine(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = use(mini, "We sat by the river bank.", "bank"), use(mini, "We sat by the river shore.", "shore")
    assert shared_senses(sl.open_inventory(), "bank", "shore") == []
    found = sl.similarity(a, b)
    assert found.same_sense == by_cosine(found, mini)
    again = sl.similarity(a, a)
    assert again.same_sense != by_cosine(again, mini)

    def none() -> sl.Inventory:
        raise sl.NoInventory("none")

    monkeypatch.setattr(likeness, "open_inventory", none)
    assert sl.similarity(a, a).same_sense == by_cosine(again, mini)


def test_another_layer_is_told_by_its_cosine(mini: sl.Model) -> None:
    a, b = use(mini, "We sat by the river bank.", "bank"), use(mini, "The bank of the river", "bank")
    found = sl.similarity(a, b, layer=3)
    assert found.same_sense == float(mini.calibration.same_sense(found.cosine, 3))


def test_a_model_of_which_only_cosines_were_measured(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(mini.calibration, pair=None)
    monkeypatch.setattr(mini, "calibration", plain, raising=False)
    a, b = use(mini, "We sat by the river bank.", "bank"), use(mini, "The bank of the river", "bank")
    found = sl.similarity(a, b)
    assert found.same_sense == by_cosine(found, mini)


def test_forms_of_one_lemma_share_its_senses() -> None:
    book = sl.open_inventory()
    assert {s.lemma for s in shared_senses(book, "banks", "bank")} == {"bank"}
    assert {s.pos for s in shared_senses(book, "banking", "bank")} == {"v"}


def test_many_at_once_are_told_as_one_by_one(mini: sl.Model) -> None:
    texts = ["The bank of the river was steep.", "The bank lent me money.", "Two banks failed.", "The plane will bank left."]
    own = use(mini, "We sat by the river bank.", "bank")
    others = [e.word("banks" if "banks" in e.text else "bank") for e in mini.encode(texts)]
    single = [sl.similarity(own, other) for other in others]
    found = sl.similarities(own, others)
    for name in ("cosine", "baseline", "same_sense"):
        assert [getattr(s, name) for s in found] == pytest.approx([getattr(s, name) for s in single], abs=1e-4)
    assert sl.similarities(own, []) == []


def test_a_logistic_of_two_columns_is_found() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 2))
    y = rng.random(len(x)) < 1 / (1 + np.exp(-(2 * x[:, 0] - x[:, 1] + 0.5)))
    assert logistic_fit(x, y, np.ones(len(x))) == pytest.approx((2, -1, 0.5), abs=0.1)


def test_pairs_are_of_one_lemma_and_even() -> None:
    lemma = np.array(["b", "a", "b", "c", "a", "b"])
    left, right = pairs_of_one_lemma(lemma)
    assert sorted(tuple(sorted((lemma[i], lemma[j]))) for i, j in zip(left, right, strict=True)) == [("a", "a")] + 3 * [
        ("b", "b")
    ]
    same = np.array([True, False, False, False])
    assert even_odds(same)[same].sum() == pytest.approx(even_odds(same)[~same].sum())


def test_two_logistics_are_weighed_and_weighed_again_nothing_changes() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(size=(20_000, 2))
    same = rng.random(len(odds)) < 1 / (1 + np.exp(-(odds @ [0.7, 0.3])))
    weights = stacked(1 / (1 + np.exp(-odds)), same)
    assert weights == pytest.approx([0.7, 0.3], abs=0.05)
    once_more = stacked(np.column_stack([1 / (1 + np.exp(-odds @ weights)), 1 / (1 + np.exp(-odds[:, 1]))]), same)
    assert once_more == pytest.approx([1, 0], abs=1e-6)
