"""Universal Sentence Encoder lite, the transformer for browsers, from TensorFlow.js's files to a SavedModel that reads text.

Cer et al. 2018, Universal Sentence Encoder. The graph is taken over as it is. In front of it stands the tokenizer, which in
JavaScript is a program beside the graph (github.com/tensorflow/tfjs-models, universal-sentence-encoder/src/tokenizer), here in
operations that TensorFlow has without a library of its own. What it does not do is to bring text to NFKC: give it such.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import json_format

GRAPH, VOCABULARY = "model.json", "vocab.json"
INPUTS, OUTPUT = ("indices:0", "values:0"), "module_apply_default/Encoder_en/hidden_layers/l2_normalize:0"
RESERVED = 6  # unknown, the edges of a sentence, and three without a meaning
SPACE = "▁"
TEXTS = tf.TensorSpec([None], tf.string, name="inputs")
LONGEST = 4096  # characters; the graph reads 128 pieces, which have 16 each at most


def graph_of(files: Mapping[str, bytes]) -> Any:
    """The GraphDef in *files*, a TensorFlow.js model by name: its topology as JSON, its weights in shards.

    Raises KeyError, ValueError where they do not fit together.
    """
    model = json.loads(files[GRAPH])
    weights = _weights(model["weightsManifest"], files)
    graph = tf.compat.v1.GraphDef()
    for described in model["modelTopology"]["node"]:
        node = graph.node.add(name=described["name"], op=described["op"], input=described.get("input", ()))
        for name, value in described.get("attr", {}).items():
            if isinstance(value.get("s"), list):  # strings are written as lists of their bytes
                node.attr[name].s = bytes(value["s"])
            else:
                json_format.ParseDict(value, node.attr[name])
        if node.op == "Const":
            value = tf.make_tensor_proto(weights[node.name], node.attr["dtype"].type)
            node.attr["value"].tensor.CopyFrom(value)
    return graph


def _weights(manifest: Any, files: Mapping[str, bytes]) -> dict[str, Any]:
    found = {}
    for group in manifest:
        shards, at = b"".join(files[path] for path in group["paths"]), 0
        for entry in group["weights"]:
            values = np.frombuffer(shards, entry["dtype"], int(np.prod(entry["shape"], dtype=np.int64)), at)
            found[entry["name"]] = values.reshape(entry["shape"])
            at += values.nbytes
        if at != len(shards):
            raise ValueError(f"{', '.join(group['paths'])} hold {len(shards)} bytes, not {at}")
    return found


class UseLite(tf.Module):
    """``UseLite(files)(["a sentence", …])`` is (n, 512); *files* are the JavaScript package's, by name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        graph = graph_of(files)
        whole = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(graph, name=""), [])
        self._network = whole.prune(INPUTS, OUTPUT)
        vocabulary = json.loads(files[VOCABULARY])  # [piece, score]; a score may be null, which JavaScript adds as 0
        numbers = {piece: number for number, (piece, _) in enumerate(vocabulary) if number >= RESERVED}
        table = tf.lookup.KeyValueTensorInitializer(list(numbers), np.array(list(numbers.values()), np.int64))
        self._numbers = tf.lookup.StaticHashTable(table, -1)
        self._scores = tf.constant([score or 0 for _, score in vocabulary], tf.float64)
        self._longest = max(map(len, numbers))

    @tf.function(input_signature=[TEXTS])
    def __call__(self, inputs: Any) -> Any:
        pieces = self.pieces(inputs)
        places = tf.ragged.range(pieces.row_lengths()).values
        indices = tf.stack([pieces.value_rowids(), places], 1)  # (P, 2): which text, which of its pieces
        return tf.ensure_shape(self._network(indices, pieces.values), [None, 512])

    @tf.function(input_signature=[TEXTS])
    def pieces(self, texts: Any) -> Any:
        """The numbers of each text's pieces, ragged (n, P): the best path through the pieces that match, as in SentencePiece.

        Step by step what the JavaScript does, its oddities too, for these make other vectors: a best score of 0 counts as
        none yet, a place that no piece ends at is gone over as one unknown character, and unknown ones in a row are one.
        """
        spaced = tf.strings.join([SPACE, tf.strings.regex_replace(tf.strings.substr(texts, 0, LONGEST, "UTF8_CHAR"), " ", SPACE)])
        split = tf.strings.unicode_split(spaced, "UTF-8")
        numbers, scores, there = self._edges(split.to_tensor(""))  # (n, C, L) each
        lengths = self._best_lengths(scores, there)  # (n, C)
        ends = _ends(lengths, split.row_lengths())  # (n, C)
        chosen = tf.gather(numbers, tf.maximum(lengths, 1) - 1, batch_dims=2)
        found = tf.ragged.boolean_mask(tf.where(lengths > 0, chosen, 0), ends)
        before = tf.concat([[-1], found.values[:-1]], 0)
        first = tf.concat([[True], found.value_rowids()[1:] != found.value_rowids()[:-1]], 0)[: tf.size(before)]
        return tf.ragged.boolean_mask(found, found.with_values(first | (found.values != 0) | (before != 0)))

    def _edges(self, characters: Any) -> tuple[Any, Any, Any]:
        """Of each piece of l + 1 characters that ends with a character (n, C): number, score, and whether there is one."""
        count = tf.shape(characters)[1]
        string, strings, starts = characters, [characters], tf.zeros_like(characters, tf.bool)
        for length in range(1, self._longest):
            string = tf.strings.join([tf.pad(characters, [[0, 0], [length, 0]], constant_values="")[:, :count], string])
            strings.append(string)
        numbers = self._numbers.lookup(tf.stack(strings, 2))
        fits = tf.range(count)[:, None] >= tf.range(self._longest)  # or it would begin before the text
        there = (numbers >= 0) & fits
        for length in range(self._longest):
            starts |= tf.pad(there[:, length:, length], [[0, 0], [0, tf.minimum(length, count)]])[:, :count]
        alone = tf.one_hot(0, self._longest, True, False, dtype=tf.bool) & ~starts[:, :, None]  # starts no piece: unknown
        numbers = tf.where(there & ~alone, numbers, 0)
        return numbers, tf.where(alone, tf.zeros([], tf.float64), tf.gather(self._scores, numbers)), there | alone

    def _best_lengths(self, scores: Any, there: Any) -> Any:
        """How many characters the last piece has on the best way to each character (n, C); 0 where none ends there."""

        def step(state: tuple[Any, Any], edges: tuple[Any, Any]) -> tuple[Any, Any]:
            window, _ = state  # the best scores of the L places before, the nearest first
            score, exists = edges
            best, length = tf.zeros_like(window[:, 0]), tf.zeros_like(window[:, 0], tf.int32)
            for i in reversed(range(self._longest)):  # the piece that starts first comes first
                found = window[:, i] + score[:, i]
                better = exists[:, i] & ((best == 0) | (found >= best))
                best, length = tf.where(better, found, best), tf.where(better, i + 1, length)
            return tf.concat([best[:, None], window[:, :-1]], 1), length

        along = tf.transpose(scores, [1, 0, 2]), tf.transpose(there, [1, 0, 2])
        start = tf.zeros_like(scores[:, 0]), tf.zeros_like(scores[:, 0, 0], tf.int32)
        return tf.transpose(tf.scan(step, along, start)[1])


def _ends(lengths: Any, totals: Any) -> Any:
    """Whether a piece of the best path ends with a character (n, C), going back from each text's last, ``totals[n] - 1``."""

    def step(state: tuple[Any, Any], at: tuple[Any, Any]) -> tuple[Any, Any]:
        place, _ = state
        index, length = at
        here = place == index
        return tf.where(here, place - tf.maximum(length, 1), place), here

    last = tf.cast(totals, tf.int32) - 1
    along = tf.range(tf.shape(lengths)[1]), tf.transpose(lengths)
    return tf.transpose(tf.scan(step, along, (last, tf.zeros_like(last, tf.bool)), reverse=True)[1])


def save(files: Mapping[str, bytes], folder: Path) -> UseLite:
    """Write the SavedModel to *folder*, and give the model it was made of. Raises as `graph_of`."""
    module = UseLite(files)
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.__call__})
    return module
