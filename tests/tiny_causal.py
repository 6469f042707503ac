"""Tiny random causal checkpoints with real tokenizers, written as transformers folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformers
from tiny import CORPUS
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

END = "<|endoftext|>"
LONGEST = 64
LLAMA = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 48}


def byte_level_bpe() -> tuple[Tokenizer, dict[str, str]]:
    """As GPT-2 has it: no piece stands before or after a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=340, initial_alphabet=alphabet, special_tokens=[END]))
    return tokenizer, {"bos": END, "eos": END}


def sentencepiece_bpe() -> tuple[Tokenizer, dict[str, str]]:
    """As Llama 2 has it: a space before every text, bytes for unknown characters, ``<s>`` before a text."""
    names = {"unk": "<unk>", "bos": "<s>", "eos": "</s>"}
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    words = [f"▁{word}" for line in CORPUS for word in line.split() if word.isascii()]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=[*names.values(), *bytes_])
    tokenizer.train_from_iterator(words, trainer)
    made = json.loads(tokenizer.to_str())
    made["added_tokens"] = made["added_tokens"][: len(names)]  # the bytes are pieces like any other
    tokenizer = Tokenizer.from_str(json.dumps(made))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return tokenizer, names


def _gpt2(vocabulary: int) -> Any:
    return transformers.GPT2LMHeadModel(
        transformers.GPT2Config(vocab_size=vocabulary, n_embd=32, n_layer=2, n_head=2, n_positions=LONGEST)
    )


def _llama(vocabulary: int) -> Any:
    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(vocab_size=vocabulary, max_position_embeddings=LONGEST, bos_token_id=1, eos_token_id=2, **LLAMA)
    )


def _neox(vocabulary: int) -> Any:
    sizes = {n: v for n, v in LLAMA.items() if n != "num_key_value_heads"}
    return transformers.GPTNeoXForCausalLM(
        transformers.GPTNeoXConfig(vocab_size=vocabulary, max_position_embeddings=LONGEST, **sizes)
    )


def _qwen2(vocabulary: int) -> Any:
    return transformers.Qwen2ForCausalLM(
        transformers.Qwen2Config(vocab_size=vocabulary + 8, max_position_embeddings=LONGEST, tie_word_embeddings=True, **LLAMA)
    )


def _mamba(vocabulary: int) -> Any:
    return transformers.MambaForCausalLM(
        transformers.MambaConfig(vocab_size=vocabulary, hidden_size=32, num_hidden_layers=2, state_size=4)
    )


KINDS = {
    "gpt2": (byte_level_bpe, _gpt2),
    "llama": (sentencepiece_bpe, _llama),
    "neox": (byte_level_bpe, _neox),
    "qwen2": (byte_level_bpe, _qwen2),
    "llama-bytes": (byte_level_bpe, _llama),
    "mamba": (byte_level_bpe, _mamba),
}


def causal_model(kind: str) -> tuple[Any, Tokenizer, dict[str, str]]:
    """A *kind* of model with random weights, its tokenizer and the names of its special pieces."""
    torch.manual_seed(0)
    tokenizer, names = KINDS[kind][0]()
    model = KINDS[kind][1](tokenizer.get_vocab_size()).eval()
    for parameter in model.parameters():  # larger than the usual start, so that predictions differ
        torch.nn.init.normal_(parameter, std=0.2)
    return model, tokenizer, names


def causal_checkpoint(kind: str, folder: Path) -> Path:
    model, tokenizer, names = causal_model(kind)
    model.save_pretrained(folder)
    tokens = {f"{n}_token": t for n, t in names.items()}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LONGEST, **tokens).save_pretrained(folder)
    return folder
