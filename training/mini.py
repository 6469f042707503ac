"""Train `mini`: masked words and next sentences, with senses held apart and sentence vectors held in place.

    python training/mini.py train  --start FOLDER --data DATA --teacher FOLDER --wordnet FILE --out RUN
    python training/mini.py anneal --minutes 30 --sense-every 2 --likeness-weight 8 …     # the learning rate falls to zero
    python training/mini.py export --out RUN --to FOLDER

*train* runs at a constant rate until stopped, at any moment or after ``--minutes``: it goes on from RUN's last checkpoint.
The schedule is warm-up, stable, decay (Hu et al. 2024, MiniCPM), so that every sitting can end in usable weights.
Run it with ``nice`` and the allocator settings of training/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertConfig, BertForPreTraining, BertModel

import senses
import text
from evaluate import hidden, sentence_vectors, watch
from losses import LinearCrossEntropy, contrast, likeness, same_or_not


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a sitting is made of; stored in the log. Every field is an option of the command line."""

    rate: float = 2.5e-4
    warm_up: int = 200
    pieces: int = 4096
    share: float = 0.2
    sense_every: int = 3  # steps
    sense_lines: int = 40  # lines of the corpus whose sentence vectors are held to the teacher's in such a step
    batch_contrast: float = 0.3
    sense_weight: float = 1.0
    pair_weight: float = 2.0
    fine: float = 0.1  # what two senses of one lemma count that are in one lexicographer's file
    likeness_weight: float = 4.0
    next_weight: float = 0.5
    weight_decay: float = 0.01
    clip: float = 1.0
    seed: int = 17


