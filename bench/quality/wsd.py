"""All-words disambiguation in the framework of Raganato et al. (2017)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import senselens as sl
from bench.quality import sets
from bench.quality.sets import Tagged
from senselens.disambiguation import POS, weighed

SETS = ("senseval2", "semeval2007")


def wsd(model: sl.Model, data: Path) -> dict[str, float]:
    """F1 (every instance is answered), lemma and part of speech given; beside it the first sense's, and chance."""
    out: dict[str, float] = {}
    for name in SETS:
        rows: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
        for use, found, matches in answers(model, list(sets.all_words(data / "eval" / "wsd", name))):
            chance = len({s.sense_id for s in found} & set(use.gold)) / len(found)
            row = (matches[0].sense_id in use.gold, found[0].sense_id in use.gold, chance)
            for kind in ("all", use.pos):
                rows[kind].append(row)
        for kind, values in rows.items():
            out[f"{name} {kind} F1"], out[f"{name} {kind} first sense"], random = np.mean(values, axis=0)
            if kind == "all":
                out[f"{name} all random"] = random
    return out


def answers(model: sl.Model, instances: list[Tagged]) -> Iterator[tuple[Tagged, tuple[sl.Sense, ...], list[sl.SenseMatch]]]:
    """Each instance with the senses of its lemma and part of speech, most frequent first, and these weighed, likeliest first."""
    book = sl.open_inventory("wordnet")
    texts = list(dict.fromkeys(u.text for u in instances))
    encodings = dict(zip(texts, model.encode(texts), strict=True))
    for use in instances:
        lemma, encoding = use.lemma.replace("_", " "), encodings[use.text]
        found = tuple(s for s in book.senses(lemma, use.pos) if s.lemma.lower() == lemma.lower())
        inside = [i for i, w in enumerate(encoding.words) if w.start < use.span.end and w.end > use.span.start]
        vector = encoding.layers[model.sense_layer, inside].mean(0)
        yield use, found, weighed(model, vector, found, np.zeros(len(POS), np.float32))
