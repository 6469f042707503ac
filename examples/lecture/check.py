"""Says whether an exercise's answer is right: ``check("1.1", answer)``. What is kept here of an answer is a digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from numbers import Integral, Real
from typing import Any

DIGESTS: dict[str, str] = {}


def check(exercise: str, answer: Any) -> None:
    """Print whether *answer* is right: a word, a number (to two places), yes or no as a bool, or several of these."""
    if answer is ...:
        print(f"{exercise}: put your answer in place of the dots, and run the cell again.")
    elif DIGESTS[exercise] in map(lambda form: digest(exercise, form), forms(answer)):
        print(f"{exercise}: right.")
    else:
        print(f"{exercise}: not yet. Your answer was {answer!r}.")


def digest(exercise: str, form: str) -> str:
    return sha256(f"{exercise} {form}".encode()).hexdigest()[:16]


def forms(answer: Any) -> Iterator[str]:
    """How *answer* may be written; a number that was rounded otherwise is the same number."""
    if isinstance(answer, bool) or type(answer).__name__ == "bool":  # NumPy's is no bool of Python's
        yield str(bool(answer)).casefold()
    elif isinstance(answer, Integral):
        yield str(int(answer))
    elif isinstance(answer, Real):
        hundredths = round(float(answer) * 100)
        yield from (f"{near / 100:.2f}" for near in (hundredths, hundredths - 1, hundredths + 1))
    elif isinstance(answer, str):
        yield " ".join(answer.casefold().split())
    elif isinstance(answer, Iterable):
        yield ", ".join(next(forms(part)) for part in answer)
