"""Masked words under the embedded default: whole words, targets of any number of pieces, several masks together."""

from __future__ import annotations

import pytest

import senselens as sl
from senselens.text import Span


@pytest.mark.parametrize("mask", ["[MASK]", "<mask>", "___", "________"])
def test_a_mask_may_be_written_in_several_ways(mini: sl.Model, mask: str) -> None:
    assert mini.predict(f"The cat sat on the {mask}.") == mini.predict("The cat sat on the [MASK].")


def test_there_is_a_list_of_guesses_for_each_mask(mini: sl.Model) -> None:
    found = mini.predict("The [MASK] sat on the [MASK].", k=3)
    assert [len(guesses) for guesses in found] == [3, 3]
    for guesses in found:
        shares = [g.probability for g in guesses]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1


def test_special_pieces_in_a_text_are_only_text(mini: sl.Model) -> None:
    assert len(mini.encode("The [MASK] and [SEP] here").words) == 3
    with pytest.raises(sl.WordNotFound):
        mini.predict("The [SEP] here")


def test_targets_of_several_pieces_are_weighed_by_all_of_them(mini: sl.Model) -> None:
    text = "We ate a large cheese [MASK] in Naples."
    (guesses,) = mini.predict(text, targets=["pizza", "pizzeria", "river"])
    shares = {g.word: g.probability for g in guesses}
    assert len(mini.tokenizer.word_ids("pizzeria")) > 1
    assert shares["pizza"] > shares["river"]
    first = mini.predict(text, targets=[mini.tokenizer._tokenizer.id_to_token(mini.tokenizer.word_ids("pizzeria")[0])])
    assert shares["pizzeria"] != first[0][0].probability


def test_the_chain_rule_over_pieces(mini: sl.Model) -> None:
    """P(two pieces) = P(first | two masks) · P(second | first, one mask), with the network's own numbers."""
    ids = mini.tokenizer.word_ids("pizzeria")
    plain = mini.tokenizer.pieces(["We ate at a", "."])
    template, mask = mini.tokenizer.template, mini.tokenizer.mask_id
    expected = 1.0
    for j, number in enumerate(ids):
        import numpy as np

        row = np.array([*template.start, *plain[0].ids, *ids[:j], *[mask] * (len(ids) - j), *plain[1].ids, *template.end])
        place = np.array([[len(template.start) + len(plain[0]) + j]])
        expected *= float(mini._shares([row], place)[0, 0, number])
    ((guess,),) = mini.predict("We ate at a [MASK].", targets=["pizzeria"])
    assert guess.probability == pytest.approx(expected, rel=1e-4)


def test_a_word_in_its_place(mini: sl.Model) -> None:
    text = "She withdrew cash from the bank."
    (guesses,) = mini.predict(text, mini.encode(text).word("bank").span, k=10)
    assert guesses == mini.predict("She withdrew cash from the [MASK].", k=10)[0]


def test_all_words_at_once_are_each_word_alone(mini: sl.Model) -> None:
    texts = ["She withdrew cash from the bank.", "Rivers have banks."]
    where = [(t, w) for t in texts for w in mini.encode(t).words]
    for (text, span), together in zip(where, mini.predict_words(where), strict=True):
        (alone,) = mini.predict(text, span)
        assert [g.word for g in together] == [g.word for g in alone]
        assert [g.probability for g in together] == pytest.approx([g.probability for g in alone], abs=1e-4)


def test_masks_filled_together_suit_each_other(mini: sl.Model) -> None:
    readings = mini.predict_jointly("He lives in [MASK] [MASK], in the United States.", k=4)
    assert len({r.words for r in readings}) == 4
    assert all("[MASK]" not in r.text and r.text.startswith("He lives in ") for r in readings)
    assert [r.probability for r in readings] == sorted((r.probability for r in readings), reverse=True)
    assert readings[0].to_dict()["words"] == list(readings[0].words)


def test_one_mask_filled_together_is_the_plain_prediction(mini: sl.Model) -> None:
    text = "The cat sat on the [MASK]."
    (guesses,) = mini.predict(text, k=3)
    joint = mini.predict_jointly(text, k=3)
    assert [r.words[0] for r in joint] == [g.word for g in guesses]
    assert [r.probability for r in joint] == pytest.approx([g.probability for g in guesses], rel=1e-4)


def test_a_word_in_a_long_text_is_masked_within_reach(mini: sl.Model) -> None:
    text = "many words " * 600 + "by the river bank we sat " + "and more words " * 600
    start = text.index("bank")
    (guesses,) = mini.predict(text, Span(start, start + 4))
    assert len(guesses) == 5


def test_no_mask(mini: sl.Model) -> None:
    with pytest.raises(sl.WordNotFound, match=r"write \[MASK\] or ___"):
        mini.predict("The cat sat on the mat.")
    with pytest.raises(sl.WordNotFound, match="no word at the characters 3 to 4"):
        mini.predict("The cat", Span(3, 4))
    with pytest.raises(sl.WordNotFound, match="has no word pieces"):
        mini.predict("The [MASK]", targets=[" "])


def test_a_masked_text_too_long(mini: sl.Model) -> None:
    with pytest.raises(sl.Unsupported, match="takes 512 pieces at once, the masked text has"):
        mini.predict("word " * 600 + "[MASK]")


def test_next_and_previous_words_need_another_model(mini: sl.Model) -> None:
    for ask in (mini.next_words, mini.previous_words):
        with pytest.raises(sl.Unsupported, match="mini cannot predict the"):
            ask("The cat sat on the")
