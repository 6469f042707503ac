"""The ELMo being trained: its weights, the sampled softmax, one step's gradients, and held-out perplexity."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, embedding

import elmo_lstm
from elmo_text import CLOSE, OPEN, OUTSIDE, Corpus, Streams
from losses import LinearCrossEntropy
from senselens.elmo import PADDING, BiLM, State
from senselens.elmo_files import Options

SMALL = Options(16, ((1, 32), (2, 32), (3, 64), (4, 128), (5, 128), (6, 128)), highways=1, width=128, cells=512)

CLOSING = np.array([CLOSE, OPEN])[:, None, None]  # what ends a sentence for each direction: what follows it is not weighed
OPENING = np.array([OPEN, CLOSE])[:, None, None]
ROWS = 128  # of the logits made at once
Characters = NDArray[np.int16]  # (types, 50)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; stored beside its log. *fresh* sentences start from zero states, the others carry on.

    sampled: draws of the sampled softmax (0: the whole vocabulary).
    """

    options: Options = field(default=SMALL)
    vocabulary: int = 30_000
    rows: int = 128
    steps: int = 20
    sampled: int = 8192
    fresh: float = 0.5
    rate: float = 7e-4
    warm_up: int = 200
    weight_decay: float = 0.01
    clip: float = 1.0
    seed: int = 17


def start(options: Options, vocabulary: int) -> tuple[BiLM, nn.Linear]:
    """New weights, spread as bilm-tf spreads them: the biLM, and the softmax that both directions share."""
    bilm, softmax = BiLM(options), nn.Linear(options.width, vocabulary)
    for name, p in bilm.named_parameters():
        if name == "words.characters.weight":
            nn.init.uniform_(p[1:], -1, 1)
        elif p.ndim == 1:
            nn.init.constant_(p, -2.0 if "carry" in name else 0.0)  # a highway begins as a way through
        elif "convolutions" in name:
            nn.init.uniform_(p, -0.05, 0.05)
        elif name.startswith("words"):
            nn.init.normal_(p, std=p.shape[1] ** -0.5)
        else:
            nn.init.xavier_uniform_(p)
    nn.init.normal_(softmax.weight, std=options.width**-0.5)
    nn.init.zeros_(softmax.bias)
    return bilm, softmax


