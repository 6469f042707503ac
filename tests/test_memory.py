"""What is read again is not computed again, and says the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import senselens as sl
from senselens.encoding import Encoding

RIVER, MONEY, PLANE = "We sat by the river bank.", "I deposited money at the bank.", "The plane will bank left."


class Counting(sl.Model):
    """A model that notes which texts it is asked about."""

    def __init__(self, model: sl.Model) -> None:
        self.model, self.asked = model, list[list[str]]()
        self.card, self.fingerprint, self.sense_layer = model.card, model.fingerprint, model.sense_layer

    def encode_all(self, texts: list[str]) -> list[Encoding]:
        self.asked.append(texts)
        return self.model.encode_all(texts)

    def predict_words(self, where: Sequence[tuple[str, sl.Span]], k: int = 5) -> list[list[sl.Guess]]:
        self.asked.append([text for text, _ in where])
        return self.model.predict_words(where, k)


@pytest.fixture
def counting(mini: sl.Model) -> Counting:
    return Counting(mini)


def test_a_sentence_is_encoded_once(counting: Counting, mini: sl.Model) -> None:
    memory = sl.Memory()
    memory.encode(counting, [RIVER, MONEY, RIVER])
    again = memory.encode(counting, [MONEY, PLANE, RIVER])
    assert counting.asked == [[RIVER, MONEY], [PLANE]]
    assert memory.knows(counting, PLANE)
    assert not memory.knows(counting, "Another.")
    for encoding, exact in zip(again, mini.encode([MONEY, PLANE, RIVER]), strict=True):
        assert encoding.layers.dtype == np.float32
        np.testing.assert_allclose(encoding.layers, exact.layers, rtol=2**-11, atol=1e-5)
        assert sl.similarity(encoding.word("bank"), encoding.word("bank")).cosine == 1


def test_chosen_layers_alone_are_kept_and_the_others_are_no_numbers(counting: Counting, mini: sl.Model) -> None:
    memory, layers = sl.Memory(), sl.sense_layers(mini)
    assert layers == (3, mini.sense_layer)
    whole = memory.encode(counting, [RIVER])[0]
    assert not memory.knows(counting, RIVER, layers)
    before = memory.taken
    for _ in range(2):
        (encoding,) = memory.encode(counting, [RIVER], layers)
        assert encoding.layers.shape == whole.layers.shape
        for layer, vectors in enumerate(encoding.layers):
            np.testing.assert_array_equal(vectors, whole.layers[layer] if layer in layers else np.full_like(vectors, np.nan))
    assert memory.knows(counting, RIVER, layers)
    assert memory.taken - before < before / 2
    assert counting.asked == [[RIVER], [RIVER]]


def test_guesses_and_sentence_vectors_are_computed_once(counting: Counting, mini: sl.Model) -> None:
    memory = sl.Memory()
    where = [(RIVER, sl.Span(14, 19)), (PLANE, sl.Span(15, 19))]
    first = memory.predict_words(counting, where[:1], 3)
    assert memory.predict_words(counting, where, 3) == [*first, *memory.predict_words(counting, where[1:], 3)]
    assert len(memory.predict_words(counting, where[:1], 5)[0]) == 5
    assert counting.asked == [[RIVER], [PLANE], [RIVER]]
    counting.asked.clear()
    np.testing.assert_array_equal(memory.embed(counting, [RIVER]), memory.embed(counting, [RIVER]))
    assert counting.asked == [[RIVER]]
    assert memory.embed(counting, []).shape == (0, mini.card.width)


def test_what_was_not_used_for_longest_is_forgotten_first(counting: Counting, mini: sl.Model) -> None:
    one = mini.encode(RIVER).layers.nbytes / 2 / 2**20
    memory = sl.Memory(2.9 * one)
    for sentence in (RIVER, MONEY, RIVER, PLANE):
        memory.encode(counting, [sentence])
    assert [memory.knows(counting, s) for s in (RIVER, MONEY, PLANE)] == [True, False, True]
    assert memory.taken <= memory.room


def test_a_memory_without_room_answers_too(counting: Counting) -> None:
    memory = sl.Memory(0)
    memory.encode(counting, [RIVER])
    memory.encode(counting, [RIVER])
    assert counting.asked == [[RIVER], [RIVER]]
    assert memory.taken == 0


def test_vectors_too_large_for_half_precision_are_kept_whole(mini: sl.Model) -> None:
    class Large(Counting):
        def encode_all(self, texts: list[str]) -> list[Encoding]:
            vectors = np.full((1, 2, 3), 1e5, np.float32)
            return [Encoding(text, sl.words(text), vectors, vectors[0, 0], self) for text in texts]

    (encoding,) = sl.Memory().encode(Large(mini), ["two words"])
    assert encoding.layers.max() == np.float32(1e5)


def test_models_are_told_apart(mini: sl.Model) -> None:
    memory = sl.Memory()
    quick = sl.load("mini", precision="int8")
    exact, rounded = memory.encode(mini, [RIVER])[0], memory.encode(quick, [RIVER])[0]
    assert (exact.model, rounded.model) == (mini, quick)
    assert not np.array_equal(exact.layers, rounded.layers)


def test_an_inspection_without_curves_says_the_same(counting: Counting) -> None:
    text, word = f"{RIVER} {MONEY}", [sl.Span(20, 24)]
    (plain,), (curved,) = (
        sl.inspect(text, [counting], word, memory=sl.Memory(), curves=curves).words for curves in (False, True)
    )
    (seen,), (whole,) = plain.readings.values(), curved.readings.values()
    assert (seen.senses, seen.guesses, seen.others) == (whole.senses, whole.guesses, whole.others)
    assert seen.layers == ()
    assert len(whole.layers[0]) == 7


def test_an_inspection_with_a_memory_reads_only_what_changed(counting: Counting) -> None:
    outline, memory, word = sl.Outline(f"{RIVER} {MONEY}"), sl.Memory(), [sl.Span(20, 24)]
    before = sl.inspect(outline, [counting], word, memory=memory)
    counting.asked.clear()
    edited = sl.Outline(f"{RIVER} {PLANE}", before=outline)
    after = sl.inspect(edited, [counting], word, memory=memory)
    assert counting.asked == [[PLANE]]
    old, new = (inspection.words[0].readings["mini"] for inspection in (before, after))
    assert old.senses == new.senses
    assert old.others[0].similarity != new.others[0].similarity
