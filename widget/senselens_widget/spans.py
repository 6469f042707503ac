"""Traits that are spans: `Span` here, ``{"start", "end"}`` in the browser."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from senselens import Span


def to_json(value: Any, _: Any = None) -> Any:
    return value.to_dict() if value else None


def _span(value: dict[str, int] | None, _: Any = None) -> Span | None:
    return Span(value["start"], value["end"]) if value else None


SPAN = {"sync": True, "to_json": to_json, "from_json": _span}
SPANS = {
    "sync": True,
    "to_json": lambda spans, _: [asdict(span) for span in spans],
    "from_json": lambda spans, _: [Span(**span) for span in spans],
}
