"""A text inspected in parts, what is in view first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from senselens import Inspection, Model, Span, inspect, words

FIRST = 6  # words read before anything is shown; each part after it is as long as all before, so that little is sent twice


def parts(
    text: str,
    models: Sequence[str | Model],
    step: Callable[[float], None],
    wanted: Sequence[Span] | None = None,
    visible: Callable[[], Span | None] = lambda: None,
    **options: Any,
) -> Iterator[tuple[Inspection, float | None]]:
    """Inspections of more and more of the words that are *wanted* (None: all), and the share that has been read.

    That is None with the last one, which has all. *visible* says what of the text is in view; *options* are those of `inspect`,
    which raises what may be raised. *step* is called often, with the share that is read; it may raise to stop the work.
    """
    left, found = list(words(text) if wanted is None else wanted), None
    whole = max(1, len(left))
    while left or found is None:
        read = len(found.words) if found else 0
        part = _next(left, visible(), max(FIRST, read))

        def advance(done: int, total: int, read: int = read, size: int = len(part)) -> None:
            step((read + size * done / total) / whole)

        more = inspect(text, models, part, step=advance, **options)
        found = _joined(found, more) if found else more
        left = [span for span in left if span not in set(part)]
        yield found, len(found.words) / whole if left else None


def _next(wanted: Sequence[Span], visible: Span | None, most: int) -> list[Span]:
    """The *most* of the words that are *wanted* nearest to what is *visible*, in the order of the text."""

    def distance(span: Span) -> int:
        return max(visible.start - span.end, span.start - visible.end, 0) if visible else span.start

    return sorted(sorted(wanted, key=distance)[:most])


def _joined(one: Inspection, other: Inspection) -> Inspection:
    every = sorted((*one.words, *other.words), key=lambda word: word.span)
    near = {name: one.neighbours.get(name, {}) | found for name, found in other.neighbours.items()}
    return replace(one, words=tuple(every), neighbours=near)
