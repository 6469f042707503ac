"""A causal model out of a GGUF file, for transformers to run: its configuration, its tokenizer and its weights.

transformers reads such files itself, with the same weights as a result, but needs accelerate for it and goes through the file
three times: 21 seconds for SmolLM2-135M where this takes 3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens.encoding import Vectors
from senselens.errors import BadModelFile, Unsupported
from senselens.gguf_file import GgufFile

if TYPE_CHECKING:
    from transformers import PreTrainedModel

ARCHITECTURES = {"llama": "Llama", "qwen2": "Qwen2"}  # GGUF's names, and the beginning of transformers'
COUNTS = {
    "num_hidden_layers": "block_count",
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "num_attention_heads": "attention.head_count",
    "num_key_value_heads": "attention.head_count_kv",
    "max_position_embeddings": "context_length",
}
TENSORS = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
BLOCK = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}

DIGITS = {"type": "Digits", "individual_digits": True}
WORDS = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CUTS: dict[str, list[dict[str, Any]]] = {  # by `tokenizer.ggml.pre`: what is done to a text before it is cut into pieces
    "smollm": [DIGITS, WORDS],
    "gpt-2": [WORDS],
    "qwen2": [
        {"type": "Split", "pattern": {"Regex": QWEN2}, "behavior": "Isolated", "invert": False},
        WORDS | {"use_regex": False},
    ],
}
CONTROL, USER_DEFINED = 3, 4  # of `tokenizer.ggml.token_type`


def read_gguf(path: Path) -> tuple[PreTrainedModel, str, list[int | None]]:
    """The model in *path*, its tokenizer's definition, and the ids of its BOS and EOS.

    Raises `ModelUnavailable` (no such file), `BadModelFile` naming the key or tensor, and `Unsupported` for an architecture
    or tokenizer that is not read here.
    """
    import torch
    import transformers

    file = GgufFile(path)
    try:
        kind = _known(file, "general.architecture", ARCHITECTURES)
        definition = json.dumps(_tokenizer(file))
        config = getattr(transformers, f"{kind}Config")(**_configuration(file))
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise BadModelFile(f"{path} lacks or misstates {error}: fetch the file again, whole") from None
    names = dict(_names(file, config.num_hidden_layers))
    if strange := sorted(file.stored.keys() - names):
        raise Unsupported(f"{path} has a tensor {strange[0]}, which is not understood here; give the model as safetensors")
    state = {theirs: torch.from_numpy(_weights(file, ours, config)) for ours, theirs in names.items()}
    architecture = getattr(transformers, f"{kind}ForCausalLM")
    with torch.device("meta"):
        wanted = {name: tensor.shape for name, tensor in architecture(config).state_dict().items()}
    if config.tie_word_embeddings:
        del wanted["lm_head.weight"]
    for name, shape in wanted.items():
        if name not in state or state[name].shape != shape:
            found = list(state[name].shape) if name in state else "not there"
            raise BadModelFile(f"{path}: the tensor for {name} should be {list(shape)} and is {found}; fetch the file again")
    model = architecture.from_pretrained(None, config=config, state_dict=state, dtype=torch.float32)
    return model, definition, [config.bos_token_id, config.eos_token_id]


def _known(file: GgufFile, key: str, table: dict[str, Any]) -> Any:
    """What *table* has for the value of *key*. Raises `Unsupported`."""
    if (value := file.facts[key]) not in table:
        raise Unsupported(f"{file.path} has {key} {value!r}; {', '.join(table)} can be read: give the model as safetensors")
    return table[value]


def _configuration(file: GgufFile) -> dict[str, Any]:
    """The arguments of transformers' configuration. Raises `LookupError`, `TypeError` or `ValueError` naming the key."""
    facts, name = file.facts, file.facts["general.architecture"]
    config: dict[str, Any] = {ours: _count(facts, f"{name}.{key}") for ours, key in COUNTS.items()}
    if config["num_hidden_layers"] > len(file.stored):
        raise ValueError(f"{f'{name}.block_count'!r}, {config['num_hidden_layers']}, with {len(file.stored)} tensors")
    config["rms_norm_eps"] = float(facts[f"{name}.attention.layer_norm_rms_epsilon"])
    config["head_dim"] = facts.get(f"{name}.attention.key_length", config["hidden_size"] // config["num_attention_heads"])
    if facts.get(f"{name}.rope.dimension_count", config["head_dim"]) != config["head_dim"]:
        raise Unsupported(f"{file.path} turns only part of each head's vector by its place; give the model as safetensors")
    if (scaling := facts.get(f"{name}.rope.scaling.type", "none")) != "none":
        raise Unsupported(f"{file.path} stretches places ({scaling}); give the model as safetensors")
    return config | {
        "rope_parameters": {"rope_type": "default", "rope_theta": float(facts.get(f"{name}.rope.freq_base", 10_000.0))},
        "vocab_size": len(facts["tokenizer.ggml.tokens"]),
        "bos_token_id": _piece(facts, "tokenizer.ggml.bos_token_id"),
        "eos_token_id": _piece(facts, "tokenizer.ggml.eos_token_id"),
        "pad_token_id": None,
        "tie_word_embeddings": "output.weight" not in file.stored,
    }


def _count(facts: dict[str, Any], key: str) -> int:
    if not isinstance(value := facts[key], int) or value < 1:
        raise ValueError(f"{key!r}, {value!r}")
    return value


def _piece(facts: dict[str, Any], key: str) -> int | None:
    """The number of a piece; None where the file names none."""
    value: int | None = facts.get(key)
    if value is not None and value not in range(len(facts["tokenizer.ggml.tokens"])):
        raise ValueError(f"{key!r}, {value!r}")
    return value


def _names(file: GgufFile, layers: int) -> Iterator[tuple[str, str]]:
    """Each tensor that the model needs, by GGUF's name and by transformers'; biases and an output of its own where they are."""
    for ours, theirs in TENSORS.items():
        if ours != "output" or "output.weight" in file.stored:
            yield f"{ours}.weight", f"{theirs}.weight"
    for i in range(layers):
        for ours, theirs in BLOCK.items():
            yield f"blk.{i}.{ours}.weight", f"model.layers.{i}.{theirs}.weight"
            if f"blk.{i}.{ours}.bias" in file.stored:
                yield f"blk.{i}.{ours}.bias", f"model.layers.{i}.{theirs}.bias"


def _weights(file: GgufFile, name: str, config: Any) -> Vectors:
    """The tensor, with llama.cpp's order of a llama's query and key rows undone: it has each turned pair side by side."""
    weights = file.tensor(name)
    if config.model_type != "llama" or not (".attn_q." in name or ".attn_k." in name):
        return weights
    pairs = weights.reshape(-1, config.head_dim // 2, 2, *weights.shape[1:])  # (heads, pairs, 2, …)
    restored: Vectors = pairs.swapaxes(1, 2).reshape(weights.shape)
    return restored


def _tokenizer(file: GgufFile) -> dict[str, Any]:
    """The definition of byte-level BPE as the package tokenizers writes it. Raises `LookupError` naming the key."""
    facts = file.facts
    _known(file, "tokenizer.ggml.model", {"gpt2": None})
    cuts = _known(file, "tokenizer.ggml.pre", CUTS)
    pieces = facts["tokenizer.ggml.tokens"]
    kinds = facts["tokenizer.ggml.token_type"]
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    added = [
        {"id": i, "content": piece, "special": kind == CONTROL, **plain}
        for i, (piece, kind) in enumerate(zip(pieces, kinds, strict=True))
        if kind in (CONTROL, USER_DEFINED)
    ]
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": {piece: i for i, piece in enumerate(pieces)},
        "merges": [merge.split(" ") for merge in facts["tokenizer.ggml.merges"]],
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFC"} if facts["tokenizer.ggml.pre"] == "qwen2" else None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": cuts},
        "post_processor": None,
        "decoder": WORDS,
        "model": model,
    }
