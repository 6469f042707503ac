"""SavedModels, made here: the signatures there are, handles of TF Hub, and what cannot be loaded."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import torch
from conftest import Without

import senselens as sl
from senselens import registry, saved_model
from senselens.cards import CARDS
from senselens.saved_model import BATCH, handle_folder, is_saved_model, load_saved_model

TEXTS = ["a", "bank", "", "naïve 😀"]
HANDLE = "https://tfhub.dev/somebody/lengths/1"
OFFLINE = r"is not on this computer, and tfhub\.dev cannot be reached from here; a copy of its folder loads by its path"


def lengths(texts: Any) -> Any:
    """The number of characters of each text, and its square times a weight of 2, (n, 2)."""
    found = tf.cast(tf.strings.length(texts, "UTF8_CHAR"), tf.float32)
    return tf.stack([found, 2 * found**2], 1)


EXPECTED = [[len(t), 2 * len(t) ** 2] for t in TEXTS]
STRINGS = tf.TensorSpec([None], tf.string, name="text")


class Callable(tf.Module):
    """What TF2's modules are: a function of a list of texts."""

    def __init__(self, output: str = "") -> None:
        super().__init__()
        self.weight = tf.Variable([2.0, 3.0])
        self.variables_ = [self.weight]
        self.output = output

    @tf.function(input_signature=[STRINGS])
    def __call__(self, text: Any) -> Any:
        return {self.output: lengths(text), "sizes": tf.strings.length(text)} if self.output else lengths(text)


