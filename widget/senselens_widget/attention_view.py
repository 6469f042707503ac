"""Where the heads of a model look, layer by layer (Vaswani et al. 2017; the head view is that of Vig 2019, BertViz)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from struct import unpack

import traitlets

from senselens import Attention, Model, Unsupported
from senselens_widget.card import percent
from senselens_widget.pair_view import PairView
from senselens_widget.reader import Found

MOST_PIECES = 128  # whose lines can be told apart, and whose weights a page can hold
STEPS = 65535  # of a weight in the browser: 16 bits


class AttentionView(PairView):
    """What each word piece looks at, in every head of every layer.

    Arguments and what can be observed are those of `PairView`, and:

    pieces: the word pieces, special ones included
    texts:  for each the text it is of: 0, 1 or, for a special piece, None
    shape:  how many layers and heads there are
    layer:  the one that is shown, from 1; None for the mean of all. Settable, as the next
    head:   the one that is shown, from 1; None for the mean of the layer's
    weights: (layers, heads, P, P) in 65,535ths, as 16-bit numbers, lowest byte first, in base 64; a piece's row adds up to 1
    """

    _title = "Attention"
    _view = traitlets.Unicode("attention").tag(sync=True)
    pieces = traitlets.List(traitlets.Unicode()).tag(sync=True)
    texts: traitlets.List[int | None] = traitlets.List().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    layer = traitlets.Int(None, allow_none=True).tag(sync=True)
    head = traitlets.Int(None, allow_none=True).tag(sync=True)
    weights = traitlets.Unicode().tag(sync=True)

    def wait(self, timeout: float | None = None) -> Attention:
        """All weights. Raises `SenselensError` if there are none, and `TimeoutError`."""
        found: Attention = super().wait(timeout)
        return found

    def _ask(self, model: Model, text: str, pair: str | None) -> tuple[Attention, Found]:
        found = model.attention(text, pair)
        if len(found.pieces) > MOST_PIECES:
            raise Unsupported(f"the view has room for {MOST_PIECES} word pieces, the text has {len(found.pieces)}: shorten it")
        numbers = (found.weights * STEPS).round().astype("<u2")
        return found, {
            "pieces": list(found.pieces),
            "texts": list(found.texts),
            "shape": list(found.weights.shape[:2]),
            "weights": b64encode(numbers.tobytes()).decode(),
        }

    def _rows(self) -> list[list[str]]:
        """For each piece what it looks at most, in the mean of the heads that are shown."""
        size, (layers, heads) = len(self.pieces), self.shape or (0, 0)
        numbers = unpack(f"<{layers * heads * size * size}H", b64decode(self.weights))
        chosen = [
            (layer * heads + head) * size * size
            for layer in range(layers)
            for head in range(heads)
            if self.layer in (None, layer + 1) and self.head in (None, head + 1)
        ]
        rows = [["piece", "looks at most"]]
        for place, piece in enumerate(self.pieces):
            sums = [sum(numbers[at + place * size + to] for at in chosen) / len(chosen) / STEPS for to in range(size)]
            best = sorted(range(size), key=lambda to: -sums[to])[:3]
            rows.append([piece, ", ".join(f"{self.pieces[to]} {percent(sums[to])}" for to in best)])
        return rows
