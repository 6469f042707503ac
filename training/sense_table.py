"""Make what the embedded default knows of senses, from SemCor: run after training/pack.py.

    python training/sense_table.py --data DATA

writes engine/senselens/data/mini/senses.safetensors (the mean direction of each sense's tagged uses, and a probe for parts
of speech) and the row of `mini` in engine/senselens/data/calibrations.json. Vectors and probe come from nine tenths of
SemCor's documents; the weights of the evidence and the same-sense probability are fitted on the tenth that no training
saw (`senses.held_out`). None of SemCor's text is kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from senselens import disambiguation
from senselens.calibration import SENTENCES, Calibration, baselines, measure_sentences, same_sense_fit
from senselens.disambiguation import POS, log_prior
from senselens.encoding import Encoding
from senselens.inventory import open_inventory
from senselens.measures import unit
from senselens.registry import load
from senselens.sense_vectors import ShippedTable, gloss_vectors, joined, key_number
from senselens.tagged_corpus import detokenized
from senses import POS as TAGS
from senses import held_out

TARGET = Path(__file__).parents[1] / "engine" / "senselens" / "data"


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


def vector(encodings: list[Encoding], use: TaggedUse, layer: int) -> NDArray[np.float32]:
    return encodings[use.encoding].layers[layer, list(use.words)].astype(np.float32).mean(0)


def sense_rows(model, encodings: list[Encoding], uses: list[TaggedUse]) -> dict[str, NDArray]:
    """The mean direction of each sense's uses as int8, for lemmas of several senses."""
    book = open_inventory()
    several = {name for name in {(u.lemma, u.pos) for u in uses} if len(book.senses(*name)) > 1}
    sums: dict[str, NDArray] = defaultdict(lambda: np.zeros(model.card.width))
    counts: Counter[str] = Counter()
    for u in uses:
        if (u.lemma, u.pos) in several:
            sums[u.key] += unit(vector(encodings, u, model.sense_layer))
            counts[u.key] += 1
    keys = sorted(sums, key=key_number)
    means = unit(np.stack([sums[k] for k in keys]).astype(np.float32))
    rows = np.rint(means / np.abs(means).max(1, keepdims=True) * 127).astype(np.int8)
    return {
        "keys": np.array([key_number(k) for k in keys], np.uint64),
        "rows": rows,
        "counts": np.array([counts[k] for k in keys], np.int32),
    }


def probe(encodings, uses, rest, layer: int, seed: int = 0, steps: int = 400) -> tuple[NDArray, NDArray]:
    """A multinomial logistic regression from a word's vector at *layer* to its part of speech."""
    import torch

    x, y = probe_data(encodings, uses, rest, layer, seed)
    linear = torch.nn.Linear(x.shape[1], len(POS))
    optimizer = torch.optim.LBFGS(linear.parameters(), max_iter=steps, line_search_fn="strong_wolfe")
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(linear(inputs), targets) + 1e-4 * linear.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return linear.weight.detach().numpy(), linear.bias.detach().numpy()


def probe_data(encodings, uses, rest, layer: int, seed: int, most: int = 60_000):
    rng = np.random.default_rng(seed)
    items = [(u.encoding, u.words[0], POS.index(u.pos)) for u in uses] + [(i, j, POS.index("x")) for i, j in rest]
    items = [items[i] for i in rng.permutation(len(items))[:most]]
    x = np.stack([encodings[i].layers[layer, j] for i, j, _ in items]).astype(np.float32)
    return x, np.array([p for _, _, p in items])


