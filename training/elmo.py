"""Train a small ELMo: two LSTMs that read words from their characters, one from the start and one from the end.

    python training/elmo.py train  --corpus TEXT --valid TEXT --out RUN [--minutes 100]
    python training/elmo.py anneal --corpus TEXT --valid TEXT --out RUN --steps 800    # the learning rate falls to zero
    python training/elmo.py export --corpus TEXT --valid TEXT --out RUN --to FOLDER    # the official files, fp16

*train* runs at a constant rate until stopped, and goes on from RUN's last checkpoint; warm-up, stable, decay as in mini.py.
The model is `senselens.elmo.BiLM` itself, so what is exported is what was trained. See training/README.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

import elmo_text
from elmo_learner import Recipe, Trainee
from elmo_text import Streams
from senselens.elmo import character_ids
from senselens.elmo_files import write_elmo


class Run:
    """A training run: corpus, weights, optimizer, counters and log, in one folder."""

    def __init__(self, recipe: Recipe, corpus: Path, valid: Path, out: Path) -> None:
        self.recipe, self.out = recipe, out
        out.mkdir(parents=True, exist_ok=True)
        self.train = elmo_text.read(corpus, out)
        self.valid = elmo_text.read(valid, out, known=self.train.types)
        self.characters = character_ids(self.valid.types, recipe.options.longest_word).astype(np.int16)  # both texts' types
        torch.manual_seed(recipe.seed)
        self.trainee = Trainee(recipe, self.train)
        matrices = [p for p in self.trainee.parameters() if p.ndim >= 2]
        plain = [p for p in self.trainee.parameters() if p.ndim < 2]
        groups = [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), fused=True)
        self.streams = Streams(self.train, recipe.rows, recipe.steps)
        self.step = self.words = 0
        if (out / "checkpoint.pt").exists():
            kept = torch.load(out / "checkpoint.pt", weights_only=True)
            self.trainee.bilm.load_state_dict(kept["bilm"])
            self.trainee.softmax.load_state_dict(kept["softmax"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.step, self.words = kept["step"], kept["words"]
        (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n")

    def log(self, **numbers: object) -> None:
        line = json.dumps({"time": time.strftime("%Y-%m-%d %H:%M"), "step": self.step, "words": self.words, **numbers})
        print(line, flush=True)
        with open(self.out / "log.jsonl", "a") as file:
            file.write(line + "\n")

    def save(self) -> None:
        partial = self.out / "checkpoint.partial"
        kept = {"bilm": self.trainee.bilm.state_dict(), "softmax": self.trainee.softmax.state_dict()}
        torch.save(kept | {"optimizer": self.optimizer.state_dict(), "step": self.step, "words": self.words}, partial)
        partial.replace(self.out / "checkpoint.pt")

    def watch(self, stage: str, tokens: int = 1 << 62) -> None:
        """Log the held-out perplexity [forward, backward], of sentences by themselves and with states carried on."""
        found = [self.trainee.perplexity(self.valid, self.characters, fresh, tokens) for fresh in (True, False)]
        fresh, carried = ([round(p, 2) for p in both] for both in found)
        self.log(stage=stage, perplexity=fresh, perplexity_carried=carried)

    def steps(self, last: int | None, rate: Callable[[int], float], minutes: float = float("inf"), every: float = 300.0) -> None:
        """Train until step *last* or for *minutes*, saving every *every* seconds and watching every fourth save."""
        began = saved = time.time()
        states, sums, saves, since = self.trainee.zero_state(self.recipe.rows), [], 0, self.words
        while (last is None or self.step < last) and time.time() - began < 60 * minutes:
            rng = np.random.default_rng((self.recipe.seed, self.step))
            for group in self.optimizer.param_groups:
                group["lr"] = rate(self.step)
            inputs, targets = self.streams.chunk(self.step)
            losses, states = self.trainee.learn(inputs, targets, states, self.characters, rng)
            nn.utils.clip_grad_norm_(self.trainee.parameters(), self.recipe.clip)
            self.optimizer.step()
            self.step, self.words = self.step + 1, self.words + int(self.train.is_word[inputs[0]].sum())
            sums.append(losses)
            if self.step % 20 == 0:
                a_second = round((self.words - since) / (time.time() - began))
                forward, backward = np.mean(sums, axis=0).round(3).tolist()
                self.log(rate=round(rate(self.step), 7), forward=forward, backward=backward, words_a_second=a_second)
                sums = []
            if time.time() - saved > every:
                self.save()
                saves, saved = saves + 1, time.time()
                if saves % 4 == 0:
                    self.watch("train", tokens=60_000)
        self.save()
        self.watch("end")

    def export(self, folder: Path, dtype: str) -> None:
        """Write the official files."""
        parameters = {n: p.detach().numpy() for n, p in self.trainee.bilm.named_parameters()}
        softmax = self.trainee.softmax
        vocabulary = self.train.types[: self.trainee.size]
        given = vocabulary, softmax.weight.detach().numpy(), softmax.bias.detach().numpy()
        write_elmo(folder, self.recipe.options, parameters, given, dtype)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["train", "anneal", "export"])
    for name in ("corpus", "valid", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--to", type=Path)
    parser.add_argument("--rate", type=float, default=Recipe().rate)
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--sampled", type=int, default=Recipe().sampled)
    parser.add_argument("--dtype", choices=["float16", "float32"], default="float16")
    args = parser.parse_args()
    torch.set_num_threads(1)  # the two threads are the directions
    run = Run(Recipe(rate=args.rate, sampled=args.sampled), args.corpus, args.valid, args.out)
    first, warm = run.step, run.recipe.warm_up
    if args.stage == "export":
        run.export(args.to, args.dtype)
    elif args.stage == "train":
        run.steps(None, lambda step: args.rate * min(1.0, (step + 1) / warm), args.minutes)
    else:
        run.steps(first + args.steps, lambda step: args.rate * max(0.0, 1 - (step - first) / args.steps))


if __name__ == "__main__":
    main()
