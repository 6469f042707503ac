"""fastText's own format: the vectors, neighbours and hashing of gensim, also for words that were never seen."""

from __future__ import annotations

import gzip
import logging
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from conftest import anew
from gensim.models import FastText
from gensim.models.fasttext import ft_ngram_hashes, load_facebook_vectors, save_facebook_model
from hypothesis import given, settings
from hypothesis import strategies as st

import senselens as sl
from senselens import fasttext_file
from senselens.fasttext_file import ngram_buckets

SENTENCES = [
    ["the", "cat", "sat", "on", "the", "mat", "by", "the", "river", "bank"],
    ["we", "deposited", "the", "money", "at", "the", "bank", "of", "the", "city"],
    ["naïve", "cafés", "in", "Straße", "five", "sell", "😀", "tea", "at", "the", "Bank"],
    ["中国", "银行", "在", "河", "边", "the", "bank", "of", "the", "river"],
] * 5
UNSEEN = ["banks", "riverbank", "Straßen", "naïveté", "银行家", "😀😀", "x", "BANK", "a<b>c", "<", "</s>"]


def trained(folder: Path, **options: int) -> Path:
    model = FastText(SENTENCES, vector_size=8, min_count=1, epochs=2, workers=1, seed=1, **options)
    path = folder / "tiny.bin"
    save_facebook_model(model, str(path))
    return path


@pytest.fixture(scope="module", params=[(3, 6), (1, 2), (2, 2)], ids=str)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    shortest, longest = request.param
    return trained(tmp_path_factory.mktemp("fasttext"), min_n=shortest, max_n=longest, bucket=97, sg=1)


