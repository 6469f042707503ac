"""ELMo as a model: texts to words and vectors, next and previous words, perplexity, states."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_elmo import TINY, VOCABULARY, Reference, write

import senselens as sl
from senselens.elmo_model import LONGEST, STRIDE, Elmo, tokens

TEXT = "The naïve cat sat on the mat. “Don’t!” said the bank… in 1990 😀"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("elmo") / "tiny")


@pytest.fixture
def model(folder: Path) -> Elmo:
    found = sl.load(str(folder))
    assert isinstance(found, Elmo)
    found.stateful = False
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat.", [["The", "cat", "sat", "."]]),
        ("It rained. We left!", [["It", "rained", "."], ["We", "left", "!"]]),
        ("“Don’t,” he said…", [["“", "Don’t", ",", "”", "he", "said", "…"]]),
        ("wait--no... (see $5.50)", [["wait", "--", "no", "...", "(", "see", "$", "5.50", ")"]]),
        ("at https://x.org/a?b=1, or me@x.org!", [["at", "https://x.org/a?b=1", ",", "or", "me@x.org", "!"]]),
        ("the [MASK] is <b>", [["the", "[", "MASK", "]", "is", "<", "b", ">"]]),
        ("naïve 😀 👩‍🔬👩‍🔬", [["naïve", "😀", "👩‍🔬👩‍🔬"]]),
        ("U.S. banks \u200b\u00ad", [["U.S.", "banks"]]),
        ("", []),
        (" \n ", []),
    ],
)
def test_tokens_are_words_and_what_stands_between(text: str, expected: list[list[str]]) -> None:
    assert [[span.of(text) for span in row] for row in tokens(text)] == expected


@given(st.text(max_size=60) | st.text('ab .!?…’"-1/:[]()\n😀\u0301é', max_size=60))
def test_every_word_is_a_token_and_no_two_overlap(text: str) -> None:
    spans = [span for row in tokens(text) for span in row]
    assert [s for s in spans if s in set(sl.words(text))] == list(sl.words(text))
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(span.of(text).strip() for span in spans)


def test_layers_are_those_of_the_words_in_their_sentences(model: Elmo, folder: Path) -> None:
    encoding, reference = model.encode(TEXT), Reference(folder, TINY)
    expected = [reference.layers([s.of(TEXT) for s in row])[:, 1:-1] for row in tokens(TEXT)]
    words = [[i for i, span in enumerate(row) if span in encoding.words] for row in tokens(TEXT)]
    chosen = np.concatenate([layers[:, i] for layers, i in zip(expected, words, strict=True)], axis=1)
    assert " ".join(w.of(TEXT) for w in encoding.words) == "The naïve cat sat on the mat Don’t said the bank in 1990"
    assert encoding.layers.dtype == encoding.sentence.dtype == np.float32
    np.testing.assert_allclose(encoding.layers, chosen, atol=1e-5)
    np.testing.assert_allclose(encoding.sentence, np.concatenate(expected, axis=1).mean((0, 1)), atol=1e-5)


def test_layer_0_is_the_word_alone_and_the_layers_above_are_its_context(model: Elmo) -> None:
    money, river = (model.encode(t).word("bank") for t in ("The bank lent money", "We sat by the river bank"))
    assert np.array_equal(money.vector(0)[:8], money.vector(0)[8:])
    np.testing.assert_allclose(money.vector(0), river.vector(0), atol=1e-6)
    for layer in (1, 2):
        assert np.abs(money.vector(layer) - river.vector(layer)).max() > 1e-3
    assert np.array_equal(money.vector(), money.vector(2))


def test_no_word_is_unknown(model: Elmo) -> None:
    vectors = [model.encode(word).layers[0, 0] for word in ("snark", "snarks", "ƀƈɖ", "日")]
    assert np.isfinite(vectors).all()
    assert min(np.abs(a - b).max() for i, a in enumerate(vectors) for b in vectors[:i]) > 1e-3


def test_a_list_gives_a_list_in_its_order_and_batches_change_nothing(model: Elmo) -> None:
    texts = ["One. Two words. And three of them, at least.", "", "Short", TEXT * 3, "x " * 200]
    for text, encoding in zip(texts, model.encode(texts), strict=True):
        np.testing.assert_allclose(encoding.layers, model.encode(text).layers, atol=1e-5)
    assert model.encode([]) == []


def test_a_text_without_words(model: Elmo) -> None:
    for text in ("", "😀 …"):
        encoding = model.encode(text)
        assert encoding.layers.shape == (3, 0, 16)
        assert np.isfinite(encoding.sentence).all()
    assert not model.encode("").sentence.any()


def test_a_long_sentence_is_read_in_windows(model: Elmo) -> None:
    text = " ".join(f"word{i % 7}" for i in range(LONGEST + 300))
    encoding = model.encode(text)
    assert encoding.layers.shape == (3, LONGEST + 300, 16)
    first = model.encode_tokens([text.split()[:LONGEST]])[0]
    np.testing.assert_allclose(encoding.layers[:, :STRIDE], first[:, :STRIDE], atol=1e-5)
    last = model.encode_tokens([text.split()[-LONGEST:]])[0]
    np.testing.assert_allclose(encoding.layers[:, -STRIDE:], last[:, -STRIDE:], atol=1e-5)


def log_shares(model: Elmo, outputs: np.ndarray) -> np.ndarray:
    assert model.softmax is not None
    scores = outputs.astype(float) @ model.softmax.weight.T + model.softmax.bias
    return scores - np.log(np.exp(scores).sum(-1, keepdims=True))


def test_next_words_are_the_forward_distribution_at_the_end(model: Elmo, folder: Path) -> None:
    output = Reference(folder, TINY).layers(["The", "cat"])[-1, -2, :8]
    expected = dict(zip(VOCABULARY, np.exp(log_shares(model, output)), strict=True))
    found = model.next_words("A mat. The cat", k=20)
    assert {g.word for g in found} == {"the", "cat", "sat", "on", "mat", "river", "bank", "naïve", "don’t"}
    for guess in found:
        assert guess.probability == pytest.approx(expected[guess.word], rel=1e-4)
    assert [g.probability for g in found] == sorted((g.probability for g in found), reverse=True)
    assert model.next_words("A mat. The cat", k=2) == found[:2]


def test_previous_words_are_the_backward_distribution_at_the_start(model: Elmo, folder: Path) -> None:
    output = Reference(folder, TINY).layers(["sat", "on", "."])[-1, 1, 8:]
    expected = dict(zip(VOCABULARY, np.exp(log_shares(model, output)), strict=True))
    (best,) = model.previous_words("sat on. The cat", k=1)
    assert best.probability == pytest.approx(expected[best.word], rel=1e-4)
    assert best.probability == pytest.approx(max(expected[w] for w in VOCABULARY[3:12]), rel=1e-4)


def test_nothing_but_the_boundary_is_a_context_too(model: Elmo, folder: Path) -> None:
    output = Reference(folder, TINY).layers([])[-1, 0, :8]
    expected = dict(zip(VOCABULARY, np.exp(log_shares(model, output)), strict=True))
    (best,) = model.next_words("", k=1)
    assert best.probability == pytest.approx(expected[best.word], rel=1e-4)


@pytest.mark.parametrize("text", ["the cat sat on the mat.", "the snark sat. naïve bank, don’t", ""])
def test_perplexity_is_the_mean_surprise_of_each_direction(model: Elmo, folder: Path, text: str) -> None:
    reference, ways = Reference(folder, TINY), ([], [])
    for row in [[s.of(text) for s in row] for row in tokens(text)] or [[]]:
        ids = [VOCABULARY.index(w) if w in VOCABULARY else 2 for w in ("<S>", *row, "</S>")]
        top = reference.layers(row)[-1]
        forward, backward = log_shares(model, top[:, :8]), log_shares(model, top[:, 8:])
        ways[0].extend(forward[i, ids[i + 1]] for i in range(len(ids) - 1))
        ways[1].extend(backward[i, ids[i - 1]] for i in range(1, len(ids)))
    assert model.perplexities(text) == pytest.approx(tuple(np.exp(-np.mean(way)) for way in ways), rel=1e-4)


def test_perplexity_of_a_long_text_is_made_in_parts(model: Elmo) -> None:
    once, twice = (model.perplexities("the cat sat on " * n) for n in (1, LONGEST))
    assert all(np.isfinite(twice))
    assert once != twice


def test_without_a_softmax_predictions_name_models_that_have_one(tmp_path: Path) -> None:
    bare = sl.load(str(write(tmp_path / "bare", softmax=False)))
    assert bare.card.capabilities == ("vectors", "sentence")
    assert isinstance(bare, Elmo)
    for ask in (bare.next_words, bare.previous_words, bare.perplexities):
        with pytest.raises(sl.Unsupported, match=r"bare cannot predict the next word; .*elmo.* can"):
            ask("the cat")


def test_no_word_is_completed(model: Elmo) -> None:
    with pytest.raises(sl.Unsupported, match="cannot complete one; a causal model can"):
        model.next_words("the ca", complete=True)


def test_answers_can_be_repeated_unless_states_are_carried(model: Elmo, folder: Path) -> None:
    first = model.encode("the cat sat").layers
    assert np.array_equal(first, model.encode("the cat sat").layers)
    model.stateful = True
    assert np.array_equal(first, model.encode("the cat sat").layers)
    carried = model.encode("the cat sat").layers
    assert np.abs(first - carried).max() > 1e-4
    reference, states = Reference(folder, TINY), {}
    for _ in range(2):
        expected = reference.layers(["the", "cat", "sat"], states)
    np.testing.assert_allclose(carried, expected[:, 1:-1], atol=1e-5)
    model.reset_states()
    assert np.array_equal(first, model.encode("the cat sat").layers)
    model.stateful = False
    assert np.array_equal(first, model.encode("the cat sat").layers)


def test_stateful_sentences_are_read_in_order_a_batch_at_a_time(model: Elmo, folder: Path) -> None:
    rows = [["the", "cat"], ["sat"], ["on", "the", "mat"], ["river", "bank"], ["don’t"]]
    reference, states = Reference(folder, TINY), [{}, {}]
    model.stateful, model.batch_size = True, 2
    for i, layers in enumerate(model.encode_tokens(rows)):
        np.testing.assert_allclose(layers, reference.layers(rows[i], states[i % 2])[:, 1:-1], atol=1e-5)


def test_the_card_says_what_was_loaded(model: Elmo, folder: Path) -> None:
    assert (model.card.family, model.card.layers, model.card.width, model.sense_layer) == ("elmo", 3, 16, 2)
    assert model.card.size == sum((folder / name).stat().st_size for name in ("weights.hdf5", "softmax.hdf5"))
    assert model.parameters == sum(p.numel() for p in model.network.parameters()) - 4 + 15 * 9  # no row 0; and the softmax
    assert sl.load(str(folder)) is model


def test_inspecting_with_an_elmo(model: Elmo, folder: Path) -> None:
    found = sl.inspect("We sat by the river bank", [str(folder)])
    readings = {w.word: w.readings[model.card.name] for w in found.words}
    assert readings["bank"].senses


def test_mixing_the_layers(model: Elmo) -> None:
    encoding = model.encode(TEXT)
    np.testing.assert_allclose(encoding.mix([0, 0, 0]), encoding.layers.mean(0), atol=1e-6)
    np.testing.assert_allclose(encoding.mix(np.log([1, 2, 5]), gamma=8), np.tensordot([1, 2, 5], encoding.layers, 1), atol=1e-5)
