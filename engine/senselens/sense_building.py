"""The vectors of all senses of an inventory under one model, computed ahead and kept on disk.

It can be stopped at any time and goes on from there. With a sense-tagged corpus the means of each sense's uses are made
too, and weigh beside the glosses as the embedded model's own do (see `senselens.sense_vectors`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from senselens.encoding import Encoding, Vectors
from senselens.errors import Unsupported
from senselens.inventory import Inventory, Sense, open_inventory
from senselens.measures import unit
from senselens.model import Model
from senselens.sense_store import store_of
from senselens.sense_vectors import computed
from senselens.tagged_corpus import TaggedSentence, read_tagged
from senselens.text import Span

AT_ONCE = 512  # senses, or sentences, between two steps


def build_senses(
    model: Model,
    corpus: Path | str | None = None,
    inventory: str | Inventory = "wordnet",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Make sure that the vectors of all senses are on disk; how many senses that is.

    *corpus* is a file of uses tagged with senses, as SemCor (see `senselens.tagged_corpus`). *progress* is called with how many
    senses and sentences are done and how many there are. Raises `NoInventory`; `SenselensError` for a file that is no corpus;
    `Unsupported` for a corpus and the embedded model, which has its own means.
    """
    if corpus is not None and model.card.family == "mini":
        raise Unsupported(f"{model.card.name} ships the means of SemCor's uses; leave the corpus out")
    book = open_inventory(inventory) if isinstance(inventory, str) else inventory
    names = book.vocabulary()
    sentences = [] if corpus is None else list(read_tagged(Path(corpus)))
    senses = {s.sense_id: s for name, pos in names for s in book.senses(name, pos)}
    total = len(senses) + len(sentences)
    for done in _glosses(model, list(senses.values())):
        progress(done, total)
    for done in _uses(model, str(Path(corpus or "").absolute()), sentences):
        progress(len(senses) + done, total)
    return len(senses)


def _glosses(model: Model, senses: list[Sense]) -> Iterator[int]:
    store = store_of(model)
    for start in range(0, len(senses), AT_ONCE):
        some = senses[start : start + AT_ONCE]
        if lacking := set(store.lacking([s.sense_id for s in some])):
            store.put_glosses(computed(model, [s for s in some if s.sense_id in lacking]), remember=False)
        yield start + len(some)


def _uses(model: Model, corpus: str, sentences: list[TaggedSentence]) -> Iterator[int]:
    store = store_of(model)
    for start in range(store.sentences_read(corpus), len(sentences), AT_ONCE):
        some = sentences[start : start + AT_ONCE]
        sums: dict[str, tuple[Vectors, int]] = {}
        for sentence, encoding in zip(some, model.encode([s.text for s in some]), strict=True):
            for span, keys in sentence.tags:
                direction = _direction(encoding, span)
                for key in keys if direction is not None else ():
                    total, count = sums.get(key, (np.zeros_like(direction), 0))
                    sums[key] = total + direction, count + 1
        store.add_tagged(corpus, start + len(some), sums)
        yield start + len(some)


def _direction(encoding: Encoding, span: Span) -> Vectors | None:
    """The direction of the mean of the words inside *span*; None where there are none."""
    inside = [i for i, word in enumerate(encoding.words) if span.start <= word.start and word.end <= span.end]
    return unit(encoding.layers[encoding.model.sense_layer, inside].mean(0)) if inside else None
