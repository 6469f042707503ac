"""The biLM: equal to bilm-tf's and AllenNLP's published outputs, and to a plain NumPy account of the same files."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from shared_data import shared
from tiny_elmo import TINY, Reference, write

import senselens as sl
from senselens.elmo import BiLM, ScalarMix, character_ids
from senselens.elmo_files import BEGIN, END, Options, read_options, read_weights
from senselens.elmo_model import Elmo

SENTENCES = [["The", "naïve", "cat", "."], ["don’t", "sit"], [], ["the"] * 7]
FIXTURES = {
    "allennlp": (("allennlp", "test_fixtures", "elmo"), "sentences.json", True),
    "bilm-tf": (("bilm_tf", "tests", "fixtures", "model"), "lm_embeddings_sentences.json", False),
}


def bilm(folder: Path, stateful: bool = False) -> BiLM:
    options = read_options(folder / "options.json")
    model = BiLM(options, stateful).eval()
    model.load_state_dict({n: torch.from_numpy(a) for n, a in read_weights(folder / "weights.hdf5", options).items()})
    return model


def published(name: str) -> tuple[Path, list[list[str]], list[np.ndarray]]:
    """The folder, the 30 sentences batch by batch (of 3), and their top layers (n, 32)."""
    parts, file, _ = FIXTURES[name]
    folder = shared("data", "elmo", *parts)
    rows = json.loads((folder / file).read_text(encoding="utf-8"))
    outputs = [h5py.File(folder / f"lm_embeddings_{k}.hdf5") for k in range(3)]
    sentences = [rows[k][i].split() for i in range(10) for k in range(3)]
    return folder, sentences, [np.concatenate(list(outputs[k][str(i)][()]), axis=-1) for i in range(10) for k in range(3)]


@pytest.mark.parametrize("name", FIXTURES)
def test_published_sentences_with_states_carried_from_batch_to_batch(name: str) -> None:
    folder, sentences, expected = published(name)
    model = sl.load(str(folder))
    assert isinstance(model, Elmo)
    assert model.network.options.skip is FIXTURES[name][2]
    model.stateful, model.batch_size = True, 3
    found = model.encode_tokens(sentences)
    model.stateful = False
    assert len(found) == 30
    for layers, top in zip(found, expected, strict=True):
        np.testing.assert_allclose(layers[-1], top, atol=1e-5)
    fresh = model.encode_tokens(sentences)
    np.testing.assert_allclose(fresh[0][-1], expected[0], atol=1e-5)
    assert max(np.abs(layers[-1] - top).max() for layers, top in zip(fresh, expected, strict=True)) > 0.5


def test_published_token_vectors() -> None:
    folder = shared("data", "elmo", *FIXTURES["allennlp"][0])
    words = (folder / "vocab_test.txt").read_text(encoding="utf-8").split("\n")
    model = sl.load(str(folder))
    assert isinstance(model, Elmo)
    with h5py.File(folder / "elmo_token_embeddings.hdf5") as file:
        expected = file["embedding"][()]
    np.testing.assert_allclose(model.network.words(torch.from_numpy(character_ids(words))).numpy(), expected, atol=1e-5)
    layers = model.encode_tokens([words])[0]
    np.testing.assert_allclose(layers[0], np.concatenate([expected, expected], axis=1), atol=1e-5)


def test_published_softmax_on_published_outputs(tmp_path: Path) -> None:
    """The distributions of both directions at every place equal those of the published outputs."""
    folder, sentences, expected = published("allennlp")
    for source, target in (
        ("options.json", "options.json"),
        ("lm_weights.hdf5", "weights.hdf5"),
        ("vocab_test.txt", "vocab.txt"),
    ):
        shutil.copy(folder / source, tmp_path / target)
    shutil.copy(shared("data", "elmo", "allennlp", "history", "elmo_softmax_weights.hdf5"), tmp_path / "softmax.hdf5")
    model = sl.load(str(tmp_path))
    assert isinstance(model, Elmo)
    assert model.softmax is not None
    assert {"next-word", "previous-word"} <= set(model.card.capabilities)
    with h5py.File(tmp_path / "softmax.hdf5") as file:
        weight, bias = file["softmax/W"][()].astype(float), file["softmax/b"][()].astype(float)
    model.stateful, model.batch_size = True, 3
    for layers, top in zip(model.encode_tokens(sentences), expected, strict=True):
        for half in (slice(16), slice(16, None)):
            scores = np.exp(top[:, half] @ weight.T + bias)
            shares = np.exp(model.softmax.log_probabilities(layers[-1][:, half]))
            np.testing.assert_allclose(shares, scores / scores.sum(1, keepdims=True), atol=1e-5)


@pytest.mark.parametrize("language", ["es", "fr", "it"])
def test_the_multilingual_files_load(language: str) -> None:
    folder = shared("data", "elmo", "allennlp", "history", "elmo_multilingual", language)
    layers = sl.load(str(folder)).encode("Où est la máquina?").layers
    assert layers.shape == (3, 4, 32)
    assert layers.std() > 0.01
    other = folder.with_name({"es": "fr", "fr": "it", "it": "es"}[language])
    assert sl.load(str(folder)).fingerprint != sl.load(str(other)).fingerprint


def test_weights_of_zero_give_zero() -> None:
    file = shared("data", "elmo", "allennlp", "history", "elmo_multilingual", "fr", "weights_zero.hdf5")
    assert not sl.load(str(file)).encode("la maison").layers.any()


SHAPES = {
    "plain": TINY,
    "no skip": replace(TINY, skip=False),
    "no clips": replace(TINY, cell_clip=None, projection_clip=None),
    "tight clips": replace(TINY, cell_clip=0.3, projection_clip=0.2),
    "tanh, no highway": replace(TINY, activation="tanh", highways=0),
    "no projections": replace(TINY, width=20, cells=20),
    "three layers, a wide filter": replace(TINY, layers=3, filters=((1, 4), (50, 6))),
}


@pytest.mark.parametrize("options", SHAPES.values(), ids=SHAPES.keys())
def test_every_kind_of_model_is_the_numpy_reference(tmp_path: Path, options: Options) -> None:
    reference = Reference(write(tmp_path, options), options)
    for sentence, layers in zip(SENTENCES, bilm(tmp_path).layers_of(SENTENCES), strict=True):
        assert layers.shape == (options.layers + 1, len(sentence) + 2, 2 * options.width)
        np.testing.assert_allclose(layers, reference.layers(sentence), atol=1e-5)


def test_the_clips_are_reached(tmp_path: Path) -> None:
    options = SHAPES["tight clips"]
    bound, free = Reference(write(tmp_path, options), options), Reference(tmp_path, replace(options, cell_clip=None))
    assert np.abs(bound.layers(SENTENCES[0]) - free.layers(SENTENCES[0])).max() > 0.01


def test_states_go_on_row_by_row_through_batches_of_changing_size(tmp_path: Path) -> None:
    """As bilm-tf: a smaller batch uses the first states and leaves the rest, a larger one starts new rows from zero."""
    reference, model = Reference(write(tmp_path), TINY), bilm(tmp_path, stateful=True)
    states: list[dict] = [{} for _ in range(4)]
    for size in (2, 1, 4, 2, 3):
        batch = SENTENCES[:size]
        for row, layers in enumerate(model.layers_of(batch)):
            np.testing.assert_allclose(layers, reference.layers(batch[row], states[row]), atol=1e-5)
    model.reset_states()
    np.testing.assert_allclose(model.layers_of(SENTENCES[:1])[0], reference.layers(SENTENCES[0]), atol=1e-5)


def test_a_row_of_padding_alone_keeps_its_state(tmp_path: Path) -> None:
    model = bilm(write(tmp_path), stateful=True)
    ids = torch.from_numpy(character_ids(["<S>", "cat", "</S>"]))
    model(torch.stack([ids, ids]), torch.tensor([3, 3]))
    before = model._states
    out = model(torch.stack([ids, torch.zeros_like(ids)]), torch.tensor([3, 0]))
    assert before is not None
    assert model._states is not None
    for old, new in zip(before, model._states, strict=True):
        assert torch.equal(old[:, :, 1], new[:, :, 1])
        assert not torch.equal(old[:, :, 0], new[:, :, 0])
    assert not out[:, 1].any()


def test_without_stateful_nothing_is_kept(tmp_path: Path) -> None:
    model = bilm(write(tmp_path))
    first, again = model.layers_of(SENTENCES), model.layers_of(SENTENCES)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert model._states is None


def test_gradients_reach_every_weight(tmp_path: Path) -> None:
    model = bilm(write(tmp_path))
    ids = torch.from_numpy(character_ids([BEGIN, "cat", END])[None])
    ScalarMix()(model(ids, torch.tensor([3]))).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


@pytest.mark.parametrize(
    ("word", "units"),
    [
        ("cat", b"cat"),
        ("naïve", "naïve".encode()),
        ("😀", b"\xf0\x9f\x98\x80"),
        ("x" * 48, b"x" * 48),
        ("x" * 49, b"x" * 48),
        ("é" * 24 + "x", "é".encode() * 24),
        ("x" + "é" * 24, b"x" + "é".encode() * 23 + b"\xc3"),
        ("", b""),
        ("a\ud800", b"a"),
    ],
)
def test_a_word_is_its_bytes_between_its_boundaries(word: str, units: bytes) -> None:
    expected = [259, *(u + 1 for u in units), 260] + [261] * (48 - len(units))
    assert character_ids([word]).tolist() == [expected]


def test_boundaries_of_a_sentence_have_characters_of_their_own() -> None:
    ids = character_ids(["<S>", "</S>"], longest=5)
    assert ids.tolist() == [[259, 257, 260, 261, 261], [259, 258, 260, 261, 261]]


def test_a_word_too_long_is_read_as_its_head(tmp_path: Path) -> None:
    model = bilm(write(tmp_path))
    whole, head, other = (model.layers_of([[w]])[0] for w in ("x" * 60, "x" * 48, "x" * 47))
    assert np.array_equal(whole, head)
    assert not np.array_equal(whole, other)


def test_a_new_mix_is_the_mean() -> None:
    layers = torch.randn(3, 2, 5, 4)
    torch.testing.assert_close(ScalarMix()(layers), layers.mean(0))


def test_a_mix_is_gamma_times_the_softmax_weighted_sum() -> None:
    layers, mix = torch.randn(2, 5, 4), ScalarMix(2)
    with torch.no_grad():
        mix.weights.copy_(torch.tensor([0.0, 3.0]).log1p())
        mix.gamma.fill_(10)
    torch.testing.assert_close(mix(layers), 10 * (layers[0] / 5 + layers[1] * 4 / 5))


def test_layer_norm_is_over_all_that_is_not_masked() -> None:
    layers, mask = torch.randn(3, 2, 5, 4) * 7 + 3, torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    seen = layers[:, mask.bool()].flatten(1)  # (3, 8 words · 4)
    mean, spread = seen.mean(1).view(3, 1, 1, 1), seen.std(1, correction=0).view(3, 1, 1, 1)
    torch.testing.assert_close(ScalarMix(layer_norm=True)(layers, mask), ((layers - mean) / spread).mean(0))
    whole = ScalarMix(1, layer_norm=True)(layers[:1])
    torch.testing.assert_close(whole.mean(), torch.tensor(0.0), atol=1e-5, rtol=0)
    torch.testing.assert_close(whole.std(correction=0), torch.tensor(1.0))


def test_dropout_falls_on_the_mix_in_training_only() -> None:
    torch.manual_seed(0)
    layers, mix = torch.ones(3, 100, 100), ScalarMix(dropout=0.25)
    kept = mix(layers)
    assert kept.unique().tolist() == pytest.approx([0, 1 / 0.75])
    assert (kept == 0).float().mean() == pytest.approx(0.25, abs=0.03)
    assert torch.equal(mix.eval()(layers), torch.ones(100, 100))


def test_a_mix_learns_which_layer_the_task_needs() -> None:
    torch.manual_seed(0)
    layers, mix = torch.randn(3, 64, 8), ScalarMix()
    optimizer = torch.optim.Adam(mix.parameters(), lr=0.3)
    for _ in range(60):
        optimizer.zero_grad()
        (mix(layers) - 2 * layers[1]).square().mean().backward()
        optimizer.step()
    assert mix.weights.softmax(0)[1] > 0.9
    assert mix.gamma.item() == pytest.approx(2, abs=0.2)


def test_a_mix_takes_as_many_layers_as_it_has_weights() -> None:
    with pytest.raises(ValueError, match="mixes 3 layers, not 2"):
        ScalarMix()(torch.zeros(2, 4, 4))
