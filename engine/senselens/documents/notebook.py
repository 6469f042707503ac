"""Jupyter notebooks as the files they are kept in: their Markdown cells, and the comments of their code cells.

The format is nbformat 4 (https://nbformat.readthedocs.io/en/latest/format_description.html). The json module does not say where
in the file a string stands, so the keys that matter are found here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import regex

from senselens.documents.kinds import reader
from senselens.documents.prose import Passage, Piece, through, whole
from senselens.text import Span

_TOKEN = regex.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]')
_COLON = regex.compile(r"\s*+:")
_PART = regex.compile(r"(?i)\\u[d][89ab][0-9a-f]{2}\\u[d][c-f][0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|[^\\]++")
_LANGUAGES = (["metadata", "language_info", "name"], ["metadata", "kernelspec", "language"])


def read(text: str) -> Iterator[Passage]:
    """The prose of the cells, in order; nothing of their outputs. A file that is not whole is read as far as it goes."""
    language = "python"
    kinds: dict[int, str] = {}
    sources: dict[int, list[Span]] = {}
    for keys, cell, span in _strings(text):
        if keys == ["cells", "", "cell_type"]:
            kinds[cell] = span.of(text)
        elif keys[:3] == ["cells", "", "source"]:
            sources.setdefault(cell, []).append(span)
        elif keys in _LANGUAGES:
            language = span.of(text)
    readers = {"markdown": reader("markdown"), "code": reader(language)}
    for cell, spans in sources.items():
        read_cell = readers.get(kinds.get(cell, ""))
        if read_cell:
            source = whole([piece for span in spans for piece in _decoded(text, span)])
            yield from through(source, read_cell(source.text))


def _strings(text: str) -> Iterator[tuple[list[str], int, Span]]:
    """The strings that are values: the keys each stands under ("" in a list), the number of its cell, and its characters."""
    keys: list[str] = []
    cell = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            keys.append("")
            cell += keys[:2] == ["cells", ""] and len(keys) == 3
        elif token[0] in "}]":
            del keys[-1:]
        elif keys and _COLON.match(text, token.end()):
            keys[-1] = token[0][1:-1]
        else:
            yield keys, cell, Span(token.start() + 1, token.end() - 1)


def _decoded(text: str, span: Span) -> Iterator[Piece]:
    """The characters of a JSON string."""
    for part in _PART.finditer(text, span.start, span.end):
        try:
            decoded = json.loads(f'"{part[0]}"') if part[0][0] == "\\" else part[0]
        except json.JSONDecodeError:  # it is no escape of JSON's
            decoded = part[0]
        yield Piece(decoded, *part.span())
