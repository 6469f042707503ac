"""How alike a word's uses are at every layer, drawn over what random words show there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from senselens_widget.markup import Html, tag

WIDTH, HEIGHT = 360, 132
LEFT, RIGHT, TOP, BOTTOM = 24, 338, 8, 110
LINE, NAME = 11, 18  # the height of a number, and the width of a layer's


def curves(used: int, baselines: Sequence[float], cosines: Sequence[Sequence[float]], tones: Sequence[str]) -> Html:
    """The *cosines* (uses, layers), numbered from 1, over the *baselines* of two layers or more; the layer *used* is marked."""
    last = len(baselines) - 1
    lowest = min(0.0, *baselines, *(min(curve) for curve in cosines))

    def x(layer: int) -> float:
        return LEFT + (RIGHT - LEFT) * layer / last

    def y(cosine: float) -> float:
        return TOP + (BOTTOM - TOP) * (1 - cosine) / (1 - lowest)

    def line(values: Sequence[float], **attributes: str) -> Html:
        points = " ".join(f"{x(layer):.1f},{y(value):.1f}" for layer, value in enumerate(values))
        return tag("polyline", points=points, fill="none", stroke="currentColor", **attributes)

    floor = f"{x(last):.1f},{BOTTOM} {x(0):.1f},{BOTTOM}"
    above = " ".join(f"{x(layer):.1f},{y(value):.1f}" for layer, value in enumerate(baselines))
    drawn = [
        *(_across(y(value), f"{value:g}") for value in (0, 0.5, 1)),
        *(_under(x(layer), str(layer), False) for layer in (0, last) if abs(x(layer) - x(used)) > NAME),
        _under(x(used), str(used), True),
        tag("polygon", points=f"{above} {floor}", fill="currentColor", fill_opacity="0.1"),
        line(baselines, stroke_dasharray="4 3", class_="random"),
    ]
    ends = spread([y(curve[-1]) for curve in cosines], LINE)
    for number, (curve, tone, end) in enumerate(zip(cosines, tones, ends, strict=True), start=1):
        dot = tag("circle", cx=f"{x(used):.1f}", cy=f"{y(curve[used]):.1f}", r="3.5", fill="currentColor")
        name = tag("text", str(number), x=f"{x(last) + 7:.1f}", y=f"{end + 4:.1f}", fill="currentColor")
        drawn.append(tag("g", line(curve, stroke_width="2"), dot, name, class_=f"curve {tone}".rstrip()))
    title = "Cosine with each of these uses, and of random words, layer by layer"
    return tag("svg", *drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=title)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """*places* moved apart until no two are nearer than *gap*: downwards, then back up from the bottom of the drawing."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + gap)
    lowest = float(BOTTOM)
    for place in reversed(order):
        moved[place] = min(moved[place], lowest)
        lowest = moved[place] - gap
    return moved


def _across(y: float, name: str) -> Html:
    rule = tag("line", x1=str(LEFT), x2=str(RIGHT), y1=f"{y:.1f}", y2=f"{y:.1f}", stroke="currentColor", stroke_opacity="0.2")
    return tag("g", rule, tag("text", name, x=str(LEFT - 6), y=f"{y + 4:.1f}", text_anchor="end", fill="currentColor"))


def _under(x: float, name: str, used: bool) -> Html:
    text = tag("text", name, x=f"{x:.1f}", y=str(BOTTOM + 16), text_anchor="middle", fill="currentColor")
    if not used:
        return text
    rule = tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=str(TOP), y2=str(BOTTOM), stroke="currentColor", stroke_opacity="0.5")
    return tag("g", rule, text, class_="used")
