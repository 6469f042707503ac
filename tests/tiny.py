"""Tiny random checkpoints with real tokenizers, written as transformers folders.

Each has the tokenizer class of its architecture, trained here: WordPiece, byte-level BPE, or a SentencePiece file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sentencepiece
import torch
import transformers as t
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = 5 * [
    "The cat sat on the mat, and the dog sat by the river bank.",
    "I deposited money at the bank; don't ask why.",
    "Naïve cafés in Straße 5 sell 😀 tea.",
    *(f"The {a} and the {b} by the {c}." for a, b, c in permutations(("cat", "dog", "river", "bank", "money", "tea"), 3)),
]
SIZES = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 64}
LONGEST = 64  # pieces, special ones included, that every one of them takes
BERT_NAMES = {n: f"[{n.upper()}]" for n in ("pad", "unk", "cls", "sep", "mask")}


@cache
def wordpieces(cased: bool = False, specials: tuple[str, ...] = tuple(BERT_NAMES.values())) -> dict[str, int]:
    """A WordPiece vocabulary; *specials* come first."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=not cased)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=160, special_tokens=list(specials)))
    return tokenizer.get_vocab()


@cache
def byte_level(specials: tuple[str, ...]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet, special_tokens=list(specials))
    )
    return tokenizer


@cache
def sentencepieces(**options: Any) -> bytes:
    """A SentencePiece model of the unigram kind, as the bytes of its file."""
    with TemporaryDirectory() as folder:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS),
            model_prefix=f"{folder}/pieces",
            vocab_size=120,
            model_type="unigram",
            hard_vocab_limit=False,
            character_coverage=1.0,
            minloglevel=2,
            **options,
        )
        return Path(folder, "pieces.model").read_bytes()


def bert_tokenizer(folder: Path, cased: bool = False) -> Any:
    return t.BertTokenizer(vocab=wordpieces(cased), do_lower_case=not cased)


def roberta_tokenizer(folder: Path) -> Any:
    trained = byte_level(("<s>", "<pad>", "</s>", "<unk>", "<mask>"))
    folder.mkdir(parents=True, exist_ok=True)
    trained.model.save(str(folder))
    mask = AddedToken("<mask>", lstrip=True, special=True)
    read = t.RobertaTokenizer.from_pretrained(folder, mask_token=mask)
    for name in ("vocab.json", "merges.txt"):
        (folder / name).unlink()
    return read


def modernbert_tokenizer(folder: Path) -> Any:
    trained = Tokenizer.from_str(byte_level(("[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]")).to_str())
    trained.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True)])
    trained.normalizer = normalizers.NFC()
    trained.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    names = {f"{n}_token": token for n, token in BERT_NAMES.items()}
    inputs = ["input_ids", "attention_mask"]
    return t.PreTrainedTokenizerFast(tokenizer_object=trained, model_input_names=inputs, **names)


def mpnet_tokenizer(folder: Path) -> Any:
    return t.MPNetTokenizer(vocab=wordpieces(specials=("<s>", "<pad>", "</s>", "[UNK]", "<mask>")))


def from_sentencepieces(name: str, kind: str, **options: Any) -> Callable[[Path], Any]:
    """The tokenizer that transformers makes of the SentencePiece file *name* beside a config of the model type *kind*."""

    def make(folder: Path) -> Any:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(sentencepieces(**options))
        (folder / "config.json").write_text(f'{{"model_type": "{kind}"}}', encoding="utf-8")
        read = t.AutoTokenizer.from_pretrained(folder)
        (folder / name).unlink()
        return read

    return make


albert_tokenizer = from_sentencepieces(
    "spiece.model",
    "albert",
    pad_id=0,
    pad_piece="<pad>",
    unk_id=1,
    bos_id=-1,
    eos_id=-1,
    control_symbols="[CLS],[SEP],[MASK]",
    normalization_rule_name="nmt_nfkc_cf",
)
deberta_tokenizer = from_sentencepieces(
    "spm.model",
    "deberta-v2",
    pad_id=0,
    pad_piece="[PAD]",
    bos_id=1,
    bos_piece="[CLS]",
    eos_id=2,
    eos_piece="[SEP]",
    unk_id=3,
    unk_piece="[UNK]",
)
xlm_tokenizer = from_sentencepieces("sentencepiece.bpe.model", "xlm-roberta")
camembert_tokenizer = from_sentencepieces("sentencepiece.bpe.model", "camembert")

