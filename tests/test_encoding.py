"""Encodings: spans, shapes, long and empty texts, and how a word is asked for."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest

import senselens as sl
from senselens.masked_lm import MaskedLM
from senselens.network import piece_vectors
from senselens.text import Span


def test_words_layers_and_sentence(mini: sl.Model) -> None:
    encoding = mini.encode("We sat by the naïve river bank 😀")
    assert [w.of(encoding.text) for w in encoding.words] == ["We", "sat", "by", "the", "naïve", "river", "bank"]
    assert encoding.layers.shape == (7, 7, 384)
    assert encoding.layers.dtype == encoding.sentence.dtype == np.float32
    assert encoding.sentence.shape == (384,)


@pytest.mark.parametrize("text", ["", " \n\t ", "😀 …", "\u00ad"])
def test_a_text_without_words(mini: sl.Model, text: str) -> None:
    encoding = mini.encode(text)
    assert encoding.words == ()
    assert encoding.layers.shape == (7, 0, 384)
    assert np.isfinite(encoding.sentence).all()


def test_a_list_gives_a_list_in_its_order(mini: sl.Model) -> None:
    texts = ["A much longer sentence stands first here.", "Short.", "", "A middle one."]
    for text, encoding in zip(texts, mini.encode(texts), strict=True):
        np.testing.assert_allclose(encoding.layers, mini.encode(text).layers, atol=1e-4)
    assert mini.encode([]) == []


def test_every_word_of_a_long_text_has_vectors_from_its_surroundings(mini: sl.Model) -> None:
    filler = "They talked about the weather and the harvest for a while. "
    text = filler * 60 + "We sat by the river bank. " + filler * 60
    here = mini.encode(text).word("bank")
    river, money = (mini.encode(t).word("bank") for t in ("We sat by the river bank.", "I have money at the bank."))
    assert sl.similarity(here, river).cosine > sl.similarity(here, money).cosine


def test_the_windows_follow_the_rule(mini: sl.Model) -> None:
    """A piece takes its vector from the window in which it has the most context on its shorter side."""
    assert isinstance(mini, MaskedLM)
    text = " ".join(f"word{i % 7}" for i in range(500))
    (pieces,) = mini.tokenizer.pieces([text])
    assert len(pieces) > 510
    head, template = mini.tokenizer.pieces([text])[0].ids[:510], mini.tokenizer.template
    ((_, first, _),) = piece_vectors(mini.network, template, [head])
    ((_, whole, _),) = piece_vectors(mini.network, template, [pieces.ids])
    np.testing.assert_allclose(whole[:, :300], first[:, :300], atol=1e-4)
    assert np.abs(whole[:, 500] - first[:, 500]).max() > 1e-3


def test_a_megabyte(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of 1 MB gets its vector; the network is replaced by one that only counts, to keep the test short."""
    assert isinstance(mini, MaskedLM)
    seen = []

    def hidden(batch):
        seen.append(batch.ids.shape)
        return np.repeat(batch.ids[None, :, :, None].astype(np.float32), 2, axis=3).repeat(7, axis=0)

    monkeypatch.setattr(mini.network, "hidden_all", partial(map, hidden))
    monkeypatch.setattr(mini.network, "width", 2)
    encoding = mini.encode("river bank " * 95_000)
    assert encoding.layers.shape == (7, 190_000, 2)
    assert (encoding.layers[0, ::2, 0] == encoding.layers[0, 0, 0]).all()
    assert max(rows * length for rows, length in seen) <= 4096


@pytest.mark.parametrize(("word", "occurrence", "start"), [("bank", 0, 4), ("BANK", 1, 12), (Span(12, 16), 0, 12)])
def test_a_word_is_found_by_form_or_span(mini: sl.Model, word: str | Span, occurrence: int, start: int) -> None:
    assert mini.encode("The bank by Bank").word(word, occurrence).span == Span(start, start + 4)


