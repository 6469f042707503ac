"""What a folder or Hub id loads as: its heads, its tokenizer's case, and what is refused with which words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from conftest import Without
from safetensors.torch import load_file, save_file
from tiny import checkpoint

import senselens as sl
from senselens import registry

Tiny = Callable[[str], str]
PLAIN = {"vectors", "sentence", "attention", "input"}


@pytest.fixture
def copy(tiny: Tiny, tmp_path: Path) -> Path:
    """A tiny BERT that a test may damage."""
    return shutil.copytree(tiny("bert"), tmp_path / "bert")


@pytest.mark.parametrize(
    ("kind", "heads"),
    [
        ("bert", {"masked", "next-sentence"}),
        ("bert-masked", {"masked"}),
        ("bert-encoder", set()),
        ("bert-classifier", {"classify"}),
        ("roberta", {"masked"}),
        ("albert", {"masked"}),
        ("deberta", {"masked"}),
        ("electra", {"masked"}),
        ("electra-detector", set()),
    ],
)
def test_capabilities_are_those_of_the_heads_in_the_file(tiny: Tiny, kind: str, heads: set[str]) -> None:
    assert set(sl.load(tiny(kind)).card.capabilities) == PLAIN | heads


def test_the_file_decides_not_the_class_that_config_json_names(copy: Path) -> None:
    """As of bert-base-uncased: its config.json says BertForMaskedLM, its file has the next-sentence head too."""
    _configure(copy, architectures=["BertForMaskedLM"])
    assert "next-sentence" in sl.load(str(copy)).card.capabilities
    _configure(copy, architectures=None)
    registry.load.cache_clear()
    assert "next-sentence" in sl.load(str(copy)).card.capabilities


def test_debertas_own_head_is_found_where_config_json_says_nothing_of_it(tiny: Tiny, tmp_path: Path) -> None:
    for kind in ("deberta", "deberta-v2"):
        folder = shutil.copytree(tiny("deberta"), tmp_path / kind)
        _configure(folder, legacy=True)
        assert sl.load(str(folder)).predict("The [MASK] sat.") == sl.load(tiny("deberta")).predict("The [MASK] sat.")


def test_a_detector_of_replaced_words_predicts_none(tiny: Tiny, tmp_path: Path) -> None:
    """DeBERTa v3 has both heads in its file, and only its detector's was trained to the end."""
    folder = shutil.copytree(tiny("deberta"), tmp_path / "v3")
    _change_tensors(folder, lambda tensors: tensors.update({"mask_predictions.dense.weight": torch.zeros(2, 2)}))
    for model in (sl.load(str(folder)), sl.load(tiny("electra-detector"))):
        assert set(model.card.capabilities) == PLAIN
        with pytest.raises(sl.Unsupported, match=r"cannot predict masked words; .* \(it was trained to tell which words were"):
            model.predict("The [MASK]")


@pytest.mark.parametrize("left", [(), ("tokenizer.json",)])
def test_a_vocabulary_with_capitals_is_cased_whatever_the_settings_say(
    tiny: Tiny, tmp_path: Path, left: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """BioBERT has only vocab.txt, and BERT's tokenizer lower-cases unless tokenizer_config.json says no."""
    folder = shutil.copytree(tiny("bert-cased"), tmp_path / "biobert")
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=lambda p: vocabulary[p])), encoding="utf-8")
    for name in {"tokenizer.json", "tokenizer_config.json"} - set(left):
        (folder / name).unlink()
    assert transformers.AutoTokenizer.from_pretrained(folder).tokenize("The") == ["the"]
    model = sl.load(str(folder))
    assert "the tokenizer lower-cases, but its vocabulary has" in caplog.text
    assert model.input_representation("The naïve").pieces[1] == "The"
    np.testing.assert_array_equal(model.encode("The naïve").layers, sl.load(tiny("bert-cased")).encode("The naïve").layers)


def test_what_a_model_lacks_names_those_that_have_it(tiny: Tiny) -> None:
    with pytest.raises(sl.Unsupported, match=r"cannot predict masked words; .*bert-base-uncased.* can$"):
        sl.load(tiny("bert-encoder")).predict("a [MASK]")
    with pytest.raises(sl.Unsupported, match=r"cannot predict masked words; .*bert-base-uncased.* can$"):
        sl.load(tiny("gpt2")).predict("a [MASK]")
    with pytest.raises(sl.Unsupported, match="only mini has other precisions"):
        sl.load(tiny("bert"), precision="int8")


