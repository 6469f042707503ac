"""Token + segment + position: the rows are those of the checkpoint's tables, and the normed sum is layer 0."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file
from tiny import BERT, DEBERTA, ENCODERS, KINDS, LONGEST, checkpoint

import senselens as sl
from senselens.align import align
from senselens.masked_lm import MaskedLM
from senselens.mini import FOLDER, SHA256
from senselens.network import Batch
from senselens.onnx_network import float32, read_weights

Tiny = Callable[[str], str]
TEXT = "The naïve cat sat by the cafe\u0301 at the river bank 😀, didn\u2019t it?"
# kind: what the tables are called in the file, token first; the id of the first position; table width
TABLES = {
    "bert": (("word", "token_type", "position"), 0, 32),
    "bert-cased": (("word", "token_type", "position"), 0, 32),
    "distilbert": (("word", "", "position"), 0, 32),
    "roberta": (("word", "token_type", "position"), 2, 32),
    "xlm-roberta": (("word", "token_type", "position"), 2, 32),
    "camembert": (("word", "token_type", "position"), 2, 32),
    "albert": (("word", "token_type", "position"), 0, 16),
    "deberta": (("word", "", ""), None, 32),
    "deberta-v2": (("word", "", ""), None, 32),
    "modernbert": (("tok", "", ""), None, 32),
    "electra": (("word", "token_type", "position"), 0, 16),
    "mpnet": (("word", "", "position"), 2, 32),
}


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("pair", [None, "It was a bank."])
def test_the_parts_are_rows_of_the_tables_in_the_file(tiny: Tiny, kind: str, pair: str | None) -> None:
    found = sl.load(tiny(kind)).input_representation(TEXT, pair)
    tensors = load_file(Path(tiny(kind)) / "model.safetensors")
    names, first, width = TABLES[kind]
    ids = [found.token_ids, found.segment_ids, found.position_ids]
    for name, numbers, part in zip(names, ids, [found.token, found.segment, found.position], strict=True):
        if not name:
            assert numbers is None
            assert part is None
            continue
        (table,) = [v for k, v in tensors.items() if k.endswith(f"embeddings.{name}_embeddings.weight")]
        np.testing.assert_array_equal(part, table.numpy()[numbers])
    assert found.token.shape == (len(found.pieces), width)
    if first is not None:
        assert found.position_ids.tolist() == list(range(first, first + len(found.pieces)))


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("pair", [None, "It was a bank."])
def test_the_normed_sum_is_layer_0(tiny: Tiny, kind: str, pair: str | None) -> None:
    model = sl.load(tiny(kind))
    found = model.input_representation(TEXT, pair)
    parts = [p for p in (found.token, found.segment, found.position) if p is not None]
    np.testing.assert_allclose(found.total, sum(parts), atol=1e-6)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny(kind))
    inputs = dict(tokenizer(TEXT, pair, return_tensors="pt", return_token_type_ids=found.segment_ids is not None))
    if kind == "albert":  # transformers 5 leaves ALBERT's segments out by default
        assert inputs["token_type_ids"][0].tolist() == found.segment_ids.tolist()
    assert inputs["input_ids"][0].tolist() == found.token_ids.tolist()
    reference = transformers.AutoModel.from_pretrained(tiny(kind)).eval()
    with torch.no_grad():
        out = reference(**inputs, output_hidden_states=True)
        norm = reference.embeddings.norm if kind == "modernbert" else reference.embeddings.LayerNorm
        normed = norm(torch.from_numpy(found.total)).numpy()
    np.testing.assert_allclose(found.normalised, normed, atol=1e-5)
    np.testing.assert_allclose(found.layer_0, out.hidden_states[0][0].numpy(), atol=1e-5)
    if kind in ("albert", "electra"):
        assert (found.normalised.shape[1], found.layer_0.shape[1]) == (16, 32)
    else:
        assert found.layer_0 is found.normalised


@pytest.mark.parametrize("kind", [*ENCODERS, "mini"])
def test_layer_0_of_a_word_is_the_mean_of_its_pieces(tiny: Tiny, kind: str) -> None:
    model = sl.load("mini" if kind == "mini" else tiny(kind))
    found, encoding = model.input_representation(TEXT), model.encode(TEXT)
    inside = [i for i, span in enumerate(found.spans) if span is not None]
    (pieces,) = model.tokenizer.pieces([TEXT])
    means = align(pieces.offsets, encoding.words).mean(found.layer_0[inside])
    np.testing.assert_allclose(means, encoding.layers[0], atol=1e-5)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize("pair", [None, "It was warm there."])
def test_the_embedded_model_adds_up_its_stored_tables(precision: str, pair: str | None) -> None:
    model = sl.load("mini", precision)
    assert isinstance(model, MaskedLM)
    found = model.input_representation(TEXT, pair)
    batch = Batch.of([found.token_ids], model.network.padding, [found.segment_ids])
    np.testing.assert_allclose(found.layer_0, model.network.hidden(batch)[0, 0], atol=1e-5)
    stored = read_weights(FOLDER / "model.safetensors", SHA256)
    for name, ids, part in (
        ("word", found.token_ids, found.token),
        ("token_type", found.segment_ids, found.segment),
        ("position", found.position_ids, found.position),
    ):
        np.testing.assert_array_equal(part, float32(stored, f"bert.embeddings.{name}_embeddings.weight")[ids])
    assert np.abs(found.layer_0.mean(0)).max() > 0


def test_a_pair_of_texts(mini: sl.Model) -> None:
    found = mini.input_representation("A cat.", "Dogs?")
    assert found.pieces == ("[CLS]", "a", "cat", ".", "[SEP]", "dogs", "?", "[SEP]")
    assert found.texts == (None, 0, 0, 0, None, 1, 1, None)
    assert found.segment_ids.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert found.position_ids.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    texts = ("A cat.", "Dogs?")
    spelt = [None if t is None else s.of(texts[t]) for t, s in zip(found.texts, found.spans, strict=True)]
    assert spelt == [None, "A", "cat", ".", None, "Dogs", "?", None]


@pytest.mark.parametrize(
    ("kind", "word"), [("roberta", "Ġbank"), ("xlm-roberta", "▁bank"), ("deberta-v2", "▁bank"), ("bert", "bank")]
)
def test_the_characters_of_a_piece_leave_out_the_space_before_it(tiny: Tiny, kind: str, word: str) -> None:
    found = sl.load(tiny(kind)).input_representation("the bank 😀")
    assert found.spans[found.pieces.index(word)] == sl.Span(4, 8)


def test_segments_of_roberta_stay_in_its_one_row(tiny: Tiny, tmp_path: Path) -> None:
    """Even with a tokenizer that numbers the second text 1."""
    folder = shutil.copytree(tiny("roberta"), tmp_path / "roberta")
    shutil.copy(Path(tiny("modernbert")) / "tokenizer_config.json", folder)
    definition = json.loads((Path(tiny("modernbert")) / "tokenizer.json").read_text(encoding="utf-8"))
    definition["post_processor"]["pair"][3]["Sequence"]["type_id"] = 1
    (folder / "tokenizer.json").write_text(json.dumps(definition), encoding="utf-8")
    model = sl.load(str(folder))
    assert model.tokenizer.template.pair_segment == 1
    assert set(model.input_representation("a", "b").segment_ids.tolist()) == {0}
    assert model.attention("a", "b").weights.shape[0] == 3


@pytest.mark.parametrize("version", ["deberta", "deberta-v2"])
def test_a_deberta_with_positions_segments_and_a_narrow_table(
    tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest ones add positions; with a narrow table DeBERTa projects the sum before it norms it."""
    values = {**DEBERTA, "position_biased_input": True, "type_vocab_size": 2, "embedding_size": 16}
    monkeypatch.setitem(KINDS, version, (KINDS[version][0], values, KINDS[version][2]))
    model_class = transformers.DebertaModel if version == "deberta" else transformers.DebertaV2Model
    model = sl.load(str(checkpoint(version, tmp_path / version, model_class)))
    found = model.input_representation(TEXT, "A bank")
    assert found.position_ids.tolist() == list(range(len(found.pieces)))
    assert (found.total.shape[1], found.normalised.shape[1]) == (16, 32)
    batch = Batch.of([found.token_ids], model.network.padding, [found.segment_ids])
    np.testing.assert_allclose(found.layer_0, model.network.hidden(batch)[0, 0], atol=1e-5)


