"""Contrastive batches over SemCor's uses and WordNet's definitions. WordNet's usage examples are never read here."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from senselens.tagged_corpus import detokenized
from text import CLS, SEP, Example

POS = {"N": "n", "V": "v", "J": "a", "R": "r"}


@dataclass(frozen=True, slots=True)
class Use:
    """A word in one context: the context's pieces, the word's pieces in it, its synset and that one's lexicographer's file."""

    example: Example
    start: int
    end: int
    lemma: str
    synset: int
    field: int = -1


@dataclass(frozen=True, slots=True)
class SenseData:
    """Uses by (lemma, part of speech) and synset, a gloss for every candidate sense, and the odds of drawing a lemma."""

    uses: dict[str, dict[int, list[Use]]]
    glosses: dict[str, list[Use]]
    lemmas: list[str]
    odds: NDArray[np.float64]


def held_out(sentence_id: str) -> bool:
    """Whether the sentence's document is one of the tenth that training never sees: calibration is fitted there."""
    return zlib.crc32(sentence_id.rsplit(".s", 1)[0].encode()) % 10 == 0


def use(
    tokenizer: Tokenizer, text: str, span: tuple[int, int], lemma: str, synset: int, field: int = -1, longest: int = 96
) -> Use | None:
    """The use of *span* in *text*; a long context is cut around it."""
    encoded = tokenizer.encode(text, add_special_tokens=False)
    inside = [i for i, (a, b) in enumerate(encoded.offsets) if a < span[1] and b > span[0]]
    if not inside:
        return None
    left = max(0, min(inside[0] - longest // 2, len(encoded.ids) - longest))
    ids = encoded.ids[left : left + longest]
    if inside[-1] - left >= len(ids):
        return None
    array = np.array([CLS, *ids, SEP])
    return Use(Example(array, np.zeros_like(array), -100), inside[0] - left + 1, inside[-1] - left + 2, lemma, synset, field)


def load(semcor: Path, wordnet: Path, tokenizer: Tokenizer, most_glosses: int = 6) -> SenseData:
    """SemCor's uses of lemmas with two senses or more, and ``lemma, synonyms: definition`` for their senses."""
    db = sqlite3.connect(wordnet)
    synset_of = dict(db.execute("select key, synset from sense"))
    field_of = dict(db.execute("select id, lex_file from synset"))
    uses: dict[str, dict[int, list[Use]]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(semcor, "rt", encoding="utf-8") as file:
        for line in file:
            sentence = json.loads(line)
            if held_out(sentence["id"]):
                continue
            text, spans = detokenized(sentence["tokens"])
            for start, end, lemma, tag, key, _ in sentence["senses"]:
                if key in synset_of and tag[0] in POS and not tag.startswith("NNP"):
                    name = f"{lemma}.{POS[tag[0]]}"
                    synset, where = synset_of[key], (spans[start].start, spans[end - 1].end)
                    found = use(tokenizer, text, where, name, synset, field_of[synset])
                    if found:
                        uses[name][synset].append(found)
    several = {n: dict(s) for n, s in uses.items() if len(s) > 1 and max(map(len, s.values())) > 1}
    glosses = {n: _glosses(db, n, tokenizer, list(several[n]), most_glosses) for n in several}
    lemmas = sorted(several)
    odds = np.array([sum(map(len, several[n].values())) for n in lemmas], float) ** 0.5
    return SenseData(several, glosses, lemmas, odds / odds.sum())


def gloss_text(lemma: str, synonyms: list[str], definition: str) -> str:
    """``bank, depository financial institution: a financial institution that …``; *lemma* comes first."""
    names = [lemma, *[s for s in synonyms if s != lemma][:3]]
    return f"{', '.join(n.replace('_', ' ') for n in names)}: {definition}"


def _glosses(db: sqlite3.Connection, name: str, tokenizer: Tokenizer, seen: list[int], most: int) -> list[Use]:
    lemma, pos = name.rsplit(".", 1)
    rows = db.execute(
        "select synset, definition, lex_file from sense join synset on synset.id = synset"
        " where lemma = ? and sense.pos = ? order by rank",
        (lemma, pos),
    ).fetchall()
    rows = [r for i, r in enumerate(rows) if i < most or r[0] in seen]
    out = []
    for synset, definition, field in rows:
        synonyms = [r[0] for r in db.execute("select lemma from sense where synset = ?", (synset,))]
        text = gloss_text(lemma, synonyms, definition)
        found = use(tokenizer, text, (0, len(lemma)), name, synset, field, longest=48)
        if found:
            out.append(found)
    return out


def batch(data: SenseData, rng: np.random.Generator, lemmas: int = 12, of_sense: tuple[int, ...] = (3, 2, 2)) -> list[Use]:
    """For each of *lemmas* lemmas, some uses of a few of its senses, and its senses' glosses."""
    out: list[Use] = []
    for i in rng.choice(len(data.lemmas), size=lemmas, replace=False, p=data.odds):
        name = data.lemmas[i]
        senses = data.uses[name]
        repeated = [s for s, u in senses.items() if len(u) > 1]
        first = repeated[int(rng.integers(len(repeated)))]
        others = [s for s in senses if s != first]
        order = [first, *[others[j] for j in rng.permutation(len(others))]]
        for synset, count in zip(order, of_sense, strict=False):
            found = senses[synset]
            out.extend(found[j] for j in rng.permutation(len(found))[:count])
        glosses = data.glosses[name]
        out.extend(glosses[j] for j in rng.permutation(len(glosses))[:5])
    return out
