"""The losses: masked words without the whole logits in memory, contrast between senses, likeness to a teacher."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, normalize


class LinearCrossEntropy(torch.autograd.Function):
    """Mean cross entropy of ``hidden @ table.T + bias`` (N, V), made and differentiated so many rows at a time.

    The gradients are taken in the forward pass, so the logits never exist whole: a third faster on a processor. Products
    are in the precision of *hidden*, all else in that of *bias*.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, table: Tensor, bias: Tensor, targets: Tensor, rows: int = 256) -> Tensor:
        n, words = len(hidden), table.to(hidden.dtype)
        d_hidden, d_table, d_bias = torch.empty_like(hidden), torch.zeros_like(table), torch.zeros_like(bias)
        total = bias.new_zeros(())
        for at in range(0, n, rows):
            x, y = hidden[at : at + rows], targets[at : at + rows]
            z = (x @ words.t()).to(bias.dtype).add_(bias)  # (rows, V)
            z -= z.amax(1, keepdim=True)
            right = z.gather(1, y[:, None]).squeeze(1)
            z.exp_()
            norm = z.sum(1, keepdim=True)
            total += (norm.squeeze(1).log() - right).sum()
            z /= norm * n
            z[torch.arange(len(y)), y] -= 1 / n
            d_bias += z.sum(0)
            rounded = z.to(hidden.dtype)
            torch.mm(rounded, words, out=d_hidden[at : at + rows])
            d_table += rounded.t() @ x
        ctx.save_for_backward(d_hidden, d_table, d_bias)
        return total / n

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        d_hidden, d_table, d_bias = ctx.saved_tensors
        return d_hidden * grad, d_table * grad, d_bias * grad, None, None


def contrast(vectors: Tensor, senses: Tensor, weights: Tensor, temperature: float = 0.07) -> Tensor:
    """Supervised contrast (Khosla et al. 2020): a use is nearer to its own sense than to the others.

    vectors (N, W), senses (N,), weights (N, N): how much each pair counts; 0 leaves it out.
    """
    unit = normalize(vectors.float(), dim=1)
    itself = torch.eye(len(unit), dtype=torch.bool)
    scores = unit @ unit.t() / temperature + weights.masked_fill(itself, 0).log()
    log_share = scores - scores.logsumexp(1, keepdim=True)
    same = (senses[:, None] == senses[None, :]) & (weights > 0) & ~itself
    anchors = same.any(1) & ((weights > 0) & ~same & ~itself).any(1)
    per_use = -log_share.masked_fill(~same, 0).sum(1) / same.sum(1).clamp(min=1)
    return per_use[anchors].mean()


def same_or_not(vectors: Tensor, senses: Tensor, weights: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """How badly ``sigmoid(scale * cosine + shift)`` tells pairs of one sense from pairs of two, both kinds counting alike.

    One threshold has to serve all words, as in Word in Context. vectors (N, W), senses (N,), weights (N, N).
    """
    unit = normalize(vectors.float(), dim=1)
    i, j = torch.triu_indices(len(unit), len(unit), offset=1)
    same, counts = senses[i] == senses[j], weights[i, j]
    odds = scale * (unit[i] * unit[j]).sum(1) + shift
    wrong = binary_cross_entropy_with_logits(odds, same.float(), reduction="none") * counts
    return sum(wrong[kind].sum() / counts[kind].sum() for kind in (same, ~same)) / 2


def likeness(student: Tensor, teacher: Tensor) -> Tensor:
    """How far the student's sentence vectors (N, W) are from the teacher's, one by one and in their similarities."""
    s, t = normalize(student, dim=1), normalize(teacher, dim=1)
    return (1 - (s * t).sum(1)).mean() + 5 * ((s @ s.t()) - (t @ t.t())).square().mean()