def load_start(folder: Path) -> BertForPreTraining:
    """The start model in float32; heads that *folder* lacks are new. Dropout is off: the data is seen about once."""
    config = BertConfig.from_pretrained(folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    # The plain attention, since torch's fused one has a slow gradient on processors.
    return BertForPreTraining.from_pretrained(folder, config=config, dtype=torch.float32, attn_implementation="eager")


def precision() -> torch.dtype:
    """What products are computed in: bfloat16 on processors that have it in hardware, where it is several times as fast."""
    has_it = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if has_it else torch.float32


def masked_loss(model: BertForPreTraining, batch: text.Batch, recipe: Recipe) -> tuple[Tensor, dict[str, float]]:
    ids, segments, attention, follows, masked, targets = (
        torch.from_numpy(getattr(batch, n)) for n in ("ids", "segments", "attention", "follows", "masked", "targets")
    )
    out = model.bert(input_ids=ids, token_type_ids=segments, attention_mask=attention)
    chosen = model.cls.predictions.transform(out.last_hidden_state.flatten(0, 1)[masked])  # (M, W)
    decoder = model.cls.predictions.decoder
    words = LinearCrossEntropy.apply(chosen.to(precision()), decoder.weight, decoder.bias, targets, 1024)
    parts = {"mlm": words.item()}
    if (follows < 0).all():
        return words, parts
    following = torch.nn.functional.cross_entropy(model.cls.seq_relationship(out.pooler_output), follows)
    return words + recipe.next_weight * following, parts | {"nsp": following.item()}


class SenseLoss(torch.nn.Module):
    """What vectors of words should tell and those of sentences should keep. The threshold between "same" and "not" is learnt."""

    def __init__(self, teacher: BertModel, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        self._teacher = [teacher]  # in a list: none of its weights is ours
        self.threshold = torch.nn.Parameter(torch.tensor([0.10, -0.06]))  # in hundreds, to move faster than weights do

    def forward(
        self, model: BertForPreTraining, uses: list[senses.Use], others: list[text.Example]
    ) -> tuple[Tensor, dict[str, float]]:
        """Contrast over *uses* (glosses among them), and likeness to the teacher over them and *others*."""
        vectors, like = self._read(model, uses, others)
        synset, field = (torch.tensor(x) for x in zip(*((u.synset, u.field) for u in uses), strict=True))
        lemma = torch.from_numpy(np.unique([u.lemma for u in uses], return_inverse=True)[1])
        one_lemma = lemma[:, None] == lemma
        fine = one_lemma & (field[:, None] == field) & (synset[:, None] != synset)
        weights = torch.where(fine, self.recipe.fine, 1.0)
        within = contrast(vectors, synset, weights * one_lemma)
        over = contrast(vectors, synset, weights)
        pair = same_or_not(vectors, synset, weights * one_lemma, *(100 * self.threshold))
        r = self.recipe
        loss = r.sense_weight * (within + r.batch_contrast * over) + r.pair_weight * pair + r.likeness_weight * like
        return loss, {"within": within.item(), "over": over.item(), "pair": pair.item(), "like": like.item()}

    def _read(self, model: BertForPreTraining, uses: list[senses.Use], others: list[text.Example]) -> tuple[Tensor, Tensor]:
        """The uses' vectors (N, W), and how unlike the teacher's all sentence vectors are; in four batches of like lengths."""
        examples = [u.example for u in uses] + others
        order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
        words: list[Tensor | None] = [None] * len(uses)
        sentences, taught = [], []
        for some in np.array_split(np.array(order), 4):
            last, attention = hidden(model, [examples[i] for i in some])
            ids, _, _ = text.pad([examples[i] for i in some])
            with torch.no_grad():
                theirs = self._teacher[0](torch.from_numpy(ids), attention_mask=attention).last_hidden_state
                taught.append(sentence_vectors(theirs, attention))
            sentences.append(sentence_vectors(last, attention))
            for row, i in enumerate(some):
                if i < len(uses):
                    words[i] = last[row, uses[i].start : uses[i].end].mean(0)
        found = torch.stack([w for w in words if w is not None])
        return found, likeness(torch.cat(sentences).float(), torch.cat(taught).float())


class Run:
    """A training run: weights, optimizer, counters and log, in one folder."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.out, self.recipe = Path(args.out), Recipe(**{f.name: getattr(args, f.name) for f in fields(Recipe)})
        self.out.mkdir(parents=True, exist_ok=True)
        data = Path(args.data)
        self.data, self.start = data, Path(args.start)
        self.tokenizer = Tokenizer.from_file(str(self.start / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.train = text.tokenize(Path(args.corpus), self.tokenizer, self.out)
        self.valid = text.tokenize(data / "corpus" / "valid.txt", self.tokenizer, self.out)
        self.senses = senses.load(data / "eval" / "semcor" / "semcor30.jsonl.gz", Path(args.wordnet), self.tokenizer)
        vocabulary = self.tokenizer.get_vocab()
        self.continues = np.zeros(len(vocabulary), bool)
        self.continues[[i for w, i in vocabulary.items() if w.startswith("##")]] = True
        self.model = load_start(self.start).train()
        self.sense_loss = SenseLoss(BertModel.from_pretrained(args.teacher, add_pooling_layer=False).eval(), self.recipe)
        self.all = torch.nn.ModuleDict({"model": self.model, "sense_loss": self.sense_loss})
        plain = [p for p in self.all.parameters() if p.ndim < 2]
        matrices = [p for p in self.all.parameters() if p.ndim >= 2]
        groups = [{"params": matrices, "weight_decay": self.recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), fused=True)
        self.step = self.seen = 0
        self.since = 0  # steps since this sitting began: the warm-up follows it when the optimizer is new
        if (self.out / "checkpoint.pt").exists():
            kept = torch.load(self.out / "checkpoint.pt", weights_only=True)
            self.all.load_state_dict(kept["all"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.step, self.seen, self.since = kept["step"], kept["seen"], kept["step"]
        self.model.bert.encoder.compile(dynamic=True)

    def log(self, **numbers: Any) -> None:
        line = json.dumps({"time": time.strftime("%Y-%m-%d %H:%M"), "step": self.step, "pieces": self.seen, **numbers})
        print(line, flush=True)
        with open(self.out / "log.jsonl", "a") as file:
            file.write(line + "\n")

    def save(self) -> None:
        partial = self.out / "checkpoint.partial"
        torch.save(
            {"all": self.all.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step, "seen": self.seen},
            partial,
        )
        partial.replace(self.out / "checkpoint.pt")

    def watch(self, **more: str) -> None:
        with torch.autocast("cpu", precision()):
            self.log(**watch(self.model, self.tokenizer, self.valid, self.data / "eval", self.continues), **more)

    def steps(self, minutes: float, rate: Callable[[float], float], every: float = 600.0) -> None:
        """Train for so long, at *rate* of the share of it that is over; save every *every* seconds, watch every other time."""
        rng = np.random.default_rng((self.recipe.seed, self.step))
        pool: list[list[text.Example]] = []
        sums: dict[str, list[float]] = {}
        saved, began, saves = time.time(), time.time(), 0
        while (over := (time.time() - began) / (60 * minutes)) < 1:
            now = rate(over) * min(1.0, (self.since + 1) / self.recipe.warm_up)
            for group in self.optimizer.param_groups:
                group["lr"] = now
            pool = pool or text.batches(self.train, rng, self.recipe.pieces)
            batch = text.mask(pool.pop(), self.continues, rng, self.recipe.share, whole=bool(rng.random() < 0.5))
            with torch.autocast("cpu", precision()):
                loss, parts = masked_loss(self.model, batch, self.recipe)
            loss.backward()
            self.seen += int(batch.attention.sum())
            if self.step % self.recipe.sense_every == 0:
                others = [text.random_example(self.train, rng, longest=48) for _ in range(self.recipe.sense_lines)]
                uses = senses.batch(self.senses, rng)
                with torch.autocast("cpu", precision()):
                    loss, more = self.sense_loss(self.model, uses, others)
                loss.backward()
                parts |= more
                self.seen += sum(len(u.example.ids) for u in uses) + sum(len(o.ids) for o in others)
            torch.nn.utils.clip_grad_norm_(self.all.parameters(), self.recipe.clip)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.step, self.since = self.step + 1, self.since + 1
            for name, value in parts.items():
                sums.setdefault(name, []).append(value)
            if self.step % 20 == 0:
                means = {n: round(float(np.mean(v)), 3) for n, v in sums.items()}
                self.log(seconds=round(time.time() - began), rate=round(now, 7), **means)
                sums = {}
            if time.time() - saved > every:
                self.save()
                saves += 1
                if saves % 2 == 0:
                    self.watch()
                saved = time.time()
        self.save()
        self.watch(stage="end")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["train", "anneal", "export"])
    for name in ("start", "data", "corpus", "teacher", "wordnet"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--out", required=True)
    parser.add_argument("--to")
    for field in fields(Recipe):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    parser.add_argument("--minutes", type=float, default=math.inf)
    args = parser.parse_args()
    if args.stage == "anneal" and args.minutes == math.inf:
        parser.error("anneal takes --minutes: how long the rate is to fall")
    torch.set_num_threads(2)
    torch.manual_seed(args.seed)
    if args.stage == "export":
        model = load_start(Path(args.start))
        kept = torch.load(Path(args.out) / "checkpoint.pt", weights_only=True)["all"]
        model.load_state_dict({name.removeprefix("model."): w for name, w in kept.items() if name.startswith("model.")})
        model.save_pretrained(args.to)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(Path(args.start) / name, args.to)
        return
    run = Run(args)
    run.log(stage=args.stage, recipe=asdict(run.recipe))
    if run.step == 0:
        run.watch(stage="start")
    run.steps(args.minutes, {"train": lambda over: args.rate, "anneal": lambda over: args.rate * (1 - over)}[args.stage])


if __name__ == "__main__":
    main()
