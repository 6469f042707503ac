"""Tiny random checkpoints with real tokenizers, written as transformers folders."""

from __future__ import annotations

from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The cat sat on the mat, and the dog sat by the river bank.",
    "I deposited money at the bank; don't ask why.",
    "Naïve cafés in Straße 5 sell 😀 tea.",
] * 20
SIZES = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 64}


def wordpiece() -> tuple[Tokenizer, dict[str, str]]:
    names = {n: f"[{n.upper()}]" for n in ("unk", "cls", "sep", "pad", "mask")}
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=160, special_tokens=list(names.values())))
    cls, sep = (tokenizer.token_to_id(names[n]) for n in ("cls", "sep"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    return tokenizer, names


def byte_level() -> tuple[Tokenizer, dict[str, str]]:
    names = {"cls": "<s>", "pad": "<pad>", "sep": "</s>", "unk": "<unk>", "mask": "<mask>"}
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet, special_tokens=list(names.values()))
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer, names


def checkpoint(kind: str, folder: Path) -> Path:
    """A *kind* of transformers model with random weights: bert, bert-masked, bert-encoder, roberta or gpt2."""
    torch.manual_seed(0)
    tokenizer, names = byte_level() if kind in ("roberta", "gpt2") else wordpiece()
    vocabulary = tokenizer.get_vocab_size()
    if kind == "roberta":
        config = transformers.RobertaConfig(
            vocab_size=vocabulary,
            max_position_embeddings=66,
            type_vocab_size=1,
            pad_token_id=1,
            bos_token_id=0,
            eos_token_id=2,
            **SIZES,
        )
        model = transformers.RobertaForMaskedLM(config)
    elif kind == "gpt2":
        model = transformers.GPT2LMHeadModel(transformers.GPT2Config(vocab_size=vocabulary, n_embd=32, n_layer=2, n_head=2))
    else:
        config = transformers.BertConfig(vocab_size=vocabulary, max_position_embeddings=64, pad_token_id=3, **SIZES)
        classes = {
            "bert": transformers.BertForPreTraining,
            "bert-masked": transformers.BertForMaskedLM,
            "bert-encoder": transformers.BertModel,
        }
        model = classes[kind](config)
    for parameter in model.parameters():  # larger than the usual start, so that predictions differ
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    tokens = {f"{n}_token": t for n, t in names.items()}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **tokens).save_pretrained(folder)
    return folder
