"""How good a model's answers are, on the development splits of the field's sets.

    python -m bench.quality --data DATA --models mini bert-base-uncased      # DATA holds corpus/ and eval/
    python -m bench.quality --data DATA --tasks wic wsd --json docs/models/mini.json
    python -m bench.quality --data DATA --card docs/models/mini.md           # all of it, written into a model's page

A model is a row of the registry, a folder or a Hub id. Each task is a function of a model and a folder that gives named
numbers; the table has a row for each number. Tasks a model cannot do are named.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import senselens as sl
from bench.quality.card import write_card
from bench.quality.reliability import DIAGRAMS, to_text
from bench.quality.tasks import TASKS
from senselens.model import CAPABILITIES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=["mini"])
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--tasks", nargs="+", choices=list(TASKS), default=list(TASKS))
    parser.add_argument("--json", type=Path, help="keep the numbers in this file, beside those it has")
    parser.add_argument("--card", type=Path, help="write the last model's figures into this page, and the numbers beside it")
    options = parser.parse_args()
    file = options.json or (options.card and options.card.with_suffix(".json"))
    kept = json.loads(file.read_text(encoding="utf-8")) if file and file.exists() else {}
    for name in options.models:
        model = sl.load(name, options.precision)
        numbers = kept.setdefault(model.card.name, {})
        for task in options.tasks:
            measure(model, task, options.data, numbers)
            if file:  # after each task, since a run takes long and may be stopped
                file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if options.card:
        write_card(options.card, model.card.name, numbers)


def measure(model: sl.Model, task: str, data: Path, numbers: dict[str, float]) -> None:
    """Put what *task* measures in the place of what *numbers* had of it, and print it."""
    function, capability = TASKS[task]
    if capability not in model.card.capabilities:
        print(f"{model.card.name:24}{task}: left out, for it cannot {CAPABILITIES[capability]}", flush=True)
        return
    began = time.monotonic()
    found = {f"{task}: {name}": round(float(value), 4) for name, value in function(model, data).items()}
    for name in [n for n in numbers if n.startswith(f"{task}: ")]:
        del numbers[name]
    numbers |= found
    for name, value in found.items():
        print(f"{model.card.name:24}{name:64}{value:10.4f}", flush=True)
    if task == "reliability":
        print("\n".join(to_text(numbers, name) for name in DIAGRAMS))
    print(f"{'':24}{task} took {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
