"""Words hidden in a text: what is worked out ahead, what is asked for, and in which words it is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_causal import causal_checkpoint
from tiny_elmo import write

import senselens as sl
from senselens_widget import MaskedWords

TEXT = "We sat by the river bank."
SLOW = 120


@pytest.fixture(scope="module")
def view(mini: sl.Model) -> MaskedWords:
    view = MaskedWords(TEXT, masked=["bank"], k=3)
    view.wait(SLOW)
    return view


def answers(view: MaskedWords, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = view.readings[number]["answers"]
    return found


def span_of(text: str, word: str) -> sl.Span:
    return sl.Span(text.index(word), text.index(word) + len(word))


def test_every_single_word_is_worked_out_ahead(view: MaskedWords, mini: sl.Model) -> None:
    assert sorted(answers(view), key=int) == [str(span.start) for span in sl.words(TEXT)]
    for span in sl.words(TEXT):
        expected = mini.predict(TEXT, span, k=3)[0]
        assert answers(view)[str(span.start)]["guesses"] == [[pytest.approx(guess.to_dict()) for guess in expected]]


def test_the_word_itself_has_its_share(view: MaskedWords, mini: sl.Model) -> None:
    bank = span_of(TEXT, "bank")
    ((own,),) = mini.predict(TEXT, bank, targets=["bank"])
    assert answers(view)[str(bank.start)]["own"] == [pytest.approx(own.probability)]


def test_what_is_hidden_now_is_what_is_waited_for(view: MaskedWords, mini: sl.Model) -> None:
    found = view.wait()["mini reads both sides"]
    assert [[guess.word for guess in of_mask] for of_mask in found] == [
        [guess.word for guess in mini.predict(TEXT, span_of(TEXT, "bank"), k=3)[0]]
    ]


def test_several_words_are_asked_for_and_read_together(mini: sl.Model) -> None:
    view = MaskedWords(TEXT, masked=["river", "bank"])
    written = "We sat by the [MASK] [MASK]."
    found = view.wait(SLOW)["mini reads both sides"]
    assert [[guess.word for guess in of_mask] for of_mask in found] == [[g.word for g in m] for m in mini.predict(written)]
    joint = answers(view)["14,20"]["joint"]
    assert [reading["text"] for reading in joint] == [reading.text for reading in mini.predict_jointly(written, 3)]
    view.set_state({"masked": [{"start": 3, "end": 6}, {"start": 20, "end": 24}]})
    view.wait(SLOW)
    assert "3,20" in answers(view)
    assert "14,20" in answers(view)


def test_without_a_choice_the_longest_word_is_hidden(mini: sl.Model) -> None:
    view = MaskedWords("A riverbank is a bank.")
    assert [span.of(view.text) for span in view.masked] == ["riverbank"]


def test_masks_that_are_written_in_the_text_stay(mini: sl.Model) -> None:
    view = MaskedWords("The ___ sat on the [MASK].")
    assert [span.of(view.text) for span in view.written] == ["___", "[MASK]"]
    assert [span.of(view.text) for span in view.words] == ["The", "___", "sat", "on", "the", "[MASK]"]
    assert view.masked == []
    found = view.wait(SLOW)["mini reads both sides"]
    assert [of_mask[0].word for of_mask in found] == [m[0].word for m in mini.predict("The [MASK] sat on the [MASK].")]
    assert answers(view)["4,19"]["own"] == [None, None]
    assert "4,8,19" in answers(view)
    assert view.examples == []


def test_a_word_that_has_no_pieces_has_no_share(mini: sl.Model) -> None:
    view = MaskedWords("a \U00012000 bank")
    view.wait(SLOW)
    assert answers(view)[str(view.words[1].start)]["own"] == [None]


def test_a_word_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(sl.WordNotFound, match="'boat' is not a word of the text: it has We, sat, by, the, river, bank"):
        MaskedWords(TEXT, masked=["boat"])


def test_another_text_begins_anew(mini: sl.Model) -> None:
    view = MaskedWords(TEXT)
    view.wait(SLOW)
    view.set_state({"text": "The plane."})
    view.wait(SLOW)
    assert [span.of(view.text) for span in view.masked] == ["plane"]
    assert sorted(answers(view)) == ["0", "4"]
    assert view.examples[0]["pieces"] == ["[CLS]", "the", "plane", ".", "[SEP]"]


def test_a_text_without_words_has_nothing_to_hide(mini: sl.Model) -> None:
    view = MaskedWords("")
    assert view.wait(SLOW) == {"mini reads both sides": []}


# One side and the other


@pytest.fixture(scope="module")
def beside(mini: sl.Model, tmp_path_factory: pytest.TempPathFactory) -> MaskedWords:
    root = tmp_path_factory.mktemp("models")
    causal, elmo = sl.load(str(causal_checkpoint("gpt2", root / "causal"))), sl.load(str(write(root / "elmo")))
    view = MaskedWords("It rained. The cat sat.", [mini, causal, elmo], ["cat"])
    view.wait(SLOW)
    return view


def test_models_that_read_one_side_stand_beside(beside: MaskedWords) -> None:
    assert [reading["direction"] for reading in beside.readings] == ["both", "before", "before", "after"]
    assert all(set(answers(beside, n)) == {"0", "3", "11", "15", "19"} for n in range(4))


def test_each_is_given_the_side_that_it_reads_and_an_elmo_its_sentence(beside: MaskedWords) -> None:
    _, causal, elmo = beside._models
    cat = "15"
    for number, expected in (
        (1, causal.next_words("It rained. The ", 5)),
        (2, elmo.next_words("The ", 5)),
        (3, elmo.previous_words(" sat.", 5)),
    ):
        (found,) = answers(beside, number)[cat]["guesses"]
        assert found == [pytest.approx(guess.to_dict()) for guess in expected]
        own = next((g.probability for g in expected if g.word == "cat"), None)
        assert answers(beside, number)[cat]["own"] == [pytest.approx(own)]


def test_a_model_that_predicts_nothing_says_who_does() -> None:
    with pytest.raises(sl.SenselensError, match="glove cannot predict masked words"):
        MaskedWords(TEXT, ["glove"]).wait(SLOW)


# Training


def test_examples_of_training_are_the_engines(view: MaskedWords, mini: sl.Model) -> None:
    assert view.examples == [mini.pretraining_example(TEXT, seed, k=3).to_dict() for seed in range(3)]


def test_another_seed_is_asked_for(mini: sl.Model) -> None:
    view = MaskedWords(TEXT)
    view.wait(SLOW)
    view.seed = 7
    view.wait(SLOW)
    assert [example["seed"] for example in view.examples] == [0, 1, 2, 7]


def test_where_no_widget_lives_the_guesses_are_a_list(view: MaskedWords) -> None:
    html = view._repr_mimebundle_()[0]["text/html"]
    assert "We sat by the river <b>[MASK]</b>." in html
    (guesses,) = view.wait()["mini reads both sides"]
    assert f"<li><bdi>{guesses[0].word}</bdi>" in html


def test_the_file_has_all_that_is_known(view: MaskedWords, tmp_path: Path) -> None:
    state = view._kept()
    assert (state["live"], state["readings"], state["examples"]) == (False, view.readings, view.examples)
    assert "_esm" not in state
    assert view.save_html(tmp_path / "masks.html").stat().st_size < 150_000
