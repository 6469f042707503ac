"""The small ELMo that ships: what its training taught it, and what it must be true to on text it never saw."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
from bench.quality.sets import coarse
from bench.quality.uses import layers
from shared_data import shared

import senselens as sl
from senselens.elmo_model import Elmo
from senselens.measures import unit
from senselens.places import PACKAGE_DATA


@pytest.fixture(scope="module")
def elmo() -> Elmo:
    model = sl.load("elmo")
    assert isinstance(model, Elmo)
    return model


def words(guesses: list[sl.Guess]) -> list[str]:
    return [guess.word for guess in guesses]


def test_the_row_says_what_ships(elmo: Elmo) -> None:
    row = next(card for card in sl.models() if card.name == "elmo")
    assert (row.layers, row.width, row.size) == (elmo.card.layers, elmo.card.width, elmo.card.size)
    assert set(row.capabilities) == set(elmo.card.capabilities)
    assert sum(file.stat().st_size for file in (PACKAGE_DATA / "elmo").iterdir()) < 40e6
    with h5py.File(PACKAGE_DATA / "elmo" / "weights.hdf5") as file:
        assert file["char_embed"].dtype == np.float16


@pytest.mark.parametrize(
    ("text", "word"),
    [("The president of the United", "States"), ("He was born in New", "York"), ("It is one of the most", "important")],
)
def test_words_that_follow(elmo: Elmo, text: str, word: str) -> None:
    assert word in words(elmo.next_words(text, k=5))


@pytest.mark.parametrize(
    ("text", "word"), [("States of America", "United"), ("York City", "New"), ("of the river was steep.", "side")]
)
def test_words_that_come_before(elmo: Elmo, text: str, word: str) -> None:
    assert word in words(elmo.previous_words(text, k=5))


def test_a_word_alone_has_one_vector_and_a_word_here_another(elmo: Elmo) -> None:
    money, river = (e.word("bank") for e in elmo.encode(["I deposited money at the bank", "We sat by the river bank"]))
    np.testing.assert_array_equal(money.vector(0), river.vector(0))
    assert unit(money.vector()) @ unit(river.vector()) < 0.95


def test_words_it_never_met_are_read_by_their_characters(elmo: Elmo) -> None:
    vectors = unit(np.stack([elmo.encode(w).layers[0, 0] for w in ("walkingly", "walking", "xqzzt")]))
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


@pytest.mark.parametrize("word", ["bank", "bass", "mole", "spring"])
def test_uses_of_one_sense_are_nearer_than_uses_of_two(elmo: Elmo, word: str) -> None:
    uses = coarse(shared("data", "eval", "coarsewsd20"), word, "test")[:150]
    cosines = (vectors := unit(layers(elmo, uses)[elmo.sense_layer])) @ vectors.T
    senses = np.array([use.gold[0] for use in uses])
    one, two = np.triu_indices(len(uses), 1)
    same = senses[one] == senses[two]
    assert cosines[one, two][same].mean() > cosines[one, two][~same].mean()


def test_held_out_perplexity_is_what_the_card_says(elmo: Elmo) -> None:
    lines = (shared("data", "corpus", "valid.txt")).read_text(encoding="utf-8").splitlines()[:150]
    forward, backward = elmo.perplexities("\n\n".join(lines))
    assert forward < 170
    assert backward < 170