ROBERTA = {**SIZES, "max_position_embeddings": LONGEST + 2, "type_vocab_size": 1, "pad_token_id": 1}
DEBERTA = {
    **SIZES,
    "max_position_embeddings": LONGEST,
    "type_vocab_size": 0,
    "relative_attention": True,
    "position_biased_input": False,
    "pos_att_type": ["c2p", "p2c"],
}
BERT = {**SIZES, "max_position_embeddings": LONGEST}

# kind: the model class, its config's values, its tokenizer
KINDS: dict[str, tuple[Any, dict[str, Any], Callable[[Path], Any]]] = {
    "bert": (t.BertForPreTraining, BERT, bert_tokenizer),
    "bert-cased": (t.BertForPreTraining, BERT, lambda folder: bert_tokenizer(folder, cased=True)),
    "bert-masked": (t.BertForMaskedLM, BERT, bert_tokenizer),
    "bert-encoder": (t.BertModel, BERT, bert_tokenizer),
    "bert-classifier": (t.BertForSequenceClassification, BERT, bert_tokenizer),
    "distilbert": (
        t.DistilBertForMaskedLM,
        {"dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 64, "max_position_embeddings": LONGEST},
        bert_tokenizer,
    ),
    "roberta": (t.RobertaForMaskedLM, ROBERTA, roberta_tokenizer),
    "xlm-roberta": (t.XLMRobertaForMaskedLM, ROBERTA, xlm_tokenizer),
    "camembert": (t.CamembertForMaskedLM, ROBERTA, camembert_tokenizer),
    "albert": (t.AlbertForPreTraining, {**BERT, "embedding_size": 16}, albert_tokenizer),
    "deberta": (t.DebertaForMaskedLM, {**DEBERTA, "legacy": False}, roberta_tokenizer),
    "deberta-v2": (
        t.DebertaV2ForMaskedLM,
        {**DEBERTA, "position_buckets": 16, "norm_rel_ebd": "layer_norm", "share_att_key": True},
        deberta_tokenizer,
    ),
    "modernbert": (
        t.ModernBertForMaskedLM,
        {
            **SIZES,
            "max_position_embeddings": LONGEST,
            "global_attn_every_n_layers": 2,
            "local_attention": 16,
            "cls_token_id": 1,
            "bos_token_id": 1,
            "sep_token_id": 2,
            "eos_token_id": 2,
            "pad_token_id": 3,
        },
        modernbert_tokenizer,
    ),
    "electra": (t.ElectraForMaskedLM, {**BERT, "embedding_size": 16}, bert_tokenizer),
    "electra-detector": (t.ElectraForPreTraining, {**BERT, "embedding_size": 16}, bert_tokenizer),
    "mpnet": (t.MPNetForMaskedLM, {**SIZES, "max_position_embeddings": LONGEST + 2}, mpnet_tokenizer),
    "gpt2": (t.GPT2LMHeadModel, {"n_embd": 32, "n_layer": 2, "n_head": 2}, roberta_tokenizer),
}
ENCODERS = (
    *("bert", "bert-cased", "distilbert", "roberta", "xlm-roberta", "camembert", "albert"),
    *("deberta", "deberta-v2", "modernbert", "electra", "mpnet"),
)  # one of each architecture that predicts masked words


def checkpoint(kind: str, folder: Path, model_class: Any = None) -> Path:
    """A *kind* of `KINDS` with random weights in *folder*, as *model_class* where that is not the kind's own."""
    torch.manual_seed(0)
    own_class, values, make_tokenizer = KINDS[kind]
    tokenizer = make_tokenizer(folder)
    chosen = model_class or own_class
    model = chosen(chosen.config_class(**{"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id, **values}))
    for parameter in model.parameters():  # larger than the usual start, so that predictions differ
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
