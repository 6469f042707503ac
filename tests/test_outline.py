"""An outline says of a text what `words` and `sentences` say, and an edit changes it only where it must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import senselens as sl
from senselens import outline as outlines
from senselens.text import paragraphs

MICE = "A mouse ran.\n\nTwo mice slept. The cat hunts mice!\n\nIt rained."
PROSE = st.lists(
    st.sampled_from(["A mouse ran.", "Two", "mice", "Dr. Who?", "# Head", "- item", "---", "1. one", "中国。", "😀", "x" * 9])
    | st.sampled_from([" ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\n \t\n", "\f", "\u2029", "\u2028", "\x85\x85", "\v"]),
    max_size=14,
).map("".join)


@given(PROSE)
def test_words_and_sentences_are_those_of_the_whole_text(text: str) -> None:
    outline = sl.Outline(text)
    assert outline.words == sl.words(text)
    assert outline.sentences == sl.sentences(text)
    for word in outline.words:
        sentence = outline.sentences[outline.sentence_of(word)]
        assert sentence.start <= word.start
        assert word.end <= sentence.end


@given(PROSE, PROSE)
def test_an_outline_made_from_another_is_as_if_made_anew(text: str, before: str) -> None:
    outline, anew = sl.Outline(text, before=sl.Outline(before)), sl.Outline(text)
    assert outline.words == anew.words
    assert outline.sentences == anew.sentences
    assert [outline.others(w) for w in outline.words] == [anew.others(w) for w in anew.words]


def test_only_the_paragraph_that_changed_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sl.Outline(MICE)
    seen: list[str] = []
    monkeypatch.setattr(outlines, "words", lambda text: (seen.append(text), sl.words(text))[1])
    after = sl.Outline(MICE.replace("slept", "sang"), before=before)
    assert [text.strip() for text in seen] == ["Two mice sang. The cat hunts mice!"]
    assert [w.of(after.text) for w in after.others(after.words[1])] == ["mice", "mice"]


def test_an_outline_under_another_inventory_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare(sl.Inventory):
        def lemmas(self, form: str, pos: str | None = None) -> tuple[tuple[str, str], ...]:
            return ()

    for member in ("sense", "hypernyms", "_senses_of"):
        monkeypatch.setattr(Bare, member, lambda *_: ())
    monkeypatch.setattr(Bare, "__abstractmethods__", frozenset())
    outline = sl.Outline(MICE, Bare(), before=sl.Outline(MICE))
    assert outline.uses("mouse") == (outline.words[1],)
    assert [w.of(MICE) for w in outline.others(outline.words[4])] == ["mice"]


def test_the_nearest_uses() -> None:
    text = "mice " * 9
    outline = sl.Outline(text)
    words = outline.words
    assert outline.uses("mouse") == outline.uses("Mice") == words
    assert outline.others(words[4]) == (*words[:4], *words[5:])
    assert outline.others(words[4], 2) == (words[3], words[5])
    assert outline.others(words[0], 2) == (words[1], words[2])
    assert outline.others(words[8], 3) == (words[5], words[6], words[7])


@pytest.mark.parametrize("span", [sl.Span(0, 2), sl.Span(1, 1), sl.Span(99, 100), sl.Span(12, 14), sl.Span(-3, -1)])
def test_what_is_no_word_is_in_no_sentence(span: sl.Span) -> None:
    with pytest.raises(sl.WordNotFound, match="not one word"):
        sl.Outline(MICE).sentence_of(span)


def test_a_text_without_words() -> None:
    outline = sl.Outline("")
    assert (outline.words, outline.sentences) == ((), ())
    with pytest.raises(sl.WordNotFound):
        outline.sentence_of(sl.Span(0, 1))


def test_paragraphs() -> None:
    text = "one\nline\n\n\n two \r\n \r\nthree\n"
    assert [p.of(text).strip() for p in paragraphs(text)] == ["one\nline", "two", "three"]
