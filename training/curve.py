"""Draw what was watched while `mini` was trained, sitting after sitting.

    python training/curve.py docs/models/mini-log.jsonl docs/images/curve-mini.svg

The log is that of all runs, one after another; each began with the weights that the one before had left, and counts from 0. A run
that was stopped goes on from its last checkpoint, and its log goes back to there.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

WATCHED = {
    "top1": "masked pieces, first guess right",
    "top5": "… among the first five",
    "nsp": "next sentence",
    "wic": "Word in Context dev",
    "stsb": "STS-B dev, Spearman",
}
SIDE, HEIGHT, GAP, TOP = 200, 120, 44, 40
Point = tuple[float, float]


def curves(log: str) -> dict[str, list[Point]]:
    """Of each thing watched its values, by the millions of word pieces seen before."""
    found: dict[str, list[Point]] = {name: [] for name in WATCHED}
    before, last = 0.0, 0.0
    for row in map(json.loads, log.splitlines()):
        if not row["pieces"]:
            before += last
        last = row["pieces"]
        if "top1" in row:  # else it tells of losses
            for name, points in found.items():
                points.append(((before + last) / 1e6, row[name]))
    return found


def to_svg(found: dict[str, list[Point]]) -> str:
    """A panel for each curve, all with the same axis of pieces."""
    end = max(x for points in found.values() for x, _ in points) or 1
    parts = []
    for i, (name, points) in enumerate(found.items()):
        left, low, high = i * (SIDE + GAP) + 34, min(y for _, y in points), max(y for _, y in points)
        span = (high - low) or 1
        placed = [(left + SIDE * x / end, TOP + HEIGHT * (1 - (y - low) / span)) for x, y in points]
        parts.append(f'<text x="{left}" y="{TOP - 16}" font-weight="600">{WATCHED[name]}</text>')
        parts.append(f'<path class="axis" d="M{left} {TOP - 6}V{TOP + HEIGHT + 6}H{left + SIDE}"/>')
        parts += [f'<path d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"/>' for (a, b), (c, d) in pairwise(placed)]
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"><title>{at:.1f} million pieces: {value:.3f}</title></circle>'
            for (x, y), (at, value) in zip(placed, points, strict=True)
        ]
        for value, y in ((low, TOP + HEIGHT), (high, TOP)):
            parts.append(f'<text x="{left - 5}" y="{y + 4}" text-anchor="end">{value:.2f}</text>')
        parts.append(f'<text x="{left + SIDE}" y="{TOP + HEIGHT + 22}" text-anchor="end">{end:.0f} million pieces</text>')
    width, height = len(found) * (SIDE + GAP) + 20, TOP + HEIGHT + 34
    style = (
        "text{font:12px system-ui,sans-serif;fill:#1b2733}path{fill:none;stroke:#0b5cad;stroke-width:1.5}circle{fill:#0b5cad}"
        ".axis{stroke:#8a94a3;stroke-width:1}@media(prefers-color-scheme:dark){text{fill:#dfe5ec}path{stroke:#6cb2f5}"
        "circle{fill:#6cb2f5}}"
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>What was watched while mini was trained</title><style>{style}</style>\n{body}\n</svg>\n"
    )


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(to_svg(curves(Path(sys.argv[1]).read_text(encoding="utf-8"))), encoding="utf-8")