@pytest.mark.parametrize(
    ("word", "occurrence", "message"),
    [
        ("shore", 0, "'shore' is not a word of 'The bank by the bank'"),
        ("bank", 2, "'bank' stands 2 times in .*: the occurrence is 0 to 1, not 2"),
        ("by", 1, "'by' stands once in"),
        (Span(4, 6), 0, "the characters 4 to 6 are not one word of"),
    ],
)
def test_a_word_that_is_not_there(mini: sl.Model, word: str | Span, occurrence: int, message: str) -> None:
    with pytest.raises(sl.WordNotFound, match=message):
        mini.encode("The bank by the bank").word(word, occurrence)


def test_long_texts_are_cut_in_messages(mini: sl.Model) -> None:
    for text, word in (("long " * 100, "short"), ("A bank", "w" * 10_000)):
        with pytest.raises(sl.WordNotFound, match="…") as caught:
            mini.encode(text).word(word)
        assert len(str(caught.value)) < 150


def test_layers_of_a_use(mini: sl.Model) -> None:
    use = mini.encode("The river bank").word("bank")
    assert np.array_equal(use.vector(), use.vector(layer=mini.sense_layer))
    assert use.vector(layer=0).shape == (384,)
    for layer in (-1, 7):
        with pytest.raises(sl.Unsupported, match=f"mini has layers 0 to 6, not {layer}"):
            use.vector(layer=layer)


def test_a_mix_is_gamma_times_the_softmax_weighted_sum_of_the_layers(mini: sl.Model) -> None:
    encoding = mini.encode("The river bank")
    mixed = encoding.mix(np.log([1, 2, 3, 4, 5, 6, 7]), gamma=28)
    assert mixed.dtype == np.float32
    np.testing.assert_allclose(mixed, sum((i + 1) * layer for i, layer in enumerate(encoding.layers)), rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(encoding.mix([1000.0] * 7), encoding.layers.mean(0), atol=1e-5)
    np.testing.assert_allclose(encoding.mix([0, 0, 900, 0, 0, 0, 0]), encoding.layers[2], atol=1e-5)
    assert mini.encode("").mix([0] * 7).shape == (0, 384)


@pytest.mark.parametrize("weights", [[], [1, 2, 3], [[1] * 7], 1.0])
def test_a_mix_takes_a_weight_for_each_layer(mini: sl.Model, weights: object) -> None:
    with pytest.raises(sl.Unsupported, match="mini has 7 layers: a mix takes a list of as many weights"):
        mini.encode("The river bank").mix(weights)


@pytest.mark.parametrize("weights", [[np.nan, 0, 0, 0, 0, 0, 0], [np.inf, 0, 0, 0, 0, 0, 0], [-np.inf] * 7])
def test_weights_of_a_mix_are_numbers(mini: sl.Model, weights: list[float]) -> None:
    with pytest.raises(sl.Unsupported, match="a mix takes numbers, at least one of them finite"):
        mini.encode("The river bank").mix(weights)


def test_a_layer_can_be_left_out_of_a_mix(mini: sl.Model) -> None:
    encoding = mini.encode("The river bank")
    np.testing.assert_allclose(encoding.mix([-np.inf] * 6 + [0]), encoding.layers[6], atol=1e-6)


def test_values_are_json(mini: sl.Model) -> None:
    encoding = mini.encode("A bank")
    found = json.loads(json.dumps(encoding.to_dict()))
    assert found["words"] == [{"start": 0, "end": 1}, {"start": 2, "end": 6}]
    assert len(found["layers"]) == 7
    use = json.loads(json.dumps(encoding.uses[1].to_dict()))
    assert use["word"] == "bank"
    assert len(use["vector"]) == 384


def test_embed_takes_a_list(mini: sl.Model) -> None:
    vectors = mini.embed(["A bank", "A river"])
    assert vectors.shape == (2, 384)
    np.testing.assert_allclose(vectors[0], mini.encode("A bank").sentence, atol=1e-5)
    assert mini.embed([]).shape == (0, 384)
    with pytest.raises(TypeError, match="a list of sentences"):
        mini.embed("A bank")