def test_an_architecture_without_masked_words_has_vectors(tmp_path: Path) -> None:
    model = sl.load(str(checkpoint("gpt2", tmp_path / "gpt2", transformers.GPT2Model)))
    assert model.card.capabilities == ("vectors", "sentence", "attention")
    assert model.encode("The naïve cat 😀").layers.shape == (3, 3, 32)


def test_an_encoder_with_a_decoder_is_refused(copy: Path) -> None:
    sizes = {"d_model": 16, "d_kv": 4, "d_ff": 16, "num_layers": 1, "num_heads": 2}
    transformers.T5ForConditionalGeneration(transformers.T5Config(vocab_size=100, **sizes)).save_pretrained(copy)
    with pytest.raises(sl.Unsupported, match="a t5 has an encoder and a decoder"):
        sl.load(str(copy))


def test_layers_of_several_sizes_are_refused(copy: Path) -> None:
    sizes = {"d_model": 16, "n_head": 2, "d_head": 8, "d_inner": 16, "block_sizes": [1, 1], "num_decoder_layers": 1}
    transformers.FunnelForMaskedLM(transformers.FunnelConfig(vocab_size=107, **sizes)).save_pretrained(copy)
    with pytest.raises(sl.Unsupported, match="a funnel gives no vectors of one size, layer by layer"):
        sl.load(str(copy))


def test_uncalibrated_models_are_measured_once(tiny: Tiny, home: Path) -> None:
    model = sl.load(tiny("bert-masked"))
    uses = [model.encode(t).word("bank") for t in ("I left money at the bank", "We sat by the river bank")]
    found = sl.similarity(*uses)
    assert -1 <= found.baseline <= 1
    assert -1 <= found.cosine <= 1
    assert 0 < found.same_sense < 1
    (kept,) = (home / "senselens" / "calibrations").glob(f"{model.fingerprint}.json")
    assert kept.stat().st_size > 100
    model.__dict__.pop("calibration")
    assert sl.similarity(*uses) == found
    assert len(sl.senses(model, "We sat by the river bank", "bank")) == 18


def test_two_checkpoints_of_one_name_are_told_apart(tiny: Tiny, copy: Path) -> None:
    _change_tensors(copy, lambda tensors: tensors["bert.pooler.dense.bias"].add_(1))
    assert sl.load(str(copy)).fingerprint != sl.load(tiny("bert")).fingerprint


def test_what_transformers_fills_with_random_numbers_is_not_part_of_the_fingerprint(tiny: Tiny, tmp_path: Path) -> None:
    """A file without a pooler gets a new one at each load."""
    folder = shutil.copytree(tiny("bert-encoder"), tmp_path / "encoder")
    _change_tensors(folder, lambda tensors: [tensors.pop(name) for name in list(tensors) if "pooler" in name])
    first = sl.load(str(folder)).fingerprint
    registry.load.cache_clear()
    torch.manual_seed(1)
    assert sl.load(str(folder)).fingerprint == first


def test_half_precision_is_read_as_float32(tiny: Tiny, copy: Path) -> None:
    _change_tensors(copy, lambda tensors: tensors.update({name: value.bfloat16() for name, value in tensors.items()}))
    _configure(copy, dtype="bfloat16")
    ours, theirs = sl.load(str(copy)).encode("The river bank"), sl.load(tiny("bert")).encode("The river bank")
    assert ours.layers.dtype == np.float32
    np.testing.assert_allclose(ours.layers, theirs.layers, atol=0.2)


@pytest.mark.parametrize("bars", [True, False])
def test_nothing_is_printed_while_loading_and_the_reports_are_back_after(
    copy: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, bars: bool
) -> None:
    from huggingface_hub.utils import are_progress_bars_disabled, enable_progress_bars
    from transformers.utils import logging

    monkeypatch.setattr(logging, "_tqdm_active", bars)
    (enable_progress_bars if bars else logging.disable_progress_bar)()
    _change_tensors(copy, lambda tensors: [tensors.pop(name) for name in list(tensors) if name.startswith("cls.seq")])
    before = logging.get_verbosity()
    sl.load(str(copy))
    assert capfd.readouterr() == ("", "")
    assert logging.get_verbosity() == before
    assert logging.is_progress_bar_enabled() == bars
    assert are_progress_bars_disabled() != bars
    enable_progress_bars()


