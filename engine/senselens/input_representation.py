"""What a model of the BERT family makes of a text before its first layer: token + segment + position, normed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from senselens.encoding import Vectors
from senselens.network import InputParts
from senselens.pieces import Framed, Ids
from senselens.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class InputRepresentation:
    """The input layer of one text or pair, part by part (Devlin et al. 2019, section 3 and figure 2).

    Rows are the P word pieces, special ones included; E is the width of the model's tables, W that of its layers.

    pieces, texts, spans: as in `Attention`.
    token_ids:    (P,), the row of each piece in the table of word pieces.
    segment_ids:  (P,), the row in the table of segments: 0 for the first text of a pair, 1 for the second (but 0 in
                  RoBERTa, whose table has one row). None without such a table: DistilBERT, MPNet, DeBERTa, ModernBERT.
    position_ids: (P,), the row in the table of positions: 0, 1, 2, … in BERT, but 2, 3, 4, … in RoBERTa and its kin,
                  whose first two rows are taken. None where positions only enter the attention: DeBERTa, ModernBERT.
    token, segment, position: (P, E), those rows, or None.
    total:        (P, E), the sum of those there are.
    normalised:   LayerNorm of the sum: (P, E), or (P, W) in a DeBERTa with a narrower table, which projects the sum first.
    layer_0:      (P, W), what the first layer reads and `encode` calls layer 0: *normalised* itself, or where the tables
                  are narrower than the layers (ALBERT, ELECTRA), its projection.
    """

    pieces: tuple[str, ...]
    texts: tuple[int | None, ...]
    spans: tuple[Span | None, ...]
    token_ids: Ids = field(repr=False)
    segment_ids: Ids | None = field(repr=False)
    position_ids: Ids | None = field(repr=False)
    token: Vectors = field(repr=False)
    segment: Vectors | None = field(repr=False)
    position: Vectors | None = field(repr=False)
    total: Vectors = field(repr=False)
    normalised: Vectors = field(repr=False)
    layer_0: Vectors = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it: P rows of numbers under each name."""
        arrays = ("token_ids", "segment_ids", "position_ids", "token", "segment", "position", "total", "normalised", "layer_0")
        values = {name: getattr(self, name) for name in arrays}
        return {
            "pieces": list(self.pieces),
            "texts": list(self.texts),
            "spans": [s and s.to_dict() for s in self.spans],
            **{name: None if value is None else value.tolist() for name, value in values.items()},
        }


def represent(framed: Framed, pieces: tuple[str, ...], parts: InputParts) -> InputRepresentation:
    """The input layer of *framed*, computed from the rows a network looked up for it."""
    total, normalised, layer_0 = assemble(parts)
    return InputRepresentation(
        pieces=pieces,
        texts=framed.texts,
        spans=framed.spans,
        token_ids=framed.ids,
        segment_ids=parts.segment_ids,
        position_ids=parts.position_ids,
        token=parts.token,
        segment=parts.segment,
        position=parts.position,
        total=total,
        normalised=normalised,
        layer_0=layer_0,
    )


def assemble(parts: InputParts) -> tuple[Vectors, Vectors, Vectors]:
    """The sum of the parts (P, E), its LayerNorm, and the input layer (P, W)."""
    total = parts.token.copy()
    for part in (parts.segment, parts.position):
        if part is not None:
            total += part
    if parts.projection is None:
        normalised = layer_norm(total, *parts.norm)
        return total, normalised, normalised
    weight, bias = parts.projection  # (W, E), (W,)
    if parts.projected_first:
        normalised = layer_norm(total @ weight.T + bias, *parts.norm)
        return total, normalised, normalised
    normalised = layer_norm(total, *parts.norm)
    return total, normalised, normalised @ weight.T + bias


def layer_norm(x: Vectors, scale: Vectors, shift: Vectors, epsilon: float) -> Vectors:
    """Each row of *x* (P, W) moved to mean 0 and variance 1, then scaled and shifted (Ba et al. 2016)."""
    centred = x - x.mean(-1, keepdims=True)
    normed: Vectors = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + np.float32(epsilon)) * scale + shift
    return normed
