from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from time import process_time

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from senselens.text import Span, sentence_at, sentences, word_at, words

MEGABYTE = 1_000_000
LIMIT = 20  # seconds for a megabyte: it takes about one, and hours if the time grows with the square
ENGLISH = "We don't know why the river-bank was 3.14 miles off. Mr. Smith (of the U.S.) asked: “Where is it?”\n"

# Prose, and whatever the rules treat in a way of its own, thrown together.
CHARACTERS = "aZé5_.,:'’\"-!?…。！」「中ら々ーカﾞश😋 \t\n\r\f#*|[]()<>@/½\u0301\u200d\u00ad\u200f\u3099\u2029\U00016ff0"
CASES = ("the", "Mr.", "U.S.", "e.g.", "p. 12", "The", "don’t", "3.14", 'צה"ל', "---", "...", "1\ufe0f\u20e3", "ℹ\ufe0f")
NO_WORDS = ("[MASK]", "<s>", "http://", "www.", "me@x.org")
BREAKS = ("\n\n", "\r\n", "\n \n", "\r\n\r\n", "\n- ", "\n# ", "\n1. ", "\n(a) ")
SCRAPS = st.sampled_from([*CHARACTERS, *CASES, *NO_WORDS, *(f"{case} " for case in CASES), *BREAKS])
TEXTS = st.one_of(st.text(), st.lists(SCRAPS, max_size=40).map("".join))


def cursor(marked: str) -> tuple[str, int]:
    """The text without its ``|``, and where that was."""
    return marked.replace("|", "", 1), marked.index("|")


def texts(spans: tuple[Span, ...], text: str) -> list[str]:
    return [span.of(text) for span in spans]


