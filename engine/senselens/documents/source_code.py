"""Source code: its comments and docstrings, in every language that Pygments knows.

Pygments finds them. What they hold is Markdown, as in rustdoc and in what most people write, or reStructuredText in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

import regex

from senselens.documents.markdown import read as markdown
from senselens.documents.prose import Passage, Piece, through, whole
from senselens.documents.restructuredtext import read as restructuredtext
from senselens.text import Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_OPENS = regex.compile(  # a comment of many lines
    r"""(?xV1) /\*++!?+ | \(\*++ | \{-\ ?+[|^]?+ | <!--++ | <\# | --\[=*+\[ | \#\[=*+\[ | \#\| | /\++ | %\{
             | =(?:begin|pod)\b[^\n]*+"""
)
_CLOSES = regex.compile(r"(?xV1) (?: \*++/ | \*++\) | -\} | --++> | \#> | \]=*+\] | \|\# | \++/ | %\} | =(?:end|cut) ) \Z")
_QUOTES = regex.compile(r"""[A-Za-z]{0,2}+("{3}|'{3}|"|')""")
_NOTHING = regex.compile("")
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
      (?: arg|argument|exception|field|param|prop|property|raises|retval|template|throws|tparam|typeparam|var )\b
      (?:\[[^\]]*+\])?+ \s++ (?:\{[^\{\}]*+\}\s*+)?+ \[?+[\w.$*&=<>]++\]?+ \s*+ (?:[-:]\s++)?+
    | (?: brief|deprecated|desc|description|details|note|remarks?|returns?|short|summary|todo|warning|yields? )\b
      (?:\s++\{[^\{\}]*+\})?+
    | (?P<unread> [A-Za-z]++ \b ) )"""
)
_LONGEST = 500  # characters of a line that is worth telling from code
_SECONDS, _SECONDS_A_CHARACTER = 1.0, 2e-5  # of the processor: ten times what Pygments needs, but for texts that it loops on
_BEFORE_ARGUMENTS = tuple("(,=[{+%")  # a string after one of these is no docstring


def reader(language: type[Lexer]) -> Callable[[str], Iterator[Passage]]:
    """What reads the source code of a language: its comments, those on neighbouring lines as one, and its docstrings.

    Marks, indentation and tags (``@param name``) are left out, and so are doctests, lines for tools and what looks like code.
    """
    docstrings = restructuredtext if language.name.startswith("Python") else markdown

    def read(text: str) -> Iterator[Passage]:
        for comment in _comments(language(), text):
            words = whole(list(_uncommented(text, comment)))
            yield from through(words, (docstrings if comment.kind == "docstring" else markdown)(words.text))

    return read


class _Comment(NamedTuple):
    """What stands from *start* to *end* between the marks of a comment; *kind* is "lines", "block" or "docstring"."""

    kind: str
    start: int
    end: int


def _comments(lexer: Lexer, text: str) -> Iterator[_Comment]:
    """The comments and docstrings of *text*; comments of one line on neighbouring lines are one."""
    found: Span | None = None
    last = 0  # where the token before ends
    for is_comment, start, value in _tokens(lexer, text):
        words = value.strip()
        begin = start + value.index(words)
        end = begin + len(words)
        if found and is_comment and (_is_part(text, found, start, last) or _are_neighbours(text, found, begin)):
            found = Span(found.start, end)
        else:
            if found:
                yield _comment(text, found)
            found = Span(begin, end) if is_comment else None
        last = start + len(value)
    if found:
        yield _comment(text, found)


def _tokens(lexer: Lexer, text: str) -> Iterator[tuple[bool, int, str]]:
    """The tokens that are not white space: whether each is a comment or docstring, its position and its characters."""
    from pygments.token import Comment, String

    unread = (Comment.Hashbang, Comment.PreprocFile)
    before = ""  # the code before
    enough = thread_time() + _SECONDS + _SECONDS_A_CHARACTER * len(text)
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        if thread_time() > enough:
            break
        if value.isspace() or not value or kind in String.Affix:
            continue
        is_comment = kind in Comment and kind not in Comment.Preproc and kind not in unread
        if not is_comment:
            is_comment = kind in String.Doc and not before.endswith(_BEFORE_ARGUMENTS)
            before = value.rstrip()
        yield is_comment, start, value


def _is_part(text: str, comment: Span, start: int, last: int) -> bool:
    """Whether the token at *start* goes on with a comment, whose last token ended at *last*: many lexers cut long ones."""
    return start == last and (text[last - 1] != "\n" or _OPENS.match(text, comment.start) is not None)


def _are_neighbours(text: str, comment: Span, begin: int) -> bool:
    """Whether a comment and the one that begins at *begin* are of one line each, and neighbours."""
    are_lines = not any(opens.match(text, at) for opens in (_OPENS, _QUOTES) for at in (comment.start, begin))
    return are_lines and text.count("\n", comment.end, begin) == 1


def _comment(text: str, span: Span) -> _Comment:
    if opens := _OPENS.match(text, span.start, span.end):
        closes = _CLOSES.search(text, opens.end(), span.end)
        return _Comment("block", opens.end(), closes.start() if closes else span.end)
    if quotes := _QUOTES.match(text, span.start, span.end):
        end = span.end - len(quotes[1])
        closed = end >= quotes.end() and text.endswith(quotes[1], span.start, span.end)
        return _Comment("docstring", quotes.end(), end if closed else span.end)
    return _Comment("lines", span.start, span.end)


def _uncommented(text: str, comment: _Comment) -> Iterator[Piece]:
    """The lines of a comment without marks and common indentation; those that are no prose are empty."""
    lines = list(_unmarked(text, comment))
    first = 0 if comment.kind == "lines" else 1  # the first line of the others stands right after their mark
    indents = [_indent(line.of(text)) for line in lines[first:] if line.of(text).strip()]
    common = min(indents, default=0)
    end = comment.start
    for number, line in enumerate(lines):
        indent = _indent(line.of(text))
        start = line.start + (min(common, indent) if number >= first else indent)
        tag = _TAG.match(text, start, line.end) if comment.kind != "docstring" else None
        if number:
            yield Piece("\n\n" if tag else "\n", end, start)
        begin, end = tag.end() if tag else start, line.end
        if comment.kind == "docstring" or not ((tag and tag["unread"]) or _is_for_machines(text[begin:end])):
            yield Piece(text[begin:end], begin, end)


def _unmarked(text: str, comment: _Comment) -> Iterator[Span]:
    """The lines of a comment, each from where its mark ends."""
    mark = {"lines": _MARK, "block": _STAR}.get(comment.kind, _NOTHING)
    start = comment.start
    for line in text[comment.start : comment.end].split("\n"):
        end = start + len(line)
        marked = mark.match(text, start, end)
        yield Span(marked.end() if marked else start, end)
        start = end + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_for_machines(line: str) -> bool:
    return bool(_TOOL.match(line)) or (len(line) < _LONGEST and bool(_CODE.match(line.rstrip())))
