"""A text inspected in parts, what is in view first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from senselens import Inspection, Inventory, Model, Outline, Span, inspect

AT_SIGHT = 64  # words whose senses are shown before any word is guessed, which takes ten times as long
FIRST = 2  # words read whole in the next part; each part after it is as long as all before, so that little is sent twice


def parts(
    text: str,
    models: Sequence[str | Model],
    step: Callable[[float], None],
    wanted: Sequence[Span] | None = None,
    visible: Callable[[], Span | None] = lambda: None,
    inventory: str | Inventory = "wordnet",
    **options: Any,
) -> Iterator[tuple[Inspection, float | None]]:
    """Inspections of more and more of the words that are *wanted* (None: all), and the share that has been read.

    That is None with the last one, which has all. The first has what is quickly known, words with no guesses. *visible* says what
    of the text is looked at; *options* are those of `inspect`, which raises what may be raised. *step* is called often, with
    the share that is read; it may raise to stop the work.
    """
    outline = Outline(text, inventory)
    left, found = list(outline.words if wanted is None else wanted), None
    whole = max(1, len(left))
    if left and options.get("k") != 0:
        at_sight = _next(left, visible(), AT_SIGHT)
        found = inspect(outline, models, at_sight, step=lambda *_: step(0.0), **options | {"k": 0})
        yield found, 0.0
    while left or found is None:
        read = whole - len(left)
        part = _next(left, visible(), max(FIRST, read))

        def advance(done: int, total: int, read: int = read, size: int = len(part)) -> None:
            step((read + size * done / total) / whole)

        more = inspect(outline, models, part, step=advance, **options)
        found = _joined(found, more) if found else more
        left = [span for span in left if span not in set(part)]
        yield found, (whole - len(left)) / whole if left else None


def _next(wanted: Sequence[Span], visible: Span | None, most: int) -> list[Span]:
    """The *most* of the words that are *wanted* nearest to what is *visible*, in the order of the text."""

    def distance(span: Span) -> int:
        return max(visible.start - span.end, span.start - visible.end, 0) if visible else span.start

    return sorted(sorted(wanted, key=distance)[:most])


def _joined(one: Inspection, other: Inspection) -> Inspection:
    """*one* with the words of *other*, in the place of those that it has of them."""
    every = sorted({word.span: word for word in (*one.words, *other.words)}.values(), key=lambda word: word.span)
    near = {name: one.neighbours.get(name, {}) | found for name, found in other.neighbours.items()}
    return replace(one, words=tuple(every), neighbours=near)
