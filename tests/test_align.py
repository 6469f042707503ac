from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Encoding, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from senselens.align import Alignment, align
from senselens.text import Span, words

CORPUS = [
    "The river bank was naïve — don’t say it’s so! 😋",
    "We sat by the river bank in the Straße, café and finance ministry.",
    "中国的河 中国的山",
] * 20
TEXT = " The naïve ﬁnanciers  don’t bank 😋on  中国 ½-way, nai\u0308ve  in Straße."


def wordpiece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=90, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return tokenizer


def byte_level(prefix: bool, trim: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=trim)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def unigram() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=70, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


TOKENIZERS = {
    "WordPiece": wordpiece(),
    "byte-level BPE": byte_level(prefix=False, trim=False),
    "byte-level BPE, a space put before, none in offsets": byte_level(prefix=True, trim=True),
    "Unigram": unigram(),
}
each_tokenizer = pytest.mark.parametrize("tokenizer", TOKENIZERS.values(), ids=TOKENIZERS.keys())
BYTE_LEVEL = [tokenizer for name, tokenizer in TOKENIZERS.items() if name.startswith("byte-level")]


def aligned(encoding: Encoding, text: str) -> Alignment:
    return align(encoding.offsets, words(text), encoding.special_tokens_mask)


def pieces(tokenizer: Tokenizer, text: str) -> dict[str, list[str]]:
    """The pieces of each word, as the tokenizer spells them."""
    encoding = tokenizer.encode(text)
    alignment = aligned(encoding, text)
    return {w.of(text): [encoding.tokens[p] for p in alignment.pieces_of(i)] for i, w in enumerate(words(text))}


@each_tokenizer
def test_a_word_has_the_pieces_that_share_a_character_with_it(tokenizer: Tokenizer) -> None:
    encoding = tokenizer.encode(TEXT)
    alignment = aligned(encoding, TEXT)
    characters = [set(range(*offset)) for offset in encoding.offsets]
    for i, word in enumerate(words(TEXT)):
        expected = [p for p, held in enumerate(characters) if held & set(range(word.start, word.end))]
        assert alignment.pieces_of(i).tolist() == expected
        assert expected, f"{word.of(TEXT)} has no piece"
    assert len(alignment.piece) == sum(len(alignment.pieces_of(i)) for i in range(len(words(TEXT))))


@each_tokenizer
def test_the_pieces_of_a_word_spell_it(tokenizer: Tokenizer) -> None:
    text = "We sat by the river bank"
    for word, its in pieces(tokenizer, text).items():
        spelt = "".join(its).replace("##", "").strip("Ġ▁")
        assert spelt.lower() == word.lower()


def test_word_pieces() -> None:
    found = pieces(TOKENIZERS["WordPiece"], "The nai\u0308ve bank, don’t 中国")
    assert "".join(found["nai\u0308ve"]).replace("##", "") == "naive"
    assert found["don’t"][-2:] == ["’", "t"]
    assert (found["中"], found["国"]) == (["中"], ["国"])


@pytest.mark.parametrize("tokenizer", BYTE_LEVEL)
@pytest.mark.parametrize("word", ["𝒳", "naïve", "don’t", "½-way"])
def test_the_bytes_of_a_character_all_count(tokenizer: Tokenizer, word: str) -> None:
    text = f"a {word} 😋"
    encoding = tokenizer.encode(text)
    ids = [encoding.ids[p] for p in aligned(encoding, text).pieces_of(1)]
    assert tokenizer.decode(ids).strip() == word


def test_the_space_before_a_word_is_part_of_its_piece_or_of_no_word() -> None:
    found = pieces(TOKENIZERS["byte-level BPE"], "We bank 😋 on")
    assert "".join(found["bank"]) == "Ġbank"
    assert all("ð" not in piece for its in found.values() for piece in its), "an emoji is no word"


def test_normalised_characters_keep_their_word() -> None:
    found = pieces(TOKENIZERS["Unigram"], "a ﬁn ½ 中国")
    assert "".join(found["ﬁn"]).strip("▁") == "fin"
    assert "".join(found["½"]).strip("▁") == "1⁄2"


