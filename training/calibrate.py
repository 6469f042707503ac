"""Fit what the embedded default's evidence says, on the tenth of SemCor's documents that no training saw.

    python training/calibrate.py --data DATA

writes the row of `mini` in engine/senselens/data/calibrations.json: the weights of the evidence for a sense, the baselines,
and the logistic from cosine to same-sense probability. training/sense_table.py does it too, with a new table of senses.

WordNet counts all of SemCor, these documents too, and a count that has seen the answer is believed too much. So the counts
that the weights are fitted with are those without the held-out documents.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from senselens import disambiguation
from senselens.calibration import (
    GLOSSES,
    SENTENCES,
    Calibration,
    baselines,
    even_odds,
    logistic_fit,
    measure_sentences,
    pairs_of_one_lemma,
    same_sense_fit,
)
from senselens.disambiguation import POS, log_prior
from senselens.encoding import Encoding
from senselens.inventory import Sense, open_inventory
from senselens.measures import unit
from senselens.registry import load
from senselens.sense_vectors import ShippedTable, gloss_vectors, joined, shipped_table
from senselens.tagged_corpus import detokenized
from senses import POS as TAGS
from senses import held_out

TARGET = Path(__file__).parents[1] / "engine" / "senselens" / "data"
WEIGHTS = ("context", "prior", "part", "tagged")


@dataclass(frozen=True, slots=True)
class TaggedUse:
    """A tagged word of SemCor: which encoding, the words of it that it covers, its lemma, part of speech and sense key."""

    encoding: int
    words: tuple[int, ...]
    lemma: str
    pos: str
    key: str


def read(path: Path, model, held: bool) -> tuple[list[Encoding], list[TaggedUse], list[tuple[int, int]]]:
    """The encodings of the documents that are (or are not) held out, their tagged uses, and (encoding, word) left untagged."""
    texts, tagged = [], []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            sentence = json.loads(line)
            if held_out(sentence["id"]) == held:
                text, spans = detokenized(sentence["tokens"])
                texts.append(text)
                tagged.append((sentence, spans))
    encodings = []
    for start in range(0, len(texts), 2000):  # halves: all of SemCor at every layer would be 7 GB otherwise
        encodings += [replace(e, layers=e.layers.astype(np.float16)) for e in model.encode(texts[start : start + 2000])]
        print(f"{len(encodings)} of {len(texts)} sentences encoded", end="\r", flush=True)
    uses, rest = [], []
    for i, (encoding, (sentence, spans)) in enumerate(zip(encodings, tagged, strict=True)):
        covered: set[int] = set()
        for start, end, lemma, tag, key, _ in sentence["senses"]:
            a, b = spans[start].start, spans[end - 1].end
            inside = tuple(j for j, w in enumerate(encoding.words) if a <= w.start and w.end <= b)
            covered |= {j for j, w in enumerate(encoding.words) if w.start < b and w.end > a}  # "dog's" is tagged as "dog"
            if inside and tag[0] in TAGS:
                uses.append(TaggedUse(i, inside, lemma, TAGS[tag[0]], key))
        if not sentence["id"].startswith("brownv"):  # there only verbs are tagged
            rest.extend((i, j) for j in range(len(encoding.words)) if j not in covered)
    return encodings, uses, rest


@dataclass(frozen=True, slots=True)
class Evidence:
    """For U uses of forms with several senses: *rows*, (senses, 4) each, the places of the *right* and the most frequent senses.

    *numbers* are those of the uses, *senses* the keys that a use's row weighs.
    """

    rows: Sequence[NDArray[np.float32]]
    right: Sequence[int]
    first: Sequence[int]
    numbers: Sequence[int]
    senses: Sequence[tuple[str, ...]]


def vector(encodings: list[Encoding], use: TaggedUse, layer: int) -> NDArray[np.float32]:
    return encodings[use.encoding].layers[layer, list(use.words)].astype(np.float32).mean(0)


def evidence(model, encodings: list[Encoding], uses: list[TaggedUse], table: ShippedTable) -> Evidence:
    """What there is to tell the senses of *uses* by; of those whose form has one sense only, nothing."""
    book = open_inventory()
    seen = Counter(u.key for u in uses)
    gloss_vectors(model, list({s.sense_id: s for u in uses for s in book.senses(u.lemma)}.values()))  # all at once is faster
    rows, right, first, numbers, senses = [], [], [], [], []
    for number, u in enumerate(uses):
        text = encodings[u.encoding].text
        spans = [encodings[u.encoding].words[j] for j in u.words]
        found = counted_without(book.senses(text[spans[0].start : spans[-1].end]), seen)
        mine = [i for i, s in enumerate(found) if s.sense_id == u.key]
        if len(found) < 2 or not mine:
            continue
        means, counts = table.tagged(found)
        here = unit(vector(encodings, u, model.sense_layer))
        cosines = joined(gloss_vectors(model, found), means, counts, table.uses_weight) @ here
        scores = table.part_weights @ vector(encodings, u, disambiguation.PART_LAYER) + table.part_biases
        parts = scores - np.log(np.exp(scores - scores.max()).sum()) - scores.max()
        columns = [cosines, log_prior(found), [parts[POS.index(s.pos)] for s in found], counts > 0]
        rows.append(np.stack(columns, axis=1).astype(np.float32))
        right.append(mine[0])
        first.append(max(range(len(found)), key=lambda i: (found[i].count, -found[i].rank, -i)))
        numbers.append(number)
        senses.append(tuple(s.sense_id for s in found))
    return Evidence(rows, right, first, numbers, senses)


def counted_without(senses: Sequence[Sense], seen: Counter[str]) -> list[Sense]:
    """*senses* as WordNet would have them without the uses *seen*: their counts, and their ranks by these."""
    less = [replace(s, count=max(0, s.count - seen[s.sense_id])) for s in senses]
    order = sorted(less, key=lambda s: (-s.count, s.rank))
    ranks: Counter[tuple[str, str]] = Counter()
    new = {}
    for s in order:
        new[s.sense_id] = replace(s, rank=ranks[s.lemma, s.pos])
        ranks[s.lemma, s.pos] += 1
    return [new[s.sense_id] for s in less]


def fitted(found: Evidence) -> tuple[dict[str, float], dict[str, float]]:
    """The weights that make the right senses likeliest, by Newton's method, and how good they are."""
    rows, right, first = found.rows, found.right, found.first
    x = np.zeros((len(rows), max(map(len, rows)), len(WEIGHTS)))
    there = np.zeros(x.shape[:2], bool)
    for i, row in enumerate(rows):
        x[i, : len(row)], there[i, : len(row)] = row, True
    here = np.arange(len(rows))
    theta = np.zeros(len(WEIGHTS))
    for _ in range(40):
        shares = _shares(x, there, theta)
        mean = np.einsum("nl,nlf->nf", shares, x)
        gradient = (x[here, right] - mean).sum(0) - 1e-3 * theta
        curvature = np.einsum("nl,nlf,nlg->fg", shares, x, x) - mean.T @ mean + 1e-3 * np.eye(len(theta))
        theta += np.linalg.solve(curvature, gradient)
    shares = _shares(x, there, theta)
    report = {
        "uses": float(len(rows)),
        "accuracy": float((shares.argmax(1) == right).mean()),
        "first sense": float(np.mean(np.array(first) == right)),
        "nats": float(-np.log(shares[here, right]).mean()),
    }
    return dict(zip(WEIGHTS, theta.tolist(), strict=True)), report


