"""The embedded BERT in onnxruntime: int8 weights from one safetensors file, graphs without weights beside it.

Precision ``fp32`` multiplies the weights out and computes in float32; ``int8`` keeps them and quantizes activations
on the way: about twice as fast, and a little off (docs/models/mini.md says how much).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load

from senselens.encoding import Vectors
from senselens.errors import BadModelFile, Unsupported
from senselens.network import Batch, InputParts, MaskedBatch
from senselens.pieces import Ids

WORDS = "bert.embeddings.word_embeddings.weight"
Tensors = dict[str, NDArray[np.generic]]
Given = TypeVar("Given")
Made = TypeVar("Made")
MANY = 8  # batches for which a second session is worth opening


class OnnxNetwork:
    """A packed `BertForPreTraining` (see training/pack.py) from *folder*; *sha256* is what its weights must sum to."""

    def __init__(self, folder: Path, sha256: str, precision: str = "fp32", threads: int | None = None) -> None:
        self._folder, self._precision = folder, precision
        self._threads = threads or min(4, cores())
        self._file, self._sha256 = folder / "model.safetensors", sha256
        self._stored, self._checked = read_weights(self._file, sha256), _state(self._file)
        config = json.loads(read_bytes(folder / "config.json"))
        self.layers, self.width = config["num_hidden_layers"] + 1, config["hidden_size"]
        self.longest, self.padding = config["max_position_embeddings"], config["pad_token_id"]
        self.labels: tuple[str, ...] = ()
        self._epsilon = config["layer_norm_eps"]
        self._encoder = self._session("encoder", self._encoder_weights(self._stored), self._threads)
        # What the session has now is not kept twice.
        kept = {name: w for name, w in self._stored.items() if name != WORDS and not name.startswith("bert.encoder.")}
        self._stored = kept

    def hidden(self, batch: Batch) -> Vectors:
        return read_layers(self._encoder, batch, range(self.layers), self.width)

    def hidden_all(self, batches: Sequence[Batch]) -> Iterator[Vectors]:
        return self._each(lambda encoder, batch: read_layers(encoder, batch, range(self.layers), self.width), batches)

    def logits(self, masked: MaskedBatch) -> Vectors:
        return self._logits(self._encoder, masked)

    def logits_all(self, masked: Sequence[MaskedBatch]) -> Iterator[Vectors]:
        return self._each(self._logits, masked)

    def follows(self, batch: Batch) -> NDArray[np.float32]:
        (last,) = read_layers(self._encoder, batch, [self.layers - 1], self.width)
        pooled = np.tanh(self._apply("bert.pooler.dense", last[:, 0]))  # (B, W)
        odds = self._apply("cls.seq_relationship", pooled)  # (B, 2): follows, does not
        share: NDArray[np.float32] = 1 / (1 + np.exp(odds[:, 1] - odds[:, 0]))
        return share

    def attention(self, batch: Batch) -> Vectors:
        return np.stack(self._encoder.run([f"attention_{i}" for i in range(1, self.layers)], _feed(batch)))

    def input_parts(self, ids: Ids, segments: Ids) -> InputParts:
        position_ids = np.arange(len(ids))
        names = ("word_embeddings", "token_type_embeddings", "position_embeddings")
        rows = zip(names, (ids, segments, position_ids), strict=True)
        token, segment, position = (self._rows(f"bert.embeddings.{name}.weight", numbers) for name, numbers in rows)
        norm = (self._stored[f"bert.embeddings.LayerNorm.{part}"].astype(np.float32) for part in ("weight", "bias"))
        return InputParts(token, segment, segments, position, position_ids, (*norm, self._epsilon))

    def answer_scores(self, batch: Batch) -> tuple[Vectors, Vectors]:
        raise Unsupported("the embedded model has no head that answers questions")

    def label_probabilities(self, batch: Batch) -> Vectors:
        raise Unsupported("the embedded model has no head that sorts texts into labels")

    def _each(
        self, read: Callable[[onnxruntime.InferenceSession, Given], Vectors], batches: Sequence[Given]
    ) -> Iterator[Vectors]:
        """Many are read side by side, one thread each: the threads of one batch wait for one another at every step."""
        if len(batches) < MANY or self._threads == 1:
            return map(partial(read, self._encoder), batches)
        return side_by_side(partial(read, self._narrow), batches, self._threads)

    def _logits(self, encoder: onnxruntime.InferenceSession, masked: MaskedBatch) -> Vectors:
        (last,) = read_layers(encoder, masked.batch, [self.layers - 1], self.width)
        (scores,) = self._head.run(["logits"], {"hidden": last[masked.rows, masked.columns]})
        return np.asarray(scores, np.float32)

    def _rows(self, name: str, numbers: Ids) -> Vectors:
        """Rows of the table *name*, multiplied out."""
        table = self._words() if name == WORDS else self._stored[name]
        tables = {name: table[numbers]}
        if f"{name}.scale" in self._stored:
            tables[f"{name}.scale"] = self._stored[f"{name}.scale"][numbers]
        return float32(tables, name)

    def _words(self) -> NDArray[np.generic]:
        """The table of word pieces, half of all weights: read again by the few who ask for it beside the encoder."""
        if _state(self._file) != self._checked:
            return read_weights(self._file, self._sha256)[WORDS]
        with safe_open(self._file, framework="numpy") as tensors:
            table: NDArray[np.generic] = tensors.get_tensor(WORDS)
        return table

    def _apply(self, name: str, x: Vectors) -> Vectors:
        weights = float32(self._stored, f"{name}.weight")
        return np.asarray(x @ weights.T + float32(self._stored, f"{name}.bias"), np.float32)

    @cached_property
    def _narrow(self) -> onnxruntime.InferenceSession:
        """The encoder on one thread, opened for the first many batches."""
        try:
            stored = read_weights(self._file, self._sha256)
        except BadModelFile:  # gone or replaced since this model was loaded
            return self._encoder
        return self._session("encoder", self._encoder_weights(stored), 1)

    @cached_property
    def _head(self) -> onnxruntime.InferenceSession:
        """The masked-word head, opened at the first prediction: its table is as large as all layers together."""
        names = {n for n in self._stored if n.startswith("cls.predictions.transform.") and not n.endswith(".scale")}
        weights = self._graph_weights(self._stored, {n: n for n in names})
        weights |= self._matrix("cls.predictions.decoder.weight", self._words(), self._stored[f"{WORDS}.scale"])
        weights["cls.predictions.decoder.bias"] = float32(self._stored, "cls.predictions.bias")
        return self._session("head", weights, self._threads)

    def _encoder_weights(self, stored: Tensors) -> Tensors:
        names = {n: n for n in stored if n.startswith("bert.") and "pooler" not in n and not n.endswith(".scale")}
        del names[WORDS]
        weights = self._graph_weights(stored, {g: s for g, s in names.items() if ".self." not in g})
        for layer in range(self.layers - 1):
            parts = [f"bert.encoder.layer.{layer}.attention.self.{part}" for part in ("query", "key", "value")]
            together = f"bert.encoder.layer.{layer}.attention.self.qkv"
            weights[f"{together}.bias"] = np.concatenate([float32(stored, f"{p}.bias") for p in parts])
            rows = np.concatenate([stored[f"{p}.weight"] for p in parts])
            scales = np.concatenate([stored[f"{p}.weight.scale"] for p in parts])
            weights |= self._matrix(f"{together}.weight", rows, scales)
        return weights | {n: stored[n] for n in (WORDS, f"{WORDS}.scale")}

    def _graph_weights(self, stored: Tensors, names: Mapping[str, str]) -> Tensors:
        """Tensors as the graph declares them: {name in the graph: name in the file}."""
        weights: Tensors = {}
        for name, own in names.items():
            if f"{own}.scale" in stored:
                weights |= self._matrix(name, stored[own], stored[f"{own}.scale"])
            else:
                weights[name] = float32(stored, own)
        return weights

    def _matrix(self, name: str, rows: NDArray[np.generic], scales: NDArray[np.generic]) -> Tensors:
        if self._precision == "int8":
            return {name: np.ascontiguousarray(rows.T), f"{name.removesuffix('.weight')}.scale": scales}
        return {name: np.multiply(rows, scales[:, None], dtype=np.float32)}

    def _session(self, kind: str, weights: Tensors, threads: int) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads must not hold a core
        options.enable_cpu_mem_arena = False  # it never gives back what one long input took
        options.enable_mem_pattern = False  # inputs differ in shape, and memory would be set aside for each
        options.log_severity_level = 3
        options.add_external_initializers(list(weights), [onnxruntime.OrtValue.ortvalue_from_numpy(w) for w in weights.values()])
        graph = read_bytes(self._folder / f"{kind}.{self._precision}.onnx")
        slow = ["SkipLayerNormFusion"]  # Add and LayerNormalization, one after the other, take half the time
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=slow)


def cores() -> int:
    """How many cores this process may use: fewer than there are where it is kept to some, or by ``OMP_NUM_THREADS``."""
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(mine, int(told))) if told.isdecimal() else mine


def read_layers(encoder: onnxruntime.InferenceSession, batch: Batch, layers: Sequence[int], width: int) -> Vectors:
    """The vectors of these *layers*, (layers, B, T, width)."""
    found = np.empty((len(layers), *batch.ids.shape, width), np.float32)
    binding = encoder.io_binding()  # onnxruntime writes where they are wanted: nothing is copied
    for name, ids in _feed(batch).items():
        binding.bind_cpu_input(name, ids)
    for layer, vectors in zip(layers, found, strict=True):
        binding.bind_output(f"layer_{layer}", "cpu", 0, np.float32, vectors.shape, vectors.ctypes.data)
    encoder.run_with_iobinding(binding)
    return found


def side_by_side(function: Callable[[Given], Made], items: Iterable[Given], threads: int) -> Iterator[Made]:
    """*function* of each of *items*, in order: so many at a time, and few more kept than are asked for."""
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Future[Made]] = deque()
        for item in items:
            running.append(pool.submit(function, item))
            if len(running) > threads:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _feed(batch: Batch) -> dict[str, Ids]:
    return {"ids": batch.ids, "segments": batch.segments, "attention": batch.attention}


def float32(tensors: Mapping[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """The tensor *name* multiplied out: rows times their scales where it is stored as int8."""
    values = tensors[name].astype(np.float32)
    if f"{name}.scale" in tensors:
        values *= tensors[f"{name}.scale"].astype(np.float32)[:, None]
    return values


def _state(path: Path) -> tuple[int, int] | None:
    """What changes when a file does; None where it is gone."""
    with suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_size
    return None


def read_bytes(path: Path) -> bytes:
    """The whole file. Raises `BadModelFile` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadModelFile(f"{path} cannot be read ({error.strerror}); reinstalling senselens restores it") from None


def read_weights(path: Path, sha256: str) -> Tensors:
    """The tensors of a safetensors file that sums to *sha256*. Raises `BadModelFile`."""
    content = read_bytes(path)
    if (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise BadModelFile(
            f"{path} is damaged: its sha256 is {found[:12]}…, not {sha256[:12]}…; reinstalling senselens restores it"
        )
    try:
        return dict(load(content))
    except SafetensorError as error:
        raise BadModelFile(f"{path} is not a safetensors file ({error}); reinstalling senselens restores it") from None
