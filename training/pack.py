"""Pack a `BertForPreTraining` folder into the embedded default: int8 weights and the graphs that run them.

    python training/pack.py FOLDER engine/senselens/data/mini

Every matrix is stored as int8 with one scale per output row (symmetric, round to nearest), everything else as float16.
The two graphs (`encoder.onnx`, `head.onnx`) hold no weights: the engine hands them over when it opens them, either
multiplied out to float32 (``encoder``, ``head``) or as they are (``encoder.int8``, ``head.int8``: activations are then
quantized on the way, onnxruntime's DynamicQuantizeMatMul).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from safetensors.numpy import load_file, save_file

FLOAT, INT8, INT64 = TensorProto.FLOAT, TensorProto.INT8, TensorProto.INT64
WORDS = "bert.embeddings.word_embeddings.weight"


def quantize(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """int8 rows and their scales: ``weights ≈ rows * scales[:, None]``."""
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    return np.rint(weights / scales[:, None]).astype(np.int8), scales.astype(np.float32)


class Graph:
    """An ONNX graph being written: nodes in order, weights only declared."""

    def __init__(self, precision: str) -> None:
        self.int8 = precision == "int8"
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.declared: dict[str, onnx.TensorProto] = {}
        self._count = 0

    def node(self, kind: str, *inputs: str, domain: str = "", out: str | None = None, outputs: int = 1, **attributes) -> str:
        self._count += 1
        names = [out or f"{kind.lower()}_{self._count}"] + [f"{kind.lower()}_{self._count}_{i}" for i in range(1, outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0]

    def weight(self, name: str, shape: tuple[int, ...], kind: int = FLOAT) -> str:
        """Declare a weight that the engine supplies under *name*."""
        tensor = TensorProto(name=name, dims=shape, data_type=kind, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="weights")
        self.declared[name] = tensor
        return name

    def constant(self, name: str, value: NDArray) -> str:
        self.constants.append(onnx.numpy_helper.from_array(value, name))
        return name

    def linear(self, x: str, name: str, width_in: int, width_out: int) -> str:
        """``x @ weight.T + bias`` for x (rows, width_in)."""
        bias = self.weight(f"{name}.bias", (width_out,))
        if self.int8:
            rows = self.weight(f"{name}.weight", (width_in, width_out), INT8)
            scale = self.weight(f"{name}.scale", (width_out,))
            return self.node("DynamicQuantizeMatMul", x, rows, scale, "", bias, domain="com.microsoft")
        return self.node("Gemm", x, self.weight(f"{name}.weight", (width_out, width_in)), bias, transB=1)

    def norm(self, x: str, name: str, width: int, out: str | None = None) -> str:
        scale, shift = self.weight(f"{name}.weight", (width,)), self.weight(f"{name}.bias", (width,))
        return self.node("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-12, out=out)

    def skip_norm(self, x: str, skip: str, name: str, width: int, out: str | None = None) -> str:
        """In two steps: onnxruntime's SkipLayerNormalization takes twice as long as both."""
        return self.norm(self.node("Add", x, skip), name, width, out=out)

    def model(self, inputs: list, outputs: list) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "mini", inputs, outputs, initializer=self.constants + list(self.declared.values()))
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="senselens")


