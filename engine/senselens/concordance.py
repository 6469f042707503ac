"""Every use of a word in some texts or in an index, with its vector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.disambiguation import FUNCTION_WORD, POS, Parts, parts_of_speech, weigh_senses
from senselens.encoding import Vectors
from senselens.errors import WordNotFound
from senselens.index.index import Index
from senselens.index.rows import Lemmas
from senselens.index.values import CorpusUse
from senselens.inventory import Inventory, Sense, open_inventory
from senselens.model import Model
from senselens.registry import load
from senselens.text import Span, sentences, words

AT_ONCE = 64  # sentences encoded together, between two steps
Step = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class WordUses:
    """All uses of one word.

    vectors: (n, W) float32, at the model's sense layer.
    parts:   (n, 5), the log probabilities of `senselens.disambiguation.POS`.
    """

    word: str
    model: Model = field(repr=False)
    uses: tuple[CorpusUse, ...]
    vectors: Vectors = field(repr=False)
    parts: Parts = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "word": self.word,
            "model": self.model.card.name,
            "uses": [use.to_dict() for use in self.uses],
            "vectors": self.vectors.tolist(),
            "parts": self.parts.tolist(),
        }

    def senses(self, inventory: str | Inventory = "wordnet") -> tuple[list[Sense | None], NDArray[np.float64]]:
        """The likeliest sense of each use and its probability, (n,): what `senselens.senses` says, use by use.

        None and 0 for a use that has no sense to tell. Raises `NoInventory`.
        """
        book = open_inventory(inventory) if isinstance(inventory, str) else inventory
        found: list[Sense | None] = [None] * len(self.uses)
        shares = np.zeros(len(self.uses))
        forms = np.array([use.word for use in self.uses])
        content = self.parts[:, POS.index("x")] <= np.log(FUNCTION_WORD)
        for form in dict.fromkeys(forms.tolist()):
            rows = np.flatnonzero((forms == form) & content)
            senses = book.senses(form)
            if not senses or not len(rows):
                continue
            weights = weigh_senses(self.model, senses, self.vectors[rows], self.parts[rows])[1]  # (rows, senses)
            best = weights.argmax(1)
            shares[rows] = weights.max(1)
            for row, sense in zip(rows.tolist(), best.tolist(), strict=True):
                found[row] = senses[sense]
        return found, shares


def word_uses(
    source: Sequence[str] | Index,
    word: str,
    model: str | Model = "mini",
    *,
    inventory: str | Inventory = "wordnet",
    where: Mapping[str, Any] | None = None,
    step: Step | None = None,
) -> WordUses:
    """Every use of *word*, in any inflection, in a list of texts or in an index; each is read in its sentence.

    A text's name is its number, ``texts:1`` the first. An index has its own model and inventory, and *where* chooses among its
    uses, as for `Index.uses`. *step* is told the share that has been read; it may raise to stop.
    Raises `WordNotFound` where there is no use, and what `load` raises.
    """
    if isinstance(source, Index):
        found = source.every_use(word, where)
    else:
        loaded = load(model) if isinstance(model, str) else model
        loaded.need("vectors")
        lemmas = Lemmas(open_inventory(inventory) if isinstance(inventory, str) else inventory)
        texts = [source] if isinstance(source, str) else source
        found = _read(loaded, word, lemmas, list(_uses_in(texts, word, lemmas)), step)
    if not found.uses:
        raise WordNotFound(f"{word!r} stands in none of the texts, in any inflection")
    return found


def _uses_in(texts: Sequence[str], word: str, lemmas: Lemmas) -> Iterator[CorpusUse]:
    """The words that may be an inflection of *word*; which part of speech they are is not known yet."""
    wanted = set(lemmas.any_of(word))
    may_be = cache(lambda form: not wanted.isdisjoint(lemmas.any_of(form)))
    for number, text in enumerate(texts, start=1):
        for sentence in sentences(text):
            own = sentence.of(text)
            for span in words(own):
                if may_be(form := span.of(own)):
                    place = Span(sentence.start + span.start, sentence.start + span.end)
                    yield CorpusUse(form, "", "", own, span, f"texts:{number}", place, {}, None)


def _read(model: Model, word: str, lemmas: Lemmas, uses: Sequence[CorpusUse], step: Step | None) -> WordUses:
    """Those of *uses* that are read as *word*, with their vectors; sentences of like lengths are read together."""
    vectors = np.zeros((len(uses), model.card.width), np.float32)
    parts = np.zeros((len(uses), len(POS)), np.float32)
    order = sorted(range(len(uses)), key=lambda i: len(uses[i].sentence))
    for start in range(0, len(order), AT_ONCE):
        if step:
            step(start / len(order))
        some = order[start : start + AT_ONCE]
        encodings = model.encode([uses[i].sentence for i in some])
        for i, encoding, scores in zip(some, encodings, parts_of_speech(encodings), strict=True):
            use = encoding.word(uses[i].span)
            vectors[i], parts[i] = use.vector(), scores[use.index]
    wanted = lemmas.any_of(word)
    names, pos = lemmas.of([use.word for use in uses], parts)
    kept = [i for i, name in enumerate(names) if name in wanted]
    read = tuple(replace(uses[i], lemma=names[i], pos=pos[i]) for i in kept)
    return WordUses(word, model, read, vectors[kept], parts[kept])