@pytest.mark.parametrize("packed", [False, True])
def test_the_vectors_are_those_of_gensim(path: Path, packed: bool, tmp_path: Path) -> None:
    if packed:
        (tmp_path / "tiny.bin.gz").write_bytes(gzip.compress(path.read_bytes()))
    model = sl.load(str(tmp_path / "tiny.bin.gz" if packed else path))
    keyed = load_facebook_vectors(str(path))
    assert model.table.words == keyed.index_to_key
    np.testing.assert_allclose(model.table.vectors, keyed.vectors, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(model.table.of(model.table.words), keyed.vectors, rtol=1e-5, atol=1e-7)


def test_unseen_words_have_the_vectors_of_gensim(path: Path) -> None:
    table, keyed = sl.load(str(path)).table, load_facebook_vectors(str(path))
    assert not set(UNSEEN) & set(table.words)
    for word, vector in zip(UNSEEN[:-1], table.of(UNSEEN), strict=False):
        np.testing.assert_allclose(vector, keyed[word], rtol=1e-5, atol=1e-7, err_msg=word)


def test_the_neighbours_are_those_of_gensim(path: Path) -> None:
    model, keyed = sl.load(str(path)), load_facebook_vectors(str(path))
    for word in ("bank", "Straße", "banks", "riverbank"):
        theirs = keyed.most_similar(word, topn=5)
        assert [n.word for n in model.nearest_words(word, 5)] == [w for w, _ in theirs]
        assert [n.cosine for n in model.nearest_words(word, 5)] == pytest.approx([c for _, c in theirs], abs=1e-5)
    theirs = keyed.most_similar(positive=["river", "banks"], negative=["bank"], topn=5)
    assert [n.word for n in model.analogy("bank", "river", "banks", 5)] == [w for w, _ in theirs]


def test_every_word_of_a_text_has_a_vector(path: Path) -> None:
    model = sl.load(str(path))
    encoding = model.encode("Unheard-of riverbanks by the bank")
    assert np.linalg.norm(encoding.layers, axis=-1).min() > 0
    np.testing.assert_allclose(encoding.sentence, encoding.layers[0].mean(axis=0), rtol=1e-5)
    again = model.encode("the bank").word("bank")
    assert sl.similarity(encoding.word("bank"), again).cosine == 1.0


def test_a_model_without_ngrams_knows_its_words_only(tmp_path: Path) -> None:
    path = trained(tmp_path, max_n=0)
    model, keyed = sl.load(str(path)), load_facebook_vectors(str(path))
    np.testing.assert_array_equal(model.table.vectors, keyed.vectors)
    assert not model.table.of(["banks"]).any()
    with pytest.raises(sl.WordNotFound, match="banks"):
        model.nearest_words("banks")


def test_the_end_of_the_sentence_is_no_word_with_ngrams(tmp_path: Path) -> None:
    table = read(tmp_path, written(["</s>", "bank"]))
    assert table.of(["</s>"]).tolist() == [[0, 0]]  # its own row alone
    assert table.of(["bank"]).tolist() != [[2, 2]]


@pytest.mark.parametrize(("shortest", "longest"), [(3, 6), (1, 3), (1, 1), (4, 4), (5, 2)])
@settings(deadline=None)
@given(words=st.lists(st.text(min_size=1, max_size=9), max_size=4))
def test_ngrams_are_hashed_as_in_gensim(shortest: int, longest: int, words: list[str]) -> None:
    which, bucket = ngram_buckets(words, shortest, longest, 2_000_000)
    for i, word in enumerate(words):
        assert sorted(bucket[which == i]) == sorted(ft_ngram_hashes(word, shortest, longest, 2_000_000))


def test_the_hash_is_fnv_1a_over_signed_bytes() -> None:
    value = 2_166_136_261
    for byte in "<é>".encode():
        value = ((value ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16_777_619) % 2**32
    which, bucket = ngram_buckets(["é"], 3, 3, 1000)
    assert (which.tolist(), bucket.tolist()) == ([0], [value % 1000])


def test_vectors_of_a_large_vocabulary_are_put_together_in_batches(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = sl.load(str(path)).table.of(sl.load(str(path)).table.words)
    monkeypatch.setattr(fasttext_file, "AT_ONCE", 1)
    monkeypatch.setattr(fasttext_file, "TOLD", 10)
    caplog.set_level(logging.INFO)
    table = anew(str(path)).table
    np.testing.assert_allclose(table.vectors, whole, rtol=1e-6)
    assert f"10 of {len(whole)} words" in caplog.text


def written(
    words: list[str],
    *,
    version: int = 12,
    model: int = 2,
    width: int = 2,
    buckets: int = 5,
    pruned: int = -1,
    quantized: bool = False,
    rows: int | None = None,
    labels: tuple[str, ...] = (),
    fill: float | None = None,
) -> bytes:
    """A fastText ``.bin`` by its documentation; the numbers of row i are all i."""
    head = struct.pack("<2i12id", 793_712_314, version, width, 5, 5, 1, 5, 1, 2, model, buckets, 2, 3, 100, 1e-4)
    head += struct.pack("<3i2q", len(words) + len(labels), len(words), len(labels), 100, pruned)
    for number, word in enumerate([*words, *labels]):
        head += word.encode(errors="surrogateescape") + b"\0" + struct.pack("<qb", 7, number >= len(words))
    head += b"\1\0\0\0\2\0\0\0" * max(0, pruned)
    rows = len(words) + buckets if rows is None else rows
    matrix = np.repeat(np.arange(rows, dtype="<f4")[:, None], width, axis=1)
    if fill is not None:
        matrix[:] = fill
    head += struct.pack("<?2q", quantized, *matrix.shape) + matrix.tobytes()
    return head + struct.pack("<?2q", False, 3, width) + bytes(3 * width * 4)


def read(folder: Path, data: bytes) -> fasttext_file.SubwordTable:
    (folder / "made.bin").write_bytes(data)
    return anew(str(folder / "made.bin")).table


def test_labels_are_no_words(tmp_path: Path) -> None:
    table = read(tmp_path, written(["river", "bank"], labels=("__label__x",)))
    assert table.words == ["river", "bank"]


def test_words_cut_inside_a_character_are_shown_with_its_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, written(["river", "na\udcc3"])).words == ["river", "na\\xc3"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"model": 3}, sl.Unsupported, "is a fastText classifier; give a model trained with fasttext skipgram or cbow"),
        ({"quantized": True}, sl.Unsupported, "holds quantized vectors; give the .bin from before fasttext quantize"),
        ({"pruned": 2, "quantized": True}, sl.Unsupported, "holds quantized vectors"),
        ({"version": 13}, sl.BadModelFile, r"a header that cannot be read \(format 13; formats up to 12"),
        ({"width": 0}, sl.BadModelFile, "a header that cannot be read"),
        ({"rows": 6}, sl.BadModelFile, "the input matrix is 6 x 2, and 2 words with 5 buckets need 7 x 2"),
        ({"words": ["bank", "bank"]}, sl.BadModelFile, "word 2: 'bank' is word 1 already"),
        ({"words": []}, sl.BadModelFile, "a header that cannot be read"),
    ],
)
def test_what_is_not_read(tmp_path: Path, options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=rf"made\.bin.*{message}"):
        read(tmp_path, written(**{"words": ["river", "bank"], **options}))


def test_wherever_it_is_cut_the_file_is_cut_short(tmp_path: Path) -> None:
    data = written(["river", "bank"])
    assert read(tmp_path, data).words == ["river", "bank"]
    for end in range(4, len(data)):
        with pytest.raises(sl.BadModelFile, match=r"made\.bin is cut short"):
            read(tmp_path, data[:end])


def test_a_number_that_is_not_finite_is_told_when_it_is_read(tmp_path: Path) -> None:
    table = read(tmp_path, written(["river"], fill=float("nan")))
    with pytest.raises(sl.BadModelFile, match=r"made\.bin: the vector of 'banks' is not finite"):
        table.of(["banks"])


def test_a_quantized_file_by_its_name(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "tiny.ftz")
    assert sl.load(str(tmp_path / "tiny.ftz")).table.words  # the name alone says nothing
