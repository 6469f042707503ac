"""A package such as USE-lite's, made here: a vocabulary, and a graph that sums rows of a table and makes the sum of length 1."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import json_format

from senselens.use_lite import GRAPH, OUTPUT, VOCABULARY

RESERVED = [["\N{REPLACEMENT CHARACTER}", 0], ["<s>", 0], ["</s>", 0], ["a", 0], ["b", 0], ["c", 0]]
PIECES: list[list[Any]] = [
    *RESERVED,
    *(["▁", -3.5], ["▁a", -2.0], ["ab", -2.5], ["a", -4.0], ["b", -4.5], ["bcd", -1.0], ["cd", -6.0]),
    *([":", None], ["▁:", None], [":3", 3], ["3", -5.0], ["ab", -1.5], ["é", -4.0]),
]
TABLE = np.random.default_rng(0).normal(size=(len(PIECES), 512)).astype(np.float32)


def files(pieces: Sequence[Sequence[Any]] = PIECES) -> dict[str, bytes]:
    """The files of the package by name, as TensorFlow.js's converter writes them; the weights in two shards."""
    with tf.Graph().as_default() as graph:
        indices = tf.compat.v1.placeholder(tf.int64, [None, 2], "indices")
        values = tf.compat.v1.placeholder(tf.int64, [None], "values")
        rows = tf.nn.bias_add(tf.gather(tf.constant(TABLE), values), tf.constant(np.zeros(512, np.float32)))
        texts = indices[:, 0]
        summed = tf.math.unsorted_segment_sum(rows, texts, tf.reduce_max(texts) + 1)
        tf.identity(tf.math.l2_normalize(summed, 1), OUTPUT.removesuffix(":0"))
    nodes, manifest, weights = [], [], b""
    for node in graph.as_graph_def().node:
        described = json_format.MessageToDict(node, use_integers_for_enums=True)
        if node.op == "Const":
            array = tf.make_ndarray(node.attr["value"].tensor)
            manifest.append({"name": node.name, "shape": list(array.shape), "dtype": array.dtype.name})
            weights += array.tobytes()
            del described["attr"]["value"]
        for value in described.get("attr", {}).values():
            if "s" in value:
                value["s"] = list(b64decode(value["s"]))
        nodes.append(described)
    group = {"paths": ["group1-shard1of2", "group1-shard2of2"], "weights": manifest}
    model = {"modelTopology": {"node": nodes}, "weightsManifest": [group]}
    shards = {"group1-shard1of2": weights[:1000], "group1-shard2of2": weights[1000:]}
    return {GRAPH: json.dumps(model).encode(), VOCABULARY: json.dumps(pieces).encode(), **shards}


def vector(numbers: Sequence[int]) -> np.ndarray:
    """What the graph makes of the pieces with these *numbers*, (512,)."""
    total = TABLE[list(numbers)].sum(0)
    return total / np.linalg.norm(total)
