"""The tasks: each a function of a model and the data folder that gives named numbers, and what a model must be able to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import senselens as sl
from bench.quality.language import lambada, masked, next_sentence
from bench.quality.reliability import reliability
from bench.quality.swords import swords
from bench.quality.uses import anisotropy, coarsewsd, scws, stsb, wic
from bench.quality.wsd import wsd

TASKS: dict[str, tuple[Callable[[sl.Model, Path], dict[str, float]], str]] = {
    "masked": (masked, "masked"),
    "lambada": (lambada, "masked"),
    "nsp": (next_sentence, "next-sentence"),
    "wic": (wic, "vectors"),
    "coarsewsd": (coarsewsd, "vectors"),
    "wsd": (wsd, "vectors"),
    "reliability": (reliability, "vectors"),
    "scws": (scws, "vectors"),
    "swords": (swords, "masked"),
    "stsb": (stsb, "sentence"),
    "anisotropy": (anisotropy, "vectors"),
}
