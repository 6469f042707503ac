"""The input of BERT, piece by piece: token + segment + position (Devlin et al. 2019, figure 2)."""

from __future__ import annotations

from typing import Any

import traitlets

import senselens
from senselens import Model
from senselens_widget.pair_view import PairView
from senselens_widget.reader import Found

SHOWN = 12  # numbers of each vector


class InputRepresentation(PairView):
    """How the input layer is made: the rows of three tables for each piece, their sum, and its norm, which is layer 0.

    Arguments and what can be observed are those of `PairView`, and:

    pieces:     the word pieces, special ones included
    texts:      for each the text it is of: 0, 1 or, for a special piece, None
    parts:      for each part its ``name`` ("token", "segment", "position", "sum", "normalised", "layer_0"), the ``rows`` of its
                table that are used (None for what is no table), the first numbers of its ``vectors`` and their ``lengths``
    width:      how many numbers a vector has
    difference: the largest between layer 0 as it is made here and as `senselens.Model.encode` gives it, over all words
    """

    _title = "The input representation"
    _view = traitlets.Unicode("input_representation").tag(sync=True)
    pieces = traitlets.List(traitlets.Unicode()).tag(sync=True)
    texts: traitlets.List[int | None] = traitlets.List().tag(sync=True)
    parts = traitlets.List(traitlets.Dict()).tag(sync=True)
    width = traitlets.Int(0).tag(sync=True)
    difference = traitlets.Float(None, allow_none=True).tag(sync=True)

    def wait(self, timeout: float | None = None) -> senselens.InputRepresentation:
        """The whole answer. Raises `SenselensError` if there is none, and `TimeoutError`."""
        found: senselens.InputRepresentation = super().wait(timeout)
        return found

    def _ask(self, model: Model, text: str, pair: str | None) -> tuple[senselens.InputRepresentation, Found]:
        found = model.input_representation(text, pair)
        given = [
            ("token", found.token_ids, found.token),
            ("segment", found.segment_ids, found.segment),
            ("position", found.position_ids, found.position),
            ("sum", None, found.total),
            ("normalised", None, None if found.normalised is found.layer_0 else found.normalised),
            ("layer_0", None, found.layer_0),
        ]
        return found, {
            "pieces": list(found.pieces),
            "texts": list(found.texts),
            "parts": [_part(name, rows, vectors) for name, rows, vectors in given if vectors is not None],
            "width": found.layer_0.shape[1],
            "difference": _difference(model, text, found),
        }

    def _rows(self) -> list[list[str]]:
        tables = [part for part in self.parts if part["rows"]]
        heads = ["piece", *(f"row of the {part['name']} table" for part in tables)]
        return [heads, *([piece, *(str(part["rows"][n]) for part in tables)] for n, piece in enumerate(self.pieces))]


def _part(name: str, rows: Any, vectors: Any) -> dict[str, Any]:
    return {
        "name": name,
        "rows": None if rows is None else rows.tolist(),
        "vectors": [[round(float(x), 4) for x in row[:SHOWN]] for row in vectors],
        "lengths": [round(float((row**2).sum() ** 0.5), 4) for row in vectors],
    }


def _difference(model: Model, text: str, found: senselens.InputRepresentation) -> float | None:
    """Between layer 0 of *found* and of `encode`, where a word is the mean of its pieces; None for a text without words."""
    read = model.encode(text)
    largest = None
    for number, word in enumerate(read.words):
        at = [n for n, (side, s) in enumerate(zip(found.texts, found.spans, strict=True)) if side == 0 and s and _meet(s, word)]
        if at:
            apart = float(abs(found.layer_0[at].mean(0) - read.layers[0, number]).max())
            largest = max(apart, largest or 0.0)
    return largest


def _meet(one: senselens.Span, other: senselens.Span) -> bool:
    return one.start < other.end and other.start < one.end