def seconds(split: Callable[[str], tuple[Span, ...]], scrap: str) -> float:
    """The processor time that *split* takes for a megabyte of *scrap*."""
    text = scrap * (MEGABYTE // len(scrap))
    begun = process_time()
    split(text)
    return process_time() - begun


def test_a_span_is_a_value() -> None:
    span = Span(4, 9)
    assert span.of("the naïve") == "naïve"
    assert span.to_dict() == {"start": 4, "end": 9}
    assert sorted([Span(2, 3), Span(0, 5), Span(0, 1)]) == [Span(0, 1), Span(0, 5), Span(2, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't don’t l'homme 'tis the dogs'", ["don't", "don’t", "l'homme", "tis", "the", "dogs"]),
        ("naïve nai\u0308ve Straße", ["naïve", "nai\u0308ve", "Straße"]),
        ("Ёлка и мама, Ὀδυσσεύς", ["Ёлка", "и", "мама", "Ὀδυσσεύς"]),
        ("mother-in-law -- co‐op – X-1 -trailing-", ["mother-in-law", "co‐op", "X-1", "trailing"]),
        ("3.14 1,000.50 12:30 ٣٫١٤ 5. 6,", ["3.14", "1,000.50", "12:30", "٣٫١٤", "5", "6"]),
        ("x² ½ ② 1st", ["x²", "½", "②", "1st"]),
        ("the U.S. and (e.g.) a Ph.D. at 5 p.m., т.е.", ["the", "U.S.", "and", "e.g.", "a", "Ph.D.", "at", "5", "p.m.", "т.е."]),
        ("U.S.-led U.S.'s J.R.R.Tolkien A. B.", ["U.S.-led", "U.S.'s", "J.R.R.", "Tolkien", "A", "B"]),
        ("E\u0301.U. the end.Then node.js", ["E\u0301.U.", "the", "end", "Then", "node", "js"]),
        ("foo_bar a__b _emphasis_ __init__ a___b ___", ["foo_bar", "a__b", "emphasis", "init", "a", "b"]),
        ("中国が 好き", ["中", "国", "が", "好", "き"]),
        ("らーめん が\u3099 人々\u302aA", ["らー", "め", "ん", "が\u3099", "人", "々\u302a", "A"]),
        ("コーヒー ｶﾞｽ Tシャツ 한국어 ภาษาไทย", ["コーヒー", "ｶﾞｽ", "Tシャツ", "한국어", "ภาษาไทย"]),
        ("हिन्दी में न\u094d\u200d", ["हिन्दी", "में", "न\u094d\u200d"]),
        ("می\u200cخواهم co\u00adop\u00ad \u200fשלום\u200f", ["می\u200cخواهم", "co\u00adop", "שלום"]),
        ('צה״ל צה"ל "שלום"', ["צה״ל", 'צה"ל', "שלום"]),
        ("col·lecció", ["col·lecció"]),
        ("😋hello😋world👨‍👩‍👧!", ["hello", "world"]),
        ("1\ufe0f\u20e3 ℹ\ufe0f 🇺🇸 © one", ["one"]),
        ("a [MASK] b <mask> c[SEP]d </s> e <|endoftext|> f", list("abcdef")),
        ("[NASA] [mask] a < b > c", ["NASA", "mask", "a", "b", "c"]),
        ("see https://de.wikipedia.org/wiki/Straße?a=don't, www.x.org/y or ftp://z 。", ["see", "or"]),
        ("请看https://x.org/路。", ["请", "看", "路"]),
        ("<http://x.org>now mail jo.e+x@naïve.example.org, not me@home", ["now", "mail", "not", "me", "home"]),
        ("", []),
        ("\u0301 …—' \n", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert texts(words(text), text) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the ri|ver bank", "river"),
        ("the |river bank", "river"),
        ("the river| bank", "river"),
        ("|the river", "the"),
        ("the river|", "river"),
        ("wait |— what", None),
        ("wait.|", None),
        ("wait. |", None),
        ("😋 na|ïve", "naïve"),
        ("😋|naïve", "naïve"),
        ("😋 nai\u0308|ve", "nai\u0308ve"),
        ("don|’t", "don’t"),
        ("in the U.S|. Army", "U.S."),
        ("中|国", "国"),
        ("中国|", "国"),
        ("中\u3099|ー国", "中\u3099ー"),
        ("中|A国", "A"),
        ("[MA|SK]", None),
        ("http://x.org/ri|ver", None),
        ("|", None),
    ],
)
def test_word_at(marked: str, expected: str | None) -> None:
    text, offset = cursor(marked)
    found = word_at(text, offset)
    assert (found and found.of(text)) == expected


def test_nothing_is_outside_the_text() -> None:
    for offset in (-9, -1, 9):
        assert word_at("here", offset) is None
        assert sentence_at("Here. There.", offset * 2) is None


@settings(deadline=None)
@given(TEXTS)
def test_words_are_in_order_and_hold_no_space(text: str) -> None:
    found = words(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(regex.search(r"[\p{L}\p{N}]", w.of(text)) and not regex.search(r"\s", w.of(text)) for w in found)


@settings(deadline=None)
@given(TEXTS)
@example("中\U00016ff0\U00016ff0国")  # marks of the Han script
@example("ab.ab@中.org")
def test_word_at_agrees_with_words(text: str) -> None:
    found = words(text)
    for offset in range(len(text) + 1):
        touched = [w for w in found if w.start <= offset <= w.end]
        assert word_at(text, offset) == (touched[-1] if touched else None)


# ``¦`` stands where a sentence ends.
@pytest.mark.parametrize(
    "marked",
    [
        "One. ¦Two? ¦Three?! ¦Four",
        "Mr. Smith met Dr. Who, i.e. The Doctor. ¦He ran.",
        "J. R. R. Tolkien and George W. Bush. ¦He ran.",
        "John's. ¦Hers was O'B. ¦His was not.",
        "She works in the U.S. Army. ¦She lives in the U.S. ¦The sun shines at 5 p.m. ¦It is hot.",
        "See No. 5 on p. 12, vol. 3. ¦No. ¦I won't. ¦On Jan. 5 it rained. ¦It rained in Jan. ¦Then it snowed.",
        "Smith et al. Reported it, etc. ¦They and A. Smith were wrong, etc. A. Jones too.",
        "It took 40 ms. ¦Ms. Lee was glad. ¦I took vitamin C. ¦It helped.",
        "Pi is 3.14. ¦Version 1.2.3 is out. ¦It was 1990. ¦2001 came. ¦.NET came too.",
        "1. Heat the oven. ¦2. Wait. ¦A. Eat it.",
        "Well... maybe. ¦He left... ¦Then it rained… ¦Hm … no. ¦So . . . yes. ¦Yes . . . . ¦No.",
        '"Stop!" he said. ¦He said "Stop." ¦Then he left. ¦“Stop!” ¦“Go?” — she asked.',
        "(He left.) ¦[She stayed.] ¦*Bold.* ¦_Sly._ ¦Known.[1] ¦And known.[2][13] ¦‘So it is.’ ¦„Ach.“ ¦Ja.",
        "Yahoo! is a name. ¦Is it? ¦5 say so. ¦(See there.) ¦¿Dónde? ¦¡Aquí!",
        "A site is node.js. ¦Another is end.Then.",
        "Wow! 😀 ¦".replace(" ¦", ""),
        "Wow! ¦😀 Then.",
        "他走了。¦你好！¦「行け！」と言った。¦「はい。」¦「いいえ。」 ¦終わり。」",
        "हाँ। ¦नहीं। ¦كيف؟ ¦نعم.",
        "A line\nbreak in prose\r\nmeans nothing. ¦It\ngoes on.",
        "A blank line\n\n¦ends it\r\n\r\n¦and so does\n \t\n¦one of spaces\f¦or a new page\u2029¦or paragraph",
        "Things:\n¦1. One\n¦2) two\n¦(3) three\n¦(a) four\n¦| five | six |",
        "!!!",
    ],
)
def test_sentences(marked: str) -> None:
    text = marked.replace("¦", "")
    assert texts(sentences(text), text) == [part.strip() for part in marked.split("¦")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Rivers and banks\nWe sat\nthere.\n## \n### Lakes", ["Rivers and banks", "We sat\nthere.", "Lakes"]),
        ("Rivers\n======\nWe sat.\n\n---\n* * *\nThere", ["Rivers", "We sat.", "There"]),
        ("- one\n- two\n  goes on\n\n  * three. Four", ["one", "two\n  goes on", "three.", "Four"]),
        ("#5 is\n-5 too", ["#5 is\n-5 too"]),
        ("", []),
        (" \n\n \t\n", []),
    ],
)
def test_the_signs_of_a_markdown_line_are_no_part_of_a_sentence(text: str, expected: list[str]) -> None:
    assert texts(sentences(text), text) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("We |sat. He ran.", "We sat."),
        ("We sat.| He ran.", "We sat."),
        ("We sat. |He ran.", "He ran."),
        ("We sat. | He ran.", None),
        ("走了。|好！", "好！"),
        ("Before.\n\nWe sat\nth|ere.\n\nAfter.", "We sat\nthere."),
        ("Before.\r\n\r\n# Wh|ere\r\n\r\nAfter.", "Where"),
        ("Before.\n|\nAfter.", None),
        ("|", None),
    ],
)
def test_sentence_at(marked: str, expected: str | None) -> None:
    text, offset = cursor(marked)
    found = sentence_at(text, offset)
    assert (found and found.of(text)) == expected


