"""WordNet's own lemmatiser, morphy(7WN): exception lists, then detachment rules; only lemmas that exist are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import Protocol

POS = ("n", "v", "a", "r")
RULES = {  # morphy(7WN), "Rules of Detachment": suffix, ending
    "n": (("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")),
    "v": (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    "a": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "r": (),
}
MOST_WORDS = 9  # in a lemma of WordNet 3.0
_POSSESSIVE = re.compile(r"'s$|(?<=s)'$")
_BETWEEN_WORDS = re.compile(r"([_-])")


class Lexicon(Protocol):
    """What the lemmatiser asks of a dictionary; lemmas are in small letters, with `_` for a space."""

    def has(self, lemma: str, pos: str) -> bool: ...

    def irregular(self, form: str, pos: str) -> tuple[str, ...]: ...


def spellings(form: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """How a lexicon may spell *form*, nearest first, each with the parts of speech to look under.

    The variations are those of WordNet's own search (`_` for `-` and back, neither, no full stops), and no accents.
    A possessive is a noun's.
    """
    whole_characters = form.encode(errors="ignore").decode()  # a lone surrogate is in no lexicon, and no SQLite text
    plain = "_".join(whole_characters.lower().replace("’", "'").split())
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    seen = {""}
    for whole, pos in ((plain, POS), (bare, POS), (_POSSESSIVE.sub("", bare), ("n",))):
        hyphens, words = whole.replace("_", "-"), whole.replace("-", "_")
        # One word comes before several: "set-up" is the noun "setup" and not the verb "set up".
        for spelling in (whole, hyphens, words.replace("_", ""), words, whole.replace(".", "")):
            if spelling not in seen:
                seen.add(spelling)
                yield spelling, pos


def base_forms(form: str, pos: str, lexicon: Lexicon) -> Iterator[str]:
    """The lemmas other than itself that *form* is an inflection of, as one part of speech; perhaps one of them twice."""
    if irregular := lexicon.irregular(form, pos):  # "gas gas" stands in the list to keep "ga" out, so the list settles it
        yield from (lemma for lemma in irregular if lexicon.has(lemma, pos))
        return
    yield from (lemma for lemma in _detached(form, pos) if lexicon.has(lemma, pos))
    parts = _BETWEEN_WORDS.split(form)  # words at even places, "_" or "-" at odd ones
    if 1 < len(parts) < 2 * MOST_WORDS:
        choices = [(part,) if i % 2 else (part, *base_forms(part, pos, lexicon)) for i, part in enumerate(parts)]
        yield from (lemma for lemma in map("".join, product(*choices)) if lexicon.has(lemma, pos))


def _detached(form: str, pos: str) -> Iterator[str]:
    if pos == "n" and (len(form) <= 2 or form.endswith("ss")):
        return
    full = "ful" if pos == "n" and form.endswith("ful") else ""  # boxesful: boxful
    stem = form.removesuffix(full)
    for suffix, ending in RULES[pos]:
        if stem.endswith(suffix) and stem != suffix:
            yield stem.removesuffix(suffix) + ending + full