class Sampler:
    """The words a batch is weighed against: its own and a log-uniform draw (Jean et al. 2015, "On using very large…").

    A word's score is lowered by the logarithm of its chance to be among them, which makes the sampled softmax tend to the
    whole one. Frequent words are nearly always among them, so only the rare are sampled in truth.
    """

    def __init__(self, counts: NDArray[np.int64], draws: int) -> None:
        self.size, self.draws = len(counts), draws
        rank = np.arange(self.size)
        drawn = np.log1p(1 / (rank + 1)) / np.log(self.size + 1)
        self.log_absent = draws * np.log1p(-drawn)
        self.log_other = np.log1p(-np.minimum(counts / counts.sum(), 0.5))

    def candidates(self, targets: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The candidates (C,) in order, and the logarithm (C,) of each one's chance to be one; without draws, all words."""
        if not self.draws:
            return np.arange(self.size), np.zeros(self.size, np.float32)
        drawn = np.exp(rng.random(self.draws) * np.log(self.size + 1)).astype(np.int64) - 1
        chosen = np.union1d(targets, np.minimum(drawn, self.size - 1))
        log_chance = np.log(-np.expm1(self.log_absent[chosen] + len(targets) * self.log_other[chosen]))
        return chosen, log_chance.astype(np.float32)


class Trainee:
    """The weights and one step of learning. Each direction is a thread's work, and so is each half of the words.

    Two threads with a direction each need no waiting for one another within a step, unlike two threads in every operation.
    """

    def __init__(self, recipe: Recipe, corpus: Corpus) -> None:
        self.recipe = recipe
        self.size = min(recipe.vocabulary, len(corpus.types))
        self.bilm, self.softmax = start(recipe.options, self.size)
        counts = corpus.counts[: self.size].copy()
        counts[OUTSIDE] = max(1, corpus.counts[self.size :].sum())
        self.sampler = Sampler(counts, recipe.sampled)
        self.pool = ThreadPoolExecutor(2)

    def parameters(self) -> list[nn.Parameter]:
        return [*self.bilm.parameters(), *self.softmax.parameters()]

    def zero_state(self, rows: int) -> list[list[State]]:
        o = self.recipe.options
        return [[(torch.zeros(rows, o.width), torch.zeros(rows, o.cells)) for _ in range(o.layers)] for _ in range(2)]

    def read(self, direction: int, x: Tensor, states: list[State], keep: Tensor) -> tuple[Tensor, list[State]]:
        """The top layer (T, B, W) of one direction, and the states it ends in."""
        ends = []
        for n, (lstm, state) in enumerate(zip(self.bilm.directions[direction], states, strict=True)):
            out, end = elmo_lstm.read(lstm, x, state, keep)
            x = x + out if n and self.recipe.options.skip else out
            ends.append(end)
        return x, ends

    def learn(
        self,
        inputs: NDArray[np.int64],
        targets: NDArray[np.int64],
        states: list[list[State]],
        characters: Characters,
        rng: np.random.Generator,
    ) -> tuple[list[float], list[list[State]]]:
        """Gradients for a chunk (2, T, B): the loss of each direction, and the states to go on from."""
        ids, where = shortest_first(inputs, characters)
        words = list(self.pool.map(self.bilm.words, ids.chunk(4)))
        vectors = torch.cat([w.detach() for w in words])
        keep = torch.from_numpy(keeps(inputs, self.recipe.fresh, rng))
        counted = inputs != CLOSING
        goals = np.where(targets < self.size, targets, OUTSIDE)
        candidates, log_chance = self.sampler.candidates(goals[counted], rng)
        places, chosen = torch.from_numpy(np.searchsorted(candidates, goals)), torch.from_numpy(candidates)
        table = self.softmax.weight.detach()[chosen]
        bias = self.softmax.bias.detach()[chosen] - torch.from_numpy(log_chance)

        def direction(d: int) -> tuple[float, list[State], tuple[Tensor, ...]]:
            mine, t, b = (leaf.clone().requires_grad_() for leaf in (vectors, table, bias))
            top, ends = self.read(d, embedding(torch.from_numpy(where[d]), mine), states[d], keep[d])
            seen = torch.from_numpy(counted[d])
            loss = LinearCrossEntropy.apply(top[seen], t, b, places[d][seen], ROWS)
            return loss.item(), ends, torch.autograd.grad(loss, (mine, t, b, *self.bilm.directions[d].parameters()))

        losses, ends, grads = zip(*self.pool.map(direction, range(2)), strict=True)
        d_words = (grads[0][0] + grads[1][0]).split([len(w) for w in words])
        of_words = list(self.bilm.words.parameters())
        shares = list(self.pool.map(lambda out, grad: torch.autograd.grad(out, of_words, grad), words, d_words))
        for p, *parts in zip(of_words, *shares, strict=True):
            p.grad = sum(parts)
        for d in range(2):
            for p, grad in zip(self.bilm.directions[d].parameters(), grads[d][3:], strict=True):
                p.grad = grad
        for p, n in ((self.softmax.weight, 1), (self.softmax.bias, 2)):
            p.grad = torch.zeros_like(p).index_add_(0, chosen, grads[0][n] + grads[1][n])
        return list(losses), list(ends)

    @torch.no_grad()
    def perplexity(
        self, corpus: Corpus, characters: Characters, fresh: bool, tokens: int = 1 << 62, rows: int = 64, steps: int = 50
    ) -> list[float]:
        """Of both directions over the whole vocabulary, on about *tokens* of *corpus*: *fresh* sentences, or carried states."""
        streams, states = Streams(corpus, rows, steps), self.zero_state(rows)
        sums, count = np.zeros(2), np.zeros(2)
        for number in range(max(1, min(len(corpus), tokens) // (rows * steps))):
            inputs, targets = streams.chunk(number)
            ids, where = shortest_first(inputs, characters)
            vectors = torch.cat([self.bilm.words(some) for some in ids.chunk(4)])
            keep = torch.from_numpy(keeps(inputs, float(fresh), np.random.default_rng(0)))
            counted, goals = inputs != CLOSING, np.where(targets < self.size, targets, OUTSIDE)
            for d in range(2):
                top, states[d] = self.read(d, vectors[torch.from_numpy(where[d])], states[d], keep[d])
                seen = torch.from_numpy(counted[d])
                for x, y in zip(top[seen].split(ROWS), torch.from_numpy(goals[d])[seen].split(ROWS), strict=True):
                    sums[d] += cross_entropy(self.softmax(x), y, reduction="sum").item()
                count[d] += counted[d].sum()
        return [float(p) for p in np.exp(sums / count)]


def keeps(inputs: NDArray[np.int64], fresh: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """0 at the opening of a *fresh* share of the sentences of *inputs* (2, T, B), else 1: (2, T, B, 1)."""
    return 1 - ((inputs == OPENING) & (rng.random(inputs.shape) < fresh)).astype(np.float32)[..., None]


def shortest_first(inputs: NDArray[np.int64], characters: Characters) -> tuple[Tensor, NDArray[np.int64]]:
    """The character ids (U, 50) of the different types of *inputs*, shortest first, and each token's place among them."""
    types, where = np.unique(inputs, return_inverse=True)
    ids = characters[types].astype(np.int64)
    order = np.argsort((ids != PADDING + 1).sum(1), kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return torch.from_numpy(ids[order]), place[where].reshape(inputs.shape)
