"""Whether probabilities mean what they say: how often the answer is right, by the probability it was given.

A diagram has ten bins of equal width (Guo et al. 2017, "On Calibration of Modern Neural Networks"); the expected calibration
error is the mean distance of a bin's share of right answers from its mean probability, weighed by how many fall into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

import senselens as sl
from bench.quality import sets
from bench.quality.uses import layers, same_sense
from bench.quality.wsd import SETS
from senselens.disambiguation import senses_of

BINS = 10
DIAGRAMS = {"sense": "Probability of the likeliest sense", "same sense": "Probability that two uses share a sense"}


def reliability(model: sl.Model, data: Path) -> dict[str, float]:
    """The likeliest sense of the words of Senseval-2 and SemEval-2007, as `senses` has it; pairs of Word in Context dev."""
    sense, same = _senses(model, data), _pairs(model, data)
    found = {"sense": binned(*sense), "same sense": binned(*same)}
    return {f"{name}, {key}": value for name, rows in found.items() for key, value in rows.items()}


def binned(shares: ArrayLike, right: ArrayLike) -> dict[str, float]:
    """For each bin that is not empty its count, mean probability and share of right answers; and the calibration error."""
    probability, truth = np.asarray(shares, float), np.asarray(right, float)
    which = np.minimum((probability * BINS).astype(int), BINS - 1)
    rows: dict[str, float] = {}
    error = 0.0
    for number in np.unique(which):
        here = which == number
        mean, share = float(probability[here].mean()), float(truth[here].mean())
        label = f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"
        rows |= {f"{label}, count": float(here.sum()), f"{label}, probability": mean, f"{label}, right": share}
        error += abs(mean - share) * float(here.mean())
    return {"calibration error": error, **rows}


def _senses(model: sl.Model, data: Path) -> tuple[list[float], list[bool]]:
    shares, right = [], []
    for name in SETS:
        instances = list(sets.all_words(data / "eval" / "wsd", name))
        texts = list(dict.fromkeys(u.text for u in instances))
        encodings = dict(zip(texts, model.encode(texts), strict=True))
        for instance in instances:
            encoding = encodings[instance.text]
            if instance.span in encoding.words and (matches := senses_of(encoding.word(instance.span))):
                shares.append(matches[0].probability)
                right.append(matches[0].sense_id in instance.gold)
    return shares, right


def _pairs(model: sl.Model, data: Path) -> tuple[list[float], list[bool]]:
    rows = sets.wic(data / "eval" / "wic", "dev")
    first, second = (layers(model, [row[i] for row in rows]) for i in (0, 1))
    return same_sense(model, rows, first, second).tolist(), [row[2] for row in rows]


def bins_of(numbers: Mapping[str, float], name: str) -> list[tuple[float, int, float, float]]:
    """The bins of a diagram among a model's *numbers*: lower edge, count, mean probability, share of right answers."""
    rows = []
    for number in range(BINS):
        start = f"reliability: {name}, {number / BINS:.1f} to {(number + 1) / BINS:.1f}"
        if f"{start}, count" in numbers:
            count, *rest = (numbers[f"{start}, {key}"] for key in ("count", "probability", "right"))
            rows.append((number / BINS, int(count), *rest))
    return rows


def to_text(numbers: Mapping[str, float], name: str, width: int = 40) -> str:
    """The diagram as lines: ``#`` as far as answers are right, ``|`` where the mean probability is."""
    error = 100 * numbers[f"reliability: {name}, calibration error"]
    lines = [f"{DIAGRAMS[name]}: expected calibration error {error:.1f} points"]
    for low, count, mean, share in bins_of(numbers, name):
        row = list(("#" * round(share * width)).ljust(width + 1))
        row[round(mean * width)] = "|"
        lines.append(f"{low:.1f}-{low + 1 / BINS:.1f} {''.join(row)} {100 * share:3.0f} % of {count}")
    return "\n".join(lines)


def to_svg(numbers: Mapping[str, float], model: str, side: int = 260) -> str:
    """Both diagrams: bars of right answers, a dot at each bin's mean probability, and the diagonal the dots should be on."""
    gap, margin = 60, 46
    width, height = margin + len(DIAGRAMS) * (side + gap), side + 2 * margin
    parts = []
    for i, (name, title) in enumerate(DIAGRAMS.items()):
        left, bottom = margin + i * (side + gap), margin + side
        error = 100 * numbers[f"reliability: {name}, calibration error"]
        bins = bins_of(numbers, name)
        total = sum(count for _, count, _, _ in bins)
        parts.append(f'<text x="{left}" y="{margin - 22}" font-weight="600">{escape(title)}</text>')
        about = f"{total} answers, calibration error {error:.1f} points"
        parts.append(f'<text x="{left}" y="{margin - 7}" fill="#666">{about}</text>')
        for low, count, mean, share in bins:
            x, bar = left + low * side, share * side
            parts.append(
                f'<rect x="{x + 1:.1f}" y="{bottom - bar:.1f}" width="{side / BINS - 2:.1f}" height="{bar:.1f}" fill="#8ab4d8">'
                f"<title>{count} answers: probability {mean:.2f}, right {share:.2f}</title></rect>"
                f'<circle cx="{left + mean * side:.1f}" cy="{bottom - bar:.1f}" r="3" fill="#1f4e79"/>'
            )
        parts.append(
            f'<path d="M{left} {bottom}L{left + side} {bottom - side}" stroke="#c0392b" stroke-dasharray="4 3" fill="none"/>'
            f'<path d="M{left} {bottom - side}V{bottom}H{left + side}" stroke="#333" fill="none"/>'
        )
        for tick in (0, 0.5, 1):
            parts.append(f'<text x="{left + tick * side}" y="{bottom + 15}" text-anchor="middle">{tick:g}</text>')
            parts.append(f'<text x="{left - 6}" y="{bottom - tick * side + 4}" text-anchor="end">{tick:g}</text>')
        parts.append(f'<text x="{left + side / 2}" y="{bottom + 32}" text-anchor="middle" fill="#666">probability given</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12"><title>Reliability of {escape(model)}: share of right answers by '
        f'probability given</title><rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
