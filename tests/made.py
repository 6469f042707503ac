"""Inspections made by hand, so that every number on a page is one that a test has chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import senselens as sl

BANKS = "I trust the bank.\nWe sat by the bank.\nThe plane will bank left."
BASELINES = (0.05, 0.2, 0.3)
MINI = sl.InspectedModel("mini", "bert", ("vectors", "masked"), 1, BASELINES)
GLOVE = sl.InspectedModel("glove", "static", ("vectors",), 0, (0.1,))
MONEY = sl.SenseMatch(
    "bank%1:14:00::", "bank", "n", "an institution that keeps money", (), ("depository",), 0.6, 0.2, 0.75, 1, False
)
LAND = sl.SenseMatch("bank%1:17:01::", "bank", "n", "sloping land beside water", (), (), 0.4, 0.2, 0.25, 2, True)
TIP = sl.SenseMatch("bank%2:38:00::", "bank", "v", "tip laterally", (), (), 0.5, 0.2, 1.0, 1, False)
PLANE = sl.SenseMatch("plane%1:06:01::", "plane", "n", "an aircraft", ("the flight was delayed",), (), 0.5, 0.2, 1.0, 1, True)
HOSTILE = "<img src=x onerror=alert(1)></style></script><script>alert(2)</script>\"'&amp;\u202e\u200f"


def word(text: str, form: str, occurrence: int = 0, **readings: sl.WordReading) -> sl.InspectedWord:
    span = sl.Span(*list(re.finditer(re.escape(form), text))[occurrence].span())
    sentence = [n for n, s in enumerate(sl.sentences(text)) if s.start <= span.start][-1]
    return sl.InspectedWord(span, form, sentence, readings)


def reading(
    *senses: sl.SenseMatch, guesses: Sequence[sl.Guess] = (), others: Sequence[tuple[sl.Span, float]] = (), cosine: float = 0.4
) -> sl.WordReading:
    """A reading with *others* as spans and their probability of the same sense, which is their cosine at the last layer too."""
    alike = tuple(sl.OtherUse(span, sl.Similarity(cosine, 0.2, share)) for span, share in others)
    return sl.WordReading(senses, tuple(guesses), alike, tuple((1.0, cosine, share) for _, share in others))


def inspection(text: str, *words: sl.InspectedWord, models: Sequence[sl.InspectedModel] = (MINI,)) -> sl.Inspection:
    return sl.Inspection(text, sl.sentences(text), tuple(models), words, {})


def banks() -> sl.Inspection:
    first, second, third = (word(BANKS, "bank", n).span for n in range(3))
    guesses = [sl.Guess("turn", 0.34), sl.Guess("veer", 0.004)]
    return inspection(
        BANKS,
        word(BANKS, "bank", 0, mini=reading(MONEY, LAND, others=[(second, 0.125), (third, 0.5)])),
        word(BANKS, "bank", 1, mini=reading(replace(LAND, rank=1), replace(MONEY, rank=2), others=[(first, 0.1), (third, 0.2)])),
        word(BANKS, "bank", 2, mini=reading(TIP, guesses=guesses, others=[(first, 0.3), (second, 0.2)])),
        word(BANKS, "plane", 0, mini=reading(PLANE)),
        word(BANKS, "the", 0, mini=reading()),
    )
