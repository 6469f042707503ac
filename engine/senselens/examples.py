"""WordNet's usage examples as labelled uses: what an unknown model's cosines are measured on. Nothing is trained on them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import islice

from senselens.inventory import WordNet, open_inventory
from senselens.text import Span, words


@dataclass(frozen=True, slots=True)
class LabelledUse:
    """A word in an example of one of its senses: ``lemma.pos`` and the sense key."""

    text: str
    span: Span
    lemma: str
    sense: str


def example_uses(lemmas: int, seed: int = 0) -> list[LabelledUse]:
    """The example uses of *lemmas* words that have several senses with examples, one of them with two or more."""
    book = open_inventory("wordnet")
    assert isinstance(book, WordNet)
    names = sorted(book.lemmas_with_examples())
    random.Random(seed).shuffle(names)
    found: list[LabelledUse] = []
    kept = 0
    for lemma, pos in names:
        uses = [
            u
            for s in book.senses(lemma, pos)
            if s.lemma == lemma
            for e in s.examples
            for u in _uses(book, e, lemma, pos, s.sense_id)
        ]
        per_sense = [sum(u.sense == s for u in uses) for s in {u.sense for u in uses}]
        if len(per_sense) > 1 and max(per_sense) > 1:
            found.extend(uses)
            kept += 1
        if kept == lemmas:
            break
    return found


def example_sentences(count: int, seed: int = 0) -> list[str]:
    """*count* examples of five words or more, each of another word: sentences that have nothing to do with each other."""
    book = open_inventory("wordnet")
    assert isinstance(book, WordNet)
    names = sorted(book.lemmas_with_examples())
    random.Random(seed).shuffle(names)
    found: dict[str, None] = {}
    for lemma, pos in names:
        examples = (e for s in book.senses(lemma, pos) for e in s.examples if len(words(e)) >= 5)
        found |= dict.fromkeys(islice(examples, 1))
        if len(found) == count:
            break
    return list(found)


def _uses(book: WordNet, text: str, lemma: str, pos: str, sense: str) -> list[LabelledUse]:
    """The use of *lemma* in *text*, when an inflected form of it stands there just once."""
    spans = [w for w in words(text) if (lemma, pos) in book.lemmas(w.of(text), pos)]
    return [LabelledUse(text, spans[0], f"{lemma}.{pos}", sense)] if len(spans) == 1 else []
