"""Which words may stand in the place of another: those a masked model reads there, and the inventory's synonyms and hypernyms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from senselens.disambiguation import senses_of
from senselens.encoding import Use
from senselens.inflection import inflected, inflections
from senselens.inventory import Inventory, Sense
from senselens.replacement import Edit, like, other_article, replacing, without_possessive
from senselens.text import Span, stopped

FLOOR = -10.0  # log probability: what is rarer, or no whole word of the model's vocabulary, counts as this
PROPOSED = 48  # words of the model that are looked up
LIKELY = 0.05  # the probability of a sense from which its synonyms and hypernyms are proposed


@dataclass(frozen=True, slots=True)
class Place:
    """A word in its sentence, as the inventory knows it.

    lemma, pos: of its likeliest sense here; *kinds* are what its form can be of that lemma (`senselens.inflection`).
    senses:     those of that part of speech with their probabilities, which sum to 1, likeliest first.
    forms:      every lemma that its form can be of, as `_plain` has it.
    opposites:  the synsets with an antonym.
    """

    use: Use
    lemma: str
    pos: str
    kinds: tuple[str, ...]
    senses: tuple[tuple[Sense, float], ...]
    forms: frozenset[str]
    opposites: frozenset[str]

    @classmethod
    def of(cls, use: Use, book: Inventory) -> Place | None:
        """None for a word without senses here."""
        if not (matches := senses_of(use, book)):
            return None
        known = {s.sense_id: s for s in book.senses(use.word)}
        lemma, pos = matches[0].lemma, matches[0].pos
        mine = [m for m in matches if m.pos == pos]
        total = sum(m.probability for m in mine)
        senses = tuple((known[m.sense_id], m.probability / total) for m in mine)
        forms = frozenset(_plain(name) for name, _ in book.lemmas(use.word)) | {_plain(use.word)}
        opposites = frozenset(o for s, _ in senses for o in book.opposites(s))
        return cls(use, lemma, pos, _kinds(without_possessive(use.word), lemma, pos, book), senses, forms, opposites)

    @property
    def sentence(self) -> str:
        return self.use.encoding.text

    @property
    def span(self) -> Span:
        return self.use.span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may stand in a place: its lemma, the word as written there, and the edit of the sentence that does it.

    hidden, seen: its log probability there, with the word hidden and with it in sight; `FLOOR` or more.
    related:      the probability of those senses of the word that have it as a synonym or above them.
    sense_id:     the likeliest of these.
    """

    lemma: str
    word: str
    edit: Edit
    hidden: float
    seen: float
    related: float = 0.0
    sense_id: str | None = None

    @property
    def span(self) -> Span:
        """Its characters in the edited sentence."""
        end = self.edit.span.start + len(self.edit.text)
        return Span(end - len(self.word), end)


class Readings:
    """What a masked model reads in a place: for each whole word its log probability, the word there hidden or in sight."""

    def __init__(self, place: Place) -> None:
        text, span = stopped(place.sentence), place.span
        where = [(text, span, False), (text, span, True)]
        if swap := other_article(text, span):  # "a [MASK]" hardly lets a vowel come
            longer = len(swap.text) - (swap.span.end - swap.span.start)
            where.append((swap.of(text), Span(span.start + longer, span.end + longer), True))
        self.forms, shares = place.use.model.word_log_shares(where)
        self._shares = np.maximum(shares, FLOOR)  # (2 or 3, N)
        self._column = {form: i for i, form in enumerate(self.forms)}
        self._place = place

    def candidate(self, lemma: str, forms: Iterable[str]) -> Candidate:
        """*lemma* in the likeliest of *forms*, the first of equals."""
        return max((self._candidate(lemma, form) for form in forms), key=lambda c: c.hidden)

    def _candidate(self, lemma: str, form: str) -> Candidate:
        edit = replacing(self._place.sentence, self._place.span, form)
        word = like(self._place.use.word, form)
        column = self._column.get(word, self._column.get(form.lower()))
        if column is None:
            return Candidate(lemma, word, edit, FLOOR, FLOOR)
        seen, *hidden = self._shares[:, column].tolist()
        return Candidate(lemma, word, edit, hidden[-1 if edit.span != self._place.span else 0], seen)

    def best(self, hidden: float, seen: float, k: int = PROPOSED) -> list[str]:
        """The *k* likeliest words, the two readings weighed so."""
        mixed = seen * self._shares[0] + hidden * self._shares[1:].max(0)
        return [self.forms[i] for i in np.argsort(-mixed, kind="stable")[:k]]


