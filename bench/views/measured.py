"""What was measured, when and on what; as a table, as JSON, and on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.pages import put

KEPT = Path(__file__).with_name("figures.json")
PAGE = Path(__file__).parents[2] / "docs" / "views.md"
LIMITS = {  # by a part of a figure's name
    "computed": "50",
    "just written": "150",
    "words that would fit": "–",
    "drawn": "300",
    "scrolled": "60 and more",
    "map": "30 and more",
    "script": "150",
    "page": "1,500",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of the views, each in the unit that ends its name."""

    machine: dict[str, str | float]
    figures: dict[str, float]

    def table(self) -> str:
        """In Markdown."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"These were {'; '.join(f'{name} {value}' for name, value in self.machine.items())}."
        yield ""
        yield "| | measured | limit |"
        yield "|---|--:|--:|"
        for name, value in self.figures.items():
            limit = next(limit for part, limit in LIMITS.items() if part in name)
            yield f"| {name} | {value:,.0f} | {limit} |"

    def keep(self) -> None:
        """Write the JSON, and the table into the page."""
        KEPT.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        put(PAGE, "python -m bench.views --keep", self.table())
