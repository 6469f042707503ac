"""Any checkpoint that transformers loads: the same numbers as transformers' own, on tiny random models."""

from __future__ import annotations

import builtins
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from tiny import checkpoint

import senselens as sl
from senselens.torch_network import load_transformers

TEXT = "The naïve cat sat by the river bank 😀, didn't it?"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("tiny")
    return {kind: checkpoint(kind, root / kind) for kind in ("bert", "bert-masked", "bert-encoder", "roberta", "gpt2")}


@pytest.mark.parametrize("kind", ["bert", "bert-masked", "bert-encoder", "roberta"])
def test_layers_are_the_mean_of_transformers_hidden_states(folders: dict[str, Path], kind: str) -> None:
    encoding = sl.load(str(folders[kind])).encode(TEXT)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folders[kind])
    reference = transformers.AutoModel.from_pretrained(folders[kind]).eval()
    inputs = tokenizer(TEXT, return_tensors="pt", return_offsets_mapping=True)
    offsets = inputs.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        hidden = torch.stack(reference(**inputs, output_hidden_states=True).hidden_states)[:, 0].numpy()  # (layers, T, W)
    assert encoding.layers.shape == (4, len(encoding.words), 32)
    for i, word in enumerate(encoding.words):
        inside = [j for j, (a, b) in enumerate(offsets) if a < word.end and b > word.start]
        np.testing.assert_allclose(encoding.layers[:, i], hidden[:, inside].mean(1), atol=1e-5)
    np.testing.assert_allclose(encoding.sentence, hidden[-1].mean(0), atol=1e-5)


@pytest.mark.parametrize("kind", ["bert", "bert-masked", "roberta"])
def test_one_mask_is_transformers_fill_mask(folders: dict[str, Path], kind: str) -> None:
    model = sl.load(str(folders[kind]))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folders[kind])
    head = transformers.AutoModelForMaskedLM.from_pretrained(folders[kind])
    fill = transformers.pipeline("fill-mask", model=head, tokenizer=tokenizer, top_k=len(tokenizer))
    text = "The cat sat by the river [MASK]."
    theirs = {row["token"]: row["score"] for row in fill(text.replace("[MASK]", tokenizer.mask_token))}
    number_of = dict(zip(*reversed(model.tokenizer.whole_words), strict=True))
    (ours,) = model.predict(text, k=8)
    assert len(ours) == 8
    for guess in ours:
        assert guess.probability == pytest.approx(theirs[number_of[guess.word]], rel=1e-3)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_guesses_are_whole_words(folders: dict[str, Path], kind: str) -> None:
    (guesses,) = sl.load(str(folders[kind])).predict("The cat sat by the ___.", k=400)
    words = {g.word for g in guesses}
    assert {"cat", "river"} <= {w.lower() for w in words}
    assert all(w[0].isalpha() for w in words)
    assert not {w for w in words if "#" in w or "Ġ" in w or " " in w}


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_a_word_in_place_is_predicted_as_its_mask(folders: dict[str, Path], kind: str) -> None:
    model = sl.load(str(folders[kind]))
    text = "We sat by the river bank there"
    hidden = model.predict(text, model.encode(text).word("bank").span)
    written = model.predict(text.replace("bank", "[MASK]"))
    assert [g.word for g in hidden[0]] == [g.word for g in written[0]]


def test_a_text_of_many_windows_has_a_vector_for_every_word(folders: dict[str, Path]) -> None:
    encoding = sl.load(str(folders["roberta"])).encode("the cat sat on the mat " * 60)
    assert len(encoding.words) == 360
    assert np.linalg.norm(encoding.layers, axis=-1).min() > 0


def test_next_sentence_is_transformers(folders: dict[str, Path]) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folders["bert"])
    inputs = tokenizer("The cat sat.", "It was the river bank.", return_tensors="pt")
    head = transformers.BertForPreTraining.from_pretrained(folders["bert"]).eval()
    with torch.no_grad():
        expected = head(**inputs).seq_relationship_logits.softmax(-1)[0, 0].item()
    assert sl.load(str(folders["bert"])).next_sentence("The cat sat.", "It was the river bank.") == pytest.approx(
        expected, abs=1e-4
    )


@pytest.mark.parametrize(
    ("kind", "capabilities"),
    [
        ("bert", {"vectors", "sentence", "masked", "next-sentence"}),
        ("roberta", {"vectors", "sentence", "masked"}),
        ("bert-encoder", {"vectors", "sentence"}),
    ],
)
def test_capabilities_are_those_of_the_heads(folders: dict[str, Path], kind: str, capabilities: set[str]) -> None:
    assert set(sl.load(str(folders[kind])).card.capabilities) == capabilities


def test_what_a_model_lacks_names_those_that_have_it(folders: dict[str, Path]) -> None:
    with pytest.raises(sl.Unsupported, match=r"cannot tell whether a sentence follows another; .*bert-base-uncased.*mini.* can"):
        sl.load(str(folders["roberta"])).next_sentence("a", "b")
    with pytest.raises(sl.Unsupported, match="cannot predict masked words"):
        sl.load(str(folders["bert-encoder"])).predict("a [MASK]")
    with pytest.raises(sl.Unsupported, match="from left to right"):
        load_transformers(str(folders["gpt2"]))
    with pytest.raises(sl.Unsupported, match="only mini has other precisions"):
        sl.load(str(folders["bert"]), precision="int8")


def test_uncalibrated_models_are_measured_once(folders: dict[str, Path], home: Path) -> None:
    model = sl.load(str(folders["bert-masked"]))
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


def test_two_checkpoints_of_one_name_are_told_apart(folders: dict[str, Path], tmp_path: Path) -> None:
    other = checkpoint("bert", tmp_path / "bert")
    model = transformers.BertForPreTraining.from_pretrained(other)
    with torch.no_grad():
        model.bert.pooler.dense.bias += 1
    model.save_pretrained(other)
    assert sl.load(str(other)).fingerprint != sl.load(str(folders["bert"])).fingerprint


def test_a_folder_without_a_model_is_a_bad_model_file(tmp_path: Path) -> None:
    with pytest.raises(sl.BadModelFile, match="not a model folder that transformers reads"):
        sl.load(str(tmp_path))


def test_pickled_weights_are_never_read(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = checkpoint("bert-masked", tmp_path / "pickled")
    torch.save({}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(sl.BadModelFile):
        sl.load(str(folder))


def test_the_hub_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(sl.ModelUnavailable, match="nobody/nothing is neither on this machine nor to be had from the Hub"):
        sl.load("nobody/nothing")


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name == "transformers":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(sl.ModelUnavailable, match=r"pip install 'senselens\[models\]'"):
        sl.load("someone/some-model")
