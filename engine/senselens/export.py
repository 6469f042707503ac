"""The embedded default as an ordinary transformers folder: `BertForPreTraining`, with its tokenizer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from safetensors.numpy import save_file

from senselens.mini import FOLDER, SHA256
from senselens.onnx_network import WORDS, float32, read_bytes, read_weights

TOKENIZER = {
    "tokenizer_class": "BertTokenizer",
    "do_lower_case": True,
    "model_max_length": 512,
    **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")},
}


def export_mini(target: Path) -> Path:
    """Write the weights the engine uses, multiplied out to float32, with config and tokenizer, into *target*."""
    target.mkdir(parents=True, exist_ok=True)
    stored = read_weights(FOLDER / "model.safetensors", SHA256)
    tensors = {name: float32(stored, name) for name in stored if not name.endswith(".scale")}
    tensors["cls.predictions.decoder.weight"] = tensors[WORDS].copy()  # tied, and written out for readers that do not tie
    tensors["cls.predictions.decoder.bias"] = tensors["cls.predictions.bias"].copy()
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    config = json.loads(read_bytes(FOLDER / "config.json")) | {"architectures": ["BertForPreTraining"], "dtype": "float32"}
    (target / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    (target / "tokenizer_config.json").write_text(json.dumps(TOKENIZER, indent=2), encoding="utf-8")
    shutil.copy(FOLDER / "tokenizer.json", target / "tokenizer.json")
    return target
