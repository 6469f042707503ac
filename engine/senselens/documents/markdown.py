"""Markdown: CommonMark and tables by markdown-it-py, notes, definitions, math and directives by its plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

import regex

from senselens.documents.html_text import read as html
from senselens.documents.markdown_inline import inline
from senselens.documents.prose import Passage, Piece, Prose, names, through, whole

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = regex.compile(
    r"""(?xV1)
    \A (?: ---[\ \t]*+\n (?=[\w"'\#-][^\n]*+\n|---) (?:(?!---|\.\.\.)[^\n]*+\n)*+ (?:---|\.\.\.)
         | \+\+\+[\ \t]*+\n (?:(?!\+\+\+)[^\n]*+\n)*+ \+\+\+ ) [\ \t]*+ (?=\n|\Z)
    """
)
_OPTIONS = regex.compile(r"---[ \t]*+\n(?:(?!---)[^\n]*+\n)*+---[ \t]*+(?:\n|\Z)|(?:[ \t]*+:[\w-]++:[^\n]*+(?:\n|\Z))*+")
_DIRECTIVE = regex.compile(r"\{([A-Za-z][\w:.-]*+)\}[ \t]*+(.*+)")
# Directives whose content is Markdown; what follows the names of the first on their line is read as well.
_TITLED = names(
    """admonition attention aside card caution danger dropdown error exercise grid-item-card hint important note rubric seealso
    sidebar tab-item table tip topic warning"""
)
_SPOKEN = _TITLED | names(
    """div epigraph figure grid list-table margin pull-quote solution tab-set versionadded versionchanged"""
)
_DEEPEST = 8  # directives inside directives


def read(text: str) -> Iterator[Passage]:
    """Paragraphs, headings, items, cells, terms, notes and captions; no front matter, code, math or comments."""
    front = _FRONT_MATTER.match(text)
    yield from _body(text, front.end() if front else 0)


def _body(text: str, begin: int = 0, depth: int = 0) -> Iterator[Passage]:
    environment: dict[str, dict[str, object]] = {}
    tokens = _parser().parse(text[begin:], environment)
    references = environment.get("references", {})
    rows = _Rows(text, begin)
    is_cell = False
    for token in tokens:
        row = token.map[0] if token.map else 0
        if token.type == "inline":
            place = rows.in_cell if is_cell else rows.placed
            yield from place(token.content, row, inline(token.content, references))
        elif token.type == "html_block":
            yield from through(rows.prose(token.content, row), html(token.content))
        elif token.type in ("fence", "colon_fence") and depth < _DEEPEST:
            yield from _directive(token, rows, row, depth)
        is_cell = token.type in ("th_open", "td_open")


def _directive(token: Token, rows: _Rows, row: int, depth: int) -> Iterator[Passage]:
    """The prose of the fence that begins in this row: none in code, Markdown in MyST's directives and between colons."""
    found = _DIRECTIVE.fullmatch(token.info.strip())
    if not found and token.type == "fence":
        return
    if found:
        name = found[1].removeprefix("prf:")
        is_titled = name != found[1] or name in _TITLED
        if not is_titled and name not in _SPOKEN:
            return
        if is_titled:
            yield from rows.placed(found[2], row, inline(found[2]))
    content = rows.prose(token.content, row + 1)
    options = _OPTIONS.match(token.content)
    yield from through(content, _body(content.text, options.end() if options else 0, depth + 1))


class _Rows:
    """The lines of a document: a token of markdown-it knows in which its content stands, but not where in them."""

    def __init__(self, text: str, begin: int) -> None:
        self.text = text
        self.lines = text[begin:].split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=begin))
        self.cell = (-1, 0)  # the row of a table, and the offset in it from where its next cell is looked for

    def placed(self, content: str, row: int, passage: Iterable[Piece]) -> Iterator[Passage]:
        """*passage* of *content*, which begins in this row, as one of the document."""
        row = self._begins(content.partition("\n")[0], row)
        start = self.starts[row] + self._column(content.partition("\n")[0], row)
        if self.text.startswith(content, start):
            yield [Piece(text, start + begin, start + end) for text, begin, end in passage]
        else:
            yield from through(self.prose(content, row), [list(passage)])

    def in_cell(self, content: str, row: int, passage: Iterable[Piece]) -> Iterator[Passage]:
        """*passage* of the next cell in a table's row; a bar in a cell has a backslash before it."""
        before = self.cell[1] if self.cell[0] == row else 0
        pieces = []
        position = self.starts[row] + max(self.lines[row].find(content.replace("|", "\\|"), before), before)
        for part in content.split("|"):
            end = position + len(part)
            pieces += [Piece(part, position, end), Piece("|", end, end + 2)]
            position = end + 2
        self.cell = (row, position - 2 - self.starts[row])
        yield from through(whole(pieces[:-1]), [list(passage)])

    def prose(self, content: str, row: int) -> Prose:
        """The lines of *content*, the first of which stands in this row, as they are, with their places."""
        pieces: list[Piece] = []
        for number, line in enumerate(content.split("\n"), row):
            words = line.strip()
            indent, _, trail = line.partition(words) if words else (line, "", "")
            start = min(self.starts[number] + self._column(words, number), len(self.text))
            end = start + len(words)
            if pieces:
                pieces.append(Piece("\n", pieces[-1].end, start))
            pieces += [Piece(indent, start, start), Piece(words, start, end), Piece(trail, end, end)]
        return whole(pieces)

    def _begins(self, line: str, row: int) -> int:
        """The row of *line*: this one, or one after rows of spaces such as U+2028, which are text to Markdown but are cut off."""
        there = row
        while there + 1 < len(self.lines) and self._end(line, there) is None and not any(map(str.isalnum, self.lines[there])):
            there += 1
        return there if self._end(line, there) is not None else row

    def _column(self, line: str, row: int) -> int:
        """Where *line*, which is the end of a line of the document but for space and the ``#`` of a heading, begins in it."""
        return (self._end(line, row) or len(line)) - len(line)

    def _end(self, line: str, row: int) -> int | None:
        """Where *line* ends in this row; None where it does not end it."""
        written = self.lines[row] if row < len(self.lines) else ""
        trimmed = written.rstrip()
        return next((len(end) for end in (written, trimmed, trimmed.rstrip("#").rstrip()) if end.endswith(line)), None)


@cache
def _parser() -> MarkdownIt:
    """A parser of blocks alone."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.myst_blocks import myst_block_plugin

    parser = MarkdownIt("commonmark").enable("table")
    for plugin in (colon_fence_plugin, deflist_plugin, dollarmath_plugin, footnote_plugin, myst_block_plugin):
        parser.use(plugin)
    parser.core.ruler.enableOnly(["block"])
    return parser