def test_a_folder_without_a_model_is_a_bad_model_file(tmp_path: Path) -> None:
    with pytest.raises(sl.BadModelFile, match="not a model folder that transformers reads"):
        sl.load(str(tmp_path))


def test_pickled_weights_are_never_read(copy: Path) -> None:
    torch.save({}, copy / "pytorch_model.bin")
    (copy / "model.safetensors").unlink()
    with pytest.raises(sl.BadModelFile, match=r"has its weights in pytorch_model\.bin, .* write safetensors once"):
        sl.load(str(copy))


def _change_tensors(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _configure(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8")) | values
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: _change_tensors(folder, lambda tensors: tensors.pop(name))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            _without("bert.encoder.layer.1.output.dense.weight"),
            r"lacks the tensor bert\.encoder\.layer\.1\.output\.dense\.weight:",
        ),
        (_without("cls.predictions.transform.dense.bias"), r"lacks the tensor cls\.predictions\.transform\.dense\.bias:"),
        (_without("cls.seq_relationship.bias"), r"lacks the tensor cls\.seq_relationship\.bias:"),
        (lambda folder: _configure(folder, num_hidden_layers=4), r"lacks the tensor bert\.encoder\.layer\.3\..*, …: the file"),
        (
            lambda folder: _configure(folder, vocab_size=500),
            r"word_embeddings\.weight is \(\d+, 32\), and .* makes it \(500, 32\)",
        ),
        (lambda folder: _configure(folder, hidden_size="wide"), "not a model folder that transformers reads: .*hidden_size"),
        (lambda folder: _configure(folder, model_type="nonesuch"), "not a model folder .*`nonesuch`.*…$"),
        (
            lambda folder: (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-9]),
            r"the safetensors file of .*bert is damaged \(.*; copy or download it again",
        ),
        (lambda folder: [f.unlink() for f in folder.glob("tok*")], r"has 5 pieces and the model a table of \d+: its tokenizer"),
    ],
)
def test_bad_files_name_the_file_the_tensor_and_the_cure(copy: Path, damage: Callable[[Path], object], message: str) -> None:
    damage(copy)
    with pytest.raises(sl.BadModelFile, match=message) as caught:
        sl.load(str(copy))
    assert str(copy) in str(caught.value)


def test_code_from_a_repository_is_never_run(copy: Path) -> None:
    _configure(copy, model_type="own", auto_map={"AutoConfig": "own.Config", "AutoModel": "own.Model"})
    (copy / "own.py").write_text("raise SystemExit('this code ran')", encoding="utf-8")
    with pytest.raises(sl.Unsupported, match="needs code from its own repository, which senselens never runs"):
        sl.load(str(copy))


def test_a_tokenizer_in_python_only_is_refused(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    (copy / "tokenizer_config.json").write_text('{"tokenizer_class": "ByT5Tokenizer"}', encoding="utf-8")
    with pytest.raises(sl.Unsupported, match=r"cuts words with ByT5Tokenizer, which does not tell where .*tokenizer\.json"):
        sl.load(str(copy))


def test_a_tokenizer_that_needs_a_further_library_names_it(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    (copy / "vocab.txt").write_text("a\nb\n", encoding="utf-8")
    settings = {"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "mecab"}
    (copy / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(sl.ModelUnavailable, match=r"needs a further library: .*fugashi"):
        sl.load(str(copy))


def test_a_model_without_a_mask_piece_predicts_no_masks(copy: Path) -> None:
    settings = json.loads((copy / "tokenizer_config.json").read_text(encoding="utf-8")) | {"mask_token": None}
    (copy / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    assert "masked" not in sl.load(str(copy)).card.capabilities


def test_the_hub_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(sl.ModelUnavailable, match="nobody/nothing is neither on this machine nor to be had from the Hub"):
        sl.load("nobody/nothing")


def test_without_torch_the_extra_is_named(without: Without) -> None:
    without("transformers")
    with pytest.raises(sl.ModelUnavailable, match=r"pip install 'senselens\[models\]'"):
        sl.load("someone/some-model")
