"""The embedded default model: see docs/models/mini.md."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from senselens.cards import CARDS
from senselens.classification import TEACH
from senselens.errors import Unsupported
from senselens.masked_lm import MaskedLM
from senselens.onnx_network import OnnxNetwork, read_bytes
from senselens.pieces import PieceTokenizer

SHA256 = "829e5087409a819cebf508c975a1c05141aa8c84c5ec8bf8ddfde7643fb27e40"
SENSE_LAYER = 6
PRECISIONS = ("fp32", "int8")
FOLDER = Path(str(files("senselens"))) / "data" / "mini"


def load_mini(name: str = "mini", precision: str = "fp32") -> MaskedLM:
    """The default from the package. Raises `BadModelFile`; `Unsupported` for a precision it lacks."""
    if precision not in PRECISIONS:
        raise Unsupported(f"{name} computes in {' or '.join(PRECISIONS)}, not {precision!r}")
    network = OnnxNetwork(FOLDER, SHA256, precision)
    tokenizer = PieceTokenizer(read_bytes(FOLDER / "tokenizer.json").decode(), "[MASK]")
    card = CARDS[name] if precision == "fp32" else replace(CARDS[name], name=f"{name}-{precision}")
    return MaskedLM(card, network, tokenizer, SENSE_LAYER, f"mini-{SHA256[:12]}-{precision}", {"classify": TEACH})
