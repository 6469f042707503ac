"""Sense inventories: which senses a word can have, from WordNet or from any lexicon of the `wn` package (`wn_lexicon`)."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from senselens.errors import NoInventory, WordNotFound
from senselens.lemmas import POS, base_forms, spellings
from senselens.places import wordnet_files
from senselens.wordnet_build import PART, VERSION

CACHED = 8192  # word forms, and lemmas, that an inventory remembers


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of one lemma."""

    sense_id: str  # in WordNet a sense key, "bank%1:17:01::"
    lemma: str  # words between spaces; in WordNet in small letters
    pos: str  # n, v, a (satellites too) or r
    gloss: str
    examples: tuple[str, ...]
    synonyms: tuple[str, ...]  # the synset's other words, as the inventory spells them
    count: int  # of its tags in the semantic concordances
    rank: int  # 0 is the first sense of this lemma and part of speech
    synset: str  # in WordNet offset and part of speech, "09213565-n"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Inventory(ABC):
    """A dictionary of senses. Safe to use from several threads."""

    name: str
    version: str
    language: str  # BCP 47
    licence: str

    @abstractmethod
    def lemmas(self, form: str, pos: str | None = None) -> tuple[tuple[str, str], ...]:
        """The lemmas, each with its part of speech, that *form* can be an inflection of; *form* itself first."""

    @abstractmethod
    def sense(self, sense_id: str) -> Sense:
        """The sense with this id. Raises `WordNotFound` if there is none."""

    @abstractmethod
    def hypernyms(self, sense: Sense) -> tuple[str, ...]:
        """The synsets right above *sense*'s; above a satellite adjective's stands the head of its cluster."""

    @abstractmethod
    def opposites(self, sense: Sense) -> tuple[str, ...]:
        """The synsets with an antonym of a word of *sense*'s synset; of a satellite adjective's also its head's."""

    @abstractmethod
    def words(self, synset: str) -> tuple[str, ...]:
        """The words of a synset, as the inventory spells them."""

    @abstractmethod
    def vocabulary(self) -> tuple[tuple[str, str], ...]:
        """Every lemma with its part of speech."""

    @abstractmethod
    def _senses_of(self, lemma: str, pos: str) -> tuple[Sense, ...]: ...

    def senses(self, form: str, pos: str | None = None) -> tuple[Sense, ...]:
        """All senses of `lemmas(form, pos)`, in that order and each lemma's most frequent first; none if it has none."""
        return tuple(sense for lemma, its in self.lemmas(form, pos) for sense in self._senses_of(lemma, its))


