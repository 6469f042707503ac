"""The figures as JSON, and on the page: a table for each kind, and a diagram."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from bench.index.grown import Row
from bench.machine import here
from bench.pages import put

KEPT = Path(__file__).with_name("figures.json")
PAGE = Path(__file__).parents[2] / "docs" / "index.md"
PICTURE = PAGE.parent / "images" / "index.svg"
COLUMNS = {  # of the table: the figure, and how it is written
    "words": ",.0f",
    "words a second": ",.0f",
    "of them arranging": ",.1f",
    "peak MB": ",.0f",
    "uses": ",.0f",
    "MB": ",.0f",
    "query p50, ms": ".1f",
    "query p95, ms": ".1f",
    "query of the commonest lemma, ms": ".1f",
    "search, ms": ".0f",
}
PANELS = {  # of the diagram: its title, and what is drawn of a row
    "microseconds a word": lambda row: 1e6 * row["seconds"] / row["words added"],
    "peak of memory, MB": lambda row: row["peak MB"],
    "query p95, ms": lambda row: row["query p95, ms"],
}
WIDTH, HEIGHT, LEFT, TOP, GAP = 760, 190, 20, 46, 36
LINE, AXIS = "#0b5cad", "#8a94a3"


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows by their kind (grown, synthetic, ray), the model, and the machine that measured each kind last."""

    model: str = ""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    machines: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def kept(cls) -> Figures:
        return cls(**json.loads(KEPT.read_text(encoding="utf-8"))) if KEPT.exists() else cls()

    def with_row(self, kind: str, row: Row, model: str, load: float) -> Figures:
        """With *row* after the smaller ones of its kind, instead of those as large; *load* is what `machine.here` takes."""
        smaller = [r for r in self.rows.get(kind, []) if kind == "grown" and r["words"] < row["words"]]
        machine = here(load) | {"pylance": version("pylance")}
        return Figures(model, self.rows | {kind: [*smaller, row]}, self.machines | {kind: machine})

    def keep(self) -> None:
        """Write the JSON, and what is shown of it."""
        KEPT.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        shown = []
        if rows := self.rows.get("grown"):
            PICTURE.write_text(diagram(rows), encoding="utf-8")
            shown += [f"![Cost of a word, memory and queries, by size](images/{PICTURE.name})", table(rows), self._told("grown")]
        for kind in ("synthetic", "ray"):
            for row in self.rows.get(kind, []):
                lines = [f"| {name} | {value:,.{0 if value >= 100 else 2}f} |" for name, value in row.items()]
                shown += ["\n".join([f"| {kind} | |", "|---|---:|", *lines]), self._told(kind)]
        put(PAGE, "python -m bench.index --keep", "\n\n".join(shown))

    def _told(self, kind: str) -> str:
        return f"With {self.model}; {', '.join(f'{name} {value}' for name, value in self.machines[kind].items())}."


def table(rows: Sequence[Row]) -> str:
    """In Markdown; the seconds of arranging are part of the words a second."""
    lines = [f"| {' | '.join(COLUMNS)} |".replace("of them arranging", "arranging, s"), f"|{'---:|' * len(COLUMNS)}"]
    lines += [f"| {' | '.join(format(row[name], form) for name, form in COLUMNS.items())} |" for row in rows]
    return "\n".join(lines)


def diagram(rows: Sequence[Row]) -> str:
    """A panel for each figure, from 0 up, over the words of the index on a scale of powers of ten."""
    width = (WIDTH - 2 * LEFT - GAP * (len(PANELS) - 1)) / len(PANELS)
    sizes = [math.log10(row["words"]) for row in rows]
    span = max(sizes[-1] - sizes[0], 1e-9)
    parts = []
    for number, (title, figure) in enumerate(PANELS.items()):
        left, values = LEFT + number * (width + GAP), [figure(row) for row in rows]
        points = [
            (left + width * (size - sizes[0]) / span, TOP + (HEIGHT - 2 * TOP) * (1 - value / (1.25 * max(values))))
            for size, value in zip(sizes, values, strict=True)
        ]
        bottom = HEIGHT - TOP
        parts.append(f'<text x="{left:.0f}" y="20" font-weight="600">{title}</text>')
        parts.append(f'<path d="M{left:.1f} {bottom}h{width:.1f}" stroke="{AXIS}"/>')
        parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{LINE}"/>')
        for (x, y), value, row in zip(points, values, rows, strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"/>')
            if row in (rows[0], rows[-1]):
                anchor = "start" if row is rows[0] else "end"
                parts.append(f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="{anchor}">{value:,.0f}</text>')
                parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="{anchor}">{_short(row["words"])} words</text>')
    style = "text{font:13px system-ui,sans-serif;fill:#1b2733}@media(prefers-color-scheme:dark){text{fill:#dfe5ec}}"
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><style>{style}</style>\n{body}\n</svg>\n'


def _short(words: float) -> str:
    return f"{words / 1e6:.1f} M" if words >= 1e6 else f"{words / 1e3:.0f} k"
