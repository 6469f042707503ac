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
    r"""(?xiV1) \s*+ (?: -\*- | !/ | @ts- | c8\ ignore | clang-format\ | coding[:=] | cspell: | dprint- | eslint- | fmt: | go:
    | hadolint\ | istanbul\ ignore | isort: | jshint\ | jslint\ | mypy: | noinspection\ | nolint\b | noqa\b | nosec\b | phpcs:
    | prettier- | pragma: | pylint: | pyright: | \#?(?:end)?region\b | rubocop: | ruff: | shellcheck\ | spdx- | spell-?checker:
    | swiftlint: | tslint: | type: | vim?: | yaml-language-server: )"""
)
_CODE = regex.compile(  # a line of code that was made a comment, or that shows what comes out
    r"""(?xV1) \s*+ (?:
      [\{\}()\[\];,]++ \Z
    | (?!.*(?:\(?+\p{L}++[),]?+\ ){5}) [^\s"']*+ .{0,200}? [()\[\]=<>] .{0,200}? [;\{\}] \Z
    | (?:await\s|return\s|yield\s)?+ [\w.]++ \( .*+ (?<=\)[;:,]?) \Z
    | (?:(?:auto|const|int|let|local|val|var)\s++)?+ [\w.\[\]]++ \s*+ [-+*/|&:]?+= (?!=) \s*+ \S
    | (?: import\s++["'*\{] | import\s++[\w.]++\Z | from\s++[\w.]++\s++import\b | \#include\b | using\s++[\w.]++; )
    | (?:class|def|elif|for|fn|func|function|if|switch|try|while|with)\b .*+ (?<=[:\{]) \Z
    | (?:break|const|continue|delete|extern|final|private|protected|public|return|static|throw|typedef)\b .*+ (?<=[;\{]) \Z
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
    docstrings = restructuredtext if language.name.startswith(("Cython", "Python")) else markdown

    def read(text: str) -> Iterator[Passage]:
        for comment in _comments(language, text):
            words = whole(list(_uncommented(text, comment)))
            yield from through(words, (docstrings if comment.kind == "docstring" else markdown)(words.text))

    return read


class _Comment(NamedTuple):
    """The characters from *start* to *end* of a comment, *kind* being "lines", "block" or "docstring"."""

    kind: str
    start: int
    end: int


def _comments(language: type[Lexer], text: str) -> Iterator[_Comment]:
    """What stands between the marks of the comments and docstrings of *text*; neighbouring comments of one line are one."""
    found: _Comment | None = None
    last = 0  # where the token before ends
    for kind, start, value in _tokens(language, text):
        words = value.strip()
        begin = start + value.index(words)
        end = begin + len(words)
        if found and kind and (_is_part(text, found, start, last) or _are_neighbours(text, found, kind, begin)):
            found = found._replace(end=end)
        else:
            if found:
                yield _opened(text, found)
            found = _Comment(kind, begin, end) if kind else None
        last = start + len(value)
    if found:
        yield _opened(text, found)


def _tokens(language: type[Lexer], text: str) -> Iterator[tuple[str, int, str]]:
    """The tokens that are not white space: "lines", "block", "docstring" or "" for code, the position and the characters."""
    from pygments.token import Comment, String

    unread = (Comment.Hashbang, Comment.PreprocFile)
    before = ""  # the code before
    enough = thread_time() + _SECONDS + _SECONDS_A_CHARACTER * len(text)
    for start, token, value in language().get_tokens_unprocessed(f"{text}\n"):  # some lexers need the last line to end
        if thread_time() > enough:
            break
        if value.isspace() or not value or token in String.Affix:
            continue
        words = value.strip()
        is_docstring = token in String.Doc and not before.endswith(_BEFORE_ARGUMENTS)
        if is_docstring and _QUOTES.match(words):
            kind = "docstring"
        elif is_docstring or (token in Comment and token not in Comment.Preproc and token not in unread):
            kind = "block" if _OPENS.match(words) else "lines"
        else:
            kind, before = "", words
        yield kind, start, value


def _is_part(text: str, comment: _Comment, start: int, last: int) -> bool:
    """Whether the token at *start* goes on with a comment, whose last token ended at *last*: many lexers cut long ones."""
    return start == last and (comment.kind == "block" or text[last - 1] != "\n")


def _are_neighbours(text: str, comment: _Comment, kind: str, begin: int) -> bool:
    """Whether a comment and the one that begins at *begin* are of one line each, and neighbours."""
    return kind == comment.kind == "lines" and text.count("\n", comment.end, begin) == 1


def _opened(text: str, comment: _Comment) -> _Comment:
    """The comment without the marks at its ends."""
    kind, start, end = comment
    if kind == "block" and (opens := _OPENS.match(text, start, end)):
        closes = _CLOSES.search(text, opens.end(), end)
        return _Comment(kind, opens.end(), closes.start() if closes else end)
    if kind == "docstring" and (quotes := _QUOTES.match(text, start, end)):
        closed = end - len(quotes[1])
        is_closed = closed >= quotes.end() and text.endswith(quotes[1], start, end)
        return _Comment(kind, quotes.end(), closed if is_closed else end)
    return comment


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
