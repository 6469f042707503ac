"""Where the word pieces of an input look, head by head (Vaswani et al. 2017, section 3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from senselens.encoding import Vectors
from senselens.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Attention:
    """How an encoder's heads spread their attention over one input of P word pieces.

    pieces:  the pieces as the tokenizer writes them (``##ing``, ``Ġbank``, ``▁bank``), special ones included.
    texts:   which text each piece is of: 0, 1 for the second of a pair, None for a special piece.
    spans:   the characters of that text it stands for; None for a special piece.
    weights: (layers, heads, P, P). ``weights[i, h, q]`` is what head *h* of layer *i* + 1 gives to each piece when it
             computes piece *q*, and sums to 1. The input layer has no heads.
    """

    pieces: tuple[str, ...]
    texts: tuple[int | None, ...]
    spans: tuple[Span | None, ...]
    weights: Vectors = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "pieces": list(self.pieces),
            "texts": list(self.texts),
            "spans": [s and s.to_dict() for s in self.spans],
            "weights": self.weights.tolist(),
        }
