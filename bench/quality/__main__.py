"""How good a model's answers are, on the development splits of the field's sets.

    python -m bench.quality --data DATA --models mini bert-base-uncased      # DATA holds corpus/ and eval/
    python -m bench.quality --data DATA --tasks wic wsd --json docs/models/mini.json

Each task is a function of a model and a folder that gives named numbers; the table has a row for each number.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import senselens as sl
from bench.quality.tasks import TASKS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=["mini"])
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--tasks", nargs="+", choices=list(TASKS), default=list(TASKS))
    parser.add_argument("--json", type=Path, help="keep the numbers in this file, beside those it has")
    options = parser.parse_args()
    kept = json.loads(options.json.read_text(encoding="utf-8")) if options.json and options.json.exists() else {}
    for name in options.models:
        model = sl.load(name, options.precision)
        numbers = kept.setdefault(model.card.name, {})
        for task in options.tasks:
            function, capability = TASKS[task]
            if capability not in model.card.capabilities:
                continue
            began = time.monotonic()
            for measure, value in function(model, options.data).items():
                numbers[f"{task}: {measure}"] = round(float(value), 4)
                print(f"{model.card.name:24}{task + ': ' + measure:52}{value:10.4f}", flush=True)
            print(f"{'':24}{task} took {time.monotonic() - began:.0f} s", flush=True)
        if options.json:
            options.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
