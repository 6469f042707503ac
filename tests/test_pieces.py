"""Word pieces: what is a whole word, after a space and where there is none, and whose characters a piece has."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tiny import ENCODERS
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import senselens as sl
from senselens.masked_lm import MaskedLM
from senselens.pieces import PieceTokenizer

Tiny = Callable[[str], str]


def tokenizer_of(folder: str) -> PieceTokenizer:
    model = sl.load(folder)
    assert isinstance(model, MaskedLM)
    return model.tokenizer


@pytest.mark.parametrize(
    ("marked", "bert", "roberta", "albert"),
    [
        ("the |bank", False, False, False),
        ("the| bank", False, False, False),  # a mask that takes the space before it along
        ("|bank", False, True, False),  # RoBERTa puts no space before a text
        ("the (|bank)", False, True, True),
        ("river-|bank", False, True, True),
        ("the “|bank”", False, True, True),
        ("the\n|bank", False, False, False),
        ("the |", False, False, False),
    ],
)
def test_where_a_word_follows_no_space(tiny: Tiny, marked: str, bert: bool, roberta: bool, albert: bool) -> None:
    start = marked.index("|")
    for kind, expected in (
        ("bert", bert),
        ("roberta", roberta),
        ("modernbert", roberta),
        ("albert", albert),
        ("deberta-v2", albert),
    ):
        assert tokenizer_of(tiny(kind)).is_glued(marked.replace("|", ""), start) == expected, kind


@pytest.mark.parametrize("kind", ["roberta", "modernbert", "xlm-roberta", "albert", "deberta-v2"])
def test_a_word_without_a_space_is_a_piece_without_its_mark(tiny: Tiny, kind: str) -> None:
    tokenizer = tokenizer_of(tiny(kind))
    (numbers, words), (spaced, all_words) = tokenizer.glued_words, tokenizer.whole_words
    assert words
    assert set(words) <= set(all_words)
    assert tokenizer.spelt(numbers) == tuple(words)
    assert all(p[0] in "Ġ▁" and (p[1:] == w or not w.isascii()) for p, w in zip(tokenizer.spelt(spaced), all_words, strict=True))
    assert not set(numbers.tolist()) & set(spaced.tolist())


@pytest.mark.parametrize("kind", ["roberta", "modernbert", "deberta", "albert", "bert"])
def test_a_guess_for_the_first_word_is_a_first_word(tiny: Tiny, kind: str) -> None:
    model = sl.load(tiny(kind))
    text = "The cat sat by the river"
    (hidden,) = model.predict(text, sl.Span(0, 3), k=50)
    (written,) = model.predict("[MASK] cat sat by the river", k=50)
    assert [g.word for g in hidden] == [g.word for g in written]
    first = tokenizer_of(tiny(kind)).glued_words[1] if kind in ("roberta", "modernbert", "deberta") else None
    assert first is None or {g.word for g in hidden} == set(first)
    assert [[g.word for g in gs] for gs in model.predict_words([(text, sl.Span(0, 3))], k=50)] == [[g.word for g in hidden]]


def test_two_masks_of_which_one_follows_no_space(tiny: Tiny) -> None:
    model = sl.load(tiny("roberta"))
    glued, spaced = tokenizer_of(tiny("roberta")).glued_words[1], tokenizer_of(tiny("roberta")).whole_words[1]
    for reading in model.predict_jointly("[MASK] cat sat by the [MASK]", k=4):
        assert reading.words[0] in glued
        assert reading.words[1] in spaced
        assert reading.text == f"{reading.words[0]} cat sat by the {reading.words[1]}"


def test_pieces_of_a_target_depend_on_the_space(tiny: Tiny) -> None:
    tokenizer = tokenizer_of(tiny("roberta"))
    assert tokenizer.spelt(np.array(tokenizer.word_ids("bank"))) == ("Ġbank",)
    assert tokenizer.spelt(np.array(tokenizer.word_ids("at", glued=True))) == ("at",)
    text = "[MASK] the river"
    (weighed,) = sl.load(tiny("roberta")).predict(text, targets=["at"])
    (listed,) = sl.load(tiny("roberta")).predict(text, k=100)
    assert weighed[0].probability == pytest.approx({g.word: g.probability for g in listed}["at"], rel=1e-3)


def test_a_vocabulary_without_glued_words_offers_the_spaced_ones() -> None:
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁", -2.0), ("▁cat", -1.0), ("(", -1.0), ("<mask>", -9.0)], unk_id=0))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(single="$A", pair="$A $B:1", special_tokens=[])
    made.add_special_tokens(["<mask>"])
    tokenizer = PieceTokenizer(made.to_str(), "<mask>")
    assert tokenizer.glued_words[1] == []
    model = MaskedLM(sl.load("mini").card, sl.load("mini").network, tokenizer, 1, "none")
    assert model._candidates(True)[1] == ["cat"]


@pytest.mark.parametrize("kind", ENCODERS)
def test_special_pieces_in_a_text_are_only_text(tiny: Tiny, kind: str) -> None:
    """SentencePiece vocabularies find them in a text: there ``<pad>`` would even shift RoBERTa's positions."""
    model = sl.load(tiny(kind))
    text = "the </s> cat <pad> <mask> <s> [SEP] dog [MASK] [CLS][PAD] by"
    tokenizer = tokenizer_of(tiny(kind))
    special = set(tokenizer.template.start + tokenizer.template.end) | {tokenizer.mask_id, model.network.padding}
    found = model.input_representation(text)
    inside = [i for i, t in enumerate(found.texts) if t == 0]
    assert not special & set(found.token_ids[inside].tolist())
    covered = {c for s in found.spans if s is not None for c in range(s.start, s.end)}
    assert covered == {i for i, c in enumerate(text) if not c.isspace()}
    written = text.replace("<mask>", "_").replace("[MASK]", "_")
    masked = model._masked(written + " ___", None)
    assert len(masked.places) == 1
    assert not (special - {tokenizer.mask_id}) & set(
        masked.ids[len(tokenizer.template.start) : -len(tokenizer.template.end)].tolist()
    )


