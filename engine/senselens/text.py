"""The words and sentences of a text, as spans of its characters (code points)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import regex

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters ``[start, end)`` of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """These characters of *text*."""
        return text[self.start : self.end]

    def to_dict(self) -> dict[str, int]:
        """The span as JSON."""
        return {"start": self.start, "end": self.end}


# No match of _WORD holds white space, nor a Han or Hiragana character past its start: `word_at` relies on both.
_UNSPACED = r"[[\p{Han}\p{Hiragana}]--\p{M}]"
_LETTER = rf"[[\p{{L}}\p{{N}}]--{_UNSPACED}]"
_MARK = r"[\p{M}\u200C\u200D]"  # combining marks and (non-)joiners belong to the letter before them
_HIDDEN = r"[\u00AD\u061C\u200E\u200F\u2060\uFEFF]"  # soft hyphen, direction marks, word joiner, byte order mark
_INITIAL = r"(?:\p{Lu}\p{M}*+\p{Ll}|[\p{Lu}\p{Ll}])\p{M}*+"  # the "U" of "U.S.", the "Ph" of "Ph.D."
_HOST = rf"[[\w-]--{_UNSPACED}]++"
_NO_WORD = rf"""(?: \[(?:CLS|SEP|PAD|UNK|MASK)\] | </?+[A-Za-z0-9_]{{1,32}}+> | <\|[A-Za-z0-9_]{{1,32}}+\|>
                  | (?:(?:https?|ftp)://|www\.) [^\s<>"{_UNSPACED}]++
                  | {_LETTER} [[\w.+%-]--{_UNSPACED}]{{0,63}}+ @ {_HOST} (?:\.{_HOST})++
                  | [0-9\u2139]\uFE0F )"""  # model tokens and tags, addresses, digits shown as emoji
_PART = rf"""(?: {_INITIAL} (?:\.{_INITIAL}(?!{_LETTER}))++ \.?+
               | {_LETTER}++ (?: (?: {_MARK} | {_HIDDEN}++(?={_LETTER}) ) {_LETTER}*+ )*+ )"""
_JOIN = r"""(?: ['’＇·‧‐‑״׳-] | _{1,2}+ | (?<=\p{Nd})[.,:٫٬](?=\p{Nd}) | (?<=\p{Hebrew})"(?=\p{Hebrew}) )"""
_WORD = regex.compile(  # the first alternative is the last one's plainest case, and saves half the time on English
    rf"""(?xV1)
    [A-Za-z]++(?=\s) | {_NO_WORD} (*SKIP)(*FAIL) | {_UNSPACED} (?:{_MARK}|ー)*+ | {_PART} (?: {_JOIN} {_PART} )*+
    """
)
_NEXT_EDGE = regex.compile(rf"(?V1)[\s{_UNSPACED}]")
_LAST_EDGE = regex.compile(rf"(?rV1)[\s{_UNSPACED}]")


def words(text: str) -> tuple[Span, ...]:
    """The words of *text*, in order.

    A word is a run of letters and digits with their combining marks. An apostrophe, a hyphen or up to two underscores
    join such runs (``don’t``, ``mother-in-law``, ``foo_bar``), and so does a point, comma or colon between digits (``3.14``,
    ``1,000``, ``12:30``). Initials joined by dots keep their last dot (``U.S.``, ``e.g.``, ``Ph.D.``).
    Soft hyphens and direction marks count only inside a word. A Han or Hiragana character is a word by itself; other
    scripts written without spaces (Katakana, Thai) give one word per unbroken run, for lack of a dictionary.
    Emoji, web and e-mail addresses, tags (``<b>``) and a model's own tokens (``[MASK]``, ``<mask>``) hold no word.
    """
    return tuple(Span(*match.span()) for match in _WORD.finditer(text))


def word_at(text: str, offset: int) -> Span | None:
    """The word that *offset* touches; its right edge counts as inside, unless the next word starts there (``中|国``).

    The answer is that of `words`, but only the text up to the nearest white space is looked at.
    """
    before, after = _LAST_EDGE.search(text, 0, offset), _NEXT_EDGE.search(text, offset + 1)
    start, end = before.start() if before else 0, after.start() if after else len(text)
    return _touching((Span(*match.span()) for match in _WORD.finditer(text, start, end)), offset)


def _touching(spans: Iterable[Span], offset: int) -> Span | None:
    """The last of *spans*, which are in order, that holds *offset* or ends there."""
    found = None
    for span in spans:
        if span.start > offset:
            break
        if span.end >= offset:
            found = span
    return found


_NEVER_LAST, _SELDOM_LAST, _BEFORE_NUMBER, _OPENERS = (
    frozenset(table.split())
    for table in (
        # abbreviations whose dot never ends a sentence, as they are written
        """Mr Mrs Ms Mx Messrs Mme Mlle Dr Prof prof Rev Hon Fr Gen Col Maj Capt Cmdr Lt Sgt Cpl Pvt Adm Gov Sen Rep Pres
        Supt e.g i.e E.g I.e cf Cf viz vs v""",
        # those whose dot ends one only before an opener
        "etc al op cit inc ltd co corp bros jr sr st mt ft ave blvd rd dept univ assn est approx b d",
        # those that are abbreviations only before a number
        """no nos p pp vol vols ch chap fig figs sec eq art ref op ca c
        jan feb mar apr jun jul aug sep sept oct nov dec""",
        # the openers: words that, capitalised after such a dot, open a sentence more often than they belong to a name
        """A After All Although An And Any As At Because Before Both But By Each For From He Her Here His How However I If
        In Is It Its Many Most My No Not Now Of On Once One Or Our She Since So Some Such That The Their Then There These
        They This Those Though To We What When Where Whether Which While Who Why With Yes You Your""",
    )
)

_BLANKS = r"[\s--[\n\r\v\f\x85\u2028\u2029]]*+"
_BLANK_LINES = rf"(?: \R {_BLANKS} (?=\R) )++"
_BETWEEN_PARAGRAPHS = regex.compile(rf"(?xV1) {_BLANK_LINES}")
_CUT = regex.compile(
    rf"""(?xV1)
    {_BLANK_LINES} | [\f\u2029]
  | (?:\A|\R) {_BLANKS} (?: (?:[-=*_~]{_BLANKS}){{3,}}+ (?=\R|\Z)                               # a rule or underline
                          | \#{{1,6}}+ [\ \t]++ (?P<heading>[^\n\r\v\f\x85\u2028\u2029]*+)
                          | [-*+•‣◦▪●] [\ \t]++ )                                               # a bullet
  | \R (?= {_BLANKS} (?: \(?+ (?:\p{{N}}{{1,3}}+|\p{{L}}) \) | \p{{N}}{{1,3}}+\. | \| ) [\ \t] )  # a numbered item, a table row
    """
)
_WIDE = "。！？｡"
_STOP = regex.compile(
    rf"""(?xV1)
    (?<= (?P<token> [\p{{L}}\p{{M}}\p{{N}}.'’]{{0,12}}+ ) )
    (?P<mark> [\p{{STerm}}…‥] (?: [\p{{STerm}}…‥] | \ [\p{{STerm}}…‥](?![\p{{L}}\p{{N}}]) )*+ )
    (?: [\p{{Pe}}\p{{Pi}}\p{{Pf}}"'*_] | \[\d{{1,3}}+\] )*+
    (?= (?P<gap> \s++ | (?<=[{_WIDE}]) | (?<=[{_WIDE}][\p{{Pe}}\p{{Pf}}]++) (?=[\p{{Ps}}\p{{Pi}}]) )
        [^\p{{L}}\p{{N}}]{{0,40}}+ (?P<next> \p{{L}}{{1,12}}+ \.?+ | \p{{N}} ) )?+
    """
)
_INITIALS = regex.compile(r"\p{Lu}|\p{Lu}?\p{L}(?:\.\p{Lu}?\p{L})++")
_LABEL = regex.compile(r"\p{L}|\p{N}{1,3}+")  # of an item: "A.", "12."
_TRIMMED = regex.compile(r"(?s)\S(?:.*\S)?+")


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of *text* without the space around them, in order; together they hold every word.

    A stop (``.``, ``?!``, ``…``, ``。``) with its closing quotes and brackets ends a sentence, unless the next letter is
    lower case: ``"Stop!" he said.`` and ``Well... maybe.`` are one sentence each. The dot of an initial, of ``U.S.`` and of
    English abbreviations ends one only before a word that often opens sentences, and the dot of ``Mr.`` or ``e.g.`` never does.
    Blank lines end sentences too, and so do Markdown's headings and rules and the start of a line that is an item of a list
    or a table; bullets and heading signs are part of no sentence. A line break inside running prose means nothing.
    """
    return tuple(_sentences(text, 0, len(text)))


def sentence_at(text: str, offset: int) -> Span | None:
    """The sentence that *offset* touches, its edges as in `word_at`; None in the space between two sentences.

    The answer is that of `sentences`, but only the paragraph, up to the nearest blank lines, is looked at.
    """
    if offset < 0:
        return None
    blanks = ("\n\n", "\n\r\n")
    start = max(0, *(text.rfind(blank, 0, offset) for blank in blanks))
    ends = [end for blank in blanks if (end := text.find(blank, offset)) >= 0]
    return _touching(_sentences(text, start, min(ends, default=len(text))), offset)


def paragraphs(text: str) -> tuple[Span, ...]:
    """The stretches of *text* between blank lines: no sentence and no word goes on from one to the next."""
    starts = [0]
    ends = []
    for cut in _BETWEEN_PARAGRAPHS.finditer(text):
        ends.append(cut.start())
        starts.append(cut.end())
    return tuple(map(Span, starts, [*ends, len(text)]))


def stopped(sentence: str) -> str:
    """*sentence* with a full stop where it ends in a word: without one, a model guesses how the text goes on."""
    return f"{sentence}." if sentence[-1:].isalnum() else sentence


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for block in blocks(text, start, end):
        begin = block.start
        for stop in _STOP.finditer(text, block.start, block.end):
            if _ends(stop, begin):
                yield from _trimmed(text, begin, stop.end())
                begin = stop.end("gap")
        yield from _trimmed(text, begin, block.end)


def blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretches that no sentence crosses."""
    for cut in _CUT.finditer(text, start, end):
        yield Span(start, cut.start())
        if cut["heading"]:
            yield Span(*cut.span("heading"))
        start = cut.end()
    yield Span(start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without the space around it, if anything is left."""
    if match := _TRIMMED.search(text, start, end):
        yield Span(*match.span())


def _ends(stop: regex.Match[str], begin: int) -> bool:
    """Whether *stop* ends the sentence that begins at *begin*."""
    token, following = stop["token"], stop["next"]
    if following is None or following[0].islower():
        return False
    if stop["mark"] != ".":
        return True
    if stop.start("token") == begin and _LABEL.fullmatch(token):
        return False
    if token in _NEVER_LAST or (token.lower() in _BEFORE_NUMBER and following.isnumeric()):
        return False
    if token.lower() in _SELDOM_LAST or _INITIALS.fullmatch(token):
        return following in _OPENERS
    return True


def printable(text: str) -> str:
    """*text* on one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


_HALVES = regex.compile(r"[\ud800-\udfff]")


def valid(text: str) -> str:
    """*text* as UTF-8 can have it: each half of a surrogate pair, which JavaScript's strings may hold, is U+FFFD."""
    return _HALVES.sub("\ufffd", text)


def shorten(text: str, most: int = 60) -> str:
    """*text* as an error shows it."""
    return text if len(text) <= most else text[: most - 1] + "…"


def listed(some: Iterable[T], name: str, kind: str) -> list[T]:
    """What *name* was given, as a list. TypeError for one string, which would be taken for its letters."""
    if isinstance(some, str):
        raise TypeError(f"{name} takes a list of {kind}; put the one in brackets")
    return list(some)
