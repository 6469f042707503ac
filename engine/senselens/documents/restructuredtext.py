"""reStructuredText, and the docstrings written in it.

docutils says at most in which line a node begins and puts reports about half-typed markup into the text, so blocks are told apart
here as its specification does, by their indentation and first characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from math import inf

import regex

from senselens.documents.prose import PLACEHOLDER, Passage, Piece, names, through, whole

# Directives whose content is read; what the others hold is code, a path, a formula or a name.
_SPOKEN = names(
    """admonition attention caution centered class compound container danger deprecated epigraph error figure glossary
    highlights hint important list-table note only pull-quote rubric seealso sidebar table tip topic versionadded
    versionchanged warning"""
)
_UNREAD_ARGUMENT = names("class container figure list-table only")
_UNREAD_FIELDS = names("date rtype type vartype version")
_SPOKEN_ROLES = names(
    """abbr abbreviation dfn emphasis guilabel menuselection strong sub subscript sup superscript term title title-reference"""
)
_NUMBER = r"(?: \d{1,4}+ | \# | [A-Za-z] | [ivxlc]{1,6}+ )"
_LINE = regex.compile(
    rf"""(?xV1)
    (?P<rule> ([!-/:-@\[-`\{{-~])\2{{2,}}+ \s*+ \Z | \+[-=+]{{3,}}+ \s*+ \Z )
  | (?P<columns> ={{2,}}+ (?: \ ++ ={{2,}}+ )++ \s*+ \Z )
  | (?P<doctest> >>>(?:\s|\Z) )
  | (?P<directive> \.\.\ ++ (?P<name>[\w:.+-]+?)\s?::(?:\ ++|\Z) )
  | (?P<note> \.\.\ ++\[[\w\#*.-]++\](?:\ ++|\Z) )
  | (?P<comment> (?:\.\.|__)(?:\s|\Z) )
  | (?P<field> :(?![\ :])(?P<tag>(?:[^:\\`]|\\.|:(?=\w))++):(?:\ ++|\Z) )
  | (?P<bullet> [-*+•‣⁃] (?:[\ \t]++|\Z) )
  | (?P<item> (?: \(?+{_NUMBER}\) | {_NUMBER}\. | \| ) (?:[\ \t]++|\Z) )
  | (?P<argument> \*{{0,2}}+[a-z_]\w*+(?:\ \([^()]*+\))?+:\s )   # of a function, in Google's docstrings
    """
)
_INLINE = regex.compile(
    r"""(?xsV1)
    (?P<escape> \\(?P<sign>.) )
  | (?P<literal> ``(?=\S)(?:[^`]|`(?!`))++`` )
  | (?P<role> (?<!\w) (?: :(?P<name>[\w.+-]++(?: :[\w.+-]++)*+): )?+ _?+`(?P<content>(?=\S)(?:[^`\\]|\\.)++)`
              (?: :(?P<name>[\w.+-]++): | (?P<link>__?+)(?!\w) )?+ )
  | (?P<marks> (?<!\s|\A)\*++ | \*++(?!\s|\Z) )
  | (?P<substitution> (?<![\w|])\|(?=\S)[^|]++(?<=\S)\|_{0,2}+(?!\w) )
  | (?P<reference> \[[\w\#*.-]++\]_(?!\w) | (?<=[\p{L}\p{N}])__?+(?!\w) )
  | (?P<line_end> \n )
  | (?P<colons> ::\Z )
    """
)
_TITLE = regex.compile(r"(?s)(.*?)\s*<[^<>]*+>\s*+")
_ARGUMENTS = regex.compile(r"(?:(?:Keyword |Other )?(?:Args|Arguments|Parameters)|Attributes|Raises|Returns|Warns|Yields):\s*+")
_CELL = regex.compile(r"[^|]++")
_COLUMN = regex.compile("=++")


def read(text: str) -> Iterator[Passage]:
    """Paragraphs, titles, items, terms, fields, cells, notes and what warnings hold; no code, doctests or comments."""
    reading = _Reading()
    start = 0
    for line in text.split("\n"):
        yield from reading.line(line, start)
        start += len(line) + 1
    yield from reading.flush()


class _Reading:
    """The paragraph that is being read, and what is known of the lines to come."""

    def __init__(self) -> None:
        self.lines: list[Piece] = []
        self.indent = self.text_indent = 0  # of the paragraph, and of its text after a bullet
        self.is_item = False  # so that lines that are indented deeper belong to it
        self.unread = inf  # what is indented deeper is code or a comment
        self.arguments = inf  # what is indented deeper describes a function's arguments
        self.until_blank = ""  # "doctest", "options" (of a directive), "grid" (a table)
        self.columns: list[int] = []  # of a table: where they begin in its lines
        self.after_rule = False  # which may be the table's last

    def line(self, line: str, start: int) -> Iterator[Passage]:
        """The passages that end before or with this line, which begins at *start*."""
        words = line.strip()
        if not words:
            yield from self.flush()
            self.until_blank = ""
            self.columns = [] if self.after_rule else self.columns
            return
        before = line[: line.index(words)]
        indent = len(before.expandtabs())
        if self.until_blank == "doctest" or indent > self.unread:
            return
        self.unread = inf
        if indent <= self.arguments:
            self.arguments = indent if _ARGUMENTS.fullmatch(words) else inf
        found = _LINE.match(words)
        kind = self._kind(found, words, indent)
        piece = Piece(words, start + len(before), start + len(before) + len(words))
        if kind == "field" and self.until_blank == "options":
            return
        if kind == "text" and not self._ends_before(indent):
            self.lines.append(piece)
            return
        yield from self.flush()
        if kind == "cells":
            yield from self._cells(line, start)
        elif kind == "columns":
            self.columns = [column.start() for column in _COLUMN.finditer(line)]
            self.after_rule = True
        elif kind == "text" or not found:
            self._begin(piece, indent)
        else:
            self._marked(kind, found, piece, indent)

    def _kind(self, found: regex.Match[str] | None, words: str, indent: int) -> str:
        """What a line is here, which its words alone may not say."""
        kind = (found and found.lastgroup) or "text"
        if self.columns and kind != "columns":
            self.after_rule = False
            return "cells"
        if self.until_blank == "grid" and words[0] == "|":
            return "cells"
        within = self.lines and not self.is_item
        if (kind in ("field", "item") and within) or (kind == "argument" and indent <= self.arguments):
            return "text"
        return kind

    def _marked(self, kind: str, found: regex.Match[str], piece: Piece, indent: int) -> None:
        """A line that begins with a mark: what follows that is the beginning of a paragraph, or it tells what is not read."""
        if kind == "doctest":
            self.until_blank = "doctest"
        elif kind == "rule":
            self.until_blank = "grid" if found[0][0] == "+" else ""
        elif kind == "comment" or _is_unread(found):
            self.unread = indent
        else:
            self.until_blank = "options" if kind == "directive" else ""
            if found["name"] not in _UNREAD_ARGUMENT:
                self._begin(Piece(piece.text[found.end() :], piece.start + found.end(), piece.end), indent, found.end())

    def _cells(self, line: str, start: int) -> Iterator[Passage]:
        """The cells of a table's row, which begins at *start*."""
        if self.until_blank == "grid":
            cells = [cell.span() for cell in _CELL.finditer(line)]
        else:
            cells = [(begin, end) for begin, end in pairwise([*self.columns, len(line)]) if begin < end]
        for begin, end in cells:
            yield _inline([Piece(line[begin:end], start + begin, start + end)])

    def _ends_before(self, indent: int) -> bool:
        """Whether a line of text that is indented so is no part of the paragraph before it."""
        if not self.lines or indent < self.indent:
            return True
        deeper = indent > self.indent
        return not deeper if self.is_item else deeper and len(self.lines) == 1  # a term and its definition

    def _begin(self, piece: Piece, indent: int, mark: int = 0) -> None:
        self.lines = [piece]
        self.indent, self.text_indent, self.is_item = indent, indent + mark, mark > 0

    def flush(self) -> Iterator[Passage]:
        """The paragraph, if there is one; what is indented deeper after its ``::`` is code."""
        if self.lines:
            if self.lines[-1].text.endswith("::"):
                self.unread = self.text_indent
            yield _inline(self.lines)
        self.lines = []


def _is_unread(found: regex.Match[str]) -> bool:
    if found["tag"]:
        return found["tag"].split()[0].lower() in _UNREAD_FIELDS
    return bool(found["name"]) and found["name"] not in _SPOKEN


def _inline(lines: Sequence[Piece]) -> Passage:
    """The text of a paragraph, without its markup."""
    breaks = [Piece("\n", before.end, after.start) for before, after in pairwise(lines)]
    document = whole([piece for pair in zip_longest(lines, breaks) for piece in pair if piece])
    return next(through(document, [list(_pieces(document.text))]))


def _pieces(text: str) -> Iterator[Piece]:
    position = 0
    for token in _INLINE.finditer(text):
        start, end = token.span()
        yield Piece(text[position:start], position, start)
        position = end
        if token["sign"]:
            yield Piece("" if token["sign"].isspace() else token["sign"], start, end)
        elif token.lastgroup in ("literal", "substitution"):
            yield Piece(PLACEHOLDER, start, end)
        elif token.lastgroup == "role":
            titled = _TITLE.fullmatch(token["content"])
            begin = token.start("content")
            if titled or token["link"] or token["name"] in _SPOKEN_ROLES:
                words = titled[1] if titled else token["content"]
                yield Piece(words, begin, begin + len(words))
            else:
                yield Piece(PLACEHOLDER, start, end)
        elif token.lastgroup == "line_end":
            yield Piece(" ", start, end)
        elif token.lastgroup == "colons":
            yield Piece(":", start, start + 1)
    yield Piece(text[position:], position, len(text))
