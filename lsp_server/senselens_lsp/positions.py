"""Where a character of the text is for an editor, and the way back: the one place that knows the protocol's positions.

The engine counts characters (code points) from the start of the text. The protocol gives a line and how many units of
UTF-8, UTF-16 or UTF-32 stand before the position in it
(https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from senselens import Span

Position = tuple[int, int]  # line and character, both from 0
Range = tuple[Position, Position]

# A character takes one unit, and one more for each of these that it is at or above.
_WIDER_FROM = {"utf-8": (0x80, 0x800, 0x10000), "utf-16": (0x10000,), "utf-32": ()}
_LINE_END = re.compile(r"\r\n?|\n")  # and no other: to the protocol, VT, FF, NEL and U+2028 are characters of a line


class Positions:
    """The positions of one text, in units of *encoding*: ``utf-8``, ``utf-16`` or ``utf-32``.

    What lies beyond the end of a line, or of the text, is brought to that end, as the protocol asks.
    """

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        starts = np.array([0, *(end.end() for end in _LINE_END.finditer(text))], np.intp)
        self._set(text, encoding, starts)

    def _set(self, text: str, encoding: str, starts: NDArray[np.intp]) -> None:
        self.text, self.encoding, self._starts = text, encoding, starts
        self._wider_from = _WIDER_FROM[encoding]
        self._last: tuple[int, NDArray[np.intp] | None] = (-1, None)

    def edited(self, span: Span, new: str) -> Positions:
        """The positions of the text in which *new* stands in the place of *span*. Lines are looked for in what is new only."""
        text = self.text[: span.start] + new + self.text[span.end :]
        end = span.start + len(new)
        # One character more on each side: the edit may have joined a "\r" and a "\n", or parted them.
        breaks = (found.end() for found in _LINE_END.finditer(text, max(span.start - 1, 0), end + 1))
        before = self._starts[: max(1, self._starts.searchsorted(span.start))]
        after = self._starts[self._starts.searchsorted(span.end, side="right") :]
        made = Positions.__new__(Positions)
        starts = np.concatenate([before, np.array([b for b in breaks if b <= end], np.intp), after + (end - span.end)])
        made._set(text, self.encoding, starts)
        return made

    def offset(self, line: int, character: int) -> int:
        """The character of the text at a position; one that a position cuts in two counts from its start."""
        if line >= len(self._starts):
            return len(self.text)
        start, end = int(self._starts[line]), self._end(line)
        ends = self._unit_ends(line)
        if ends is None:
            return min(start + character, end)
        return start + int(ends.searchsorted(character, side="right"))

    def position(self, offset: int) -> Position:
        """The line and character of a character of the text; in the middle of a CRLF it is the end of the line."""
        line = int(self._starts.searchsorted(offset, side="right")) - 1
        count = min(offset, self._end(line)) - int(self._starts[line])
        ends = self._unit_ends(line)
        if ends is None or count == 0:
            return line, count
        return line, int(ends[count - 1])

    def range(self, span: Span) -> Range:
        """Where *span* starts and where it ends."""
        return self.position(span.start), self.position(span.end)

    def _end(self, line: int) -> int:
        """Where the characters of *line* end, before its line break."""
        if line + 1 == len(self._starts):
            return len(self.text)
        end = int(self._starts[line + 1]) - 1
        return end - self.text.startswith("\r\n", end - 1)

    def _unit_ends(self, line: int) -> NDArray[np.intp] | None:
        """How many units there are up to the end of each character of *line*; None where they are as many as characters.

        The last line asked for is remembered: whoever wants a position in it mostly wants another.
        """
        known, ends = self._last
        if known != line:
            ends = self._count(self.text[self._starts[line] : self._end(line)])
            self._last = line, ends
        return ends

    def _count(self, line: str) -> NDArray[np.intp] | None:
        if not self._wider_from or line.isascii():
            return None
        codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), "<u4")
        return np.cumsum(1 + np.searchsorted(self._wider_from, codes, side="right"))
