"""The text inside a Markdown paragraph, heading or cell, without its markup.

markdown-it-py does not say where its inline tokens stand, so they are found here: in one pass, because a document is read again
after every keystroke. What is not closed (yet) is text.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass

import regex

from senselens.documents.prose import PLACEHOLDER, Piece, names

_FIRST = re.compile(r"[\\\n$`{<&\[\]!*~_]")  # of a token: finds in no time that there is none
_TOKEN = regex.compile(
    r"""(?xV1)
    (?P<escape> \\[!-/:-@\[-`\{-~] )
  | (?P<line_end> \\?\n\s*+ )
  | (?P<math> (?<!\$)\$\$ (?: [^$\\] | \\. | \$(?!\$) )++ \$\$
            | (?<![\w$])\$ (?=[^\s$]) (?: [^$\\\n] | \\. | \n(?!\s*\n) )++ (?<=\S)\$ (?![\d$]) )
  | (?P<template> \{\{[^\{\}]*+\}\} | \{@[^\{\}]*+\} | \{%[^\{\}]*+\}             # {{ jinja }}, {@link javadoc}, {% liquid %}
                | (?<=^|[\])\}`*_\ \t])\{[.\#:%][^\{\}\n]*+\} )                        # {#attributes}
  | (?P<code> (?: \{(?P<role>[A-Za-z][\w:+.-]*+)\} )?+ (?P<ticks>`++) )
  | (?P<comment> <!-- )
  | (?P<address> <[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+> | <[^\s<>@]++@[^\s<>]++> )
  | (?P<tag> </?(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?=[\s/>])[^<>]*+> )
  | (?P<entity> &(?: \#[0-9]{1,7} | \#[xX][0-9A-Fa-f]{1,6} | [A-Za-z][A-Za-z0-9]{1,31} ); )
  | (?P<wiki> \[\[ (?:[^\[\]|\n]*+\|)?+ (?P<label>[^\[\]|\n]*+) \]\] )
  | (?P<note> \[\^[^\[\]\s]++\]:?+ | \[-?+@[^\[\]\n]++\] | \A\[(?:[\ xX]|!\w++)\](?=\s|\Z) )  # footnotes, citations, task boxes
  | (?P<open> !?+\[ )
  | (?P<close> \] (?: \(\s*+ (?: <[^<>\n]*+> | [^\s()<]*+ (?: \([^\s()]*+\) [^\s()]*+ )*+ )
                         (?: \s++ (?: "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+' | \((?:[^()\\]|\\.)*+\) ) )?+ \s*+ (?P<target>\))
                     | \[ (?P<reference>[^\[\]]*+) \] )?+ )
  | (?P<marks> \*++ | ~~++ | (?<![\p{L}\p{N}])_++ | _++(?![\p{L}\p{N}]) )
    """
)
_TITLE = regex.compile(r"(?s)\s*+(.*?)\s*<[^<>]*+>\s*+")  # of {doc}`the title <path>`
_SPOKEN_ROLES = names("abbr abbreviation dfn emphasis gls guilabel menuselection strong sub subscript sup superscript term")
_LONGEST_LABEL = 999  # characters, says CommonMark
_CODE_TAGS = names("code kbd math pre samp script style svg textarea tt var")


def inline(text: str, references: Container[str] = ()) -> Iterator[Piece]:
    """The pieces of *text* that are read; *references* are the labels that a ``[label]`` may link to, in upper case.

    A link and an image are read as their text, emphasis as what it holds, a line break as a space. Inline code, math, addresses
    and roles that hold no words are a placeholder; tags, comments, note references, citations and attributes are nothing.
    """
    reading = _Reading(text, references)
    read = position = 0
    while first := _FIRST.search(text, position):
        found = _TOKEN.match(text, first.start())
        if not found:
            position = first.end()
            continue
        if read < found.start():
            reading.pieces.append(Piece(text[read : found.start()], read, found.start()))
        read = position = getattr(reading, f"_{found.lastgroup}")(found)
    reading.pieces.append(Piece(text[read:], read, len(text)))
    return (piece for piece in reading.pieces if piece.text)


@dataclass(slots=True)
class _Marks:
    """A run of ``*``, ``_`` or ``~``: the number of its piece, and what is left of it when its partners are found."""

    number: int
    start: int
    end: int


class _Reading:
    """A text being read: one method for each token, which adds its pieces and gives the position to go on from."""

    def __init__(self, text: str, references: Container[str]) -> None:
        self.text = text
        self.references = references
        self.pieces: list[Piece] = []
        self.brackets: list[int] = []  # the pieces that may open a link
        self.openers: dict[str, list[_Marks]] = defaultdict(list)
        self.element: tuple[str, int, int] | None = None  # that holds no text: its name, first piece and start
        self.ticks: dict[int, list[int]] | None = None  # where runs of backticks begin, by their length, last first
        self.comments_end = True

    def _add(self, text: str, start: int, end: int) -> int:
        self.pieces.append(Piece(text, start, end))
        return end

    def _drop(self, number: int) -> None:
        self.pieces[number] = self.pieces[number]._replace(text="")

    def _escape(self, found: regex.Match[str]) -> int:
        return self._add(found[0][1], *found.span())

    def _line_end(self, found: regex.Match[str]) -> int:
        start = found.start()
        if self.pieces and self.pieces[-1].end == start and self.pieces[-1].text.endswith((" ", "\t")):
            text, begin, _ = self.pieces[-1]
            start = begin + len(text.rstrip(" \t"))
            self.pieces[-1] = Piece(text[: start - begin], begin, start)
        return self._add(" ", start, found.end())

    def _math(self, found: regex.Match[str]) -> int:
        return self._add(PLACEHOLDER, *found.span())

    _address = _math

    def _template(self, found: regex.Match[str]) -> int:
        return self._add(PLACEHOLDER if found[0][1] in "{@" else "", *found.span())

    def _note(self, found: regex.Match[str]) -> int:
        return found.end()

    def _entity(self, found: regex.Match[str]) -> int:
        return self._add(html.unescape(found[0]), *found.span())

    def _wiki(self, found: regex.Match[str]) -> int:
        self._add(found["label"], *found.span("label"))
        return found.end()

    def _code(self, found: regex.Match[str]) -> int:
        """A code span ends at the next run of as many backticks; without one, they are text."""
        if self.ticks is None:
            self.ticks = defaultdict(list)
            for run in regex.finditer("`++", self.text):
                self.ticks[len(run[0])].append(run.start())
            for starts in self.ticks.values():
                starts.reverse()
        begin, length = found.end(), len(found["ticks"])
        ends = self.ticks[length]
        while ends and ends[-1] < begin:
            ends.pop()
        if not ends:
            return self._add(found[0], *found.span())
        end = ends[-1]
        content = Piece(self.text[begin:end], begin, end)
        if found["role"] and (titled := _TITLE.fullmatch(content.text)):
            self._add(titled[1], begin + titled.start(1), begin + titled.end(1))
        elif found["role"] in _SPOKEN_ROLES:
            self.pieces.append(content)
        else:
            self._add(PLACEHOLDER, found.start(), end + length)
        return end + length

    def _comment(self, found: regex.Match[str]) -> int:
        end = self.text.find("-->", found.end()) if self.comments_end else -1
        self.comments_end = end >= 0
        return end + 3 if end >= 0 else self._add(found[0], *found.span())

    def _tag(self, found: regex.Match[str]) -> int:
        name, closing = found["name"].lower(), found[0].startswith("</")
        if self.element and closing and name == self.element[0]:
            _, number, start = self.element
            del self.pieces[number:]
            self._add(PLACEHOLDER, start, found.end())
            self.element = None
            self.brackets = [b for b in self.brackets if b < number]
            for marks in self.openers.values():
                marks[:] = [m for m in marks if m.number < number]
        elif name in _CODE_TAGS and not closing and not self.element and not found[0].endswith("/>"):
            self.element = (name, len(self.pieces), found.start())
        elif name == "br":
            self._add(" ", *found.span())
        return found.end()

    def _open(self, found: regex.Match[str]) -> int:
        self.brackets.append(len(self.pieces))
        return self._add(found[0], *found.span())

    def _close(self, found: regex.Match[str]) -> int:
        """``]`` ends a link or an image, if what follows it or what it encloses says where to."""
        opening = self.brackets.pop() if self.brackets else None
        if opening is None:
            return self._add("]", found.start(), found.start() + 1)
        start = max(self.pieces[opening].end, found.start() - _LONGEST_LABEL)
        label = found["reference"] or self.text[start : found.start()]
        if found["target"] or " ".join(label.split()).upper() in self.references:
            self._drop(opening)
            return found.end()
        return self._add("]", found.start(), found.start() + 1)

    def _marks(self, found: regex.Match[str]) -> int:
        """Marks end what the last marks of their kind opened; those left without a partner are text.

        Simpler than CommonMark: whether ``*a **b* c**`` crosses or nests is all the same to who reads the words.
        """
        (start, end), mark = found.span(), found[0][0]
        openers = self.openers[mark]
        after_space = start == 0 or self.text[start - 1].isspace()
        while not after_space and openers and start < end:
            opener = openers[-1]
            matched = min(end - start, opener.end - opener.start)
            start, opener.end = start + matched, opener.end - matched
            self.pieces[opener.number] = Piece(self.text[opener.start : opener.end], opener.start, opener.end)
            if opener.start == opener.end:
                openers.pop()
        if start < end and end < len(self.text) and not self.text[end].isspace():
            openers.append(_Marks(len(self.pieces), start, end))
        return self._add(self.text[start:end], start, end)
