"""Which family reads a checkpoint that is no row of the registry: its configuration says."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

from senselens.model import Model
from senselens.registry import FAMILIES

CAUSAL_HEADS = ("CausalLM", "LMHeadModel")


def load_checkpoint(name: str, precision: str = "fp32") -> Model:
    """The model in the folder or GGUF file *name*, or of the Hub id *name*. Raises what its family's loader does."""
    module, function = FAMILIES["causal" if is_causal(name) else "transformers"].split(":")
    model: Model = getattr(import_module(module), function)(name, precision)
    return model


def is_causal(name: str) -> bool:
    """Whether the checkpoint predicts the next piece; False too where its configuration cannot be had: the loader says why."""
    if name.endswith(".gguf"):
        return True
    try:
        config = json.loads(_configuration(name).read_text(encoding="utf-8"))
        heads = config.get("architectures") or ()
    except (ImportError, OSError, ValueError, AttributeError):
        return False
    return any(head.endswith(CAUSAL_HEADS) for head in heads)


def _configuration(name: str) -> Path:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder / "config.json"
    from huggingface_hub import hf_hub_download

    return Path(hf_hub_download(name, "config.json"))
