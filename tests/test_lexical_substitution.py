"""Words that could stand in the place of another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import senselens as sl
from senselens.candidates import FLOOR, Candidate, Place, Readings, given, proposed
from senselens.disambiguation import use_in_sentence
from senselens.inventory import open_inventory
from senselens.lexical_substitution import Weights, weigh, weights
from senselens.text import Span

HOUSE = "They bought a small house."


def place(model: sl.Model, text: str, word: str) -> Place:
    found = Place.of(use_in_sentence(model, text, word)[0], open_inventory())
    assert found is not None
    return found


def words(model: sl.Model, text: str, word: str, k: int = 24) -> list[str]:
    return [s.word for s in sl.substitutes(model, text, word, k)]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        (HOUSE, "bought", "purchased"),
        ("The children were crying.", "children", "kids"),
        ("This is bigger than that.", "bigger", "larger"),
        ("He runs quickly to the store.", "quickly", "rapidly"),
        ("She has taken a long trip to Rome.", "trip", "journey"),
    ],
)
def test_the_first_word_is_one_a_reader_would_take(mini: sl.Model, text: str, word: str, expected: str) -> None:
    first = sl.substitutes(mini, text, word)[0]
    assert first.word == expected
    assert first.text == text.replace(word, expected)
    assert first.probability > 0.5


def test_a_substitute_is_an_edit_and_says_where_it_comes_from(mini: sl.Model) -> None:
    text = "Hello there. It was an interesting idea."
    found = sl.substitutes(mini, text, "interesting", k=5)
    curious = next(s for s in found if s.word == "curious")
    assert curious.span.of(text) == "an interesting"
    assert curious.replacement == "a curious"
    assert curious.text == "It was a curious idea."
    assert json.loads(json.dumps(curious.to_dict()))["span"] == {"start": 20, "end": 34}
    exciting = next(s for s in found if s.word == "exciting")
    assert (exciting.span.of(text), exciting.replacement) == ("interesting", "exciting")


def test_a_substitute_knows_the_sense_that_lists_it(mini: sl.Model) -> None:
    money = {s.word: s for s in sl.substitutes(mini, "I put the money in the bank.", "bank", 24)}
    assert money["financial institution"].sense_id == "bank%1:14:00::"
    assert {s.sense_id for s in money.values()} > {None}


def test_best_first_and_as_many_as_asked_for(mini: sl.Model) -> None:
    found = sl.substitutes(mini, HOUSE, "house", k=24)
    assert [s.probability for s in found] == sorted((s.probability for s in found), reverse=True)
    assert sl.substitutes(mini, HOUSE, "house", k=3) == found[:3]
    assert all(0 < s.probability < 1 and 0 < s.same_sense < 1 for s in found)


def test_forms_fit(mini: sl.Model) -> None:
    walked = {*words(mini, "She walked slowly along the river.", "walked")}
    assert "moved" in walked
    assert not {w for w in walked if w.endswith("ing") or w in ("walks", "moves")}
    assert all(w[0].isupper() for w in words(mini, "Banks were closed.", "Banks"))
    assert "greater" in words(mini, "This is bigger than that.", "bigger")


@pytest.mark.parametrize(
    ("text", "word", "forbidden"),
    [
        ("He was happy with it.", "happy", {"unhappy", "sad", "happier"}),
        ("Prices rise every year.", "rise", {"fall", "rises", "rose", "descend", "decrease"}),
        ("A moist towel.", "moist", {"dry"}),
        ("We sat by the river bank.", "bank", {"banking", "banks", "banked", "bank"}),
        ("The set-up is new.", "set-up", {"setup", "set up"}),
    ],
)
def test_antonyms_and_forms_of_the_word_are_left_out(mini: sl.Model, text: str, word: str, forbidden: set[str]) -> None:
    found = {w.lower() for w in words(mini, text, word)}
    assert found
    assert not found & forbidden


def test_names_only_stand_for_names(mini: sl.Model) -> None:
    names = {"london", "paris", "france", "england", "rome"}
    assert not names & {*words(mini, "He moved to the city of Rome.", "city")}
    assert {w.lower() for w in words(mini, "He lives in Paris, the capital.", "Paris")} & names


def test_function_words_have_none(mini: sl.Model) -> None:
    assert sl.substitutes(mini, "We sat by the bank", "by") == []


def test_given_words_are_weighed_as_they_are(mini: sl.Model) -> None:
    found = sl.substitutes(mini, "The film was good.", "good", candidates=["bad", "great", "xyzzy", "&c", "excellent"])
    assert {s.word for s in found} == {"bad", "great", "xyzzy", "&c", "excellent"}
    assert {s.word for s in found[:2]} == {"great", "excellent"}
    assert sl.substitutes(mini, "The film was good.", "good", candidates=[]) == []


def test_a_vowel_is_read_after_its_own_article(mini: sl.Model) -> None:
    here = place(mini, "He ate a pear.", "pear")
    texts = ("He ate a pear.", "He ate an pear.")
    forms, shares = mini.word_log_shares([(texts[0], Span(9, 13), True), (texts[1], Span(10, 14), True)])
    found = given(here, Readings(here), ["apple", "plum"], open_inventory())
    for candidate, row in zip(found, (1, 0), strict=True):
        assert candidate.hidden == pytest.approx(max(FLOOR, shares[row, forms.index(candidate.word)]), abs=1e-4)


def test_what_the_model_does_not_know_is_at_the_floor(mini: sl.Model) -> None:
    here = place(mini, HOUSE, "house")
    (found,) = given(here, Readings(here), ["depository financial institution"], open_inventory())
    assert (found.hidden, found.seen, found.related, found.sense_id) == (FLOOR, FLOOR, 0, None)


def test_a_word_in_sight_is_read_as_itself(mini: sl.Model) -> None:
    forms, (hidden, seen) = mini.word_log_shares([(HOUSE, Span(20, 25), True), (HOUSE, Span(20, 25), False)])
    assert forms[int(seen.argmax())] == "house"
    assert seen[forms.index("house")] > hidden[forms.index("house")]
    assert np.exp(hidden).sum() <= 1


def test_the_word_itself_would_be_wholly_alike(mini: sl.Model) -> None:
    here = place(mini, HOUSE, "house")
    (candidate,) = given(here, Readings(here), ["house"], open_inventory())
    evidence, _ = weigh(here, [candidate])
    assert evidence[0, 0] == pytest.approx(1, abs=1e-5)


def test_probabilities_are_the_logistic_of_the_evidence() -> None:
    w = Weights(likeness=2, hidden=0.5, seen=0.25, related=1, constant=-1)
    evidence = np.array([[0.5, -2, -4, 0.3]])
    assert w.probabilities(evidence) == pytest.approx(1 / (1 + np.exp(-(2 * 0.5 - 0.5 * 2 - 0.25 * 4 + 0.3 - 1))))
    shipped = weights()
    assert min(shipped.likeness, shipped.hidden, shipped.seen, shipped.related) > 0


def test_where_a_candidate_stands(mini: sl.Model) -> None:
    here = place(mini, "He ate a pear, then slept.", "pear")
    for candidate in proposed(here, Readings(here), open_inventory(), 0.1, 0.1):
        assert candidate.span.of(candidate.edit.of(here.sentence)) == candidate.word
    assert Candidate.__slots__


def test_a_model_that_predicts_no_words_cannot(mini: sl.Model, tiny: Callable[[str], str]) -> None:
    with pytest.raises(sl.Unsupported, match="masked words"):
        sl.substitutes(sl.load(tiny("bert-encoder")), HOUSE, "house")
    with pytest.raises(sl.Unsupported, match="masked words"):
        sl.load(tiny("bert-encoder")).word_log_shares([(HOUSE, Span(20, 25), True)])
    with pytest.raises(sl.Unsupported, match="masked words"):
        sl.Model.word_log_shares(mini, [])


def test_other_tokenizers(tiny: Callable[[str], str]) -> None:
    """The words of a tiny vocabulary, whatever marks a space in it."""
    for kind in ("bert", "roberta", "albert"):
        found = sl.substitutes(sl.load(tiny(kind)), "The cat sat by the bank.", "bank", k=24)
        assert found
        assert all(s.text == f"The cat sat by the {s.word}." for s in found)


def test_only_english_is_inflected(mini: sl.Model) -> None:
    class German(type(open_inventory())):  # type: ignore[misc]
        language = "de"

    book = object.__new__(German)
    book.name = "klein"
    with pytest.raises(sl.Unsupported, match="inflected in English"):
        sl.substitutes(mini, HOUSE, "house", inventory=book)


def test_a_word_that_is_not_there(mini: sl.Model) -> None:
    with pytest.raises(sl.WordNotFound):
        sl.substitutes(mini, HOUSE, "boat")


def test_a_place_with_no_fitting_form_proposes_nothing(mini: sl.Model) -> None:
    here = place(mini, HOUSE, "house")
    assert proposed(replace(here, kinds=()), Readings(here), open_inventory(), 0.1, 0.1) == []