def fit_evidence(model, encodings, uses, table: ShippedTable) -> tuple[float, float, float, dict[str, float]]:
    """The weights of context, prior and part of speech that make the held-out senses likeliest, by gradient ascent."""
    import torch

    book = open_inventory()
    rows, first_senses = [], []
    gloss_vectors(model, list({s.sense_id: s for u in uses for s in book.senses(u.lemma)}.values()))  # all at once is faster
    for u in uses:
        text = encodings[u.encoding].text
        spans = [encodings[u.encoding].words[j] for j in u.words]
        found = book.senses(text[spans[0].start : spans[-1].end])
        right = [i for i, s in enumerate(found) if s.sense_id == u.key]
        if len(found) < 2 or not right:
            continue
        here = unit(vector(encodings, u, model.sense_layer))
        cosines = joined(gloss_vectors(model, found), *table.tagged(found), table.uses_weight) @ here
        scores = table.part_weights @ vector(encodings, u, disambiguation.PART_LAYER) + table.part_biases
        parts = scores - np.log(np.exp(scores - scores.max()).sum()) - scores.max()
        features = np.stack([cosines, log_prior(found), [parts[POS.index(s.pos)] for s in found]], 1)
        rows.append((features.astype(np.float32), right[0]))
        first_senses.append(max(range(len(found)), key=lambda i: (found[i].count, -found[i].rank, -i)))
    longest = max(len(f) for f, _ in rows)
    x = torch.full((len(rows), longest, 3), 0.0)
    out = torch.zeros(len(rows), longest, dtype=torch.bool)
    for i, (f, _) in enumerate(rows):
        x[i, : len(f)] = torch.from_numpy(f)
        out[i, len(f) :] = True
    y = torch.tensor([r for _, r in rows])
    weights = torch.tensor([10.0, 0.5, 0.5], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def scores_of(w):
        return (x @ w).masked_fill(out, float("-inf"))

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(scores_of(weights), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        best = scores_of(weights)
        first = torch.tensor(first_senses)
        report = {
            "uses": len(rows),
            "accuracy": float((best.argmax(1) == y).float().mean()),
            "first sense": float((first == y).float().mean()),
            "nats": float(torch.nn.functional.cross_entropy(best, y)),
        }
    context, prior, part = (float(w) for w in weights.detach())
    return context, prior, part, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds eval/semcor")
    semcor = parser.parse_args().data / "eval" / "semcor" / "semcor30.jsonl.gz"
    model = load("mini")
    encodings, uses, rest = read(semcor, model, held=False)
    held_encodings, held_uses, held_rest = read(semcor, model, held=True)
    print(f"{len(uses)} tagged uses to learn from, {len(held_uses)} held out", flush=True)

    accuracies = {}
    for layer in range(1, model.card.layers):
        weights, biases = probe(encodings, uses, rest, layer)
        x, y = probe_data(held_encodings, held_uses, held_rest, layer, 1)
        accuracies[layer] = float(((x @ weights.T + biases).argmax(1) == y).mean())
        if layer == disambiguation.PART_LAYER:
            kept = weights, biases
    print("parts of speech, accuracy by layer:", {k: round(v, 4) for k, v in accuracies.items()}, flush=True)

    rows = sense_rows(model, encodings, uses)
    trials = {}
    for uses_weight in (0.5, 1.0, 2.0, 4.0):
        table = ShippedTable(**rows, part_weights=kept[0], part_biases=kept[1], uses_weight=uses_weight)
        trials[uses_weight] = fit_evidence(model, held_encodings, held_uses, table)
        print(uses_weight, trials[uses_weight], flush=True)
    uses_weight, (context, prior, part, report) = min(trials.items(), key=lambda t: t[1][3]["nats"])
    tensors = rows | {"part_weights": kept[0], "part_biases": kept[1], "uses_weight": np.array([uses_weight], np.float32)}
    save_file(tensors, TARGET / "mini" / "senses.safetensors")

    vectors = np.stack(
        [held_encodings[u.encoding].layers[:, list(u.words)].astype(np.float32).mean(1) for u in held_uses], axis=1
    )
    names = np.array([f"{u.lemma}.{u.pos}" for u in held_uses])
    slopes, intercepts = same_sense_fit(vectors, names, np.array([u.key for u in held_uses]))
    calibration = Calibration(baselines(held_encodings), slopes, intercepts, context, prior, part)
    path = TARGET / "calibrations.json"
    shipped = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    rounded = {k: [round(x, 5) for x in v] if isinstance(v, tuple) else round(v, 5) for k, v in asdict(calibration).items()}
    of_sentences = shipped.get(SENTENCES, {}) | {model.card.family: round(measure_sentences(model), 5)}
    content = shipped | {SENTENCES: of_sentences, model.card.family: rounded}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"uses_weight": uses_weight, "held out": report, "calibration": rounded}, indent=1))


if __name__ == "__main__":
    main()
