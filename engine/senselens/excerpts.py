"""An inspection of a long text, cut to what was inspected."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from senselens.inspection import InspectedWord, Inspection, Neighbour
from senselens.text import Span

BETWEEN = "\n\n"  # no sentence crosses a blank line


def excerpt(inspection: Inspection) -> tuple[Inspection, tuple[Span, ...]]:
    """*inspection* as one of a shorter text: of the sentences with an inspected word, another use of one, or near to one.

    They stand in their order, a blank line between them, and the second value has where each is in the whole text.
    What is said of the words stays the same.
    """
    old = inspection.sentences
    numbers = {w.sentence for w in inspection.words}
    numbers |= {n.sentence for of_model in inspection.neighbours.values() for near in of_model.values() for n in near}
    numbers |= {_sentence(old, use.span) for w in inspection.words for reading in w.readings.values() for use in reading.others}
    kept = sorted(numbers)
    number_of = {number: i for i, number in enumerate(kept)}
    new: list[Span] = []
    for number in kept:
        start = new[-1].end + len(BETWEEN) if new else 0
        new.append(Span(start, start + old[number].end - old[number].start))

    def moved(span: Span) -> Span:
        number = _sentence(old, span)
        by = new[number_of[number]].start - old[number].start
        return Span(span.start + by, span.end + by)

    def word(found: InspectedWord) -> InspectedWord:
        readings = {
            name: replace(reading, others=tuple(replace(use, span=moved(use.span)) for use in reading.others))
            for name, reading in found.readings.items()
        }
        return replace(found, span=moved(found.span), sentence=number_of[found.sentence], readings=readings)

    def near(found: dict[int, tuple[Neighbour, ...]]) -> dict[int, tuple[Neighbour, ...]]:
        return {number_of[s]: tuple(replace(n, sentence=number_of[n.sentence]) for n in some) for s, some in found.items()}

    short = replace(
        inspection,
        text=BETWEEN.join(old[number].of(inspection.text) for number in kept),
        sentences=tuple(new),
        words=tuple(map(word, inspection.words)),
        neighbours={model: near(found) for model, found in inspection.neighbours.items()},
    )
    return short, tuple(old[number] for number in kept)


def _sentence(sentences: tuple[Span, ...], span: Span) -> int:
    return bisect_right(sentences, span.start, key=lambda s: s.start) - 1
