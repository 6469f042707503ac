"""Sentence encoders as TensorFlow SavedModels: handles of TF Hub, and folders. Needs the extra ``tfhub``.

A SavedModel is a program whose operations can read and write files: one is loaded only where its handle or folder was asked
for. It is loaded with ``tensorflow_hub.load``; ``KerasLayer`` does not work with Keras 3.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from math import prod
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from senselens.cards import CARDS, SENTENCE, TF_HUB, Card
from senselens.encoding import Vectors
from senselens.errors import BadModelFile, ModelUnavailable, Unsupported
from senselens.fetch_use_lite import read_note, whole_use_lite
from senselens.hub import reachable
from senselens.network import batches
from senselens.places import cache_folder
from senselens.sentence_model import SentenceModel
from senselens.tf_library import tensorflow_hub

HANDLE = re.compile(r"https://(tfhub\.dev|(www\.)?kaggle\.com/models)/\S+")
FILES = ("saved_model.pb", "saved_model.pbtxt", "variables")
OUTPUTS = ("outputs", "default", "sentence_embedding", "output_0")  # TF2's and TF1's common signatures; exporters' names
PIECES = {"values", "indices", "dense_shape"}  # what google/universal-sentence-encoder-lite takes
NOT_REGISTERED = "import it before loading (tensorflow_text for SentencepieceOp), or take a model without, such as use"
BATCH = 1 << 14  # characters
Function = Callable[[Any], Any]


def is_saved_model(folder: Path) -> bool:
    """Whether *folder* holds what a SavedModel has."""
    return any((folder / name).exists() for name in FILES)


def handle_folder(handle: str) -> Path:
    """Where a handle's SavedModel is kept: under the name TF Hub gives it, in its cache if the user has named one."""
    cache = os.environ.get("TFHUB_CACHE_DIR") or cache_folder() / "tfhub"
    return Path(cache) / hashlib.sha1(handle.encode(), usedforsecurity=False).hexdigest()


def load_saved_model(name: str, precision: str = "fp32") -> SentenceModel:
    """The SavedModel of a row of the registry, of a TF Hub handle, or in a folder.

    Raises `ModelUnavailable`, `BadModelFile`, and `Unsupported` where it does not make sentences into vectors.
    """
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    hub = tensorflow_hub(name)
    folder, where = _find(hub, name)
    try:
        loaded = hub.load(str(folder))
    except Exception as error:  # TensorFlow's own, protobuf's, and ValueError, OSError, KeyError, AssertionError
        reason = _first_line(error)
        if "Op type not registered" in reason:
            raise ModelUnavailable(f"{name} has operations of a library of their own ({reason}); {NOT_REGISTERED}") from None
        raise BadModelFile(f"{folder} holds no SavedModel that can be read ({reason}); get it again") from None
    encode, width = _sentence_function(name, loaded)
    form = read_note(folder).get("normalization")

    def vectors(sentences: list[str]) -> Vectors:
        texts = [unicodedata.normalize(form, text) for text in sentences] if form else sentences
        found = np.empty((len(texts), width), np.float32)
        for some in batches([len(text) for text in texts], BATCH):
            found[some] = encode([texts[i] for i in some])
        return found

    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    card = CARDS.get(name) or Card(name, "tfhub", SENTENCE, 0, width, "see where it is from", size, where)
    parameters = sum(prod(v.shape) for v in getattr(loaded, "variables", ())) or None
    return SentenceModel(card, _fingerprint(name, folder), vectors, parameters)


def _find(hub: ModuleType, name: str) -> tuple[Path, str]:
    """The folder of the SavedModel *name*, and where it is from."""
    row = CARDS.get(name)
    handle = row.source if row else name
    if HANDLE.fullmatch(handle):
        return _fetched(hub, handle), TF_HUB
    return whole_use_lite() if row else Path(name).expanduser(), "folder"


def _fetched(hub: ModuleType, handle: str) -> Path:
    """The folder of *handle*, downloaded if it is not there yet. Raises `ModelUnavailable`."""
    folder = handle_folder(handle)
    host = urlsplit(handle).hostname
    otherwise = "a copy of its folder loads by its path, without a network"
    if not folder.is_dir() and not reachable(handle):
        raise ModelUnavailable(f"{handle} is not on this computer, and {host} cannot be reached from here; {otherwise}")
    os.environ["TFHUB_CACHE_DIR"] = str(folder.parent)
    try:
        return Path(hub.resolve(handle))
    except Exception as error:  # urllib's, tarfile's, TensorFlow's
        raise ModelUnavailable(f"{handle} could not be fetched from {host} ({_first_line(error)}); {otherwise}") from None


def _sentence_function(name: str, loaded: Any) -> tuple[Callable[[list[str]], Vectors], int]:
    """What makes n sentences into (n, width), and the width. Raises `Unsupported` where the SavedModel has no such function."""
    signatures = getattr(loaded, "signatures", {})
    for function in [*([loaded] if callable(loaded) else []), *_of_one_text(signatures)]:
        try:
            width = _rows(function, ["one", "two"]).shape[1]
        except Exception:  # whatever a function raises that takes something else
            continue
        return partial(_rows, function), width
    raise Unsupported(_refusal(name, signatures))


def _rows(function: Function, sentences: list[str]) -> Vectors:
    """What *function* makes of n sentences, (n, width). Raises ValueError where that is no row of numbers a sentence."""
    import tensorflow as tf

    found = function(tf.constant(sentences, tf.string))
    if isinstance(found, dict):
        names = [key for key in OUTPUTS if key in found] or list(found)
        found = found[names[0]] if names[0] in OUTPUTS or len(names) == 1 else None
    rows = np.asarray(found)
    if rows.dtype.kind != "f" or rows.ndim != 2 or len(rows) != len(sentences):
        raise ValueError("no row of numbers a sentence")
    return rows.astype(np.float32, copy=False)


def _of_one_text(signatures: Any) -> list[Function]:
    """The signatures that take one tensor of strings, as functions of it."""
    import tensorflow as tf

    found: list[Function] = []
    for key in ("serving_default", "default"):
        inputs = signatures[key].structured_input_signature[1] if key in signatures else {}
        if [spec.dtype for spec in inputs.values()] == [tf.string]:
            found.append(partial(_by_keyword, signatures[key], *inputs))
    return found


def _by_keyword(signature: Any, argument: str, text: Any) -> Any:
    return signature(**{argument: text})


def _refusal(name: str, signatures: Any) -> str:
    inputs = {key: sorted(signature.structured_input_signature[1]) for key, signature in signatures.items()}
    if any(PIECES.issubset(names) for names in inputs.values()):
        return f"{name} takes numbers of word pieces, not text; use-lite has its tokenizer inside: `senselens setup use-lite`"
    takes = "; ".join(f"{key}: {', '.join(names)}" for key, names in inputs.items()) or "nothing it declares"
    rows = ", ".join(row for row, card in CARDS.items() if card.family == "tfhub")
    return f"{name} does not make a list of sentences into vectors (it takes {takes}); these do: {rows}"


def _fingerprint(name: str, folder: Path) -> str:
    """The name and a hash over the program and its variables' index, which has a checksum of each variable."""
    total = hashlib.blake2b(digest_size=8)
    for file in ("saved_model.pb", "saved_model.pbtxt", "variables/variables.index"):
        if (folder / file).is_file():
            total.update((folder / file).read_bytes())
    return f"{Path(name).name[:80]}-{total.hexdigest()}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
