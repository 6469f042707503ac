"""What a model predicts: masked words, last words of passages, next sentences."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

import senselens as sl

WORDS = """the of and to a in that was is for it with as his on he be at by i this had not are but from or have an they which
one you were all her she there would their we him been has when who will no more if out so up into them than its then"""
FUNCTION = frozenset(WORDS.split())


def masked(model: sl.Model, data: Path, lines: int = 1500, share: float = 0.15) -> dict[str, float]:
    """One word in seven of the lines of valid.txt, hidden one at a time, among the words that are a single piece."""
    rng = np.random.default_rng(0)
    texts = (data / "corpus" / "valid.txt").read_text(encoding="utf-8").splitlines()
    where = []
    for i in rng.permutation(len(texts))[:lines]:
        text = texts[i][:400]
        where += [(text, w) for w in sl.words(text) if rng.random() < share]
    known = set(model.tokenizer.whole_words[1])
    where = [(t, s) for t, s in where if s.of(t).lower() in known or s.of(t) in known]
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for at in range(0, len(where), 2048):
        some = where[at : at + 2048]
        for (text, span), guesses in zip(some, model.predict_words(some, k=5), strict=True):
            right = [g.word.lower() == span.of(text).lower() for g in guesses]
            kind = "function" if span.of(text).lower() in FUNCTION else "content"
            for name in ("all", kind):
                hits[name].append((right[0], any(right)))
    out = {}
    for name, found in hits.items():
        out[f"{name} words top-1"], out[f"{name} words top-5"] = np.mean(found, axis=0)
    return out


def lambada(model: sl.Model, data: Path, most: int = 1500) -> dict[str, float]:
    """The last word of a passage, masked, with a full stop after it."""
    lines = (data / "eval" / "lambada" / "lambada_development_plain_text.txt").read_text(encoding="utf-8").splitlines()[:most]
    where = []
    for line in lines:
        text = " ".join(line.split()[-150:]) + " ."
        where.append((text, sl.Span(text[:-2].rindex(" ") + 1, len(text) - 2)))
    found = model.predict_words(where, k=5)
    right = [[g.word.lower() == s.of(t) for g in gs] for (t, s), gs in zip(where, found, strict=True)]
    return {"top-1": np.mean([r[0] for r in right]), "top-5": np.mean([any(r) for r in right])}


def next_sentence(model: sl.Model, data: Path, pairs: int = 600) -> dict[str, float]:
    """Consecutive sentences of held-out lines against a sentence of another line; half and half."""
    rng = np.random.default_rng(0)
    lines = (data / "corpus" / "valid.txt").read_text(encoding="utf-8").splitlines()
    split = [[s.of(line) for s in sl.sentences(line)] for line in lines]
    several = [s for s in split if len(s) > 1]
    right = []
    for i in rng.permutation(len(several))[:pairs]:
        at = int(rng.integers(len(several[i]) - 1))
        follows = bool(rng.random() < 0.5)
        other = several[int(rng.integers(len(several)))]
        second = several[i][at + 1] if follows else other[int(rng.integers(len(other)))]
        right.append((model.next_sentence(several[i][at], second) > 0.5) == follows)
    return {"accuracy": np.mean(right)}
