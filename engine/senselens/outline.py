"""Which words a text has, in which sentence each stands, and which of them are uses of one lemma.

A text is taken apart by paragraph, and an outline made from an earlier one takes over the paragraphs it finds again: after
an edit only what was touched is looked at.
"""

from __future__ import annotations

from bisect import bisect, bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from senselens.errors import WordNotFound
from senselens.inventory import Inventory, open_inventory
from senselens.text import Span, paragraphs, sentences, words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The sentences and words of one paragraph, in its own characters; *uses* has for each lemma the numbers of its words."""

    sentences: tuple[Span, ...]
    words: tuple[Span, ...]
    uses: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, text: str, book: Inventory) -> Paragraph:
        uses: dict[str, list[int]] = defaultdict(list)
        found = words(text)
        for number, span in enumerate(found):
            for lemma in lemmas(span.of(text), book):
                uses[lemma].append(number)
        return cls(sentences(text), found, {lemma: tuple(numbers) for lemma, numbers in uses.items()})


class Outline:
    """The words and sentences of *text*, and its uses of each lemma under *inventory*. Raises what `open_inventory` raises.

    *before* is the outline of an earlier state of the text.
    """

    def __init__(self, text: str, inventory: str | Inventory = "wordnet", before: Outline | None = None) -> None:
        self.text = text
        self.inventory = open_inventory(inventory) if isinstance(inventory, str) else inventory
        known = before._known if before and before.inventory is self.inventory else {}
        self._known: dict[str, Paragraph] = {}
        self.paragraphs = paragraphs(text)
        self._starts: list[int] = []
        self._first_sentence: list[int] = []
        self._paragraphs: list[Paragraph] = []
        count = 0
        for span in self.paragraphs:
            own = span.of(text)
            paragraph = self._known.get(own) or known.get(own) or Paragraph.of(own, self.inventory)
            self._known[own] = paragraph
            self._starts.append(span.start)
            self._first_sentence.append(count)
            self._paragraphs.append(paragraph)
            count += len(paragraph.sentences)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """As `senselens.sentences`."""
        return tuple(_moved(s, at) for at, p in zip(self._starts, self._paragraphs, strict=True) for s in p.sentences)

    @cached_property
    def words(self) -> tuple[Span, ...]:
        """As `senselens.words`."""
        return tuple(_moved(w, at) for at, p in zip(self._starts, self._paragraphs, strict=True) for w in p.words)

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """All lemmas of which the text has a use."""
        return frozenset(lemma for paragraph in self._paragraphs for lemma in paragraph.uses)

    def sentence_of(self, word: Span) -> int:
        """The number of the sentence in which *word* stands. Raises `WordNotFound`."""
        at = bisect_right(self._starts, word.start) - 1
        if at >= 0:
            own = Span(word.start - self._starts[at], word.end - self._starts[at])
            paragraph = self._paragraphs[at]
            number = bisect_left(paragraph.words, own)
            if number < len(paragraph.words) and paragraph.words[number] == own:
                return self._first_sentence[at] + bisect_right(paragraph.sentences, own.start, key=lambda s: s.start) - 1
        raise WordNotFound(f"the characters {word.start} to {word.end} are not one word of the text")

    def others(self, word: Span, most: int | None = None) -> tuple[Span, ...]:
        """The other words that share a lemma with *word*, in order of the text; the *most* nearest to it in the text."""
        found = [use for use in self.uses(word.of(self.text)) if use != word]
        if most is None or len(found) <= most:
            return tuple(found)
        start = max(0, min(bisect(found, word) - most // 2, len(found) - most))
        return tuple(found[start : start + most])

    def uses(self, form: str) -> tuple[Span, ...]:
        """The words that share a lemma with *form*, in order of the text."""
        wanted = lemmas(form, self.inventory)
        found = []
        for at, paragraph in zip(self._starts, self._paragraphs, strict=True):
            if paragraph.uses.keys().isdisjoint(wanted):  # nearly all of a long text's paragraphs
                continue
            numbers = {number for lemma in wanted for number in paragraph.uses.get(lemma, ())}
            found += [_moved(paragraph.words[number], at) for number in sorted(numbers)]
        return tuple(found)


def lemmas(form: str, book: Inventory) -> tuple[str, ...]:
    """The lemmas of *form*, whatever their part of speech; the form itself in small letters where the inventory has none."""
    small = form.casefold()
    return tuple(dict.fromkeys(lemma for lemma, _ in book.lemmas(small))) or (small,)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
