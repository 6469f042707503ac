"""What any model answers to texts that are hardly any, to numbers out of range, and to what is no list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tiny_causal import causal_checkpoint

import senselens as sl

TEXTS = {
    "nothing": "",
    "space": " \t\n ",
    "an emoji": "😋",
    "emoji joined": "👩\u200d👩\u200d👧 bank",
    "combining marks": "cafe\u0301 nai\u0308ve",
    "one very long word": "a" * 10_000,
    "a null": "the ri\0ver bank",
    "halves of surrogate pairs": "the \ud800 bank \udfff",
    "lines of Windows": "We sat by\r\nthe bank\r\n\r\nagain.",
    "from right to left": "ישבנו על הגדה של הנהר",
    "special pieces": "[CLS] [SEP] </s> <s> bank <|endoftext|>",
}
KINDS = ("mini", "glove", "elmo", "use", "roberta", "albert", "gpt2")
every_model = pytest.mark.parametrize("name", KINDS)


@pytest.fixture(scope="module")
def models(tiny: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], sl.Model]:
    causal = causal_checkpoint("gpt2", tmp_path_factory.mktemp("odd") / "gpt2")

    def load(name: str) -> sl.Model:
        if name == "gpt2":
            return sl.load(causal)
        return sl.load(name if name in ("mini", "glove", "elmo", "use") else tiny(name))

    return load


@every_model
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_text_has_vectors(models: Callable[[str], sl.Model], name: str, text: str) -> None:
    model = models(name)
    encoding = model.encode(text)
    assert encoding.words == sl.words(text)
    assert encoding.layers.shape == (model.card.layers, len(sl.words(text)), model.card.width)
    assert encoding.sentence.shape == (model.card.width,)
    assert encoding.layers.dtype == encoding.sentence.dtype == np.float32
    assert np.isfinite(encoding.layers).all()
    assert np.isfinite(encoding.sentence).all()


@every_model
@pytest.mark.parametrize("text", [text for text in TEXTS.values() if len(text) < 100])
def test_every_question_about_it_is_answered_or_refused_in_a_sentence(
    models: Callable[[str], sl.Model], name: str, text: str
) -> None:
    model = models(name)
    questions: list[Callable[[], Any]] = [
        lambda: model.predict(text),
        lambda: model.predict(f"{text} [MASK]", targets=["bank", text]),
        lambda: model.predict_jointly(text),
        lambda: model.next_words(text, 2),
        lambda: model.previous_words(text, 2),
        lambda: model.next_sentence(text, text),
        lambda: model.perplexity(text),
        lambda: model.nearest_words(text, 2),
        lambda: model.input_representation(text),
        lambda: model.attention(text),
        lambda: model.pretraining_example(text),
        lambda: sl.inspect(text, models=[model]) if name == "mini" else None,
    ]
    refusals = []
    for ask in questions:
        try:
            ask()
        except sl.SenselensError as error:
            refusals.append(str(error))
    assert all(len(refusal) < 600 for refusal in refusals)
    assert len(refusals) < len(questions) or name == "use"


def test_half_a_surrogate_pair_is_a_character_like_any_unknown_one(mini: sl.Model) -> None:
    """Offsets are not moved by it, and the words around have the vectors they have around U+FFFD."""
    whole, halves = (mini.encode(f"the {c} bank") for c in ("\ufffd", "\ud800"))
    np.testing.assert_array_equal(whole.layers, halves.layers)
    assert halves.word("bank").span == sl.Span(6, 10)
    assert mini.predict("the \ud800 [MASK]") == mini.predict("the \ufffd [MASK]")


@every_model
@pytest.mark.parametrize("k", [-1, 0])
def test_no_words_are_none(models: Callable[[str], sl.Model], name: str, k: int) -> None:
    model = models(name)
    questions: list[Callable[[], Any]] = [
        lambda: model.predict("the [MASK]", k=k)[0],
        lambda: model.predict_jointly("the [MASK] [MASK]", k=k),
        lambda: model.next_words("the cat", k),
        lambda: model.previous_words("the cat", k),
        lambda: model.nearest_words("cat", k),
        lambda: model.analogy("man", "king", "woman", k),
    ]
    answers = 0
    for ask in questions:
        try:
            assert list(ask()) == []
            answers += 1
        except sl.Unsupported:
            pass
    assert answers == {"glove": 2, "elmo": 2, "use": 0, "gpt2": 1}.get(name, 2)
    if name == "mini":
        assert sl.search(model, "cat", ["a", "b"], k) == sl.substitutes(model, "the river bank", "bank", k) == []


def test_more_words_than_there_are(mini: sl.Model) -> None:
    (guesses,) = mini.predict("the [MASK]", k=10**9)
    assert 20_000 < len(guesses) < 30_522
    assert len(sl.search(mini, "cat", ["a", "b"], 10**9)) == 2


def test_anything_that_gives_texts_will_do(mini: sl.Model) -> None:
    texts = ["A bank", "The bank"]
    np.testing.assert_array_equal(mini.embed(iter(texts)), mini.embed(texts))
    np.testing.assert_array_equal(mini.embed(np.array(texts)), mini.embed(texts))
    assert mini.embed(iter(())).shape == (0, 384)
    assert [e.text for e in mini.encode(iter(texts))] == texts
    assert sl.search(mini, "bank", iter(texts)) == sl.search(mini, "bank", texts)
    assert sl.similarity_matrix(mini, iter(texts)) == sl.similarity_matrix(mini, texts)
    assert sl.compare(iter([mini]), iter(texts), runs=1).texts == tuple(texts)


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: sl.search(model, "bank", "one text"),
        lambda model: sl.similarity_matrix(model, "one text"),
        lambda model: model.predict("the [MASK]", targets="river"),
        lambda model: sl.compare("mini", ["A bank"]),
        lambda model: sl.inspect("A bank", models="mini"),
    ],
)
def test_one_text_is_not_taken_for_its_letters(mini: sl.Model, ask: Callable[[sl.Model], Any]) -> None:
    with pytest.raises(TypeError, match=r"takes a list of \w+; put the one in brackets"):
        ask(mini)


@pytest.mark.parametrize("masked", ["[MASK] sat there.", "The cat sat on the [MASK]", "[MASK]", "a [MASK] b <mask> c ___"])
def test_masks_anywhere(mini: sl.Model, masked: str) -> None:
    found = mini.predict(masked, k=3)
    assert len(found) == len(sl.masks(masked))
    assert all(len(guesses) == 3 for guesses in found)


def test_targets_of_any_case_and_with_accents(mini: sl.Model) -> None:
    """An uncased vocabulary without accents has one word for all of these."""
    (guesses,) = mini.predict("We sat in the [MASK].", targets=["cafe", "CAFÉ", "Cafe\u0301"])
    assert len({guess.probability for guess in guesses}) == 1
