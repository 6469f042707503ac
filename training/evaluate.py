"""The few numbers watched while training; `bench/quality` is the full harness."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from senses import use
from text import Example, Lines, join, mask, pad, random_example


def watch(model, tokenizer: Tokenizer, valid: Lines, data: Path, continues: NDArray[np.bool_]) -> dict[str, float]:
    """Masked words (top-1, top-5), next sentence, Word-in-Context and STS-B on the development splits."""
    model.eval()
    with torch.no_grad():
        numbers = {**_masked(model, valid, continues), "nsp": _next(model, valid)}
        numbers |= {"wic": _wic(model, tokenizer, data / "wic"), "stsb": _stsb(model, tokenizer, data / "stsb")}
    model.train()
    return {k: round(float(v), 4) for k, v in numbers.items()}


def hidden(model, examples: list[Example]) -> tuple[Tensor, Tensor]:
    """The last layer (B, T, W) and the attention (B, T) of *examples*."""
    ids, segments, attention = (torch.from_numpy(x) for x in pad(examples))
    return model.bert(input_ids=ids, token_type_ids=segments, attention_mask=attention).last_hidden_state, attention


def sentence_vectors(last: Tensor, attention: Tensor) -> Tensor:
    """The mean over pieces, special ones included, as all-MiniLM-L6-v2 takes it."""
    weights = attention.unsqueeze(-1).to(last.dtype)
    return (last * weights).sum(1) / weights.sum(1)


def _masked(model, valid: Lines, continues: NDArray[np.bool_]) -> dict[str, float]:
    rng = np.random.default_rng(1)
    top1 = top5 = total = 0
    for start in range(0, 800, 32):
        examples = sorted((join(valid[i][:126]) for i in range(start * 6, start * 6 + 192, 6)), key=lambda e: len(e.ids))
        b = mask(examples, continues, rng, 0.15, whole=False)
        last = model.bert(torch.from_numpy(b.ids), attention_mask=torch.from_numpy(b.attention)).last_hidden_state
        h = model.cls.predictions.transform(last.flatten(0, 1)[torch.from_numpy(b.masked)])
        best = model.cls.predictions.decoder(h).topk(5).indices.numpy()
        top1 += (best[:, 0] == b.targets).sum()
        top5 += (best == b.targets[:, None]).any(1).sum()
        total += len(b.targets)
    return {"top1": top1 / total, "top5": top5 / total}


def _next(model, valid: Lines) -> float:
    rng = np.random.default_rng(2)
    pairs = [e for e in (random_example(valid, rng) for _ in range(700)) if e.follows >= 0]
    right = 0
    for start in range(0, len(pairs), 32):
        ids, segments, attention = (torch.from_numpy(x) for x in pad(pairs[start : start + 32]))
        pooled = model.bert(ids, token_type_ids=segments, attention_mask=attention).pooler_output
        follows = np.array([e.follows for e in pairs[start : start + 32]])
        right += (model.cls.seq_relationship(pooled).argmax(1).numpy() == follows).sum()
    return right / len(pairs)


def _wic(model, tokenizer: Tokenizer, folder: Path) -> float:
    rows = [r.split("\t") for r in (folder / "dev.data.txt").read_text(encoding="utf-8").splitlines()]
    gold = np.array([g == "T" for g in (folder / "dev.gold.txt").read_text().split()])
    uses = []
    for _, _, where, *sentences in rows:
        for index, sentence in zip(where.split("-"), sentences, strict=True):
            words = sentence.split()
            start = sum(len(w) + 1 for w in words[: int(index)])
            uses.append(use(tokenizer, sentence, (start, start + len(words[int(index)])), "", 0))
    vectors = []
    for start in range(0, len(uses), 64):
        last, _ = hidden(model, [u.example for u in uses[start : start + 64]])
        vectors += [
            torch.nn.functional.normalize(last[i, u.start : u.end].mean(0), dim=0) for i, u in enumerate(uses[start : start + 64])
        ]
    v = torch.stack(vectors).numpy()
    cosine = (v[::2] * v[1::2]).sum(1)
    return max(((cosine > t) == gold).mean() for t in np.quantile(cosine, np.linspace(0.02, 0.98, 97)))


def _stsb(model, tokenizer: Tokenizer, folder: Path) -> float:
    with open(folder / "sts-dev.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    texts = [t for r in rows for t in r[5:7]]
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = np.zeros((len(texts), 384), np.float32)
    for start in range(0, len(order), 64):
        some = order[start : start + 64]
        last, attention = hidden(
            model, [join(np.array(tokenizer.encode(texts[i], add_special_tokens=False).ids, np.uint16)) for i in some]
        )
        vectors[some] = torch.nn.functional.normalize(sentence_vectors(last, attention), dim=1).numpy()
    ranks = [np.argsort(np.argsort(x)) for x in ((vectors[::2] * vectors[1::2]).sum(1), np.array([float(r[4]) for r in rows]))]
    return np.corrcoef(*ranks)[0, 1]
