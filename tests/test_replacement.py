"""A word in the place of another: case, possessive, article."""

from __future__ import annotations

import pytest

from senselens.replacement import Edit, article, like, other_article, replacing, without_possessive
from senselens.text import Span


def at(marked: str) -> tuple[str, Span]:
    """The text, and the span between its two bars."""
    before, word, after = marked.split("|")
    return before + word + after, Span(len(before), len(before) + len(word))


@pytest.mark.parametrize(
    ("marked", "word", "expected"),
    [
        ("We sat by the river |bank|.", "shore", "We sat by the river shore."),
        ("|Banks| were closed.", "shores", "Shores were closed."),
        ("THE |BANK| IS SHUT", "shore", "THE SHORE IS SHUT"),
        ("He ate a |pear|.", "apple", "He ate an apple."),
        ("He ate a |pear|.", "plum", "He ate a plum."),
        ("An |apple| fell.", "pear", "A pear fell."),
        ("an  |hour|", "week", "a  week"),
        ("a naïve |idea|", "thought", "a naïve thought"),
        ("the |bank|’s roof", "shore", "the shore’s roof"),
        ("the |bank’s| roof", "shore", "the shore’s roof"),
        ("the |boys'| ball", "girls", "the girls' ball"),
        ("the |boys'| ball", "men", "the men's ball"),
        ("😋 a |pear|", "orange", "😋 an orange"),
    ],
)
def test_the_sentence_stays_in_tune(marked: str, word: str, expected: str) -> None:
    text, span = at(marked)
    assert replacing(text, span, word).of(text) == expected


def test_an_edit_covers_no_more_than_it_must() -> None:
    text, span = at("He ate a |pear|.")
    assert replacing(text, span, "plum") == Edit(span, "plum")
    assert replacing(text, span, "apple") == Edit(Span(span.start - 2, span.end), "an apple")
    assert other_article(text, span) == Edit(Span(7, 8), "an")
    assert other_article("the pear", Span(4, 8)) is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("bank", "Earth", "Earth"), ("A", "b", "B"), ("I’s", "me", "Me’s"), ("iPhone", "phone", "phone")],
)
def test_case_is_that_of_the_old_word(old: str, new: str, expected: str) -> None:
    assert like(old, new) == expected


def test_possessives() -> None:
    assert [without_possessive(w) for w in ("dog's", "dogs’", "it", "o'clock")] == ["dog", "dogs", "it", "o'clock"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("apple hour honest heir honor uninvited umbrella urgent unimportant MP X-ray FBI 8 18 80s élan", "an"),
        ("pear house university European one-way user ukulele US NASA UFO 1 union eulogy", "a"),
    ],
)
def test_articles_go_by_sound(words: str, expected: str) -> None:
    assert {word: article(word) for word in words.split()} == dict.fromkeys(words.split(), expected)
