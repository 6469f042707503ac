"""Attention, head by head: transformers' own weights, and rows that sum to 1."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from tiny import ENCODERS, KINDS, ROBERTA, checkpoint

import senselens as sl
from senselens.export import export_mini

Tiny = Callable[[str], str]
TEXT = "The naïve cat sat by the river bank 😀, didn\u2019t it?"


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("pair", [None, "It was a bank."])
def test_weights_are_those_of_transformers(tiny: Tiny, kind: str, pair: str | None) -> None:
    found = sl.load(tiny(kind)).attention(TEXT, pair)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny(kind))
    reference = transformers.AutoModel.from_pretrained(tiny(kind), attn_implementation="eager").eval()
    inputs = tokenizer(TEXT, pair, return_tensors="pt", return_token_type_ids=kind in ("bert", "bert-cased", "albert", "electra"))
    with torch.no_grad():
        weights = torch.stack(reference(**inputs, output_attentions=True).attentions)[:, 0].numpy()
    assert found.weights.shape == weights.shape == (3, 4, len(found.pieces), len(found.pieces))
    assert found.weights.dtype == np.float32
    np.testing.assert_allclose(found.weights, weights, atol=1e-5)
    np.testing.assert_allclose(found.weights.sum(-1), 1, atol=1e-5)
    assert list(found.pieces) == tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist())


@pytest.mark.parametrize("kind", ["bert", "deberta-v2"])
def test_asking_for_attention_changes_nothing_else(tiny: Tiny, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = sl.load(tiny(kind))
    before, way = model.encode(TEXT).layers, model.network._model.config._attn_implementation
    monkeypatch.setattr(transformers.PreTrainedModel, "from_pretrained", lambda *_: pytest.fail("the weights were read again"))
    model.attention(TEXT)
    assert model.network._model.config._attn_implementation == way
    assert way == ("sdpa" if kind == "bert" else "eager")
    np.testing.assert_array_equal(model.encode(TEXT).layers, before)


def test_the_embedded_model_has_the_attention_of_its_transformers_folder(mini: sl.Model, tmp_path: Path) -> None:
    found = mini.attention(TEXT, "A second text.")
    theirs = sl.load(str(export_mini(tmp_path / "exported"))).attention(TEXT, "A second text.")
    assert found.weights.shape == (6, 12, len(found.pieces), len(found.pieces))
    assert found.pieces == theirs.pieces
    assert found.spans == theirs.spans
    assert found.texts == theirs.texts
    np.testing.assert_allclose(found.weights.sum(-1), 1, atol=1e-5)
    np.testing.assert_allclose(found.weights, theirs.weights, atol=1e-4)


def test_sparse_attention_is_of_another_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longformer gives the weights of a window around each piece."""
    values = {**ROBERTA, "attention_window": [4, 4, 4], "sep_token_id": 2, "bos_token_id": 0, "eos_token_id": 2}
    monkeypatch.setitem(KINDS, "longformer", (transformers.LongformerForMaskedLM, values, KINDS["roberta"][2]))
    model = sl.load(str(checkpoint("longformer", tmp_path / "longformer")))
    assert "attention" not in model.card.capabilities
    with pytest.raises(sl.Unsupported, match=r"cannot show where its heads look; .*bert-base-uncased"):
        model.attention(TEXT)


def test_as_json(mini: sl.Model) -> None:
    found = mini.attention("A cat", "Dogs")
    read = json.loads(json.dumps(found.to_dict()))
    assert read["pieces"] == ["[CLS]", "a", "cat", "[SEP]", "dogs", "[SEP]"]
    assert read["texts"] == [None, 0, 0, None, 1, None]
    assert read["spans"][2] == {"start": 2, "end": 5}
    assert np.array(read["weights"]).shape == (6, 12, 6, 6)
