"""Static vectors of word pieces, as model2vec makes them from a sentence encoder: ``model.safetensors`` and ``tokenizer.json``.

https://github.com/MinishLab/model2vec. A word's vector is the mean of its pieces' vectors, a text's that of all its pieces;
both have length 1 where the configuration says ``normalize``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from senselens.encoding import Vectors
from senselens.errors import BadModelFile
from senselens.measures import unit
from senselens.pieces import PieceTokenizer

WEIGHTS, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.json"
AGAIN = "save or download the model again"


def is_token_table(folder: Path) -> bool:
    """Whether a model's *folder* holds such a table: its configuration says so, or its weights have the tensor ``embeddings``."""
    with suppress(OSError, ValueError, AttributeError):
        if json.loads((folder / CONFIG).read_text(encoding="utf-8")).get("model_type") == "model2vec":
            return True
    with suppress(OSError, SafetensorError), safe_open(folder / WEIGHTS, framework="np") as file:
        return "embeddings" in file.keys()  # noqa: SIM118  # a safetensors file is no dict
    return False


class TokenTable:
    """The pieces of a tokenizer with a vector each, (V, W). The vocabulary is those that are whole words by themselves."""

    def __init__(self, pieces: Vectors, tokenizer: PieceTokenizer, unknown: int | None, normalize: bool) -> None:
        self._pieces, self._tokenizer, self._unknown, self._normalize = pieces, tokenizer, unknown, normalize
        self.width = pieces.shape[1]

    @property
    def words(self) -> Sequence[str]:
        return self._tokenizer.whole_words[1]

    @cached_property
    def vectors(self) -> Vectors:
        return self._pieces[self._tokenizer.whole_words[0]]

    def row(self, form: str) -> int | None:
        return self._rows.get(form, self._rows.get(form.lower()))

    def of(self, forms: Sequence[str]) -> Vectors:
        """Each form as it is cut where it follows a space, so that it has one vector wherever it stands."""
        return np.stack([np.zeros(self.width, np.float32), *(self._mean(self._tokenizer.word_ids(form)) for form in forms)])[1:]

    def sentence(self, text: str, vectors: Vectors) -> Vectors:
        """That of all its pieces; model2vec itself reads the first 512."""
        return self._mean(self._tokenizer.pieces([text])[0].ids.tolist())

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    def _mean(self, ids: list[int]) -> Vectors:
        known = [i for i in ids if i != self._unknown]
        if not known:
            return np.zeros(self.width, np.float32)
        mean: Vectors = self._pieces[known].mean(axis=0)
        return unit(mean) if self._normalize else mean


def read_token_table(folder: Path) -> TokenTable:
    """The table in a model2vec *folder*. Raises `BadModelFile`."""
    try:
        with safe_open(folder / WEIGHTS, framework="np") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise BadModelFile(f"{folder / WEIGHTS} is no whole safetensors file ({error}); {AGAIN}") from None
    definition = _text(folder / TOKENIZER)
    try:
        tokenizer = PieceTokenizer(definition, None)
    except Exception as error:  # what the Rust library raises for bad JSON is a plain Exception
        raise BadModelFile(f"{folder / TOKENIZER} is no tokenizer definition ({error}); {AGAIN}") from None
    pieces, unknown = _vocabulary(json.loads(definition))
    table = _multiplied_out(folder / WEIGHTS, tensors, pieces)
    return TokenTable(table, tokenizer, unknown, _normalize(folder / CONFIG))


def _multiplied_out(path: Path, tensors: dict[str, Any], pieces: int) -> Vectors:
    """A row for each piece, (V, W): ``embeddings``, where a quantized vocabulary says so ``[mapping] * weights``."""
    embeddings = tensors.get("embeddings")
    if embeddings is None or embeddings.ndim != 2:
        raise BadModelFile(f"{path} has no matrix 'embeddings', only {', '.join(sorted(tensors)) or 'nothing'}; {AGAIN}")
    mapping = tensors.get("mapping", np.arange(len(embeddings)))
    if len(mapping) < pieces or mapping.min() < 0 or mapping.max() >= len(embeddings):
        raise BadModelFile(
            f"{path}: 'embeddings' has {len(embeddings)} rows, but {TOKENIZER} {pieces} pieces: two models are mixed; {AGAIN}"
        )
    table: Vectors = embeddings[mapping].astype(np.float32)
    if (weights := tensors.get("weights")) is not None:
        if weights.shape != mapping.shape:
            raise BadModelFile(f"{path}: 'weights' has the shape {weights.shape}, not {mapping.shape}; {AGAIN}")
        table *= weights.astype(np.float32)[:, None]
    if len(bad := np.flatnonzero(~np.isfinite(table).all(axis=1))):
        raise BadModelFile(f"{path}: row {bad[0]} of 'embeddings' is not finite; {AGAIN}")
    return table


def _vocabulary(definition: dict[str, Any]) -> tuple[int, int | None]:
    """How many pieces a ``tokenizer.json`` has, and the id of its unknown piece, which has no meaning and is left out."""
    model = definition["model"]
    vocabulary = model["vocab"]
    if isinstance(vocabulary, list):  # Unigram: [piece, score] in order of their ids
        ids, unknown = list(range(len(vocabulary))), model.get("unk_id")
    else:
        ids, unknown = list(vocabulary.values()), vocabulary.get(model.get("unk_token"))
    return 1 + max([*ids, *(token["id"] for token in definition.get("added_tokens", []))], default=-1), unknown


def _normalize(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        return bool(json.loads(_text(path)).get("normalize", False))
    except (ValueError, AttributeError):
        raise BadModelFile(f"{path} is no JSON object; {AGAIN}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadModelFile(f"{path} cannot be read ({error}); {AGAIN}") from None