@settings(deadline=None)
@given(TEXTS)
def test_sentences_are_trimmed_in_order_and_hold_every_word(text: str) -> None:
    found = sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(regex.fullmatch(r"(?s)\S(?:.*\S)?", s.of(text)) for s in found)
    assert all(any(s.start <= w.start and w.end <= s.end for s in found) for w in words(text))


@settings(deadline=None)
@given(TEXTS)
@example("a.\r\n\r\n- B")
@example("# a\n\n\n# b")
def test_sentence_at_agrees_with_sentences(text: str) -> None:
    found = sentences(text)
    for offset in range(len(text) + 1):
        touched = [s for s in found if s.start <= offset <= s.end]
        assert sentence_at(text, offset) == (touched[-1] if touched else None)


@pytest.mark.parametrize("scrap", ["a-", "'", "\u0301", "a", "a\u00ad", "_", "ab.", ENGLISH])
def test_the_time_for_words_is_linear_in_the_text(scrap: str) -> None:
    assert seconds(words, scrap) < LIMIT


@pytest.mark.parametrize("scrap", [". ", "...a", "。」", "\n", "\n- ", "\t# ", " ", ENGLISH])
def test_the_time_for_sentences_is_linear_in_the_text(scrap: str) -> None:
    assert seconds(sentences, scrap) < LIMIT


def test_a_look_at_one_word_or_sentence_does_not_read_the_whole_text() -> None:
    text = (ENGLISH + "\n") * (MEGABYTE // len(ENGLISH))
    start = text.index("We don't", len(text) // 2)
    sentence = Span(start, start + len("We don't know why the river-bank was 3.14 miles off."))
    begun = process_time()
    for _ in range(500):
        assert word_at(text, start + 4) == Span(start + 3, start + 8)
        assert sentence_at(text, start + 4) == sentence
    assert process_time() - begun < LIMIT  # well under one; reading the whole each time would take minutes
