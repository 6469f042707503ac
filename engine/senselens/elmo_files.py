"""The official ELMo files: ``options.json``, ``weights.hdf5`` and, where next words are to be told, a softmax and its vocabulary.

Names, shapes and meaning are those of bilm-tf and AllenNLP (github.com/allenai/bilm-tf, bilm/model.py), so that files of
theirs load here and files of ours load there. Only arrays are read: nothing in these files is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from senselens.encoding import Vectors
from senselens.errors import BadModelFile

if TYPE_CHECKING:
    import h5py

CHARACTERS = 261  # 256 bytes; begin and end of sentence, begin and end of word, padding
BEGIN, END, UNKNOWN = "<S>", "</S>", "<UNK>"
DIRECTIONS = ("forward", "backward")


@dataclass(frozen=True, slots=True)
class Options:
    """The shape of a biLM, as ``options.json`` gives it.

    filters: (characters, how many) of each convolution over a word's characters.
    width:   of a word's vector and of each direction's output; a layer is twice as wide.
    cells:   of each LSTM, projected to *width*.
    clips:   the bounds of a cell and of a projected output; None where there is none.
    skip:    whether a layer above the first adds its input to its output.
    """

    character_width: int
    filters: tuple[tuple[int, int], ...]
    highways: int
    width: int
    cells: int
    layers: int = 2
    cell_clip: float | None = 3.0
    projection_clip: float | None = 3.0
    skip: bool = True
    activation: str = "relu"
    longest_word: int = 50

    @property
    def features(self) -> int:
        """How many filters there are."""
        return sum(number for _, number in self.filters)

    def to_dict(self) -> dict[str, Any]:
        """The content of ``options.json``."""
        lstm = {
            "dim": self.cells,
            "projection_dim": self.width,
            "n_layers": self.layers,
            "cell_clip": self.cell_clip,
            "proj_clip": self.projection_clip,
            "use_skip_connections": self.skip,
        }
        characters = {
            "embedding": {"dim": self.character_width},
            "filters": [list(f) for f in self.filters],
            "n_highway": self.highways,
            "activation": self.activation,
            "n_characters": CHARACTERS + 1,
            "max_characters_per_token": self.longest_word,
        }
        return {"bidirectional": True, "lstm": lstm, "char_cnn": characters}


@dataclass(frozen=True, slots=True)
class ElmoFiles:
    """Where the parts of one ELMo lie."""

    options: Path
    weights: Path
    softmax: Path | None
    vocabulary: Path | None

    @classmethod
    def of(cls, path: Path) -> ElmoFiles:
        """The files of a folder, or those beside a weights file. Raises `BadModelFile` when one of the first two is missing.

        Each has its plain name (``weights.hdf5``) or is the only one whose name ends so (``elmo_…_weights.hdf5``).
        """
        folder = path.parent if path.is_file() else path
        weights = path if path.is_file() else _only(folder, "weights.hdf5", "*weights.hdf5", but="softmax")
        if weights is None:
            raise BadModelFile(f"{folder} has no weights.hdf5 (or several *weights.hdf5): name the file itself, or fetch it")
        twin = weights.with_name(weights.name.removesuffix("weights.hdf5") + "options.json")
        options = twin if twin.is_file() else _only(folder, "options.json", "*options.json")
        if options is None:
            raise BadModelFile(f"{weights} needs its options.json beside it: fetch it from where the weights are from")
        softmax = _only(folder, "softmax.hdf5", "*softmax*.hdf5")
        return cls(options, weights, softmax, _only(folder, "vocabulary.txt", "vocab*.txt"))


def is_elmo(path: Path) -> bool:
    """Whether *path* is an ELMo folder (its options speak of an LSTM over characters) or an HDF5 file."""
    if path.is_file():
        return path.suffix == ".hdf5"
    options = _only(path, "options.json", "*options.json")
    try:
        found = json.loads(options.read_bytes()) if options else {}
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"lstm", "char_cnn"} <= found.keys()


def read_options(file: Path) -> Options:
    """The options in *file*. Raises `BadModelFile` naming the entry that is missing or senseless."""
    try:
        found = json.loads(file.read_bytes())
        lstm, cnn = found["lstm"], found["char_cnn"]
        options = Options(
            character_width=_count(cnn["embedding"]["dim"]),
            filters=tuple((_count(size), _count(number)) for size, number in cnn["filters"]),
            highways=_count(cnn.get("n_highway") or 0, least=0),
            width=_count(lstm["projection_dim"]),
            cells=_count(lstm["dim"]),
            layers=_count(lstm.get("n_layers", 1)),
            cell_clip=_bound(lstm.get("cell_clip")),
            projection_clip=_bound(lstm.get("proj_clip")),
            skip=bool(lstm["use_skip_connections"]),
            activation=cnn["activation"],
            longest_word=_count(cnn["max_characters_per_token"], least=3),
        )
    except OSError as error:
        raise BadModelFile(f"{file} cannot be read: {error.strerror}") from None
    except KeyError as error:
        raise BadModelFile(f"{file} has no entry {error}: it is not an ELMo's options.json, or it was changed") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise BadModelFile(f"{file} is no ELMo's options.json ({error}): fetch it again") from None
    if options.activation not in ("relu", "tanh") or not options.filters or options.width > options.cells:
        raise BadModelFile(f"{file}: activation is relu or tanh, there are filters, and projection_dim is at most dim")
    if max(size for size, _ in options.filters) > options.longest_word:
        raise BadModelFile(f"{file}: a filter is wider than max_characters_per_token, {options.longest_word}")
    return options


def tensors(options: Options) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Each parameter of `senselens.elmo.BiLM`, with its name and its shape in ``weights.hdf5``.

    TensorFlow multiplies from the other side, so every array there has its axes the other way round.
    """
    o = options
    table: dict[str, tuple[str, tuple[int, ...]]] = {"words.characters.weight": ("char_embed", (CHARACTERS, o.character_width))}

    def add(ours: str, weight: str, bias: str, *shape: int) -> None:
        table[f"{ours}.weight"] = (weight, shape)
        if bias:
            table[f"{ours}.bias"] = (bias, shape[-1:])

    for i, (size, number) in enumerate(o.filters):
        add(f"words.convolutions.{i}", f"CNN/W_cnn_{i}", f"CNN/b_cnn_{i}", 1, size, o.character_width, number)
    for k in range(o.highways):
        for gate in ("carry", "transform"):
            add(f"words.highways.{k}.{gate}", f"CNN_high_{k}/W_{gate}", f"CNN_high_{k}/b_{gate}", o.features, o.features)
    if o.features != o.width:
        add("words.projection", "CNN_proj/W_proj", "CNN_proj/b_proj", o.features, o.width)
    for d in range(len(DIRECTIONS)):
        for n in range(o.layers):
            cell = f"RNN_{d}/RNN/MultiRNNCell/Cell{n}/LSTMCell"
            add(f"directions.{d}.{n}.gates", f"{cell}/W_0", f"{cell}/B", 2 * o.width, 4 * o.cells)
            if o.width < o.cells:
                add(f"directions.{d}.{n}.projection", f"{cell}/W_P_0", "", o.cells, o.width)
    return table


