"""Views of a text or a pair under one model, and of next sentences: their traits are the engine's answers."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import senselens as sl
from senselens_widget import AttentionView, InputRepresentation, NextSentence
from senselens_widget.pair_view import PairView

A, B = "My dog is cute.", "He likes playing unicycles."
SLOW = 120


# The input layer


@pytest.fixture(scope="module")
def inputs(mini: sl.Model) -> InputRepresentation:
    view = InputRepresentation(A, B)
    view.wait(SLOW)
    return view


def test_the_parts_are_those_of_the_input_layer(inputs: InputRepresentation, mini: sl.Model) -> None:
    found = mini.input_representation(A, B)
    assert inputs.pieces == list(found.pieces)
    assert inputs.texts == list(found.texts)
    assert [part["name"] for part in inputs.parts] == ["token", "segment", "position", "sum", "layer_0"]
    vectors = [found.token, found.segment, found.position, found.total, found.layer_0]
    for part, whole in zip(inputs.parts, vectors, strict=True):
        assert whole is not None
        np.testing.assert_allclose(part["vectors"], whole[:, :12], atol=1e-4)
        np.testing.assert_allclose(part["lengths"], np.linalg.norm(whole, axis=1), atol=1e-3)
    assert [part["rows"] for part in inputs.parts[1:3]] == [[0] * 7 + [1] * 9, list(range(16))]
    assert inputs.width == 384


def test_the_normalised_sum_is_layer_0_of_encode(inputs: InputRepresentation) -> None:
    assert 0 < inputs.difference < 1e-5
    assert inputs.wait().layer_0.shape == (16, 384)


def test_a_model_without_segments_has_no_such_row(tiny: Callable[[str], str]) -> None:
    view = InputRepresentation(A, model=tiny("distilbert"))
    view.wait(SLOW)
    assert [part["name"] for part in view.parts] == ["token", "position", "sum", "layer_0"]


def test_where_the_tables_are_narrow_layer_0_is_a_projection(tiny: Callable[[str], str]) -> None:
    view = InputRepresentation(A, model=sl.load(tiny("albert")))
    view.wait(SLOW)
    assert [part["name"] for part in view.parts][-2:] == ["normalised", "layer_0"]
    assert view.difference < 1e-5


def test_a_text_without_words_has_only_special_pieces(mini: sl.Model) -> None:
    view = InputRepresentation("")
    view.wait(SLOW)
    assert (view.pieces, view.difference) == (["[CLS]", "[SEP]"], None)


# Attention


@pytest.fixture(scope="module")
def attention(mini: sl.Model) -> AttentionView:
    view = AttentionView(A, B)
    view.wait(SLOW)
    return view


def test_the_weights_are_the_models_to_a_65535th(attention: AttentionView, mini: sl.Model) -> None:
    found = mini.attention(A, B)
    size = len(found.pieces)
    numbers = np.frombuffer(b64decode(attention.weights), "<u2").reshape(*attention.shape, size, size) / 65535
    np.testing.assert_allclose(numbers, found.weights, atol=0.5 / 65535 + 1e-6)
    np.testing.assert_array_equal(attention.wait().weights, found.weights)
    assert attention.shape == [6, 12]


@pytest.mark.parametrize(("layer", "head"), [(None, None), (3, None), (None, 4), (3, 4)])
def test_without_a_script_what_a_piece_looks_at_most_is_told(
    attention: AttentionView, layer: int | None, head: int | None
) -> None:
    attention.layer, attention.head = layer, head
    shown = attention.wait().weights
    shown = shown if layer is None else shown[layer - 1 : layer]
    shown = shown if head is None else shown[:, head - 1 : head]
    most = shown.mean((0, 1)).argmax(1)
    assert [row[1].split()[0] for row in attention._rows()[1:]] == [attention.pieces[at] for at in most]


def test_a_text_of_too_many_pieces_is_told_of(mini: sl.Model) -> None:
    with pytest.raises(sl.SenselensError, match="room for 128 word pieces, the text has 202: shorten it"):
        AttentionView("bank " * 200).wait(SLOW)


def test_a_model_without_heads_says_who_has_them() -> None:
    with pytest.raises(sl.SenselensError, match="glove cannot show where its heads look"):
        AttentionView(A, model="glove").wait(SLOW)


# Both


@pytest.mark.parametrize("kind", [InputRepresentation, AttentionView])
def test_another_text_or_pair_is_read(kind: type[PairView], mini: sl.Model) -> None:
    view = kind(A)
    view.wait(SLOW)
    view.selection = 5
    view.set_state({"pair": "Hello"})
    view.wait(SLOW)
    assert (view.pieces[-2:], view.selection) == (["hello", "[SEP]"], None)
    view.set_state({"text": "Bank", "pair": None})
    view.wait(SLOW)
    assert view.pieces == ["[CLS]", "bank", "[SEP]"]


@pytest.mark.parametrize("kind", [InputRepresentation, AttentionView])
def test_the_output_of_a_cell_has_the_texts_and_a_table(kind: type[PairView], mini: sl.Model) -> None:
    html = kind("<b>bank</b>", "b")._repr_mimebundle_()[0]["text/html"]
    assert '<p class="text" dir="auto">&lt;b&gt;bank&lt;/b&gt;</p>' in html
    assert "<td><bdi>bank</bdi></td>" in html


def test_before_anything_is_known_the_output_has_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    view = AttentionView(A, model="no such model")
    view._task.done.wait(SLOW)  # type: ignore[union-attr]
    assert A in view._repr_mimebundle_()[0]["text/html"]


# Next sentences


def test_each_pair_has_its_probability_both_ways_round(mini: sl.Model) -> None:
    view = NextSentence([(A, B), (B, "Rates fell.")])
    assert view.wait(SLOW) == [mini.next_sentence(A, B), mini.next_sentence(B, "Rates fell.")]
    assert [answer["reversed"] for answer in view.answers] == [mini.next_sentence(B, A), mini.next_sentence("Rates fell.", B)]


def test_a_changed_pair_is_asked_and_those_that_are_known_are_not(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    view = NextSentence(A, B)
    view.wait(SLOW)
    asked: list[tuple[str, str]] = []
    real = type(mini).next_sentence
    monkeypatch.setattr(type(mini), "next_sentence", lambda model, a, b: asked.append((a, b)) or real(model, a, b))
    view.set_state({"pairs": [[A, B], [A, "No."]]})
    assert view.wait(SLOW) == [real(mini, A, B), real(mini, A, "No.")]
    assert asked == [(A, "No."), ("No.", A)]


def test_one_sentence_is_no_pair() -> None:
    with pytest.raises(TypeError, match="two sentences, or a list of pairs"):
        NextSentence(A)


def test_without_that_head_the_models_that_have_it_are_named() -> None:
    view = NextSentence(A, B, model="glove")
    with pytest.raises(sl.SenselensError, match=r"glove cannot tell whether a sentence follows another; .*mini"):
        view.wait(SLOW)
    assert f"<li><bdi>{A}</bdi> → <bdi>{B}</bdi></li>" in view._repr_mimebundle_()[0]["text/html"]


def test_where_no_widget_lives_pairs_are_a_list(mini: sl.Model, tmp_path: Path) -> None:
    view = NextSentence("<i>", B)
    (share,) = view.wait(SLOW)
    html = view.save_html(tmp_path / "pairs.html").read_text(encoding="utf-8")
    assert f"<bdi>&lt;i&gt;</bdi> → <bdi>{B}</bdi> ({100 * share:.0f}\u202f% sure that it follows)" in html
