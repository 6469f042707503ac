"""How long an answer takes, beside the obvious way to get it: transformers' pipelines on the same weights.

    python -m bench.latency            # needs the extra `models`; one command, one table, ratios

Every task runs in both ways in turn, so that a machine that slows down slows both. Medians are printed, and the median of
the pair-by-pair ratios. Cold starts are whole processes.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.cold_start import TEXT as SENTENCE
from bench.cold_start import first_answer


def paired(ours: Callable[[], object], theirs: Callable[[], object], runs: int) -> tuple[float, float, float]:
    """Median seconds of each, and the median of theirs / ours, run by turns after one warm-up."""
    ours(), theirs()
    a, b = [], []
    for _ in range(runs):
        for call, times in ((ours, a), (theirs, b)):
            began = time.perf_counter()
            call()
            times.append(time.perf_counter() - began)
    return statistics.median(a), statistics.median(b), statistics.median(y / x for x, y in zip(a, b, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()

    import torch
    from transformers import pipeline, utils

    import senselens as sl
    from senselens.export import export_mini

    utils.logging.set_verbosity_error()
    utils.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as scratch:
        folder = str(export_mini(Path(scratch) / "mini"))
        model, quick = sl.load("mini"), sl.load("mini", precision="int8")
        fill = pipeline("fill-mask", model=folder, tokenizer=folder)
        features = pipeline("feature-extraction", model=folder, tokenizer=folder)
        where = [(SENTENCE, word) for word in sl.words(SENTENCE)]
        masked = [SENTENCE[: w.start] + "[MASK]" + SENTENCE[w.end :] for _, w in where]
        bank = [model.encode(SENTENCE).word("bank").span]

        def theirs_all() -> None:
            with torch.inference_mode():
                features.model(**features.tokenizer(SENTENCE, return_tensors="pt"), output_hidden_states=True)
            fill(masked, batch_size=len(masked))

        rows = {
            "cold start to first answer (process)": paired(
                lambda: first_answer("senselens", folder),
                lambda: first_answer("transformers' pipelines", folder),
                max(3, options.runs // 7),
            ),
            "all layers of a sentence": paired(lambda: model.encode(SENTENCE), lambda: features(SENTENCE), options.runs),
            "masked words, each of 11 words": paired(
                lambda: model.predict_words(where), lambda: fill(masked, batch_size=len(masked)), options.runs
            ),
            "whole inspection, 11 words, vs layers + masks": paired(lambda: sl.inspect(SENTENCE), theirs_all, options.runs),
            "the same in eight bits": paired(lambda: sl.inspect(SENTENCE, models=[quick]), theirs_all, options.runs),
            "hover: inspection of one word, eight bits, vs one mask": paired(
                lambda: sl.inspect(SENTENCE, models=[quick], words=bank), lambda: fill(masked[5]), options.runs
            ),
        }
    print(f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads, medians in ms")
    print(f"{'':56}{'senselens':>11}{'pipelines':>11}{'ratio':>8}")
    for name, (ours, theirs, ratio) in rows.items():
        print(f"{name:56}{ours * 1e3:11.1f}{theirs * 1e3:11.1f}{ratio:8.1f}")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "python": platform.python_version()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
