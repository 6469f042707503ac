"""ELMo's bidirectional language model (Peters et al. 2018, "Deep contextualized word representations").

A word is read from its characters, so no word is unknown; one stack of LSTMs reads the sentence from its start and one
from its end, each predicting the word that comes next on its way. Their layers are the word's vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import linear

from senselens.elmo_files import BEGIN, CHARACTERS, DIRECTIONS, END, Options
from senselens.encoding import Vectors

BEGIN_WORD, END_WORD, PADDING = 258, 259, 260
BOUNDARIES = {BEGIN: [256], END: [257]}
WORDS_AT_ONCE, STEPS_AT_ONCE = 256, 64  # bound what is held in memory
State = tuple[Tensor, Tensor]  # the projected output (…, B, W) and the cells (…, B, C)


def character_ids(words: Sequence[str], longest: int = 50) -> NDArray[np.int64]:
    """Each word as *longest* ids (N, longest): begin of word, its UTF-8 bytes, end of word, padding; all of them plus 1.

    A word of more than *longest* - 2 bytes is cut, be it within a character. 0 stands for no word at all. ``<S>`` and
    ``</S>`` are the boundaries of a sentence (bilm-tf, bilm/data.py).
    """
    ids = np.full((len(words), longest), PADDING, np.int64)
    for row, word in zip(ids, words, strict=True):
        units = BOUNDARIES.get(word) or list(word.encode("utf-8", "ignore")[: longest - 2])
        row[: len(units) + 2] = [BEGIN_WORD, *units, END_WORD]
    return ids + 1


class Highway(nn.Module):
    """A layer that decides for each feature how much of it to change (Srivastava et al. 2015)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.carry, self.transform = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        g = torch.sigmoid(self.carry(x))
        return g * torch.relu(self.transform(x)) + (1 - g) * x