def test_pieces_added_to_a_vocabulary_that_are_not_special_are_found_with_and_without_a_mask(tiny: Tiny) -> None:
    made = Tokenizer.from_str(tokenizer_of(tiny("bert"))._definition)
    made.add_tokens(["covid19"])
    tokenizer = PieceTokenizer(made.to_str(), "[MASK]")
    assert "covid19" in tokenizer.spelt(tokenizer.pieces(["the covid19"])[0].ids)
    assert tokenizer.spelt(tokenizer.masked_pieces("covid19 [MASK]").ids) == ("covid19", "[MASK]")


def test_a_special_piece_of_other_characters_than_its_text_is_cut_too() -> None:
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁", -2.0), ("<s>", 0.0), ("s", -3.0), ("<", -3.0)], unk_id=0))
    made.normalizer = normalizers.Replace("«", "<")
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    made.add_special_tokens(["<s>"])
    tokenizer = PieceTokenizer(made.to_str(), None)
    (pieces,) = tokenizer.pieces(["«s>"])
    assert tokenizer.spelt(pieces.ids) == ("<", "s", "<unk>")
    assert pieces.offsets.tolist() == [[0, 1], [1, 2], [2, 3]]
    made.normalizer = normalizers.Replace("…", "<s>")
    (pieces,) = PieceTokenizer(made.to_str(), None).pieces(["…"])
    assert pieces.offsets.tolist() == [[0, 1]] * 3


def test_words_of_scripts_with_combining_vowels_are_whole_words() -> None:
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁में", -1.0), ("▁don’t", -1.0), ("▁5", -1.0), ("中国", -1.0)], unk_id=0))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer = PieceTokenizer(made.to_str(), None)
    assert tokenizer.whole_words[1] == ["में", "don’t"]
    assert tokenizer.glued_words[1] == ["中国"]
    assert tokenizer.mask_id is None


def test_the_characters_of_pieces(mini: sl.Model) -> None:
    assert isinstance(mini, MaskedLM)
    text = "Naïve cafe\u0301 😀!"
    (pieces,) = mini.tokenizer.pieces([text])
    assert [s.of(text) for s in pieces.spans(text)] == ["Naïve", "cafe", "😀", "!"]
    assert [s.of(text) for s in pieces.cut(1, 3).spans(text)] == ["cafe", "😀"]
    assert len(mini.tokenizer.framed(text, "b")) == len(pieces) + 4
