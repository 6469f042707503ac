"""The figures as a page: a table for each task, and a diagram."""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from bench.pages import put

WIDTH, LABEL, BAR = 760, 190, 420
OURS, THEIRS = "#0b5cad", "#8a94a3"


def write_page(page: Path, found: Mapping[str, Any]) -> None:
    """Put the figures between the marks of *page*, and the diagram into docs/images."""
    picture = page.parent / "images" / "peers.svg"
    picture.write_text(diagram(found["rows"]), encoding="utf-8")
    shown = f"![Words a second, by task and library]({os.path.relpath(picture, page.parent)})"
    put(page, "make bench-peers", f"{shown}\n\n{tables(found)}")


def tables(found: Mapping[str, Any]) -> str:
    lines = ["| task | library | words a second | senselens is faster by |", "|---|---|---:|---:|"]
    for row in found["rows"]:
        ratio = "" if row["name"] == "senselens" else f"{row['ratio']:.2f}"
        lines.append(f"| {row['task']} | {row['name']} | {row['rate']:,.0f} | {ratio} |")
    starts = found["cold start"]
    ours = starts["senselens"]
    lines += ["", "| from the start of a process to its first answer | seconds | times ours |", "|---|---:|---:|"]
    lines += [f"| {name} | {seconds:.2f} | {seconds / ours:.1f} |" for name, seconds in starts.items()]
    machine = ", ".join(f"{name} {value}" for name, value in found["machine"].items())
    share = f"{found['share of the peak']:.0%} of the {found['peak'] / 1e9:.0f} GFLOP/s"
    most = f"float32 matrix products reach there in {found['peak of']}"
    lines += ["", f"Vectors of each word reach {share} that {most}. Measured on: {machine}."]
    return "\n".join(lines)


def diagram(rows: list[Mapping[str, Any]]) -> str:
    """Bars of words a second, a group for each task with a scale of its own."""
    parts, y = [], 24
    for task in dict.fromkeys(row["task"] for row in rows):
        group = [row for row in rows if row["task"] == task]
        most = max(row["rate"] for row in group)
        parts.append(f'<text x="0" y="{y}" font-weight="600">{escape(task)}</text>')
        for row in sorted(group, key=lambda row: -row["rate"]):
            y += 22
            length = max(1.0, BAR * row["rate"] / most)
            colour = OURS if row["name"].startswith("senselens") else THEIRS
            parts.append(f'<text x="{LABEL - 8}" y="{y}" text-anchor="end">{escape(row["name"])}</text>')
            parts.append(f'<rect x="{LABEL}" y="{y - 11}" width="{length:.1f}" height="12" rx="2" fill="{colour}"/>')
            parts.append(f'<text x="{LABEL + length + 8:.1f}" y="{y}">{row["rate"]:,.0f} words/s</text>')
        y += 40
    style = "text{font:13px system-ui,sans-serif;fill:#1b2733}@media(prefers-color-scheme:dark){text{fill:#dfe5ec}}"
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y - 20}"><style>{style}</style>\n{body}\n</svg>\n'