def read_weights(file: Path, options: Options) -> dict[str, Vectors]:
    """The parameters of `senselens.elmo.BiLM` by name. Raises `BadModelFile` naming the tensor that is missing or misshapen."""
    with _open(file) as hdf5:
        found = {ours: _array(hdf5, theirs, shape) for ours, (theirs, shape) in tensors(options).items()}
    table = found.pop("words.characters.weight")
    turned = {ours: np.ascontiguousarray((a[0] if a.ndim == 4 else a).T) for ours, a in found.items()}
    return turned | {"words.characters.weight": np.concatenate([np.zeros_like(table[:1]), table])}  # row 0: what is no word


def read_softmax(file: Path, vocabulary: Path | None, width: int) -> tuple[tuple[str, ...], Vectors, Vectors]:
    """The vocabulary (V), and the softmax's weight (V, *width*) and bias (V,), which both directions share."""
    if vocabulary is None:
        raise BadModelFile(f"{file} needs its vocabulary.txt beside it, the word of each of its rows, a line each")
    words = read_vocabulary(vocabulary)
    try:
        with _open(file) as hdf5:
            return words, _array(hdf5, "softmax/W", (len(words), width)), _array(hdf5, "softmax/b", (len(words),))
    except BadModelFile as error:
        raise BadModelFile(f"{error} (the vocabulary, {vocabulary}, has {len(words)} words)") from None


