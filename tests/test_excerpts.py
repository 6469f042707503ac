"""A long text's inspection, cut to what was inspected."""

from __future__ import annotations

import json

import senselens as sl

MONEY, RIVER, PLANE = "I deposited money at the bank.", "We sat by the river bank!", "The plane will bank left."
TEXT = f"Nothing. {MONEY} It rained.\n\nAgain. {RIVER} {PLANE} The end."


def test_the_sentences_that_matter_are_kept(mini: sl.Model) -> None:
    start = TEXT.index("bank!")
    whole = sl.inspect(TEXT, [mini], [sl.Span(start, start + 4)])
    short, where = sl.excerpt(whole)
    assert short.text == f"{MONEY}\n\n{RIVER}\n\n{PLANE}"
    assert [s.of(short.text) for s in short.sentences] == [s.of(TEXT) for s in where] == [MONEY, RIVER, PLANE]
    (before,), (after,) = whole.words, short.words
    assert (after.word, after.sentence) == (after.span.of(short.text), 1) == ("bank", 1)
    old, new = before.readings["mini"], after.readings["mini"]
    assert (new.senses, new.guesses, new.layers) == (old.senses, old.guesses, old.layers)
    assert [use.similarity for use in new.others] == [use.similarity for use in old.others]
    assert [use.span.of(short.text) for use in new.others] == ["bank", "bank"]
    assert sl.sentences(short.text) == short.sentences
    assert json.dumps(short.to_dict())


def test_near_sentences_are_kept_too(mini: sl.Model) -> None:
    start = TEXT.index("rained")
    whole = sl.inspect(TEXT, [mini], [sl.Span(start, start + 6)], neighbours=1)
    short, where = sl.excerpt(whole)
    ((number, (near,)),) = short.neighbours["mini"].items()
    ((_, (old,)),) = whole.neighbours["mini"].items()
    assert short.sentences[number].of(short.text) == "It rained."
    assert short.sentences[near.sentence].of(short.text) == whole.sentences[old.sentence].of(TEXT)
    assert near.cosine == old.cosine
    assert len(where) == 2


def test_nothing_inspected_leaves_nothing(mini: sl.Model) -> None:
    short, where = sl.excerpt(sl.inspect(TEXT, [mini], []))
    assert (short.text, short.sentences, short.words, where) == ("", (), (), ())
