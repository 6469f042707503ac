"""A lexicon of the `wn` package as a sense inventory."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from senselens.errors import NoInventory, WordNotFound
from senselens.inventory import CACHED, Inventory, Sense, of_pos
from senselens.lemmas import POS, spellings

if TYPE_CHECKING:
    import wn


class WnLexicon(Inventory):
    """A lexicon that the `wn` package has installed (Goodman and Bond 2021), as "oewn:2024", Open English WordNet.

    Lemmas keep the lexicon's capitals. Raises `NoInventory` without `wn` or the lexicon. A program that has itself used `wn`
    before sets ``wn.config.allow_multithreading`` first, for `wn` keeps one connection.
    """

    def __init__(self, name: str) -> None:
        how = f"`pip install wn`, then `python -m wn download {name}`"
        try:
            import wn
            from wn.morphy import Morphy
        except ImportError:
            raise NoInventory(f"the lexicon {name!r} needs the wn package: {how}") from None
        wn.config.allow_multithreading = True
        try:
            self._wn = wn.Wordnet(name)
            (lexicon,) = self._wn.lexicons()
        except (wn.Error, ValueError) as error:  # none is called so, or several are
            raise NoInventory(f"no lexicon of wn, or not just one, is called {name!r} ({error}): {how}") from None
        if lexicon.language.startswith("en"):
            self._wn.lemmatizer = Morphy()  # bare: it proposes, the lexicon's own forms decide; filled, it takes seconds
        self.name, self.version, self.language = lexicon.specifier(), lexicon.version, lexicon.language
        self.licence = lexicon.license
        self._lock = threading.RLock()
        self._lemmas = lru_cache(CACHED)(self._find_lemmas)
        self._senses = lru_cache(CACHED)(self._find_senses)

    def lemmas(self, form: str, pos: str | None = None) -> tuple[tuple[str, str], ...]:
        return of_pos(self._lemmas(form), pos)

    def sense(self, sense_id: str) -> Sense:
        import wn

        try:
            with self._lock:
                word = self._wn.sense(sense_id).word()
                return next(s for s in self._senses_of(word.lemma(), _pos(word)) if s.sense_id == sense_id)
        except wn.Error:
            raise WordNotFound(f"{self.name} has no sense {sense_id!r}") from None

    def hypernyms(self, sense: Sense) -> tuple[str, ...]:
        with self._lock:
            synset = self._wn.synset(sense.synset)
            return tuple(s.id for s in (synset.get_related("similar") if synset.pos == "s" else synset.hypernyms()))

    def opposites(self, sense: Sense) -> tuple[str, ...]:
        with self._lock:
            synset = self._wn.synset(sense.synset)
            heads = synset.get_related("similar") if synset.pos == "s" else []
            antonyms = [a for s in (synset, *heads) for own in s.senses() for a in own.get_related("antonym")]
            return tuple(dict.fromkeys(a.synset().id for a in antonyms))

    def words(self, synset: str) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._wn.synset(synset).lemmas())

    def vocabulary(self) -> tuple[tuple[str, str], ...]:
        with self._lock:
            return tuple(sorted({(word.lemma(), _pos(word)) for word in self._wn.words()}))

    def _find_lemmas(self, form: str) -> tuple[tuple[str, str], ...]:
        with self._lock:
            for spelling, parts in spellings(form):
                spaced = spelling.replace("_", " ")
                found = {(word.lemma(), _pos(word)) for word in self._wn.words(spaced) if _pos(word) in parts}
                if found:
                    return tuple(sorted(found, key=lambda f: (f[0].lower() != spaced, POS.index(f[1]), f[0] != form, f[0])))
        return ()

    def _senses_of(self, lemma: str, pos: str) -> tuple[Sense, ...]:
        return self._senses(lemma, pos)

    def _find_senses(self, lemma: str, pos: str) -> tuple[Sense, ...]:
        with self._lock:
            words = [word for word in self._wn.words(lemma) if (word.lemma(), _pos(word)) == (lemma, pos)]
            senses = enumerate(sense for word in words for sense in word.senses())
            return tuple(self._sense(sense, lemma, pos, rank) for rank, sense in senses)

    def _sense(self, sense: wn.Sense, lemma: str, pos: str, rank: int) -> Sense:
        synset = sense.synset()
        examples = (*sense.examples(), *synset.examples())
        synonyms = tuple(word for word in synset.lemmas() if word != lemma)
        count = sum(sense.counts())
        return Sense(sense.id, lemma, pos, synset.definition() or "", examples, synonyms, count, rank, synset.id)


def _pos(word: wn.Word) -> str:
    pos: str = word.pos
    return "a" if pos == "s" else pos
