"""What was measured, when and on what; as a table, as JSON, and on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.pages import put

KEPT = Path(__file__).with_name("latency.json")
PAGE = Path(__file__).parents[2] / "docs" / "editors" / "latency.md"
LIMITS = {  # seconds, megabytes
    "spawn to initialize": 0.4,
    "spawn to first full hover": 2,
    "hover before the model, p95": 0.1,
    "warm hover, p50": 0.015,
    "warm hover, p95": 0.04,
    "hover while typing, p95": 0.06,
    "cached hover, p50": 0.005,
    "storm: last answer later than alone": 0.2,
    "storm: cancelled but answered": 0,
    "megabytes, after all that": 300,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of our server and of the obvious one, in seconds and megabytes."""

    machine: dict[str, str]
    words: int
    ours: dict[str, float]
    obvious: dict[str, float]

    def table(self) -> str:
        """In Markdown; milliseconds and megabytes."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        told = (f"{name} {value}" for name, value in self.machine.items())
        yield f"{self.words:,} words; {'; '.join(told)}."
        yield ""
        yield "| ms, MB | limit | ours | the obvious server | times |"
        yield "|---|--:|--:|--:|--:|"
        for name, value in self.ours.items():
            other = self.obvious.get(name)
            times = "" if other is None else f"{other / max(value, 1e-9):,.1f}"
            yield f"| {name} | {_shown(name, LIMITS.get(name))} | {_shown(name, value)} | {_shown(name, other)} | {times} |"

    def keep(self) -> None:
        """Write the JSON, and the table into the page."""
        KEPT.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        put(PAGE, "python -m bench.lsp --keep", self.table())


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if "megabytes" in name or "answered" in name else f"{value * 1e3:,.1f}"
