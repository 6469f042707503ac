"""Text as a hover shows it: Markdown in which a document's own text is never markup, or no markup at all."""

from __future__ import annotations

import re
from typing import Protocol

# What can begin markup anywhere in a line; what makes an address a link by itself; what begins a heading, a rule or a list.
_ACTIVE = re.compile(r"[\\`*_\[\]<>&~|$^]|(?<=\w)@(?=\w)|:(?=//)|(?<=[wW]{3})\.|\A[-+#=]|(?<=\d)[.)](?=\s|\Z)")
_JOINERS = "\u200c\u200d"  # which letters and emoji need between them
_UNSEEN = re.compile(r"[^\S ]+|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # line breaks, and what turns the writing direction


class Markup(Protocol):
    """How the parts of a hover are written. What is given to it is anybody's text."""

    def text(self, text: str) -> str: ...
    def strong(self, text: str) -> str: ...
    def emphasis(self, text: str) -> str: ...
    def item(self, line: str) -> str: ...
    def link(self, label: str, target: str) -> str: ...


class Markdown:
    """CommonMark and GitHub's additions to it."""

    def text(self, text: str) -> str:
        return _ACTIVE.sub(r"\\\g<0>", printable(text))

    def strong(self, text: str) -> str:
        return f"**{self.text(text)}**"

    def emphasis(self, text: str) -> str:
        return f"*{self.text(text)}*"

    def item(self, line: str) -> str:
        return f"- {line}"

    def link(self, label: str, target: str) -> str:
        """*target* is ours: nothing of a document's stands in it unencoded."""
        return f"[{self.text(label)}]({target})"


class Plain:
    """No markup."""

    def text(self, text: str) -> str:
        return printable(text)

    strong = emphasis = text

    def item(self, line: str) -> str:
        return f"  {line}"

    def link(self, label: str, target: str) -> str:
        return ""


def printable(text: str) -> str:
    """*text* on one line, without characters that would change how the rest is shown."""
    return "".join(c if c.isprintable() or c in _JOINERS else " " for c in _UNSEEN.sub(" ", text)).strip()
