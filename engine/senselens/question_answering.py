"""Extractive question answering: the stretch of a text that answers a question (Devlin et al. 2019, sections 4.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.errors import Unsupported
from senselens.model import Model
from senselens.network import Batch, Network, batches
from senselens.pieces import PieceTokenizer
from senselens.text import Span, words
from senselens.windows import windows

LONGEST_ANSWER = 30  # pieces, as in BERT's run_squad.py


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of the context: its text, its characters, and its score.

    The score is a probability: e to the power of (start + end), over the sum of that for every stretch the model could
    have chosen in any window, and for "no answer". *context* is the text the answer is from.
    """

    text: str
    span: Span
    score: float
    context: str = field(repr=False)

    def in_context(self, around: int = 60, marks: tuple[str, str] = ("[", "]")) -> str:
        """The answer between *marks*, with up to *around* characters of the context on each side, ``…`` where it is cut."""
        start, end = max(0, self.span.start - around), min(len(self.context), self.span.end + around)
        before = ("…" if start else "") + self.context[start : self.span.start]
        after = self.context[self.span.end : end] + ("…" if end < len(self.context) else "")
        return f"{before}{marks[0]}{self.text}{marks[1]}{after}"

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "span": self.span.to_dict(), "score": self.score}


def answer(model: str | Model, question: str, context: str, k: int = 1) -> list[Answer]:
    """The *k* best answers that *context* gives to *question*, best first; none overlaps a better one.

    An answer is made of whole words and never lies in the question. The list is empty when the model finds "no answer"
    likelier than any (it was taught to with SQuAD 2). A long context is read in windows that overlap by half, each
    after the whole question. *model* is one with the capability ``answer``, or its name.
    Raises `Unsupported` (another model, or a question that leaves no room for the context) and what `load` raises.
    """
    if isinstance(model, str):
        from senselens.registry import load

        model = load(model)
    return model.answer(question, context, k)


def answers(network: Network, tokenizer: PieceTokenizer, question: str, context: str, k: int) -> list[Answer]:
    """`answer` for a network with an answer head and its tokenizer."""
    asked, given = tokenizer.pieces([question, context])
    template = tokenizer.template
    head = len(template.start) + len(asked) + len(template.between)
    room = network.longest - head - len(template.pair_end)
    if room < 1:
        raise Unsupported(f"the question has {len(asked)} pieces, which leaves no room for the context: shorten it")
    cuts = windows(len(given), room, max(1, room // 2))
    if not cuts:
        return []
    table = np.full((len(given), LONGEST_ANSWER), -np.inf, np.float32)  # [i, d]: the answer from piece i to piece i + d
    nothing = np.inf
    for some in batches([head + b - a for a, b in cuts]):
        here = [cuts[i] for i in some]
        inputs = [template.pair(asked.ids, given.ids[a:b]) for a, b in here]
        batch = Batch.of([ids for ids, _ in inputs], network.padding, [segments for _, segments in inputs])
        starts, ends = network.answer_scores(batch)  # (B, T) each
        for (a, b), start, end in zip(here, starts, ends, strict=True):
            inside = slice(head, head + b - a)
            np.maximum(table[a:b], span_scores(start[inside], end[inside]), out=table[a:b])
            nothing = min(nothing, float(start[0] + end[0]))  # as run_squad.py: every window must say that there is none
    if nothing > table.max():
        return []
    highest = float(table.max())
    total = highest + np.log(np.exp(table.astype(np.float64) - highest).sum() + np.exp(nothing - highest))
    found: list[Answer] = []
    for span, score in _best_first(table, given.offsets, context):
        if len(found) >= k:
            break
        if not any(span.start < a.span.end and a.span.start < span.end for a in found):
            found.append(Answer(span.of(context), span, float(np.exp(score - total)), context))
    return found


def span_scores(start: Vectors, end: Vectors) -> Vectors:
    """start[i] + end[i + d] for the pieces (P,) of a window: (P, LONGEST_ANSWER), minus infinity past its end."""
    padded = np.concatenate([end, np.full(LONGEST_ANSWER - 1, -np.inf, np.float32)])
    scores: Vectors = start[:, None] + np.lib.stride_tricks.sliding_window_view(padded, LONGEST_ANSWER)
    return scores


def _best_first(table: Vectors, offsets: NDArray[np.int64], context: str) -> Iterator[tuple[Span, float]]:
    """The stretches of *table* as spans of whole words, with their scores."""
    spans = words(context)
    starts, ends = np.array([(w.start, w.end) for w in spans], np.int64).reshape(-1, 2).T
    for flat in np.argsort(-table, axis=None, kind="stable")[: np.isfinite(table).sum()]:
        first, more = divmod(int(flat), LONGEST_ANSWER)
        start, end = int(offsets[first, 0]), int(offsets[first + more, 1])
        own = context[start:end]
        start, end = start + len(own) - len(own.lstrip()), end - (len(own) - len(own.rstrip()))
        if start >= end:
            continue  # a piece of no characters, or of a space
        left, right = int(np.searchsorted(ends, start, side="right")), int(np.searchsorted(starts, end)) - 1
        if left < len(spans) and spans[left].start < start:
            start = spans[left].start
        if right >= 0 and spans[right].end > end:
            end = spans[right].end
        yield Span(start, end), float(table[first, more])
