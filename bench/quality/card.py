"""A model's figures as the table and the diagram of its page in docs/models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.pages import put
from bench.quality.reliability import to_svg

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CONCEIVABLE = "precision at 1, conceivable"
WIC = "ELMo 57.7, context2vec 59.3, BERT-large 65.5 (test; Pilehvar & Camacho-Collados 2019)"
FIRST = "first sense 65.6 / 54.5 in Raganato et al. 2017"
GIVEN = "DeBERTa-v3-large 62.9 (test; Wada et al. 2022)"
PROPOSED = "DeBERTa-v3-large 33.6 / 65.8 and 24.5 / 39.9 (test; Wada et al. 2022)"

# What is measured; its numbers, beside each other; whether they are percentages; what to set beside them.
ROWS: tuple[tuple[str, tuple[str, ...], bool, str], ...] = (
    (
        "masked words of held-out text, one at a time, top-1 / top-5",
        ("masked: all words top-1", "masked: all words top-5"),
        True,
        "",
    ),
    ("… content words", ("masked: content words top-1", "masked: content words top-5"), True, ""),
    ("… function words", ("masked: function words top-1", "masked: function words top-5"), True, ""),
    ("last word of a passage, LAMBADA dev, top-1 / top-5", ("lambada: top-1", "lambada: top-5"), True, ""),
    ("next sentence, consecutive or not", ("nsp: accuracy",), True, "chance 50"),
    ("Word in Context dev, sense layer, one threshold from train", ("wic: sense layer, threshold from train",), True, WIC),
    ("… same-sense probability, one threshold from train", ("wic: same-sense probability, threshold from train",), True, ""),
    ("… same-sense probability over a half", ("wic: same-sense probability over a half",), True, ""),
    (
        "CoarseWSD-20, 8 words, macro recall: nearest class mean / nearest neighbour",
        ("coarsewsd: nearest class mean", "coarsewsd: nearest neighbour"),
        True,
        "",
    ),
    ("… from 1 / 3 / 10 examples a class", tuple(f"coarsewsd: {n} examples a class" for n in (1, 3, 10)), True, ""),
    *(
        (f"all-words senses, {name}, F1 / its first sense", (f"wsd: {row} all F1", f"wsd: {row} all first sense"), True, FIRST)
        for name, row in (("Senseval-2", "senseval2"), ("SemEval-2007", "semeval2007"))
    ),
    ("words in context, SCWS, Spearman", ("scws: Spearman",), False, "Huang et al. 2012: 0.657"),
    ("sentence similarity, STS-B dev, Spearman", ("stsb: Spearman",), False, ""),
    *(
        (f"substitutes, SWORDS dev, GAP / precision at 1 by {way}", (f"{row}, GAP", f"{row}, {CONCEIVABLE}"), True, beside)
        for way, row, beside in (
            ("what the model reads, word hidden", "swords: given, word hidden", ""),
            ("what it reads, word in sight", "swords: given, word in sight", ""),
            ("vectors in the sentence", "swords: given, vectors in the sentence", ""),
            ("all evidence", "swords: given, all", GIVEN),
        )
    ),
    (
        "substitutes proposed, F10 acceptable / conceivable, lenient, then strict",
        tuple(f"swords: proposed, F10 {m}, {kind}" for m in ("lenient", "strict") for kind in ("acceptable", "conceivable")),
        True,
        PROPOSED,
    ),
    ("calibration error of the sense probability", ("reliability: sense, calibration error",), True, ""),
    ("calibration error of the same-sense probability", ("reliability: same sense, calibration error",), True, ""),
)


def write_card(page: Path, model: str, numbers: Mapping[str, float]) -> None:
    """Put the table of *numbers* into the page, and the diagram beside the pictures."""
    put(page, "bench.quality", table(numbers))
    if "reliability: sense, calibration error" in numbers:
        (IMAGES / f"reliability-{model}.svg").write_text(to_svg(numbers, model), encoding="utf-8")


def table(numbers: Mapping[str, float]) -> str:
    """The rows whose numbers there are, as Markdown."""
    lines = ["| measure | this version | published, or to compare |", "|---|---|---|"]
    for label, names, percent, beside in ROWS:
        if all(name in numbers for name in names):
            values = [f"{100 * numbers[name]:.1f}" if percent else f"{numbers[name]:.3f}" for name in names]
            lines.append(f"| {label} | {' / '.join(values)}{' %' if percent else ''} | {beside} |")
    return "\n".join(lines) + "\n"
