"""A tiny random ELMo in the official files, and what it computes, written out in NumPy from the files alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from senselens.elmo_files import Options, tensors, write_elmo

TINY = Options(character_width=4, filters=((1, 4), (2, 8), (3, 8)), highways=2, width=8, cells=16)
VOCABULARY = ("<S>", "</S>", "<UNK>", "the", "cat", "sat", "on", "mat", "river", "bank", "naïve", "don’t", ".", ",", "--")


def write(folder: Path, options: Options = TINY, softmax: bool = True, seed: int = 0, dtype: str = "float32") -> Path:
    """Random weights, larger than trained ones."""
    rng = np.random.default_rng(seed)
    weights = {}
    for ours, (theirs, shape) in tensors(options).items():
        drawn = rng.normal(0, 0.4, shape).astype(np.float32)
        if theirs == "char_embed":
            weights[ours] = np.concatenate([np.zeros_like(drawn[:1]), drawn])
        else:
            weights[ours] = np.ascontiguousarray((drawn[0] if drawn.ndim == 4 else drawn).T)
    head = (
        VOCABULARY,
        rng.normal(0, 1, (len(VOCABULARY), options.width)).astype(np.float32),
        rng.normal(0, 1, len(VOCABULARY)).astype(np.float32),
    )
    write_elmo(folder, options, weights, head if softmax else None, dtype)
    return folder


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


class Reference:
    """The model of *folder*, a word and a step at a time in float64, after bilm-tf's model.py; stateful when asked."""

    def __init__(self, folder: Path, options: Options) -> None:
        self.o = options
        with h5py.File(folder / "weights.hdf5") as file:
            self.w = {theirs: file[theirs][()].astype(np.float64) for theirs, _ in tensors(options).values()}

    def word(self, word: str) -> np.ndarray:
        units = {"<S>": [256], "</S>": [257]}.get(word) or list(word.encode()[:48])
        ids = [258, *units, 259] + [260] * 50
        x = self.w["char_embed"][ids[:50]]  # (50, d)
        found = []
        for i, (size, _) in enumerate(self.o.filters):
            kernel = self.w[f"CNN/W_cnn_{i}"][0]  # (size, d, n)
            answers = [np.tensordot(x[at : at + size], kernel, 2) for at in range(50 - size + 1)]
            found.append(np.max(answers, axis=0) + self.w[f"CNN/b_cnn_{i}"])
        v = np.concatenate(found)
        v = np.maximum(v, 0) if self.o.activation == "relu" else np.tanh(v)
        for k in range(self.o.highways):
            gate, change = ((self.w[f"CNN_high_{k}/W_{n}"], self.w[f"CNN_high_{k}/b_{n}"]) for n in ("carry", "transform"))
            g = sigmoid(v @ gate[0] + gate[1])
            v = g * np.maximum(v @ change[0] + change[1], 0) + (1 - g) * v
        return v @ self.w["CNN_proj/W_proj"] + self.w["CNN_proj/b_proj"] if "CNN_proj/W_proj" in self.w else v

    def layers(self, sentence: Sequence[str], states: dict | None = None) -> np.ndarray:
        """(L + 1, n + 2, 2 W); *states* is read and written under (direction, layer)."""
        states = {} if states is None else states
        x = np.stack([self.word(w) for w in ("<S>", *sentence, "</S>")])
        ways, found = [x, x[::-1]], [np.concatenate([x, x], axis=1)]
        cell_clip, out_clip = self.o.cell_clip or np.inf, self.o.projection_clip or np.inf
        for n in range(self.o.layers):
            for d in range(2):
                cell = f"RNN_{d}/RNN/MultiRNNCell/Cell{n}/LSTMCell"
                h, c = states.get((d, n), (np.zeros(self.o.width), np.zeros(self.o.cells)))
                out = []
                for step in ways[d]:
                    i, j, f, o = np.split(np.concatenate([step, h]) @ self.w[f"{cell}/W_0"] + self.w[f"{cell}/B"], 4)
                    c = np.clip(sigmoid(f + 1) * c + sigmoid(i) * np.tanh(j), -cell_clip, cell_clip)
                    h = sigmoid(o) * np.tanh(c)
                    h = np.clip(h @ self.w[f"{cell}/W_P_0"] if f"{cell}/W_P_0" in self.w else h, -out_clip, out_clip)
                    out.append(h)
                states[d, n] = h, c
                ways[d] = np.stack(out) + (ways[d] if n and self.o.skip else 0)
            found.append(np.concatenate([ways[0], ways[1][::-1]], axis=1))
        return np.stack(found)