class WordEncoder(nn.Module):
    """A vector for each word from its characters alone: convolutions, the strongest answer of each, highways, a projection."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        o = options
        self.characters = nn.Embedding(CHARACTERS + 1, o.character_width, padding_idx=0)
        self.convolutions = nn.ModuleList(nn.Conv1d(o.character_width, number, size) for size, number in o.filters)
        self.highways = nn.ModuleList(Highway(o.features) for _ in range(o.highways))
        self.projection = nn.Linear(o.features, o.width) if o.features != o.width else nn.Identity()
        self.activation = torch.relu if o.activation == "relu" else torch.tanh
        self.widest = max(size for size, _ in o.filters)

    def forward(self, ids: Tensor) -> Tensor:
        """Character ids (…, 50) to vectors (…, W)."""
        flat = ids.flatten(0, -2)  # (N, 50)
        # windows that see padding alone all give one answer: those past the longest word's first such window are left out
        longest = int((flat != PADDING + 1).sum(1).max()) + self.widest
        x = self.characters(flat[:, :longest]).transpose(1, 2)  # (N, character_width, ≤ 50)
        x = torch.cat([self.activation(convolve(x).amax(-1)) for convolve in self.convolutions], dim=-1)  # (N, features)
        for highway in self.highways:
            x = highway(x)
        vectors: Tensor = self.projection(x).unflatten(0, ids.shape[:-1])
        return vectors


class ProjectedLSTM(nn.Module):
    """One layer in one direction: an LSTM whose output is projected, both clipped (Sak et al. 2014; TensorFlow's LSTMCell).

    The gates lie in TensorFlow's order: input, candidate, forget, output. Its forget bias of 1 is not in the files.
    torch.nn.LSTM has such a projection but no clipping, and cells do pass the bound; for whole batches this loop, with
    the input's share of all steps multiplied at once, is as fast (docs/models/elmo.md).
    """

    def __init__(self, options: Options) -> None:
        super().__init__()
        o = options
        self.gates = nn.Linear(2 * o.width, 4 * o.cells)
        self.projection = nn.Linear(o.cells, o.width, bias=False) if o.width < o.cells else nn.Identity()
        self.cell_clip, self.projection_clip = o.cell_clip or torch.inf, o.projection_clip or torch.inf
        forget = torch.tensor([0.0, 0.0, 1.0, 0.0]).repeat_interleave(o.cells)
        self.register_buffer("forget_bias", forget, persistent=False)

    def forward(self, x: Tensor, state: State, lengths: Tensor) -> tuple[Tensor, State]:
        """Read x (T, B, W) from *state*: the outputs (T, B, W), and the state of each row at its own length (B,)."""
        h, c = state  # (B, W), (B, C)
        width, cells = h.shape[1], c.shape[1]
        of_input, of_output = self.gates.weight[:, :width], self.gates.weight[:, width:].t().contiguous()
        bias, even = self.gates.bias + self.forget_bias, bool((lengths == len(x)).all())
        outputs: list[Tensor] = []
        for some in x.split(STEPS_AT_ONCE):
            for gates in linear(some, of_input, bias):  # (B, 4 C) each
                before = h, c
                i, j, fo = torch.addmm(gates, h, of_output).split((cells, cells, 2 * cells), dim=1)
                f, o = torch.sigmoid(fo).chunk(2, dim=1)
                c = torch.addcmul(torch.sigmoid(i) * torch.tanh(j), f, c).clamp(-self.cell_clip, self.cell_clip)
                h = self.projection(o * torch.tanh(c)).clamp(-self.projection_clip, self.projection_clip)
                if not even:  # past its end a row keeps its state
                    reads = (lengths > len(outputs))[:, None]
                    h, c = torch.where(reads, h, before[0]), torch.where(reads, c, before[1])
                outputs.append(h)
        return torch.stack(outputs), (h, c)


class BiLM(nn.Module):
    """The bidirectional language model.

    With *stateful* it goes on from where the batch before it ended, row by row, as bilm-tf and AllenNLP do: a smaller batch
    uses the first rows' states and leaves the others, a larger one starts its new rows from zero. `reset_states` forgets.
    """

    def __init__(self, options: Options, stateful: bool = False) -> None:
        super().__init__()
        self.options, self.stateful = options, stateful
        self.words = WordEncoder(options)
        self.directions = nn.ModuleList(nn.ModuleList(ProjectedLSTM(options) for _ in range(options.layers)) for _ in DIRECTIONS)
        self._states: State | None = None  # (directions, layers, B, W) and (directions, layers, B, C)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Character ids (B, T, 50) of sentences with their boundaries, and their lengths (B,), to layers (L + 1, B, T, 2 W).

        Layer 0 is the word's own vector, twice; above it the first half reads from the start and the second from the end.
        Past a sentence's end all is zero.
        """
        return self.read(self.words(ids), lengths)

    def read(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """As `forward`, from the words' vectors (B, T, W)."""
        x = vectors.transpose(0, 1)  # (T, B, W)
        steps = torch.arange(len(x), device=x.device)[:, None]  # (T, 1)
        turn = torch.where(steps < lengths, lengths - 1 - steps, steps)[..., None]  # (T, B, 1): each row the other way round
        inputs, layers = [x, x.take_along_dim(turn, 0)], [torch.cat([x, x], dim=-1)]
        h, c = self._start(x.shape[1])
        ends: list[State] = []
        for n, lstms in enumerate(zip(*self.directions, strict=True)):
            for d, lstm in enumerate(lstms):
                out, end = lstm(inputs[d], (h[d, n], c[d, n]), lengths)
                inputs[d] = inputs[d] + out if n and self.options.skip else out
                ends.append(end)
            layers.append(torch.cat([inputs[0], inputs[1].take_along_dim(turn, 0)], dim=-1))
        if self.stateful:
            self._keep(ends)
        return torch.stack(layers).transpose(1, 2) * (steps < lengths).t()[..., None]

    def reset_states(self) -> None:
        """Start the next batch from zero states."""
        self._states = None

    def _start(self, rows: int) -> State:
        o, like = self.options, self.words.characters.weight
        h, c = (like.new_zeros(len(DIRECTIONS), o.layers, rows, width) for width in (o.width, o.cells))
        if self.stateful and self._states is not None:
            for new, kept in zip((h, c), self._states, strict=True):
                new[:, :, : kept.shape[2]] = kept[:, :, :rows]
        return h, c

    def _keep(self, ends: Sequence[State]) -> None:
        """Keep what each layer and direction ended in (as they were read: layer by layer), and rows that were not read."""
        old = self._states
        kept = []
        for part in range(2):
            new = torch.stack([end[part].detach() for end in ends])  # (layers · directions, B, …)
            new = new.unflatten(0, (self.options.layers, len(DIRECTIONS))).transpose(0, 1)
            kept.append(new if old is None else torch.cat([new, old[part][:, :, new.shape[2] :]], dim=2))
        self._states = kept[0], kept[1]

    @torch.no_grad()
    def layers_of(self, sentences: Sequence[Sequence[str]]) -> list[Vectors]:
        """The layers (L + 1, n + 2, 2 W) of each sentence of n words and its two boundaries, read as one batch."""
        rows = [[BEGIN, *sentence, END] for sentence in sentences]
        forms = sorted({word for row in rows for word in row}, key=len)  # like lengths together: the encoder cuts padding
        number = {form: i for i, form in enumerate(forms)}
        device = self.words.characters.weight.device
        ids = torch.from_numpy(character_ids(forms, self.options.longest_word)).to(device)
        vectors = torch.cat([self.words(some) for some in ids.split(WORDS_AT_ONCE)])  # (forms, W)
        lengths = torch.tensor([len(row) for row in rows])
        where = nn.utils.rnn.pad_sequence([torch.tensor([number[w] for w in row]) for row in rows], batch_first=True)
        layers = self.read(vectors[where.to(device)], lengths.to(device)).cpu().numpy()
        return [layers[:, row, :n] for row, n in enumerate(lengths.tolist())]


class ScalarMix(nn.Module):
    """A task's own mix of the layers: gamma times their sum weighted by a softmax (Peters et al. 2018, equation 1).

    *layer_norm* first brings each layer to mean 0 and variance 1 over all that is not masked; *dropout* falls on the mix. All
    is learnable: the weights start equal and gamma at 1. The paper adds 0.001 · ‖weights‖² to the task's loss.
    """

    def __init__(self, layers: int = 3, layer_norm: bool = False, dropout: float = 0.0) -> None:
        super().__init__()
        self.weights, self.gamma = nn.Parameter(torch.zeros(layers)), nn.Parameter(torch.ones(()))
        self.layer_norm, self.dropout = layer_norm, nn.Dropout(dropout)

    def forward(self, layers: Tensor, mask: Tensor | None = None) -> Tensor:
        """Layers (L, …, W), and a mask (…) that is 1 where there is a word, to the mix (…, W)."""
        if len(layers) != len(self.weights):
            raise ValueError(f"this mixes {len(self.weights)} layers, not {len(layers)}")
        if self.layer_norm:
            layers = torch.stack([self._normed(layer, mask) for layer in layers])
        shares = self.weights.softmax(0).view(-1, *[1] * (layers.dim() - 1))
        mixed: Tensor = self.dropout(self.gamma * (shares * layers).sum(0))
        return mixed

    @staticmethod
    def _normed(layer: Tensor, mask: Tensor | None) -> Tensor:
        seen = layer if mask is None else layer[mask.bool()]
        return (layer - seen.mean()) / (seen.var(correction=0) + 1e-12).sqrt()