def encoder(config: dict, precision: str) -> onnx.ModelProto:
    """ids, segments, attention (B, T) -> layer_0 … layer_L (B, T, W) and attention_1 … attention_L (B, heads, T, T)."""
    g = Graph(precision)
    width, heads, depth = config["hidden_size"], config["num_attention_heads"], config["num_hidden_layers"]
    inner, vocabulary, longest = config["intermediate_size"], config["vocab_size"], config["max_position_embeddings"]
    one, minus, zero = (g.constant(n, np.array([v], np.int64)) for n, v in (("one", 1), ("minus_one", -1), ("zero", 0)))
    flat = g.constant("flat", np.array([-1, width], np.int64))
    root = g.constant("root", np.array((width // heads) ** -0.5, np.float32))

    rows = g.node("Gather", g.weight(WORDS, (vocabulary, width), INT8), "ids")
    scales = g.node("Gather", g.weight(f"{WORDS}.scale", (vocabulary,)), "ids")
    words = g.node("Mul", g.node("Cast", rows, to=FLOAT), g.node("Unsqueeze", scales, minus))
    shape = g.node("Shape", "ids")
    length = g.node("Gather", shape, one, axis=0)
    places = g.node("Slice", g.weight("bert.embeddings.position_embeddings.weight", (longest, width)), zero, length)
    kinds = g.node("Gather", g.weight("bert.embeddings.token_type_embeddings.weight", (2, width)), "segments")
    total = g.node("Add", g.node("Add", words, kinds), places)
    x = g.norm(total, "bert.embeddings.LayerNorm", width, out="layer_0")  # (B, T, W)

    hidden_shape = g.node("Shape", x)
    outer = g.node("Slice", hidden_shape, zero, g.constant("two", np.array([2], np.int64)))  # (B, T) of it
    split = g.node("Concat", outer, g.constant("heads", np.array([3, heads, width // heads], np.int64)), axis=0)
    part = [g.constant(f"part_{j}", np.array(j, np.int64)) for j in range(3)]
    hide = g.node(
        "Mul",
        g.node("Sub", g.node("Cast", "attention", to=FLOAT), g.constant("seen", np.array(1, np.float32))),
        g.constant("far", np.array(1e9, np.float32)),
    )
    hide = g.node("Unsqueeze", hide, g.constant("one_two", np.array([1, 2], np.int64)))  # (B, 1, 1, T): 0 or -1e9

    for i in range(depth):
        name = f"bert.encoder.layer.{i}"
        qkv = g.linear(g.node("Reshape", x, flat), f"{name}.attention.self.qkv", width, 3 * width)
        qkv = g.node("Transpose", g.node("Reshape", qkv, split), perm=[2, 0, 3, 1, 4])  # (3, B, heads, T, W/heads)
        q, k, v = (g.node("Gather", qkv, p, axis=0) for p in part)
        scores = g.node("MatMul", g.node("Mul", q, root), g.node("Transpose", k, perm=[0, 1, 3, 2]))
        share = g.node("Softmax", g.node("Add", scores, hide), axis=-1, out=f"attention_{i + 1}")  # (B, heads, T, T)
        mixed = g.node("Transpose", g.node("MatMul", share, v), perm=[0, 2, 1, 3])
        out = g.linear(g.node("Reshape", mixed, flat), f"{name}.attention.output.dense", width, width)
        x = g.skip_norm(g.node("Reshape", out, hidden_shape), x, f"{name}.attention.output.LayerNorm", width)
        up = g.node(
            "Gelu", g.linear(g.node("Reshape", x, flat), f"{name}.intermediate.dense", width, inner), domain="com.microsoft"
        )
        down = g.node("Reshape", g.linear(up, f"{name}.output.dense", inner, width), hidden_shape)
        x = g.skip_norm(down, x, f"{name}.output.LayerNorm", width, out=f"layer_{i + 1}")

    inputs = [helper.make_tensor_value_info(n, INT64, ["batch", "pieces"]) for n in ("ids", "segments", "attention")]
    layers = [helper.make_tensor_value_info(f"layer_{i}", FLOAT, ["batch", "pieces", width]) for i in range(depth + 1)]
    shares = [
        helper.make_tensor_value_info(f"attention_{i}", FLOAT, ["batch", heads, "pieces", "pieces"]) for i in range(1, depth + 1)
    ]
    return g.model(inputs, layers + shares)


def head(config: dict, precision: str) -> onnx.ModelProto:
    """hidden (M, W) of masked pieces -> logits (M, V)."""
    g = Graph(precision)
    width, vocabulary = config["hidden_size"], config["vocab_size"]
    x = g.node("Gelu", g.linear("hidden", "cls.predictions.transform.dense", width, width), domain="com.microsoft")
    x = g.norm(x, "cls.predictions.transform.LayerNorm", width)
    logits = g.linear(x, "cls.predictions.decoder", width, vocabulary)
    g.nodes[-1].output[0] = "logits"
    assert logits
    inputs = [helper.make_tensor_value_info("hidden", FLOAT, ["masks", width])]
    return g.model(inputs, [helper.make_tensor_value_info("logits", FLOAT, ["masks", vocabulary])])


def main(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    config = json.loads((source / "config.json").read_text())
    tensors: dict[str, NDArray] = {}
    for name, stored in load_file(source / "model.safetensors").items():
        value = stored.astype(np.float32)
        if name in {"cls.predictions.decoder.weight", "cls.predictions.decoder.bias"}:
            continue  # tied to the word embeddings and to cls.predictions.bias
        if value.ndim == 2 and value.size > 2 * value.shape[1] and "position" not in name:
            tensors[name], tensors[f"{name}.scale"] = quantize(value)
        else:
            tensors[name] = value.astype(np.float16)
    save_file(tensors, target / "model.safetensors", metadata={"format": "int8 rows with float32 scales; the rest float16"})
    for precision in ("fp32", "int8"):
        for kind, make in (("encoder", encoder), ("head", head)):
            onnx.save(make(config, precision), target / f"{kind}.{precision}.onnx")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(source / name, target / name)
    print(hashlib.sha256((target / "model.safetensors").read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