def test_a_lone_word_sign_counts_for_the_first_word_only() -> None:
    tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁", -1.0), ("x", -1.0)], unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    encoding = tokenizer.encode("x x")
    assert encoding.tokens == ["▁", "x", "▁", "x"]
    assert aligned(encoding, "x x").piece.tolist() == [0, 1, 3]


def test_a_piece_that_spans_two_words_counts_for_both() -> None:
    tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁中国", -1.0), ("的", -1.0)], unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    encoding = tokenizer.encode("中国的")
    assert encoding.tokens == ["▁中国", "的"]
    alignment = aligned(encoding, "中国的")
    assert alignment.word.tolist() == [0, 1, 2]
    assert alignment.piece.tolist() == [0, 0, 1]


def test_a_word_the_tokenizer_drops_has_no_piece_and_the_zero_vector() -> None:
    tokenizer = wordpiece()
    tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(Regex("[^ -~]"), "")])
    text = "the мир bank"
    encoding = tokenizer.encode(text)
    alignment = aligned(encoding, text)
    assert [len(alignment.pieces_of(i)) > 0 for i in range(3)] == [True, False, True]
    means = alignment.mean(np.ones((len(encoding), 2), np.float32))
    assert means.tolist() == [[1, 1], [0, 0], [1, 1]]


def test_special_pieces_are_left_out() -> None:
    tokenizer, first, second = TOKENIZERS["WordPiece"], "the bank", "river in the bank"
    pair = tokenizer.encode(first, second)
    for sequence, text in enumerate([first, second]):
        others = [s != sequence for s in pair.sequence_ids]
        alignment = align(pair.offsets, words(text), others)
        assert [pair.sequence_ids[p] for p in alignment.piece] == [sequence] * len(alignment.piece)
        assert set(alignment.word.tolist()) == set(range(len(words(text))))


def test_pieces_of_no_characters_belong_to_no_word() -> None:
    #         [CLS]   ""      bank    ""      ""      [SEP]
    offsets = [(0, 0), (0, 0), (0, 4), (2, 2), (4, 4), (0, 0)]
    assert align(offsets, [Span(0, 4)]).piece.tolist() == [2]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_mean(shape: tuple[int, ...]) -> None:
    #        the     ri      ver     ,       bank
    offsets = [(0, 3), (4, 6), (6, 9), (9, 10), (11, 15)]
    alignment = align(offsets, words("the river, bank"))
    vectors = np.random.default_rng(0).normal(size=(*shape, 5, 4)).astype(np.float32)
    the, ri, ver, _, bank = np.moveaxis(vectors, -2, 0)
    means = alignment.mean(vectors)
    np.testing.assert_allclose(means, np.stack([the, (ri + ver) / 2, bank], axis=-2), rtol=1e-6)
    assert means.dtype == np.float32


@pytest.mark.parametrize(("offsets", "spans"), [([], []), ([], [Span(0, 3)]), ([(0, 3)], []), ([(3, 4)], [Span(0, 3)])])
def test_nothing_aligned_is_all_zeros(offsets: list[tuple[int, int]], spans: list[Span]) -> None:
    alignment = align(offsets, spans)
    assert alignment.mean(np.ones((2, len(offsets), 5))).tolist() == np.zeros((2, len(spans), 5)).tolist()
    assert all(len(alignment.pieces_of(i)) == 0 for i in range(len(spans)))


@settings(deadline=None)
@given(st.text(), st.sampled_from(BYTE_LEVEL))
def test_byte_level_pieces_hold_every_character_of_every_word(text: str, tokenizer: Tokenizer) -> None:
    encoding = tokenizer.encode(text)
    alignment = aligned(encoding, text)
    for i, word in enumerate(words(text)):
        held = {c for p in alignment.pieces_of(i) for c in range(*encoding.offsets[p])}
        assert held >= set(range(word.start, word.end))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4))), st.lists(st.integers(0, 12), unique=True).map(sorted))
def test_pairs_are_those_of_all_pieces_and_words_that_overlap(lengths: list[tuple[int, int]], edges: list[int]) -> None:
    offsets = [(start, start + length) for start, length in lengths]
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    alignment = align(offsets, spans)
    pairs = [(w, p) for w, s in enumerate(spans) for p, (a, b) in enumerate(offsets) if max(a, s.start) < min(b, s.end)]
    assert list(zip(alignment.word.tolist(), alignment.piece.tolist(), strict=True)) == pairs
