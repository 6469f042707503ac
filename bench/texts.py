"""Long texts to measure with."""

from __future__ import annotations

import os
from pathlib import Path

import senselens as sl

CORPUS = Path(os.environ.get("SENSELENS_SHARED") or Path(__file__).parents[2] / "shared") / "data" / "corpus" / "valid.txt"


def document(text: str, words: int) -> str:
    """The paragraphs of *text* up to so many words, an empty line between two."""
    found: list[str] = []
    count = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        if count >= words:
            break
        found.append(line)
        count += len(sl.words(line))
    return "\n\n".join(found)
