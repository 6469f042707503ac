"""One classifier trained end to end, as a loop to be read from top to bottom (Devlin et al. 2019, appendix A.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.checkpoint import Checkpoint
from senselens.classification import Evaluation
from senselens.errors import SenselensError, Unsupported
from senselens.network import Batch
from senselens.pieces import Ids

POOL = 16  # batches drawn together and sorted by length, so that little is padding


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a classifier is trained.

    learning_rate: at its highest; it rises to that in a straight line over the share *warmup* of all steps, then falls to 0.
    weight_decay:  of matrices; biases and the scales of LayerNorm are left alone.
    clip:          the longest that the gradient of all weights together may be.
    longest:       pieces of a text that are read, special ones included; the rest is cut off.

    Raises `Unsupported` for numbers that are none of these.
    """

    epochs: int = 3
    batch_size: int = 16
    learning_rate: float = 2e-5
    warmup: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    longest: int = 512
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.epochs, self.batch_size, self.longest // 8) < 1 or not 0 < self.learning_rate < 1 or not 0 <= self.warmup < 1:
            raise Unsupported(
                "a recipe has 1 epoch and 1 text in a batch or more, 8 pieces or more, a learning rate between 0 and 1, and "
                f"a warm-up of 0 or more and below 1: {self}"
            )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def steps(self, examples: int) -> int:
        """Of the whole run."""
        return self.epochs * -(-examples // self.batch_size)

    def rate(self, done: int, steps: int) -> float:
        """The share of the learning rate for the step after *done* of *steps*."""
        rising = round(self.warmup * steps)
        return (done + 1) / rising if done < rising else (steps - done) / (steps - rising)


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """A step just made: *step* of *steps*, counted from 1, the loss of its batch, and *dev* where it was followed by a look."""

    step: int
    steps: int
    epoch: int
    loss: float
    learning_rate: float
    dev: Evaluation | None = None

    def __str__(self) -> str:
        dev = f", dev accuracy {self.dev.accuracy:.3f}, macro-F1 {self.dev.macro_f1:.3f}" if self.dev else ""
        return f"step {self.step} of {self.steps}, epoch {self.epoch}, loss {self.loss:.4f}{dev}"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"dev": self.dev.to_dict() if self.dev else None}


def train(classifier: Checkpoint, rows: Sequence[Ids], targets: NDArray[np.int64], recipe: Recipe) -> Iterator[TrainingStep]:
    """Train all weights of *classifier* on *rows* of pieces and the numbers of their labels (n,), a step for each `next`.

    The order of texts comes from the recipe's seed; dropout, as the checkpoint has it, from torch's generator. Between steps
    the model is left as for use. Raises `SenselensError` when the loss is no number any more.
    """
    import torch
    from torch.nn.functional import cross_entropy

    model, network = classifier.files[0], classifier.network
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=recipe.learning_rate)
    steps = recipe.steps(len(rows))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: recipe.rate(done, steps) if done < steps else 0.0)
    rng = np.random.default_rng(recipe.seed)
    step = 0
    for epoch in range(1, recipe.epochs + 1):
        for some in shuffled([len(row) for row in rows], recipe.batch_size, rng):
            model.train()
            batch = Batch.of([rows[i] for i in some], network.padding)
            scores = model(**network.inputs(batch)).logits  # (B, L)
            loss = cross_entropy(scores, torch.from_numpy(targets[some]).to(scores.device))
            if not torch.isfinite(loss):
                raise SenselensError(f"the loss at step {step + 1} is no number: lower the learning rate, {recipe.learning_rate}")
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
            rate = schedule.get_last_lr()[0]
            optimizer.step()
            schedule.step()
            model.eval()
            step += 1
            yield TrainingStep(step, steps, epoch, loss.item(), rate)


def shuffled(lengths: Sequence[int], size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """The indices of *lengths*, each once, in batches of *size* (the last may be smaller), by chance but of like lengths."""
    order = rng.permutation(len(lengths)).tolist()
    batches = []
    for start in range(0, len(order), POOL * size):
        pool = sorted(order[start : start + POOL * size], key=lambda i: lengths[i])
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    for i in rng.permutation(len(batches)):
        yield batches[i]
