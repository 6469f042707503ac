"""Source code: its comments and docstrings, in every language that Pygments knows.

Pygments finds them. What they hold is Markdown, as in rustdoc and in what most people write, or reStructuredText in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import regex

from senselens.documents.markdown import read as markdown
from senselens.documents.prose import Passage, Piece, through, whole
from senselens.documents.restructuredtext import read as restructuredtext

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_OPENS = regex.compile(  # a comment of many lines
    r"""(?xV1) /\*++!?+ | \(\*++ | \{-\ ?+[|^]?+ | <!--++ | <\# | --\[=*+\[ | \#\[=*+\[ | \#\| | /\++ | %\{ | =(?:begin|pod)\b[^\n]*+ """
)
_CLOSES = regex.compile(r"(?xV1) (?: \*++/ | \*++\) | -\} | --++> | \#> | \]=*+\] | \|\# | \++/ | %\} | =(?:end|cut) ) \Z")
_QUOTES = regex.compile(r"""[A-Za-z]{0,2}+("{3}|'{3}|"|')""")
_STAR = regex.compile(r"[ \t]*+\*(?=\s|\Z)")
_MARK = regex.compile(r"(?i)[ \t]*+(?://++!?+|#++['|:]?+|--++\|?+|;++|%++|!++|'++|\"++|::?+|rem\b)?+")
_TOOL = regex.compile(  # a line written for a tool, not for a reader
    r"""(?xiV1) \s*+ (?: -\*- | !/ | @ts- | c8\b | clang-format | coding[:=] | cspell | dprint | eslint | fmt: | go: | hadolint
    | istanbul | isort: | jshint | jslint | mypy: | noinspection | nolint | noqa | nosec | phpcs | prettier | pragma | pylint
    | pyright: | (?:end)?region\b | rubocop | ruff: | shellcheck | spdx- | spell-?check | swiftlint | tslint | type: | vim?:
    | yaml-language-server )"""
)
_CODE = regex.compile(  # a line of code that was made a comment, or that shows what comes out
    r"""(?xV1) \s*+ (?:
      [\{\}()\[\];,]++ \Z
    | [^\s"']*+ .{0,200}? [()\[\]=<>] .{0,200}? [;\{\}] \Z
    | (?:await\s|return\s|yield\s)?+ [\w.]++ \( .*+ (?<=\)[;:,]?) \Z
    | (?:(?:auto|const|int|let|local|val|var)\s++)?+ [\w.\[\]]++ \s*+ [-+*/|&:]?+= (?!=) \s*+ \S
    | (?: import\s++["'*\{] | import\s++[\w.]++\Z | from\s++[\w.]++\s++import\b | \#include\b | using\s++[\w.]++; )
    | (?:class|def|elif|for|fn|func|function|if|private|public|static|switch|try|while|with)\b .{0,200}? [:\{] \Z
    | (?:>>>|\$)\s
    )"""
)
_TAG = regex.compile(  # of JSDoc, Javadoc and Doxygen
    r"""(?xV1) \s*+ [@\\] (?:
      (?: arg|argument|exception|field|param|prop|property|raises|retval|template|throws|tparam|typeparam|var )\b (?:\[[^\]]*+\])?+
      \s++ (?:\{[^\{\}]*+\}\s*+)?+ \[?+[\w.$*&=<>]++\]?+ \s*+ (?:[-:]\s++)?+
    | (?: brief|deprecated|desc|description|details|note|remarks?|returns?|short|summary|todo|warning|yields? )\b (?:\s++\{[^\{\}]*+\})?+
    | (?P<unread> [A-Za-z]++ \b ) )"""
)
_LONGEST = 500  # characters of a line that is worth telling from code
_BEFORE_ARGUMENTS = tuple("(,=[{+%")  # a string after one of these is no docstring


def reader(lexer: Lexer) -> Callable[[str], Iterator[Passage]]:
    """What reads the source code of this lexer's language: comments, those on neighbouring lines as one, and docstrings.

    Marks, indentation and tags (``@param name``) are left out, and so are doctests, lines for tools and what looks like code.
    """
    docstrings = restructuredtext if lexer.name.startswith("Python") else markdown

    def read(text: str) -> Iterator[Passage]:
        for comment in _comments(lexer, text):
            words = whole(list(_uncommented(text, comment)))
            yield from through(words, (docstrings if comment.kind == "docstring" else markdown)(words.text))

    return read


class _Comment(NamedTuple):
    """The characters from *start* to *end*, without marks at both ends of them; *kind* is "lines", "block" or "docstring"."""

    kind: str
    start: int
    end: int


def _comments(lexer: Lexer, text: str) -> Iterator[_Comment]:
    """The comments and docstrings of *text*; comments that fill neighbouring lines are one."""
    from pygments.token import Comment, String

    start = end = last = -1  # of the comment being found, and where its last token ends
    before = ""  # the code before it
    for begin, kind, value in lexer.get_tokens_unprocessed(text):
        words = value.strip()
        if not words or kind in String.Affix:
            continue
        follows = begin == last and (text[last - 1] != "\n" or _OPENS.match(text, start) is not None)
        last = begin + len(value)
        begin += value.index(words)
        is_comment = kind in Comment and kind not in Comment.Preproc and kind not in (Comment.PreprocFile, Comment.Hashbang)
        if is_comment or (kind in String.Doc and not before.endswith(_BEFORE_ARGUMENTS)):
            if end >= 0 and not follows and not _are_lines(text, start, end, begin):
                yield _comment(text, start, end)
                start = -1
            start = begin if start < 0 else start
            end = begin + len(words)
        else:
            if end >= 0:
                yield _comment(text, start, end)
            start = end = -1
            before = words
    if end >= 0:
        yield _comment(text, start, end)


def _are_lines(text: str, start: int, end: int, begin: int) -> bool:
    """Whether the comment from *start* to *end* and the one at *begin* are of one line each, and neighbours."""
    blocks = (opens.match(text, at) for opens in (_OPENS, _QUOTES) for at in (start, begin))
    return not any(blocks) and text.count("\n", end, begin) == 1


def _comment(text: str, start: int, end: int) -> _Comment:
    if opens := _OPENS.match(text, start, end):
        closes = _CLOSES.search(text, opens.end(), end)
        return _Comment("block", opens.end(), closes.start() if closes else end)
    if quotes := _QUOTES.match(text, start, end):
        closed = end - len(quotes[1]) >= quotes.end() and text.endswith(quotes[1], start, end)
        return _Comment("docstring", quotes.end(), end - len(quotes[1]) if closed else end)
    return _Comment("lines", start, end)


def _uncommented(text: str, comment: _Comment) -> Iterator[Piece]:
    """The lines of a comment without marks and common indentation; those that are no prose are empty."""
    marks = {"lines": _MARK, "block": _STAR}.get(comment.kind)
    lines = []
    start = comment.start
    for line in text[comment.start : comment.end].split("\n"):
        end = start + len(line)
        mark = marks.match(text, start, end) if marks else None
        lines.append((mark.end() if mark else start, end))
        start = end + 1
    first = 0 if comment.kind == "lines" else 1  # the first line of the others stands after their mark
    indents = [len(words) - len(words.lstrip(" \t")) for start, end in lines[first:] if (words := text[start:end]).strip()]
    indent = min(indents, default=0)
    before = comment.start
    for number, (start, end) in enumerate(lines):
        words = text[start:end]
        start += min(indent if number >= first else end, len(words) - len(words.lstrip(" \t")))
        tag = _TAG.match(text, start, end) if comment.kind != "docstring" else None
        if number:
            yield Piece("\n\n" if tag else "\n", before, start)
        start = tag.end() if tag else start
        if comment.kind == "docstring" or not ((tag and tag["unread"]) or _is_for_machines(text[start:end])):
            yield Piece(text[start:end], start, end)
        before = end


def _is_for_machines(line: str) -> bool:
    return bool(_TOOL.match(line)) or (len(line) < _LONGEST and bool(_CODE.match(line.rstrip())))
