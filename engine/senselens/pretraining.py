"""What a masked model is trained on: pieces selected, hidden and predicted (Devlin et al. 2019, section 3.1 and appendix A.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from senselens.errors import WordNotFound
from senselens.measures import largest
from senselens.model import Guess
from senselens.network import MaskedBatch, Network
from senselens.pieces import Framed, PieceTokenizer
from senselens.text import Span

SELECTED = 0.15  # of all pieces, special ones counted but never selected, as in the paper's code
MASKED, REPLACED = 0.8, 0.1  # of those that are selected; the rest is left as it is


@dataclass(frozen=True, slots=True)
class Target:
    """A piece to be predicted.

    place:       which of the pieces it is
    action:      what was done to it: "mask", "replace" (with a random word) or "keep"
    seen:        the piece the model sees in its place
    probability: what the model gives to the true piece; the training's loss for it is -ln of that
    rank:        how many pieces have a higher one, plus 1
    guesses:     the likeliest pieces, best first
    """

    place: int
    action: str
    seen: str
    probability: float
    rank: int
    guesses: tuple[Guess, ...]

    def to_dict(self) -> dict[str, Any]:
        names = ("place", "action", "seen", "probability", "rank")
        return {name: getattr(self, name) for name in names} | {"guesses": [guess.to_dict() for guess in self.guesses]}


@dataclass(frozen=True, slots=True)
class PretrainingExample:
    """One text as a masked model meets it in training.

    *pieces* and *spans* are as in `Attention`; *loss* is the mean over the *targets* of -ln of their probability, in nats.
    """

    seed: int
    pieces: tuple[str, ...]
    spans: tuple[Span | None, ...]
    targets: tuple[Target, ...]
    loss: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "pieces": list(self.pieces),
            "spans": [span and span.to_dict() for span in self.spans],
            "targets": [target.to_dict() for target in self.targets],
            "loss": self.loss,
        }


def pretraining_example(network: Network, tokenizer: PieceTokenizer, framed: Framed, seed: int, k: int) -> PretrainingExample:
    """*framed* with some of its pieces selected by *seed*, and what *network* predicts for them."""
    draw = np.random.default_rng(seed)
    candidates = np.flatnonzero([span is not None for span in framed.spans])
    if not len(candidates):
        raise WordNotFound("the text has no piece to hide: write some words")
    most = max(1, round(SELECTED * len(framed)))
    places = np.sort(draw.permutation(candidates)[:most])
    ids, actions = framed.ids.copy(), []
    for place in places:
        chance = draw.random()
        if chance < MASKED:
            actions.append("mask")
            ids[place] = tokenizer.mask_id
        elif chance < MASKED + REPLACED:
            actions.append("replace")
            ids[place] = draw.choice(tokenizer.whole_words[0])
        else:
            actions.append("keep")
    seen, pieces = tokenizer.spelt(ids), tokenizer.spelt(framed.ids)
    targets, losses = [], []
    logits = network.logits(MaskedBatch.of([ids], places[None], network.padding))  # (M, V)
    for place, action, row in zip(places, actions, logits.astype(np.float64), strict=True):
        log_shares = row - row.max()
        log_shares -= np.log(np.exp(log_shares).sum())
        own = float(log_shares[framed.ids[place]])
        best = largest(log_shares, k)
        guesses = zip(tokenizer.spelt(best), np.exp(log_shares[best]), strict=True)
        rank = int((log_shares > own).sum()) + 1
        shown = tuple(Guess(piece, float(share)) for piece, share in guesses)
        targets.append(Target(int(place), action, seen[place], float(np.exp(own)), rank, shown))
        losses.append(-own)
    return PretrainingExample(seed, pieces, framed.spans, tuple(targets), float(np.mean(losses)))
