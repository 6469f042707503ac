"""Where a text asks for a word: ``[MASK]``, ``<mask>`` or ``___``, whatever a model's own mask is called."""

from __future__ import annotations

import re

from senselens.text import Span

MASK = re.compile(r"\[MASK\]|<mask>|_{3,}")


def masks(text: str) -> tuple[Span, ...]:
    """The masks that are written in *text*, which `Model.predict` fills in this order."""
    return tuple(Span(*found.span()) for found in MASK.finditer(text))
