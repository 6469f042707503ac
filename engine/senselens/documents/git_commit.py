"""Messages of git commits, as an editor shows them: the subject, and the body, which is read as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from senselens.documents.markdown import read as markdown
from senselens.documents.markdown_inline import inline
from senselens.documents.prose import Passage, Piece, through, whole

_SCISSORS = re.compile(r"^# -+ >8 -+", re.MULTILINE)  # what follows is the diff (git commit --verbose)
_TRAILER = re.compile(
    r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+: |(?:Bug|Cc|Closes|Fixes|Issue|Link|Refs|Resolves|See): |\(cherry picked from |\s+\S"
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def read(text: str) -> Iterator[Passage]:
    """The message; no ``#`` comments, nothing below the scissors, and not the trailers (``Signed-off-by:``)."""
    scissors = _SCISSORS.search(text)
    lines = [
        Piece(line[0], *line.span())
        for line in _LINE.finditer(text, 0, scissors.start() if scissors else len(text))
        if not line[0].startswith("#")
    ]
    subject = next((number for number, line in enumerate(lines) if line.text.strip()), None)
    if subject is None:
        return
    yield from through(whole(lines[subject : subject + 1]), [list(inline(lines[subject].text))])
    body = whole(lines[subject + 1 : _trailers(lines, subject + 1)])
    yield from through(body, markdown(body.text))


def _trailers(lines: list[Piece], first: int) -> int:
    """The number of the line at which the trailers begin: the last paragraph, if every line of it is one."""
    end = len(lines)
    while end > first and not lines[end - 1].text.strip():
        end -= 1
    start = end
    while start > first and _TRAILER.match(lines[start - 1].text):
        start -= 1
    is_paragraph = start == first or not lines[start - 1].text.strip()
    return start if is_paragraph else end