class WordNet(Inventory):
    """WordNet 3.0 (Fellbaum 1998) in the SQLite file that `senselens.wordnet_build` writes.

    The file is opened, not loaded: under a millisecond, and tens of microseconds for a word not looked up before.
    Raises `NoInventory` if the file cannot be read or is of another version of this library.
    """

    name, language = "wordnet", "en"
    licence = "WordNet 3.0 licence, © 2006 Princeton University"

    def __init__(self, file: Path) -> None:
        # One connection and a lock, since a connection a thread would stay open when its thread ends.
        self._lock = threading.Lock()
        try:
            uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            ((schema,),) = self._rows("pragma user_version")
        except sqlite3.Error as error:
            raise NoInventory(f"{file} cannot be read ({error}); run `senselens setup wordnet`") from None
        if schema != VERSION:
            raise NoInventory(f"{file} is of another version of senselens; remove it and run `senselens setup wordnet`")
        ((self.version,),) = self._rows("select value from meta where name = 'version'")
        self._lemmas = lru_cache(CACHED)(self._find_lemmas)
        self._senses = lru_cache(CACHED)(self._find_senses)
        self._names = lru_cache(CACHED)(self._find_names)
        self._irregular = lru_cache(CACHED)(self._find_irregular)

    def lemmas(self, form: str, pos: str | None = None) -> tuple[tuple[str, str], ...]:
        """As `Inventory.lemmas`, of the nearest spelling that WordNet has.

        A lemma that WordNet spells with capitals only (*Banks*, *Fields*) comes after the others, since a capital may just
        start a sentence; for a form in small letters it counts only where nothing else does.
        """
        return of_pos(self._lemmas(form), pos)

    def sense(self, sense_id: str) -> Sense:
        lemma, _, rest = sense_id.partition("%")
        senses = (s for pos in POS for s in self._senses_of(lemma, pos) if s.sense_id == sense_id) if rest else ()
        if (sense := next(iter(senses), None)) is None:
            raise WordNotFound(f"WordNet {self.version} has no sense key {sense_id!r}; one looks like 'bank%1:17:01::'")
        return sense

    def hypernyms(self, sense: Sense) -> tuple[str, ...]:
        return tuple(
            _name(parent) for (parent,) in self._rows("select parent from parent where synset = ?", _number(sense.synset))
        )

    def opposites(self, sense: Sense) -> tuple[str, ...]:
        synset = _number(sense.synset)
        found = self._rows(
            "select other from opposite where synset = ?1 or synset in (select parent from parent where synset = ?1 and ?2)",
            *(synset, sense.pos == "a"),
        )
        return tuple(_name(other) for (other,) in found)

    def words(self, synset: str) -> tuple[str, ...]:
        found = self._rows("select coalesce(form, lemma) from word where synset = ? order by number", _number(synset))
        return tuple(word.replace("_", " ") for (word,) in found)

    def vocabulary(self) -> tuple[tuple[str, str], ...]:
        found = self._rows("select distinct replace(lemma, '_', ' '), pos from word order by lemma, pos")
        return tuple((lemma, pos) for lemma, pos in found)

    def lemmas_with_examples(self) -> tuple[tuple[str, str], ...]:
        """The lemmas, each with its part of speech, of which two senses or more have usage examples."""
        found = self._rows(
            "select replace(lemma, '_', ' '), word.pos from word join synset on synset.id = synset where examples <> ''"
            " group by lemma, word.pos having count(*) > 1 order by lemma, word.pos"
        )
        return tuple((lemma, pos) for lemma, pos in found)

    def has(self, lemma: str, pos: str) -> bool:
        return self._is_name(lemma, pos) is not None

    def irregular(self, form: str, pos: str) -> tuple[str, ...]:
        return self._irregular(form).get(pos, ())

    def _find_lemmas(self, form: str) -> tuple[tuple[str, str], ...]:
        for spelling, parts in spellings(form):
            exact = [(spelling, pos) for pos in parts if self.has(spelling, pos)]
            inflected = [(base, pos) for pos in parts for base in base_forms(spelling, pos, self)]
            if found := dict.fromkeys(exact + inflected):
                words, names = ([f for f in found if self._is_name(*f) is name] for name in (False, True))
                kept = words if words and form.islower() else words + names
                return tuple((lemma.replace("_", " "), pos) for lemma, pos in kept)
        return ()

    def _is_name(self, lemma: str, pos: str) -> bool | None:
        """Whether WordNet spells *lemma* with capitals only; None if it does not have it."""
        return self._names(lemma).get(pos)

    def _find_names(self, lemma: str) -> dict[str, bool]:
        """For every part of speech at once: who asks for one asks for the others, and queries are what takes time."""
        rows = self._rows("select pos, min(form is not null) from word where lemma = ? group by pos", lemma)
        return {pos: bool(name) for pos, name in rows}

    def _find_irregular(self, form: str) -> dict[str, tuple[str, ...]]:
        return {
            pos: tuple(lemmas.split()) for pos, lemmas in self._rows("select pos, lemmas from exception where form = ?", form)
        }

    def _senses_of(self, lemma: str, pos: str) -> tuple[Sense, ...]:
        return self._senses(lemma.replace(" ", "_"), pos)

    def _find_senses(self, lemma: str, pos: str) -> tuple[Sense, ...]:
        rows = self._rows(
            "select key, definition, examples, count, rank, synset,"
            " (select group_concat(coalesce(form, lemma), ' ') from word where synset = sense.synset and lemma <> sense.lemma)"
            " from sense join synset on synset.id = synset where lemma = ? and sense.pos = ? order by rank",
            *(lemma, pos),
        )
        spaced = lemma.replace("_", " ")
        return tuple(
            Sense(key, spaced, pos, gloss, tuple(examples.splitlines()), _words(others), count, rank, _name(synset))
            for key, gloss, examples, count, rank, synset, others in rows
        )

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()


def open_inventory(name: str = "wordnet") -> Inventory:
    """The inventory called *name*: "wordnet", the embedded one, or else a lexicon of the `wn` package, as "oewn:2024".

    Raises `NoInventory`, which says how to get it.
    """
    if name != "wordnet":
        return _wn_lexicon(name)
    file = next((f for f in wordnet_files() if f.is_file()), None)
    if file is None:
        raise NoInventory("WordNet is not installed here; run `senselens setup wordnet`")
    return _wordnet(file)


# One of each for the whole process: they are read only, and their caches are worth sharing.
_wordnet = lru_cache(WordNet)


@lru_cache
def _wn_lexicon(name: str) -> Inventory:
    from senselens.wn_lexicon import WnLexicon

    return WnLexicon(name)


def _number(synset: str) -> int:
    offset, pos = synset.split("-")
    return (1 + POS.index(pos)) * PART + int(offset)


def _name(synset: int) -> str:
    number, offset = divmod(synset, PART)
    return f"{offset:08d}-{POS[number - 1]}"


def _words(joined: str | None) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in joined.split()) if joined else ()


def of_pos(lemmas: tuple[tuple[str, str], ...], pos: str | None) -> tuple[tuple[str, str], ...]:
    if pos is None:
        return lemmas
    if pos not in (*POS, "s"):
        raise ValueError(f"a part of speech is one of n, v, a, r, not {pos!r}")
    return tuple(found for found in lemmas if found[1] == ("a" if pos == "s" else pos))
