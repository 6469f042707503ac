"""Make what the embedded default knows of senses, from SemCor: run after training/pack.py.

    python training/sense_table.py --data DATA

writes engine/senselens/data/mini/senses.safetensors (the mean direction of each sense's tagged uses, and a probe for parts
of speech) from nine tenths of SemCor's documents, and with the tenth that no training saw the row of `mini` in
engine/senselens/data/calibrations.json (see calibrate.py). None of SemCor's text is kept.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from calibrate import TARGET, TaggedUse, evidence, fitted, read, vector, write
from senselens import disambiguation
from senselens.disambiguation import POS
from senselens.encoding import Encoding
from senselens.inventory import open_inventory
from senselens.measures import unit
from senselens.registry import load
from senselens.sense_vectors import ShippedTable, key_number


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
    tables = [ShippedTable(**rows, part_weights=kept[0], part_biases=kept[1], uses_weight=w) for w in (0.5, 1.0, 2.0, 4.0)]
    trials = [
        (table, found, *fitted(found)) for table in tables for found in (evidence(model, held_encodings, held_uses, table),)
    ]
    for table, _, _, report in trials:
        print(table.uses_weight, report, flush=True)
    table, found, weights, report = min(trials, key=lambda trial: trial[-1]["nats"])
    tensors = {"part_weights": kept[0], "part_biases": kept[1], "uses_weight": np.array([table.uses_weight], np.float32)}
    save_file(rows | tensors, TARGET / "mini" / "senses.safetensors")
    write(model, held_encodings, held_uses, found, weights)
    print(json.dumps({"uses_weight": table.uses_weight, "held out": report}, indent=1))


if __name__ == "__main__":
    main()
