"""Positions as an editor counts them, with the cursor drawn in the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from senselens import Span
from senselens_lsp.positions import Positions

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
ENCODINGS = st.sampled_from(sorted(CODECS))
TEXTS = st.text(
    st.sampled_from("ab\t \r\n\v\f\x85\u2028ïß中́😋👩\u200d🏽\ud83d\ude0b\x7f\x80\u07ff\u0800\uffff\U00010000"), max_size=30
)


@pytest.mark.parametrize(
    ("marked", "utf8", "utf16", "utf32"),
    [
        ("|", (0, 0), (0, 0), (0, 0)),
        ("the ri|ver bank", (0, 6), (0, 6), (0, 6)),
        ("😋| naïve", (0, 4), (0, 2), (0, 1)),
        ("😋 naï|ve", (0, 9), (0, 6), (0, 5)),
        ("na\u0069\u0308|ve", (0, 5), (0, 4), (0, 4)),  # a combining diaeresis is a character of its own
        ("👩🏽\u200d🔬| saw", (0, 15), (0, 7), (0, 4)),
        ("中国|", (0, 6), (0, 2), (0, 2)),
        ("\t\tb|ank", (0, 3), (0, 3), (0, 3)),  # a tab is one character, however wide it looks
        ("one\n|two", (1, 0), (1, 0), (1, 0)),
        ("one|\r\ntwo", (0, 3), (0, 3), (0, 3)),
        ("one\r\n|two", (1, 0), (1, 0), (1, 0)),
        ("one\rt|wo", (1, 1), (1, 1), (1, 1)),
        ("one\n\r|two", (2, 0), (2, 0), (2, 0)),
        ("one\u2028t|wo", (0, 7), (0, 5), (0, 5)),
        ("a\vb\fc\x85d|", (0, 8), (0, 7), (0, 7)),
        ("the end|", (0, 7), (0, 7), (0, 7)),
        ("the end\n|", (1, 0), (1, 0), (1, 0)),
        ("|\r\n", (0, 0), (0, 0), (0, 0)),
        ("\r\n|\r\n", (1, 0), (1, 0), (1, 0)),
    ],
)
def test_a_place_in_each_encoding(marked: str, utf8: tuple[int, int], utf16: tuple[int, int], utf32: tuple[int, int]) -> None:
    offset, text = marked.index("|"), marked.replace("|", "")
    for encoding, position in zip(CODECS, (utf8, utf16, utf32), strict=True):
        positions = Positions(text, encoding)
        assert positions.position(offset) == position
        assert positions.offset(*position) == offset


@pytest.mark.parametrize(
    ("encoding", "position", "marked"),
    [
        ("utf-16", (0, 99), "one|\ntwo"),
        ("utf-16", (0, 99), "one|\r\ntwo"),
        ("utf-16", (0, 99), "na😋|\r\ntwo"),
        ("utf-16", (1, 99), "one\ntwo|"),
        ("utf-16", (2, 0), "one\ntwo|"),
        ("utf-16", (2, 7), "one\ntwo\n|"),
        ("utf-16", (5, 0), "|"),
        ("utf-16", (0, 1), "|😋"),
        ("utf-16", (0, 2), "a|😋"),
        ("utf-8", (0, 2), "a|ï"),
        ("utf-8", (0, 4), "a|😋b"),
        ("utf-8", (0, 5), "a😋|b"),
        ("utf-32", (0, 9), "😋😋|"),
    ],
)
def test_a_place_that_is_not_in_the_text_is_brought_into_it(encoding: str, position: tuple[int, int], marked: str) -> None:
    assert Positions(marked.replace("|", ""), encoding).offset(*position) == marked.index("|")


@pytest.mark.parametrize(("offset", "expected"), [(3, (0, 3)), (4, (0, 3)), (5, (1, 0)), (99, (1, 3))])
def test_no_position_is_inside_a_line_break_or_after_the_text(offset: int, expected: tuple[int, int]) -> None:
    assert Positions("one\r\ntwo").position(offset) == expected


def test_a_range_covers_a_span() -> None:
    text = "Wait 😋\nthe river bank\n"
    assert Positions(text).range(Span(5, text.index(" river"))) == ((0, 5), (1, 3))


def test_half_a_surrogate_pair_is_a_character() -> None:
    """An editor may send one while a key is being composed."""
    text = "\ud83d bank"
    assert Positions(text, "utf-16").offset(0, 2) == 2
    assert Positions(text, "utf-8").position(1) == (0, 3)


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(KeyError, match="utf-7"):
        Positions("bank", "utf-7")


@given(TEXTS, ENCODINGS)
@example("\r\n", "utf-16")
@example("\r\r\n\n", "utf-8")
def test_positions_are_those_of_the_naive_count(text: str, encoding: str) -> None:
    positions = Positions(text, encoding)
    assert [positions.position(offset) for offset in range(len(text) + 1)] == naive_positions(text, encoding)


@given(TEXTS, ENCODINGS, st.integers(0, 12), st.integers(0, 40))
def test_any_position_is_the_last_place_not_after_it(text: str, encoding: str, line: int, character: int) -> None:
    places = naive_positions(text, encoding)
    inside_a_break = {match.start() + 1 for match in re.finditer("\r\n", text)}
    expected = max(o for o, place in enumerate(places) if place <= (line, character) and o not in inside_a_break)
    assert Positions(text, encoding).offset(line, character) == expected


@given(TEXTS, ENCODINGS)
def test_a_place_comes_back_from_its_position(text: str, encoding: str) -> None:
    positions = Positions(text, encoding)
    inside_a_break = {match.start() + 1 for match in re.finditer("\r\n", text)}
    for offset in set(range(len(text) + 1)) - inside_a_break:
        assert positions.offset(*positions.position(offset)) == offset


@given(TEXTS, TEXTS, ENCODINGS, st.integers(0, 30), st.integers(0, 30))
@example("a\rb", "\n", "utf-16", 2, 2)  # joins a CRLF
@example("\r\n", "x", "utf-16", 1, 1)  # parts one
@example("\rx\n", "", "utf-16", 1, 2)
@example("\n", "\r", "utf-16", 0, 0)
def test_an_edited_text_has_the_positions_of_the_new_text(text: str, new: str, encoding: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    edited = Positions(text, encoding).edited(Span(start, end), new)
    assert edited.text == text[:start] + new + text[end:]
    assert [edited.position(o) for o in range(len(edited.text) + 1)] == naive_positions(edited.text, encoding)


def naive_positions(text: str, encoding: str) -> list[tuple[int, int]]:
    """The position of every offset of *text*, by encoding what stands before it on its line."""
    codec, width = CODECS[encoding]
    found = []
    for offset in range(len(text) + 1):
        end = offset - (text[offset - 1 : offset + 1] == "\r\n")
        *before, line = re.split("\r\n|\r|\n", text[:end])
        units = sum(len(c.encode(codec, "surrogatepass")) for c in line) // width
        found.append((len(before), units))
    return found
