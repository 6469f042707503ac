"""Inflected forms, and what a form can be of its lemma."""

from __future__ import annotations

import pytest

from senselens.inflection import INFLECTIONS, inflected, inflections
from senselens.inventory import open_inventory


@pytest.mark.parametrize(
    ("lemma", "third", "past", "participle", "gerund"),
    [
        ("walk", "walks", "walked", "walked", "walking"),
        ("try", "tries", "tried", "tried", "trying"),
        ("agree", "agrees", "agreed", "agreed", "agreeing"),
        ("tie", "ties", "tied", "tied", "tying"),
        ("watch", "watches", "watched", "watched", "watching"),
        ("hop", "hops", "hopped", "hopped", "hopping"),
        ("hope", "hopes", "hoped", "hoped", "hoping"),
        ("panic", "panics", "panicked", "panicked", "panicking"),
        ("visit", "visits", "visited", "visited", "visiting"),
        ("take", "takes", "took", "taken", "taking"),
        ("sing", "sings", "sang", "sung", "singing"),
        ("win", "wins", "won", "won", "winning"),
        ("run", "runs", "ran", "run", "running"),
        ("put", "puts", "put", "put", "putting"),
        ("beat", "beats", "beat", "beaten", "beating"),
        ("show", "shows", "showed", "shown", "showing"),
        ("get", "gets", "got", "got", "getting"),
        ("see", "sees", "saw", "seen", "seeing"),
        ("undergo", "undergoes", "underwent", "undergone", "undergoing"),
        ("have", "has", "had", "had", "having"),
        ("be", "is", "was", "been", "being"),
        ("give up", "gives up", "gave up", "given up", "giving up"),
        ("re-emerge", "re-emerges", "re-emerged", "re-emerged", "re-emerging"),
    ],
)
def test_verbs(lemma: str, third: str, past: str, participle: str, gerund: str) -> None:
    first = [inflected(lemma, "v", kind)[0] for kind in INFLECTIONS["v"]]
    assert first == [lemma, third, past, participle, gerund]


@pytest.mark.parametrize(
    ("lemma", "plural"),
    [
        ("bank", "banks"), ("church", "churches"), ("city", "cities"), ("day", "days"), ("potato", "potatoes"),
        ("photo", "photos"),
        ("man", "men"), ("policeman", "policemen"), ("human", "humans"), ("child", "children"), ("wolf", "wolves"),
        ("sheep", "sheep"), ("bank account", "bank accounts"), ("man of letters", "men of letters"),
        ("mother-in-law", "mothers-in-law"), ("Pole", "poles"),
    ],
)  # fmt: skip
def test_plurals(lemma: str, plural: str) -> None:
    assert inflected(lemma, "n", "singular") == (lemma.lower(),)
    assert inflected(lemma, "n", "plural")[0] == plural


@pytest.mark.parametrize(
    ("lemma", "comparative", "superlative"),
    [
        ("big", "bigger", "biggest"), ("happy", "happier", "happiest"), ("large", "larger", "largest"),
        ("good", "better", "best"),
        ("simple", "simpler", "simplest"), ("narrow", "narrower", "narrowest"), ("free", "freer", "freest"),
    ],
)  # fmt: skip
def test_comparison(lemma: str, comparative: str, superlative: str) -> None:
    assert inflected(lemma, "a", "comparative")[0] == comparative
    assert inflected(lemma, "a", "superlative")[0] == superlative


@pytest.mark.parametrize("lemma", ["beautiful", "clever", "real", "", " up"])
def test_words_that_are_not_compared_by_endings(lemma: str) -> None:
    assert inflected(lemma, "a", "comparative") == inflected(lemma, "a", "superlative") == ()
    assert inflected(lemma, "r", "comparative") == ()


@pytest.mark.parametrize(
    ("lemma", "pos", "kind", "forms"),
    [
        ("travel", "v", "past", ("travelled", "traveled")),
        ("dream", "v", "past", ("dreamt", "dreamed")),
        ("fit", "v", "past", ("fit", "fitted")),
        ("get", "v", "participle", ("got", "gotten")),
        ("be", "v", "base", ("be", "am", "are")),
        ("genius", "n", "plural", ("genii", "geniuses")),
        ("far", "r", "comparative", ("farther", "further")),
    ],
)
def test_forms_that_stand_beside_each_other(lemma: str, pos: str, kind: str, forms: tuple[str, ...]) -> None:
    assert inflected(lemma, pos, kind) == forms


@pytest.mark.parametrize(
    ("form", "lemma", "pos", "kinds"),
    [
        ("put", "put", "v", ("base", "past", "participle")),
        ("Walked", "walk", "v", ("past", "participle")),
        ("took", "take", "v", ("past",)),
        ("banks", "bank", "v", ("third person",)),
        ("banks", "bank", "n", ("plural",)),
        ("better", "good", "a", ("comparative",)),
        ("strange", "bank", "n", ()),
    ],
)
def test_what_a_form_can_be(form: str, lemma: str, pos: str, kinds: tuple[str, ...]) -> None:
    assert inflections(form, lemma, pos) == kinds


def test_the_lemmatiser_leads_nearly_every_form_back() -> None:
    """Of the lemmas that are tagged most often, so that what is left out is seldom missed."""
    book = open_inventory()
    common = [s for form in COMMON for s in book.senses(form)]
    pairs = {(s.lemma, s.pos) for s in common if s.count > 5}
    made = [(lemma, pos, form) for lemma, pos in pairs for kind in INFLECTIONS[pos] for form in inflected(lemma, pos, kind)]
    lost = [m for m in made if m[:2] not in book.lemmas(m[2], m[1])]
    assert len(pairs) > 60
    assert lost == []


COMMON = [
    "bank",
    "walk",
    "take",
    "run",
    "child",
    "city",
    "man",
    "good",
    "big",
    "quick",
    "long",
    "light",
    "hard",
    "set",
    "stop",
    "play",
    "go",
    "stand",
    "house",
    "water",
    "hand",
    "way",
    "day",
    "life",
    "part",
    "give",
    "find",
    "tell",
    "ask",
    "work",
    "seem",
    "feel",
    "try",
    "leave",
    "call",
    "use",
    "know",
    "see",
    "come",
    "think",
    "look",
    "want",
    "party",
    "thing",
    "person",
    "woman",
    "world",
    "school",
]