def test_a_layer_0_that_is_not_the_sum_of_these_parts_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BigBird can scale its rows by the root of their width."""
    monkeypatch.setitem(
        KINDS, "big_bird", (transformers.BigBirdForMaskedLM, {**BERT, "rescale_embeddings": True}, KINDS["bert"][2])
    )
    model = sl.load(str(checkpoint("big_bird", tmp_path / "big_bird")))
    assert "input" not in model.card.capabilities
    with pytest.raises(sl.Unsupported, match=r"cannot show how its input layer is made; .*albert, .*mini, .* can"):
        model.input_representation("a cat")


def test_a_network_without_such_tables_has_no_input_to_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XLM keeps its tables elsewhere."""
    sizes = {"emb_dim": 32, "n_layers": 2, "n_heads": 4, "max_position_embeddings": LONGEST}
    monkeypatch.setitem(KINDS, "xlm", (transformers.XLMModel, sizes, KINDS["bert"][2]))
    model = sl.load(str(checkpoint("xlm", tmp_path / "xlm")))
    assert "input" not in model.card.capabilities
    assert model.encode(TEXT).layers.shape == (3, 13, 32)


def test_a_text_too_long_to_read_at_once(tiny: Tiny) -> None:
    model = sl.load(tiny("bert"))
    room = LONGEST - 2
    assert len(model.input_representation("the " * room).pieces) == LONGEST
    with pytest.raises(sl.Unsupported, match=f"takes {LONGEST} pieces at once, the text has {LONGEST + 1}; shorten it"):
        model.input_representation("the " * (room + 1))
    with pytest.raises(sl.Unsupported, match="the pair has"):
        model.attention("the " * room, "cat")


@pytest.mark.parametrize("kind", ["bert", "distilbert", "modernbert"])
def test_as_json(tiny: Tiny, kind: str) -> None:
    found = sl.load(tiny(kind)).input_representation("A cat", "Dogs")
    read = json.loads(json.dumps(found.to_dict()))
    assert read["pieces"] == list(found.pieces)
    assert read["spans"][0] is None
    assert read["spans"][1] == {"start": 0, "end": 1}
    assert read["token_ids"] == found.token_ids.tolist()
    assert np.allclose(read["layer_0"], found.layer_0)
    assert (read["position"] is None) == (kind == "modernbert")
    assert (read["segment"] is None) == (kind != "bert")