def saved(folder: Path, module: Any, **signatures: Any) -> str:
    tf.saved_model.save(module, str(folder), signatures=signatures or None)
    registry.load.cache_clear()
    return str(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(saved(tmp_path_factory.mktemp("saved") / "lengths", Callable()))


@pytest.mark.parametrize("output", ["", "outputs", "default"])
def test_a_function_of_texts(output: str, tmp_path: Path) -> None:
    model = sl.load(saved(tmp_path / "model", Callable(output)))
    np.testing.assert_array_equal(model.embed(TEXTS), EXPECTED)
    assert (model.card.family, model.card.width, model.card.capabilities) == ("tfhub", 2, ("sentence",))
    assert model.card.where == "folder"
    assert model.embed([]).shape == (0, 2)


@pytest.mark.parametrize("signature", ["serving_default", "default"])
@pytest.mark.parametrize("output", ["outputs", "whatever it is called"])
def test_a_signature_only(signature: str, output: str, tmp_path: Path) -> None:
    function = tf.function(lambda text: {output: lengths(text)}, input_signature=[STRINGS])
    model = sl.load(saved(tmp_path / "model", tf.Module(), **{signature: function}))
    np.testing.assert_array_equal(model.embed(TEXTS), EXPECTED)


def test_batches_are_put_back_in_order(folder: Path) -> None:
    texts = ["x" * n for n in (BATCH, 3, BATCH // 2, 1, BATCH // 2, 2)]
    assert sl.load(str(folder)).embed(texts)[:, 0].tolist() == [len(t) for t in texts]


def refused(name: str, message: str) -> None:
    with pytest.raises(sl.Unsupported, match=message):
        sl.load(name)


def test_numbers_of_pieces_are_refused(tmp_path: Path) -> None:
    """As google/universal-sentence-encoder-lite takes them, with the tokenizer outside."""
    names, types = ("values", "indices", "dense_shape"), ([None], [None, 2], [None])
    specs = [tf.TensorSpec(shape, tf.int64, name=name) for name, shape in zip(names, types, strict=True)]
    function = tf.function(lambda values, indices, dense_shape: {"default": tf.zeros([1, 2])}, input_signature=specs)
    name = saved(tmp_path / "model", tf.Module(), default=function)
    refused(name, "takes numbers of word pieces, not text; use-lite has its tokenizer inside: `senselens setup use-lite`")


@pytest.mark.parametrize(
    ("takes", "gives"),
    [
        (tf.TensorSpec([None, 2], tf.float32, name="image"), lambda image: {"default": image}),
        (STRINGS, lambda text: {"default": tf.strings.length(text)}),
        (STRINGS, lambda text: {"default": lengths(text)[0]}),
        (STRINGS, lambda text: {"a": lengths(text), "b": lengths(text)}),
    ],
    ids=["no text", "whole numbers", "one row", "two outputs"],
)
def test_what_makes_no_vectors_of_sentences(takes: Any, gives: Any, tmp_path: Path) -> None:
    name = saved(tmp_path / "model", tf.Module(), serving_default=tf.function(gives, input_signature=[takes]))
    refused(
        name, rf"does not make a list of sentences into vectors \(it takes serving_default: {takes.name}\); these do: use-lite"
    )


def test_nothing_to_call(tmp_path: Path) -> None:
    refused(saved(tmp_path / "model", tf.Module()), "it takes nothing it declares")


def test_other_precisions(folder: Path) -> None:
    with pytest.raises(sl.Unsupported, match="only mini has other precisions"):
        sl.load(str(folder), "int8")


def test_weights_have_a_fingerprint(folder: Path, tmp_path: Path) -> None:
    other = Callable()
    other.weight.assign([2.0, 3.5])
    saved(tmp_path / "lengths", other)
    mine, same, changed = (load_saved_model(str(f)).fingerprint for f in (folder, folder, tmp_path / "lengths"))
    assert mine == same != changed
    assert mine.startswith("lengths-")


def test_variables_are_counted_where_the_model_lists_them(tmp_path: Path) -> None:
    module = Callable()
    module.variables_ = None
    listed = tf.train.Checkpoint(variables=[module.weight], inner=module)
    function = tf.function(lambda text: {"default": lengths(text)}, input_signature=[STRINGS])
    assert sl.load(saved(tmp_path / "model", listed, default=function)).parameters == 2


@pytest.mark.parametrize("damage", ["absent", "cut", "not one"])
def test_damaged_folders(damage: str, folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    file = copy / "saved_model.pb"
    content = file.read_bytes()
    file.unlink()
    if damage != "absent":
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"not one")
    with pytest.raises(sl.BadModelFile, match="copy holds no SavedModel that can be read") as raised:
        sl.load(str(copy))
    assert "\n" not in str(raised.value)


def test_variables_cut_short(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "variables" / "variables.index").write_bytes(b"")
    with pytest.raises(sl.BadModelFile, match="copy holds no SavedModel that can be read"):
        sl.load(str(copy))


def test_operations_of_another_library(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    file = copy / "saved_model.pb"
    name = b"StringLength"
    file.write_bytes(file.read_bytes().replace(name, b"StringLunars"))
    with pytest.raises(sl.ModelUnavailable, match=r"Op type not registered 'StringLunars'.*import it before loading"):
        sl.load(str(copy))


@pytest.mark.parametrize("name", ["saved_model.pb", "saved_model.pbtxt", "variables"])
def test_a_folder_that_a_savedmodel_may_be(name: str, tmp_path: Path) -> None:
    assert not is_saved_model(tmp_path)
    (tmp_path / name).mkdir()
    assert is_saved_model(tmp_path)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """TF Hub's cache, empty; and no host can be reached."""
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "hub"))
    monkeypatch.setattr(saved_model, "reachable", lambda address: False)
    registry.load.cache_clear()
    return tmp_path / "hub"


@pytest.mark.parametrize("name", ["use-dan", "use-transformer", HANDLE])
def test_a_handle_out_of_reach(name: str, cache: Path) -> None:
    with pytest.raises(sl.ModelUnavailable, match=OFFLINE):
        sl.load(name)


@pytest.mark.parametrize("handle", [HANDLE, "https://www.kaggle.com/models/a/b/tensorFlow2/c/1", "https://kaggle.com/models/a/b"])
def test_a_handle_in_the_cache_needs_no_network(handle: str, folder: Path, cache: Path) -> None:
    assert handle_folder(handle).parent == cache
    shutil.copytree(folder, handle_folder(handle))
    model = sl.load(handle)
    np.testing.assert_array_equal(model.embed(TEXTS), EXPECTED)
    assert (model.card.name, model.card.where) == (handle, "TF Hub")


def test_a_row_answers_to_its_handle(folder: Path, cache: Path) -> None:
    shutil.copytree(folder, handle_folder(CARDS["use-dan"].source))
    assert sl.load(CARDS["use-dan"].source).card is sl.load("use-dan").card is CARDS["use-dan"]


def test_a_handle_that_leads_to_no_model(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow_hub

    def resolve(handle: str) -> str:
        raise OSError(f"{handle} does not appear to be a valid module.\nmore")

    monkeypatch.setattr(saved_model, "reachable", lambda address: True)
    monkeypatch.setattr(tensorflow_hub, "resolve", resolve)
    with pytest.raises(
        sl.ModelUnavailable, match=r"could not be fetched from tfhub\.dev \(.*valid module\.\); a copy of its folder"
    ):
        sl.load(HANDLE)


def test_where_a_handle_is_kept_without_a_cache_of_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TFHUB_CACHE_DIR", raising=False)
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path))
    assert handle_folder(HANDLE).parent == tmp_path / "cache" / "tfhub"


@pytest.mark.parametrize("name", ["http://tfhub.dev/google/x/1", "https://example.org/x", "https://tfhub.dev.evil.org/x"])
def test_other_addresses_are_no_models(name: str) -> None:
    with pytest.raises(sl.UnknownModel, match="any https address of TF Hub"):
        sl.load(name)


@pytest.mark.parametrize("library", ["tensorflow", "tensorflow_hub"])
def test_without_the_extra(library: str, folder: Path, without: Without, capsys: pytest.CaptureFixture[str]) -> None:
    without(library)
    with pytest.raises(sl.ModelUnavailable, match=rf"needs TensorFlow \({library}\): pip install 'senselens\[tfhub\]'"):
        load_saved_model(str(folder))
    assert capsys.readouterr().out == ""


def test_beside_torch_in_one_process(folder: Path, tiny: Any) -> None:
    """One after the other and back, each with the answers it has alone."""
    bert, lengths_model = sl.load(tiny("bert")), sl.load(str(folder))
    before = bert.embed(TEXTS)
    np.testing.assert_array_equal(lengths_model.embed(TEXTS), EXPECTED)
    np.testing.assert_array_equal(bert.embed(TEXTS), before)
    assert torch.ones(2).sum().item() == tf.reduce_sum(tf.ones(2)).numpy() == 2
