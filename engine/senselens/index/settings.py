"""What all rows of an index have in common; kept in the index itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from senselens.errors import IndexUnavailable, Unsupported
from senselens.model import Model
from senselens.registry import load

FORMAT = 1
VECTORS = ("int8", "float16")
WORDS = ("content", "all")


@dataclass(frozen=True, slots=True)
class Settings:
    """How an index was built.

    model, fingerprint: the model's name, and the exact weights.
    layer, width:       of the vectors; the layer is the model's sense layer.
    vectors:            ``int8`` (directions only) or ``float16``.
    words:              which words are stored: ``content`` leaves function words out, ``all`` does not.
    """

    model: str
    fingerprint: str
    layer: int
    width: int
    vectors: str
    words: str
    inventory: str

    @classmethod
    def of(cls, model: Model, vectors: str, words: str, inventory: str) -> Settings:
        """Raises `Unsupported` for a model without vectors of words, and for an unknown choice."""
        model.need("vectors")
        for what, chosen, known in (("vectors", vectors, VECTORS), ("words", words, WORDS)):
            if chosen not in known:
                raise Unsupported(f"an index has {what}={' or '.join(map(repr, known))}, not {chosen!r}")
        card = model.card
        return cls(card.name, model.fingerprint, model.sense_layer, card.width, vectors, words, inventory)

    @classmethod
    def read(cls, text: bytes, path: str) -> Settings:
        """From what `written` gave. Raises `IndexUnavailable` for another version's."""
        kept = json.loads(text)
        if kept.pop("format", None) != FORMAT or kept.keys() != {f.name for f in fields(cls)}:
            raise IndexUnavailable(f"{path} was built by another version of senselens; build it again in a new place")
        return cls(**kept)

    def written(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}).encode()

    def load(self, path: str) -> Model:
        """The model the index was built with. Raises `IndexUnavailable` when its weights have changed, and what `load` raises."""
        model = load(self.model)
        self.check(model, path)
        return model

    def check(self, model: Model, path: str) -> None:
        """Raises `IndexUnavailable` for other weights, or another sense layer, than the index was built with."""
        if model.fingerprint != self.fingerprint:
            raise IndexUnavailable(
                f"{path} was built with {self.model} ({self.fingerprint}), and this is {model.card.name} ({model.fingerprint}): "
                "their vectors cannot be compared; give that model, or build anew in another place"
            )
        if model.sense_layer != self.layer:
            raise IndexUnavailable(
                f"{path} holds vectors of layer {self.layer} of {self.model}, which now tells senses by {model.sense_layer}: "
                "build anew in another place"
            )
