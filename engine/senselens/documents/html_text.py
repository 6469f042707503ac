"""HTML: the text that its elements show.

Read by one pattern, not by html.parser, which knows lines and columns only, has raised on ``<![`` and took the square of the time
on comments without an end in versions of Python that are in use.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

import regex

from senselens.documents.prose import PLACEHOLDER, Passage, Piece, names

_TOKEN = regex.compile(
    r"""(?xsiV1)
    (?P<hidden> <!-- (?:(?!-->).)*+ (?:-->|\Z)
              | <(?P<raw>iframe|noscript|object|script|style|textarea)\b [^<>]*+ > (?:(?!</(?P=raw)\b).)*+
              | <[!?] [^<>]*+ > | \{[%\#/:@][^\{\}]*+\} )
  | (?P<tag> <(?P<closing>/)?+(?P<name>[a-z][a-z0-9:-]*+)(?=[\s/>]) (?: (?: "[^"<]*+" | '[^'<]*+' | [^<>"'] )*+ > | [^<>]*+ > ) )
  | (?P<entity> &(?: \#[0-9]{1,7} | \#x[0-9a-f]{1,6} | [a-z][a-z0-9]{1,31} ); )
  | (?P<template> \{\{[^\{\}]*+\}\} )
  | (?P<space> [\ \t\n\f]{2,}+ | [\t\n\f] )
    """
)
_INLINE = names(
    """a abbr acronym b bdi bdo big button cite data del dfn em font i img input ins label mark q rp ruby s slot small span
    strike strong sub sup time u wbr"""
)
_CODE = names("code kbd samp tt var")  # a block ends one that is not closed (yet)
_UNREAD = _CODE | {"math", "pre", "svg"}


def read(text: str) -> Iterator[Passage]:
    """What a page shows, block by block: a placeholder for code in a line, nothing of scripts, styles and preformatted text.

    What holds no text of its own (attributes, comments, a template's ``{% … %}`` or ``{#if …}``) is left out; space is one space.
    """
    passage: list[Piece] = []
    unread, begin = "", 0  # the element that is being left out, and where it begins
    position = 0
    for token in _TOKEN.finditer(text):
        start, before, position = token.start(), position, token.end()
        name = (token["name"] or "").lower()
        is_block = bool(name) and name not in _INLINE and name not in _UNREAD and name != "br"
        if unread:
            closed = bool(token["closing"]) and name == unread
            if not closed and not (is_block and unread in _CODE):
                continue
            if unread != "pre":
                passage.append(Piece(PLACEHOLDER, begin, position if closed else start))
            unread = ""
        elif before < start:
            passage.append(Piece(text[before:start], before, start))
        if is_block or name == "pre":
            yield passage
            passage = []
        if name in _UNREAD and not token["closing"] and not token[0].endswith("/>"):
            unread, begin = name, start
        elif token["entity"]:
            passage.append(Piece(html.unescape(token[0]), start, position))
        elif token["template"]:
            passage.append(Piece(PLACEHOLDER, start, position))
        elif token["space"] or name == "br":
            passage.append(Piece(" ", start, position))
    if not unread:
        passage.append(Piece(text[position:], position, len(text)))
    yield passage
