"""Figures put into pages of the documentation, between two comments."""

from __future__ import annotations

import re
from pathlib import Path


def put(page: Path, maker: str, made: str) -> None:
    """Put what *maker* has *made* between ``<!-- made by … -->`` and ``<!-- end -->`` of *page*; ValueError without them."""
    between = re.compile(rf"(?s)(?<=<!-- made by {re.escape(maker)} -->\n).*?(?=<!-- end -->)")
    text, times = between.subn(lambda _: f"\n{made.strip()}\n\n", page.read_text(encoding="utf-8"))
    if times != 1:
        raise ValueError(f"{page} has {times} places for what {maker} makes, not one")
    page.write_text(text, encoding="utf-8")
