"""A vector for each text or word, from a model that stays as it is: what classifiers are trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from senselens.encoding import Encoding, Vectors
from senselens.labelled import Text
from senselens.model import Model

AT_ONCE = 128  # texts whose layers are held in memory together


def features(model: Model, texts: Sequence[Text], layer: int | None = None, mix: ArrayLike | None = None) -> Vectors:
    """A vector for each text, (n, width), as the model gives it: what a classifier of any kind can be trained on.

    Of a text it is the sentence vector (`Model.embed`), of a ``(text, word)`` that word's vector at the model's sense layer.
    With *layer* it is taken from that layer instead, and with *mix* from the layers mixed by these weights (`Encoding.mix`);
    a whole text then has the mean of its words' vectors. Raises `Unsupported`, `WordNotFound`.
    """
    if isinstance(texts, str):
        raise TypeError("features are of a list of texts; for one, features(model, [text])[0]")
    texts, found = list(texts), [np.zeros((0, model.card.width), np.float32)]
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        sentences = [text for text in some if isinstance(text, str)]
        if layer is None and mix is None and len(sentences) == len(some):
            found.append(model.embed(sentences))
        else:
            read = model.encode_all([text if isinstance(text, str) else text[0] for text in some])
            found.append(np.stack([_feature(*pair, layer, mix) for pair in zip(some, read, strict=True)]))
    return np.concatenate(found)


def _feature(text: Text, encoding: Encoding, layer: int | None, mix: ArrayLike | None) -> Vectors:
    if layer is None and mix is None and isinstance(text, str):
        return encoding.sentence
    return pooled(encoding.vectors(layer) if mix is None else encoding.mix(mix), text, encoding)


def pooled(vectors: Vectors, text: Text, encoding: Encoding) -> Vectors:
    """Vectors of words (…, words, width) to (…, width): that of the word meant, or the mean; zero where there is no word."""
    if not isinstance(text, str):
        chosen: Vectors = vectors[..., encoding.word(text[1]).index, :]
        return chosen
    mean: Vectors = vectors.sum(-2) / max(1, len(encoding.words))
    return mean