@dataclass(frozen=True, slots=True)
class _Related:
    """A word as the inventory spells it, and those senses of the place's word that have it as a synonym or above them."""

    name: str
    share: float
    sense_id: str  # of the likeliest


def given(place: Place, readings: Readings, lemmas: Iterable[str], book: Inventory) -> list[Candidate]:
    """*lemmas*, whatever they are, each in the form that fits; as it is where it has none."""
    related = _related(place, book)
    return [_joined(readings.candidate(name, _forms(place, name, book) or [name]), related) for name in lemmas]


def proposed(place: Place, readings: Readings, book: Inventory, hidden: float, seen: float) -> list[Candidate]:
    """What the model, its two readings weighed by *hidden* and *seen*, and the inventory propose.

    Words of the place's part of speech that have its form; no forms of the word itself, no antonyms, names only for names.
    """
    related = _related(place, book)
    names = [r.name for r in related.values() if r.share >= LIKELY]
    for form in readings.best(hidden, seen):
        names += [lemma for lemma, _ in book.lemmas(form, place.pos) if {*inflections(form, lemma, place.pos)} & {*place.kinds}]
    kept = {name.lower(): name for name in names if _fits(place, name, book)}
    forms = {name: _forms(place, name, book) for name in kept.values()}
    return [_joined(readings.candidate(name, own), related) for name, own in forms.items() if own]


def _related(place: Place, book: Inventory) -> dict[str, _Related]:
    found: dict[str, _Related] = {}
    for sense, share in place.senses:
        above = (word for synset in book.hypernyms(sense) for word in book.words(synset))
        for name in dict.fromkeys((*sense.synonyms, *above)):
            before = found.get(name.lower(), _Related(name, 0.0, sense.sense_id))
            found[name.lower()] = _Related(before.name, before.share + share, before.sense_id)
    return found


def _joined(candidate: Candidate, related: dict[str, _Related]) -> Candidate:
    known = related.get(candidate.lemma.lower())
    return replace(candidate, related=known.share, sense_id=known.sense_id) if known else candidate


def _kinds(form: str, lemma: str, pos: str, book: Inventory) -> tuple[str, ...]:
    """What *form* can be; where an adjective can be compared, it is: WordNet has ``bigger`` as a word of its own too."""
    compared = [kind for name, _ in book.lemmas(form, pos) if pos in "ar" for kind in inflections(form, name, pos)[:1]]
    kinds = tuple(kind for kind in dict.fromkeys(compared) if kind != "positive")
    return kinds or inflections(form, lemma, pos) or inflections(_plain(form), _plain(lemma), pos)


def _fits(place: Place, name: str, book: Inventory) -> bool:
    senses = [s for s in book.senses(name, place.pos) if s.lemma.lower() == name.lower()]
    if not senses or not place.forms.isdisjoint(_plain(lemma) for lemma, _ in book.lemmas(name)):
        return False
    spelled = next(word for word in book.words(senses[0].synset) if word.lower() == name.lower())
    if spelled != spelled.lower() and place.use.word[0].islower():
        return False
    heads = {head for s in senses if s.pos == "a" for head in book.hypernyms(s)}
    return place.opposites.isdisjoint({s.synset for s in senses} | heads)


def _forms(place: Place, name: str, book: Inventory) -> list[str]:
    """The forms of *name* in the place, as far as the inventory leads them back to it."""
    forms = dict.fromkeys(form for kind in place.kinds for form in inflected(name, place.pos, kind))
    back = [form for form in forms if any(name.lower() == lemma.lower() for lemma, _ in book.lemmas(form, place.pos))]
    return [name if form == name.lower() else form for form in back]


def _plain(name: str) -> str:
    """*name* without what spellings of one word differ in: set-up, set up, setup."""
    return name.lower().replace(" ", "").replace("-", "")
