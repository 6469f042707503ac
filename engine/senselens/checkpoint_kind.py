"""Whether a checkpoint predicts the next piece or masked ones: its configuration says."""

from __future__ import annotations

import json
from pathlib import Path

CAUSAL_HEADS = ("CausalLM", "LMHeadModel")


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