def _shares(x: NDArray[np.float64], there: NDArray[np.bool_], theta: NDArray[np.float64]) -> NDArray[np.float64]:
    scores = np.where(there, x @ theta, -np.inf)
    odds: NDArray[np.float64] = np.exp(scores - scores.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def pair_fit(found: Evidence, uses: list[TaggedUse], units: NDArray[np.float32], weights: dict[str, float]) -> tuple[float, ...]:
    """What the cosine of two uses' *units* (uses, W) weighs, what the probability of one sense for both, and the intercept."""
    shares = []
    for row, senses in zip(found.rows, found.senses, strict=True):
        scores = row @ np.array([weights["context"], 0.0, weights["part"], weights["tagged"]])
        odds = np.exp(scores - scores.max())
        shares.append(dict(zip(senses, (odds / odds.sum()).tolist(), strict=True)))
    lemma = np.array([f"{uses[n].lemma}.{uses[n].pos}" for n in found.numbers])
    left, right = pairs_of_one_lemma(lemma)
    agreement = [sum(p * shares[b].get(key, 0.0) for key, p in shares[a].items()) for a, b in zip(left, right, strict=True)]
    table = units[list(found.numbers)]
    sense = np.array([uses[n].key for n in found.numbers])
    same = sense[left] == sense[right]
    return logistic_fit(np.column_stack([(table[left] * table[right]).sum(1), agreement]), same, even_odds(same))


def without_uses(model, encodings: list[Encoding], uses: list[TaggedUse]) -> dict[str, float]:
    """The weights for senses that have their glosses alone: what another model starts from."""
    found = evidence(model, encodings, uses, replace(shipped_table(), uses_weight=np.inf))
    alone, report = fitted(replace(found, rows=[row * (1, 1, 1, 0) for row in found.rows]))
    print(GLOSSES, json.dumps(report))
    return alone


def write(model, encodings: list[Encoding], uses: list[TaggedUse], found: Evidence, weights: dict[str, float]) -> None:
    """The calibration with the *weights* of the evidence that was *found*; the rest of it is fitted here."""
    vectors = np.stack([encodings[u.encoding].layers[:, list(u.words)].astype(np.float32).mean(1) for u in uses], axis=1)
    names = np.array([f"{u.lemma}.{u.pos}" for u in uses])
    slopes, intercepts = same_sense_fit(vectors, names, np.array([u.key for u in uses]))
    pair = pair_fit(found, uses, unit(vectors[model.sense_layer]), weights)
    calibration = asdict(Calibration(baselines(encodings), slopes, intercepts, **weights, pair=pair))
    rounded = {k: [round(x, 5) for x in v] if isinstance(v, tuple) else round(v, 5) for k, v in calibration.items()}
    path = TARGET / "calibrations.json"
    shipped = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    of_sentences = shipped.get(SENTENCES, {}) | {model.card.family: round(measure_sentences(model), 5)}
    alone = {name: round(value, 5) for name, value in without_uses(model, encodings, uses).items()}
    alone["tagged"] = rounded["tagged"]  # for a model whose uses `build_senses` has added
    content = shipped | {SENTENCES: of_sentences, GLOSSES: alone, model.card.family: rounded}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds eval/semcor")
    semcor = parser.parse_args().data / "eval" / "semcor" / "semcor30.jsonl.gz"
    model = load("mini")
    encodings, uses, _ = read(semcor, model, held=True)
    found = evidence(model, encodings, uses, shipped_table())
    weights, report = fitted(found)
    write(model, encodings, uses, found, weights)
    print(json.dumps({"weights": weights, "held out": report}, indent=1))


if __name__ == "__main__":
    main()
