"""The inflected forms of English words: the way back from a lemma, by the rules and the irregular forms of `senselens.lemmas`."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from senselens.places import PACKAGE_DATA
from senselens.wordnet_files import exceptions

DEGREES = ("positive", "comparative", "superlative")
INFLECTIONS = {
    "n": ("singular", "plural"),
    "v": ("base", "third person", "past", "participle", "gerund"),
    "a": DEGREES,
    "r": DEGREES,
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What WordNet's lists lack, since its lemmatiser knows these forms as lemmas too.
SAME_PAST = _set(
    "beat beset bet bid broadcast burst bust cast cost cut fit forecast hit hurt inset knit let miscast offset outbid preset put "
    "quit read recast reread reset retrofit rid set shed shut slit split spread sublet sweat thrust typeset undercut upset wed "
    "wet"
)
SAME_PARTICIPLE = SAME_PAST - {"beat"} | _set("become come overcome outrun overrun rerun run")
PARTICIPLES = {word: word for word in SAME_PARTICIPLE} | {"get": "got"}
SAME_PLURAL = _set("aircraft bison cod deer fish means moose offspring salmon series sheep spacecraft species swine")
BE = {"am": "base", "are": "base", "is": "third person", "was": "past", "were": "past", "been": "participle"}
UNCOMPARED = _set("far ill just like little own real right sole wrong")
MANS = re.compile(r"(?:hu|ger|ro|nor|otto|talis|sha|cai|brah|het)man$")
PREPOSITIONS = _set("of in at on to by for with from and de")

_PARTICIPLE = re.compile(r"(?:en|wn|[dg]one|orne?|[ls]ain)$")
_CONSONANT_Y = re.compile(r"(?<=[^aeiou])y$")
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_FOREIGN = re.compile(r"(?:[ai]|ae|x|sses|brethren)$")
_VOWELS = re.compile(r"[aeiouy]+")


def inflections(form: str, lemma: str, pos: str) -> tuple[str, ...]:
    """What *form* can be of *lemma*, out of ``INFLECTIONS[pos]``: ``put`` is a base, a past and a participle."""
    small = form.lower()
    return tuple(kind for kind in INFLECTIONS[pos] if small in inflected(lemma, pos, kind))


@lru_cache(maxsize=8192)
def inflected(lemma: str, pos: str, inflection: str) -> tuple[str, ...]:
    """The forms of *lemma*, in small letters and the likelier first; of several words the head is inflected.

    They are spellings that a reader may accept, *travelled* and *traveled*; () where the words have no such form by
    themselves, as *more beautiful* is none of *beautiful*.
    """
    lemma = lemma.lower()
    if inflection in ("singular", "base", "positive"):
        return (lemma, *(form for form, kind in BE.items() if (lemma, inflection, kind) == ("be", "base", "base")))
    parts = re.split(r"([ -])" if pos == "n" else "( )", lemma)  # words at even places
    head = _head(parts[::2], pos) * 2
    made = dict.fromkeys(_forms(parts[head], pos, inflection))
    return tuple("".join([*parts[:head], form, *parts[head + 1 :]]) for form in made)


def _head(words: list[str], pos: str) -> int:
    """Which of *words* is inflected: a verb's first, a noun's last or the one before a preposition."""
    if pos != "n":
        return 0
    return next((i - 1 for i, word in enumerate(words) if i and word in PREPOSITIONS), len(words) - 1)


def _forms(word: str, pos: str, inflection: str) -> list[str]:
    if not word:
        return []
    irregular = _irregular().get((pos, word), [])
    if pos == "n":
        return _plural(word, irregular)
    if pos == "v":
        return _verb(word, irregular, inflection)
    suffix = "er" if inflection == "comparative" else "est"
    own = [form for form in irregular if form.endswith("st") == (suffix == "est")]
    return own or ([word.removesuffix("e") + suffix] if pos == "a" and _is_short(word) else [])


def _plural(word: str, irregular: list[str]) -> list[str]:
    if word in SAME_PLURAL:
        return [word]
    if word.endswith("man") and not MANS.search(word):
        return [f"{word[:-3]}men"]
    foreign = [form for form in irregular if _FOREIGN.search(form)]  # "genii", beside which there is a plain plural
    return [*irregular, _with_s(word)] if foreign == irregular else irregular


def _verb(word: str, irregular: list[str], inflection: str) -> list[str]:
    if word == "be" and inflection != "gerund":
        return [form for form, kind in BE.items() if kind == inflection]
    if inflection == "third person":
        return [f for f in irregular if f.endswith("s")] or [f"{word}es" if word.endswith("o") else _with_s(word)]
    # In one syllable a doubled consonant is no mere spelling: "hopped" is not "hoped". Nor is the k of "panicked".
    doubled = any(f.startswith(word + word[-1]) for f in irregular) and len(_VOWELS.findall(word)) == 1
    only = doubled or word.endswith("c")
    if inflection == "gerund":
        own = [f for f in irregular if f.endswith("ing")]
        return own if own and only else [*own, f"{_without_e(word)}ing"]
    pasts = [f for f in irregular if not f.endswith(("s", "ing"))]
    weak = [f for f in pasts if f.endswith("ed")]
    if not (weak and only):
        weak.append(f"{word}d" if word.endswith("e") else f"{_CONSONANT_Y.sub('i', word)}ed")
    strong = [f for f in pasts if not f.endswith("ed")]
    perfect = [f for f in strong if _PARTICIPLE.search(f) or f.replace("u", "a") in {*strong} - {f}]  # taken; sung beside sang
    plain = [word] if word in SAME_PAST else [f for f in strong if f not in perfect]
    if word == "beat" or (plain and not {word, f"{word}t", f"{word[:-1]}t"} & {*plain}):
        weak = []  # "dreamt" or "dreamed", but no "seed" beside "saw"
    if inflection == "past":
        return [*plain, *weak]
    own = [PARTICIPLES[word]] if word in PARTICIPLES else []
    return [*own, *(perfect or ([] if own else plain)), *weak]


def _with_s(word: str) -> str:
    if _CONSONANT_Y.search(word):
        return f"{word[:-1]}ies"
    return f"{word}es" if _SIBILANT.search(word) else f"{word}s"


def _without_e(word: str) -> str:
    if word.endswith("ie"):
        return f"{word[:-2]}y"
    return word[:-1] if word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and word != "be" else word


def _is_short(word: str) -> bool:
    """Whether an adjective is compared with *-er*: those of one syllable, and some of two."""
    if word in UNCOMPARED:
        return False
    beats = len(_VOWELS.findall(re.sub(r"(?<=[^aeiouy])e$", "", word)))
    return beats == 1 or (beats == 2 and word.endswith(("le", "ow")))


@lru_cache(maxsize=1)
def _irregular() -> dict[tuple[str, str], list[str]]:
    """The forms of each part of speech and lemma in WordNet's exception lists."""
    found = defaultdict(list)
    for pos, form, lemmas in exceptions(PACKAGE_DATA / "exceptions.tsv"):
        for lemma in lemmas.split():
            if form != lemma:
                found[pos, lemma].append(form)
    return dict(found)
