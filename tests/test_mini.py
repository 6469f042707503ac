"""The embedded default: its files, both of its precisions, and the same weights in transformers."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import senselens as sl
from senselens.export import export_mini
from senselens.measures import unit
from senselens.mini import FOLDER, SHA256
from senselens.network import Batch
from senselens.onnx_network import MANY, OnnxNetwork, cores, read_weights, side_by_side

SENTENCES = ["We sat by the river bank.", "The cat sat on the mat because it was warm.", "Naïve 😀 Straße — don’t!"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_mini(tmp_path_factory.mktemp("transformers") / "mini")


@pytest.fixture(scope="module")
def in_transformers(folder: Path) -> sl.Model:
    return sl.load(str(folder))


@pytest.mark.parametrize("text", [*SENTENCES, "long " * 700])
def test_onnxruntime_and_transformers_compute_the_same_layers(mini: sl.Model, in_transformers: sl.Model, text: str) -> None:
    ours, theirs = mini.encode(text), in_transformers.encode(text)
    assert ours.words == theirs.words
    assert ours.layers.shape == (7, len(ours.words), 384)
    np.testing.assert_allclose(ours.layers, theirs.layers, atol=1e-3)
    np.testing.assert_allclose(ours.sentence, theirs.sentence, atol=1e-3)


@pytest.mark.parametrize("text", ["The cat sat on the [MASK].", "Paris is the [MASK] of [MASK].", "He drank a cup of ___."])
def test_onnxruntime_and_transformers_predict_the_same_words(mini: sl.Model, in_transformers: sl.Model, text: str) -> None:
    for ours, theirs in zip(mini.predict(text), in_transformers.predict(text), strict=True):
        assert [g.word for g in ours] == [g.word for g in theirs]
        assert [g.probability for g in ours] == pytest.approx([g.probability for g in theirs], abs=1e-4)


def test_next_sentence_agrees_with_transformers(mini: sl.Model, in_transformers: sl.Model) -> None:
    pairs = [("The man went to the store.", "He bought a gallon of milk."), ("a " * 600, "b " * 600)]
    assert [mini.next_sentence(*p) for p in pairs] == pytest.approx([in_transformers.next_sentence(*p) for p in pairs], abs=1e-4)


def test_the_exported_folder_is_an_ordinary_bert(folder: Path) -> None:
    from transformers import AutoTokenizer, BertForMaskedLM, BertForPreTraining

    model, report = BertForPreTraining.from_pretrained(folder, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    assert model.config.num_hidden_layers == 6
    assert BertForMaskedLM.from_pretrained(folder).cls.predictions.decoder.out_features == 30_522
    for text in SENTENCES:
        theirs = AutoTokenizer.from_pretrained(folder)(text)["input_ids"]
        ours = sl.load("mini").tokenizer
        assert theirs == [*ours.template.start, *ours.pieces([text])[0].ids, *ours.template.end]


def test_eight_bits_stay_near(mini: sl.Model) -> None:
    quick = sl.load("mini", precision="int8")
    for text in SENTENCES:
        exact, near = unit(mini.encode(text).layers), unit(quick.encode(text).layers)
        assert (exact * near).sum(-1).min() > 0.97  # the worst word of the worst layer


def test_the_weights_are_the_ones_in_the_registry() -> None:
    tensors = read_weights(FOLDER / "model.safetensors", SHA256)
    assert tensors["bert.embeddings.word_embeddings.weight"].dtype == np.int8
    assert sl.load("mini").card.size == (FOLDER / "model.safetensors").stat().st_size


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    copy = shutil.copytree(FOLDER, tmp_path / "mini")
    content = bytearray((copy / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (copy / "model.safetensors").write_bytes(content)
    with pytest.raises(sl.BadModelFile, match=r"model\.safetensors is damaged.*reinstalling"):
        OnnxNetwork(copy, SHA256)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(sl.BadModelFile, match=r"model\.safetensors cannot be read \(No such file"):
        OnnxNetwork(tmp_path, SHA256)


def test_what_sums_right_but_is_no_safetensors_file_is_refused(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(sl.BadModelFile, match="not a safetensors file"):
        read_weights(tmp_path / "model.safetensors", hashlib.sha256(b"not tensors").hexdigest())


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_many_batches_side_by_side_say_the_same(precision: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "mini")
    network = OnnxNetwork(folder, SHA256, precision, threads=2)
    rng = np.random.default_rng(0)
    lengths = range(3, 3 + 2 * MANY)
    batches = [Batch.of([rng.integers(1000, 30_000, n) for _ in range(4)], network.padding) for n in lengths]
    one_by_one = [network.hidden(batch) for batch in batches]
    for (exact, found), n in zip(zip(one_by_one, network.hidden_all(batches), strict=True), lengths, strict=True):
        assert found.shape == (7, 4, n, 384)
        np.testing.assert_allclose(found, exact, atol=1e-4)


def test_words_masked_side_by_side_are_read_as_one_by_one(mini: sl.Model) -> None:
    text = " ".join(["The captain of the old ship said that the harbour was full of boats."] * 3)
    where = [(text[: 60 + 9 * i], word) for i in range(12) for word in sl.words(text[: 60 + 9 * i])[:20]]
    found = mini.predict_words(where, 3)
    for (sentence, word), guesses in list(zip(where, found, strict=True))[::23]:
        (alone,) = mini.predict(sentence, word, 3)
        assert [g.word for g in guesses] == [g.word for g in alone]
        assert [g.probability for g in guesses] == pytest.approx([g.probability for g in alone], rel=1e-3)


def test_many_batches_are_read_though_the_weights_are_gone(tmp_path: Path) -> None:
    network = OnnxNetwork(shutil.copytree(FOLDER, tmp_path / "mini"), SHA256, threads=2)
    (tmp_path / "mini" / "model.safetensors").unlink()
    batch = Batch.of([np.array([101, 2924, 102])], network.padding)
    for found in network.hidden_all([batch] * MANY):
        np.testing.assert_allclose(found, network.hidden(batch), atol=1e-5)


@pytest.mark.parametrize(("told", "most"), [("1", 1), ("0", 1), ("many", 64), ("", 64), ("4096", 64)])
def test_no_more_cores_than_the_process_may_use(told: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert cores() == most


def test_side_by_side_keeps_order_and_little_ahead() -> None:
    begun: list[int] = []

    def squared(x: int) -> int:
        begun.append(x)
        return x * x

    found = side_by_side(squared, range(100), threads=2)
    assert [next(found), next(found)] == [0, 1]
    assert len(begun) <= 5
    assert list(found) == [x * x for x in range(2, 100)]
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda x: 1 // x, [2, 1, 0, 3], threads=2))


def test_unknown_precision() -> None:
    with pytest.raises(sl.Unsupported, match="fp32 or int8"):
        sl.load("mini", precision="int4")
