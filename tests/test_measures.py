"""Similarity with its baseline and its calibrated probability, and the arithmetic underneath."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import senselens as sl
from senselens.calibration import baselines, logistic_fit, same_sense_fit
from senselens.measures import cosine, cosines, nearest, unit


def test_two_money_banks_share_a_sense_and_money_and_river_do_not(bank_uses: dict[str, sl.Use]) -> None:
    same = sl.similarity(bank_uses["money"], bank_uses["cash"])
    other = sl.similarity(bank_uses["money"], bank_uses["river"])
    assert same.same_sense > 0.5 > other.same_sense
    assert same.cosine > other.cosine > other.baseline


def test_a_similarity_at_another_layer_has_that_layers_baseline(bank_uses: dict[str, sl.Use]) -> None:
    found = [sl.similarity(bank_uses["money"], bank_uses["river"], layer=i) for i in range(7)]
    assert len({s.baseline for s in found}) == 7
    assert found[0].cosine > found[6].cosine


def test_similarity_is_symmetric_and_json(bank_uses: dict[str, sl.Use]) -> None:
    a, b = bank_uses["money"], bank_uses["river"]
    assert sl.similarity(a, b) == sl.similarity(b, a)
    assert set(json.loads(json.dumps(sl.similarity(a, b).to_dict()))) == {"cosine", "baseline", "same_sense"}


def test_uses_of_two_models_are_not_compared(bank_uses: dict[str, sl.Use]) -> None:
    other = sl.load("mini", precision="int8").encode("The bank").word("bank")
    with pytest.raises(sl.Unsupported, match="compared under one model"):
        sl.similarity(bank_uses["money"], other)


def test_cosine_of_known_vectors() -> None:
    a, b = np.array([1, 0], np.float32), np.array([1, 10], np.float32)
    assert cosine(a, b) == pytest.approx(1 / 101**0.5)
    assert cosine(a, np.zeros(2, np.float32)) == 0
    assert (unit(np.zeros((2, 3), np.float32)) == 0).all()


@given(st.lists(st.floats(-10, 10, width=32), min_size=3, max_size=3))
def test_a_vector_is_as_near_as_can_be_to_itself(values: list[float]) -> None:
    vector = np.array(values, np.float32)
    assert cosine(vector, vector.copy()) == (1.0 if np.linalg.norm(vector) > 0 else 0.0)


def test_cosines_in_pairs() -> None:
    a = np.array([[[1, 0], [0.1, 0.7]], [[1, 1], [0, 0]]], np.float32)  # (2, 2, W)
    b = np.array([[1, 0], [0.1, 0.7]], np.float32)  # (2, W)
    assert cosines(a, b).dtype == np.float32
    assert cosines(a, b)[0].tolist() == [1, 1]
    assert cosines(a, b)[1].tolist() == pytest.approx([0.5**0.5, 0])
    assert cosine(-b[1], b[1]) == pytest.approx(-1)


def test_nearest_rows_come_best_first() -> None:
    table = np.array([[0, 1], [1, 1], [2, 0], [-1, 0]], np.float32)
    rows, scores = nearest(np.array([1, 0], np.float32), table, k=3)
    assert rows.tolist() == [2, 1, 0]
    assert scores.tolist() == pytest.approx([1, 0.5**0.5, 0])


def test_the_logistic_is_found_again() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 20_000)
    y = rng.random(20_000) < 1 / (1 + np.exp(-(6 * x - 2)))
    slope, intercept = logistic_fit(x, y, np.ones(len(x)))
    assert slope == pytest.approx(6, abs=0.4)
    assert intercept == pytest.approx(-2, abs=0.2)


def test_a_hopeless_logistic_stays_finite() -> None:
    slope, intercept = logistic_fit([0.0, 1.0], [False, True], [0.5, 0.5])
    assert np.isfinite([slope, intercept]).all()
    assert slope > 0


def test_uses_that_are_all_alike_tell_no_senses_apart() -> None:
    """Static vectors: two lemmas with two senses each, every use of a lemma the same vector."""
    vectors = np.repeat(np.eye(2, 8, dtype=np.float32), 8, axis=0)[None]  # (1, 16, W)
    lemma, sense = np.repeat(["a", "b"], 8), np.tile(["1", "1", "2", "2"], 4)
    ((slope,), (intercept,)) = same_sense_fit(vectors, lemma, sense)
    assert 1 / (1 + np.exp(-(slope + intercept))) == pytest.approx(0.5, abs=1e-3)


def test_same_and_different_pairs_weigh_the_same() -> None:
    """Two lemmas, senses well apart in layer 1 and not at all in layer 0."""
    rng = np.random.default_rng(0)
    directions = np.eye(4, 8, dtype=np.float32) * 5
    which = np.repeat([0, 1, 2, 3], 12)
    noise = rng.normal(size=(2, 48, 8)).astype(np.float32)
    vectors = noise + np.stack([np.zeros((48, 8), np.float32), directions[which]])
    lemma = np.where(which < 2, "a", "b")
    slopes, intercepts = same_sense_fit(vectors, lemma, which.astype(str))
    assert slopes[1] > 5 > slopes[0]
    at_half = -intercepts[1] / slopes[1]
    assert 0 < at_half < 1


def test_baselines_are_of_different_words_of_different_texts(mini: sl.Model) -> None:
    encodings = mini.encode(["The river bank was wide.", "He opened an account with some money.", "Penguins cannot fly far."])
    found = baselines(encodings)
    assert len(found) == 7
    assert all(-0.2 < b < 0.6 for b in found)


def test_search_finds_the_meaning(mini: sl.Model) -> None:
    sentences = ["Turtles live long.", "You can withdraw money from an ATM.", "It rained."]
    hits = sl.search(mini, "cash machine", sentences, k=2)
    assert (hits[0].index, hits[0].sentence) == (1, sentences[1])
    assert hits[0].cosine > hits[1].cosine
    assert hits[0].to_dict()["index"] == 1
    assert sl.search(mini, "anything", []) == []