def read_vocabulary(file: Path) -> tuple[str, ...]:
    """The words of *file*, a line each, the boundaries and the unknown word among them."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadModelFile(f"{file} is not a vocabulary in UTF-8 ({error}): fetch it again") from None
    words = tuple(line.strip() for line in (lines if lines[-1] else lines[:-1]))
    if lacking := {BEGIN, END, UNKNOWN} - set(words):
        raise BadModelFile(f"{file} lacks {', '.join(sorted(lacking))}: it is not the vocabulary of an ELMo's softmax")
    return words


def write_elmo(  # the other way round, for training and tests
    folder: Path,
    options: Options,
    parameters: Mapping[str, Vectors],
    softmax: tuple[tuple[str, ...], Vectors, Vectors] | None = None,
    dtype: str = "float32",
) -> None:
    """Write the official files to *folder*; *dtype* ``float16`` halves them, and other readers take that too."""
    import h5py

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "options.json").write_text(json.dumps(options.to_dict(), indent=2) + "\n", encoding="utf-8")
    with h5py.File(folder / "weights.hdf5", "w") as hdf5:
        for ours, (theirs, shape) in tensors(options).items():
            array = parameters[ours]
            hdf5[theirs] = (array[1:] if theirs == "char_embed" else array.T).reshape(shape).astype(dtype)
    if softmax is not None:
        words, weight, bias = softmax
        (folder / "vocabulary.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
        with h5py.File(folder / "softmax.hdf5", "w") as hdf5:
            hdf5["softmax/W"], hdf5["softmax/b"] = weight.astype(dtype), bias.astype(dtype)


def _array(hdf5: h5py.File, name: str, shape: tuple[int, ...]) -> Vectors:
    import h5py

    file = hdf5.filename
    found = hdf5.get(name)
    if not isinstance(found, h5py.Dataset):
        raise BadModelFile(f"{file} has no tensor {name}: its options.json is another model's, or the file is incomplete")
    if found.file.filename != file or found.is_virtual or found.external:
        raise BadModelFile(f"{file}: the tensor {name} lies in another file, which is not followed")
    if found.shape != shape or found.dtype.kind != "f":
        raise BadModelFile(
            f"{file}: the tensor {name} is {found.dtype} {found.shape}, not floats of shape {shape};"
            " take all files from the same model"
        )
    array = np.asarray(found[()], np.float32)
    if not np.isfinite(array).all():
        raise BadModelFile(f"{file}: the tensor {name} holds numbers that are not finite; fetch the file again")
    return array


@contextmanager
def _open(file: Path) -> Iterator[h5py.File]:
    import h5py

    try:
        with h5py.File(file, "r") as hdf5:
            yield hdf5
    except (OSError, RuntimeError, KeyError) as error:
        raise BadModelFile(f"{file} is cut short or not HDF5 ({error}): fetch it again") from None


def _only(folder: Path, plain: str, pattern: str, but: str = "\0") -> Path | None:
    """The file of that *plain* name in *folder*, else the only one of that *pattern*."""
    if (folder / plain).is_file():
        return folder / plain
    found = [file for file in sorted(folder.glob(pattern)) if but not in file.name]
    return found[0] if len(found) == 1 else None


def _count(value: Any, least: int = 1) -> int:
    if not isinstance(value, int) or value < least:
        raise ValueError(f"{value!r} is not a whole number from {least}")
    return value


def _bound(value: Any) -> float | None:
    if value is not None and not value > 0:
        raise ValueError(f"{value!r} is no bound")
    return None if value is None else float(value)
