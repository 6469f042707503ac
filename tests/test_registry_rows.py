"""The rows of the BERT family: their shapes, by building their architectures, and what a tiny one of each loads as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers as t
from tiny import checkpoint

import senselens as sl
from senselens import cards, registry

ROBERTA = {"vocab_size": 50_265, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1}
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096}
ALBERT = {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072}
DEBERTA = {
    "vocab_size": 128_100,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "type_vocab_size": 0,
    "relative_attention": True,
    "position_biased_input": False,
    "pos_att_type": ["p2c", "c2p"],
    "position_buckets": 256,
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
}
# row: its class and the values of its config.json that differ from that class's; the tiny kind, where not of that class itself
ROWS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "bert-base-uncased": (t.BertForPreTraining, {}, "bert"),
    "bert-large-uncased": (t.BertForPreTraining, LARGE, "bert"),
    "bert-base-multilingual-cased": (t.BertForPreTraining, {"vocab_size": 119_547}, "bert-cased"),
    "distilbert-base-uncased": (t.DistilBertForMaskedLM, {}, "distilbert"),
    "roberta-base": (t.RobertaForMaskedLM, ROBERTA, "roberta"),
    "albert": (t.AlbertForPreTraining, ALBERT, "albert"),
    "modernbert": (t.ModernBertForMaskedLM, {}, "modernbert"),
    "deberta": (t.DebertaV2Model, DEBERTA, "deberta-v2"),
    "biobert": (t.BertForMaskedLM, {"vocab_size": 28_996}, "bert-cased"),
    "scibert": (t.BertForPreTraining, {"vocab_size": 31_090}, "bert"),
    "finbert": (t.BertForMaskedLM, {"vocab_size": 30_873}, "bert"),
    "distilbert-squad": (t.DistilBertForQuestionAnswering, {"vocab_size": 28_996}, "distilbert"),
    "roberta-squad2": (t.RobertaForQuestionAnswering, ROBERTA, "roberta"),
    "distilbert-sst2": (t.DistilBertForSequenceClassification, {}, "distilbert"),
    "finbert-sentiment": (t.BertForSequenceClassification, {"num_labels": 3}, "bert"),
}
each_row = pytest.mark.parametrize("name", ROWS)


def test_every_row_of_the_family_is_checked_here() -> None:
    assert set(ROWS) == {name for name, card in cards.CARDS.items() if card.family == "transformers"}


@each_row
def test_layers_width_and_size_are_those_of_the_architecture(name: str) -> None:
    """Built without memory for its tensors; the size is of float32, as the files have it."""
    model_class, values, _ = ROWS[name]
    with torch.device("meta"):
        model = model_class(model_class.config_class(**values))
    model.tie_weights()
    card = cards.CARDS[name]
    assert card.layers == model.config.num_hidden_layers + 1
    assert card.width == model.config.hidden_size
    assert card.size == pytest.approx(4 * sum(p.numel() for p in model.parameters()), rel=1e-3)


@each_row
def test_a_tiny_one_loads_as_its_row(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model_class, _, kind = ROWS[name]
    row = cards.CARDS[name]
    monkeypatch.setitem(cards.CARDS, name, replace(row, source=str(checkpoint(kind, tmp_path / kind, model_class))))
    registry.load.cache_clear()
    try:
        card = sl.load(name).card
    finally:
        registry.load.cache_clear()
    assert card.capabilities == row.capabilities
    assert (card.name, card.licence, card.where, card.about) == (name, row.licence, row.where, row.about)


@pytest.mark.parametrize(
    ("name", "row"),
    [("bert", "bert-base-uncased"), ("roberta", "roberta-base"), ("allenai/scibert_scivocab_uncased", "scibert")],
)
def test_a_row_answers_to_a_short_name_and_to_its_hub_id(name: str, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("senselens.checkpoint.load_transformers", lambda name, precision: asked.append(name))
    registry.load.cache_clear()
    sl.load(name)
    registry.load.cache_clear()
    assert asked == [row]


def test_domain_rows_say_their_case_and_where_their_weights_are() -> None:
    for name in ("biobert", "scibert", "finbert", "deberta"):
        card = cards.CARDS[name]
        assert card.about.startswith(("cased", "uncased"))
        assert "pytorch_model.bin, which is never read" in card.about
        assert card.source.count("/") == 1
