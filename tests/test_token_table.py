"""Tables of word pieces: the sentence vectors of model2vec itself, and one vector for a word wherever it stands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import anew
from model2vec import StaticModel
from safetensors.numpy import load_file, save_file
from tiny import CORPUS, bert_tokenizer, byte_level
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import senselens as sl

TEXTS = ["The cat sat by the river bank.", "I deposited money at the bank; don't ask!", "Naïve Straße 😀 zzxqv", "bank", "", "😀"]
rng = np.random.default_rng(0)


def unigram() -> Tokenizer:
    words = [f"▁{word}" for word in ("The", "a", "the", "cat", "river", "bank", "money", "is")]
    pieces = [("<unk>", 0.0), *((p, -float(i)) for i, p in enumerate([*words, *"▁.;'abcdeghiklmnoprstuvwy"], start=1))]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def word_level() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(CORPUS, trainers.WordLevelTrainer(special_tokens=["[UNK]"]))
    return tokenizer


TOKENIZERS = {
    "wordpiece": lambda: bert_tokenizer(Path()).backend_tokenizer,
    "bpe": lambda: byte_level(("<s>", "<pad>", "</s>", "<unk>", "<mask>")),
    "unigram": unigram,
    "words": word_level,
}


@pytest.fixture(scope="module", params=[(kind, norm) for kind in TOKENIZERS for norm in (True, False)], ids=str)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kind, normalize = request.param
    return saved(tmp_path_factory.mktemp("model2vec") / "tiny", kind, normalize)


def saved(folder: Path, kind: str, normalize: bool = False, dtype: type = np.float32, quantized: bool = False) -> Path:
    tokenizer = TOKENIZERS[kind]()
    pieces = tokenizer.get_vocab_size()
    vectors = (rng.normal(size=(pieces, 16)) * 40).astype(dtype)
    extra = {}
    if quantized:
        extra = {"token_mapping": rng.integers(12, size=pieces), "weights": rng.uniform(size=pieces).astype(np.float32)}
        vectors = vectors[:12]
    StaticModel(vectors, tokenizer, normalize=normalize, **extra).save_pretrained(folder)
    return folder


def test_sentences_are_those_of_model2vec(folder: Path) -> None:
    model, theirs = sl.load(str(folder)), StaticModel.from_pretrained(folder)
    np.testing.assert_allclose(model.embed(TEXTS), theirs.encode(TEXTS), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [{"dtype": np.float16}, {"dtype": np.int8}, {"quantized": True}], ids=str)
@pytest.mark.parametrize("normalize", [True, False])
def test_smaller_tables(tmp_path: Path, options: dict[str, object], normalize: bool) -> None:
    folder = saved(tmp_path, "wordpiece", normalize, **options)
    ours, theirs = anew(str(folder)).embed(TEXTS), StaticModel.from_pretrained(folder).encode(TEXTS)
    np.testing.assert_allclose(ours, theirs.astype(np.float32), rtol=2e-3, atol=2e-3)


def test_a_word_is_the_mean_of_its_pieces_wherever_it_stands(folder: Path) -> None:
    model, theirs = sl.load(str(folder)), StaticModel.from_pretrained(folder)
    places = [model.encode(text).word("bank") for text in ("bank", "The bank", "(bank) is", "riverbank—bank")]
    assert {sl.similarity(a, b).cosine for a in places for b in places} == {1.0}
    expected = theirs.encode(["a bank"], normalize=False)[0] * len(theirs.tokenize(["a bank"])[0])
    expected -= theirs.encode(["a"], normalize=False)[0] * len(theirs.tokenize(["a"])[0])
    ours = places[0].vector()
    np.testing.assert_allclose(ours / np.linalg.norm(ours), expected / np.linalg.norm(expected), atol=1e-4)


def test_the_neighbours_are_whole_words(folder: Path) -> None:
    model = sl.load(str(folder))
    found = model.nearest_words("bank", k=1000)
    assert {"cat", "river"} <= {n.word.lower() for n in found}
    assert "bank" not in {n.word for n in found}
    assert not {n.word for n in found if "#" in n.word or "▁" in n.word or "Ġ" in n.word}
    near = found[0]
    a, b = (model.encode(word).word(word).vector() for word in ("bank", near.word))
    assert near.cosine == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)


def test_unknown_pieces_have_no_vector(tmp_path: Path) -> None:
    model = sl.load(str(saved(tmp_path, "words")))
    assert not model.encode("zzxqv").layers.any()
    np.testing.assert_array_equal(model.encode("bank zzxqv").sentence, model.encode("bank").sentence)


@pytest.mark.parametrize("tensors", [{"bert.embeddings.weight": np.zeros((2, 2), np.float32)}, None], ids=["bert", "empty"])
def test_a_folder_without_the_table_is_for_transformers(tmp_path: Path, tensors: dict[str, np.ndarray] | None) -> None:
    if tensors:
        save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(sl.BadModelFile, match="not a model folder that transformers reads"):
        sl.load(str(tmp_path))


def test_without_a_configuration_nothing_is_normalized(tmp_path: Path) -> None:
    folder = saved(tmp_path, "wordpiece", normalize=True)
    (folder / "config.json").unlink()
    assert np.linalg.norm(sl.load(str(folder)).encode("bank").sentence) > 2


def change(folder: Path, name: str, value: np.ndarray | None) -> None:
    tensors = load_file(folder / "model.safetensors")
    if value is None:
        del tensors[name]
    else:
        tensors[name] = value
    save_file(tensors, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("embeddings", np.zeros(5, np.float32), "model.safetensors has no matrix 'embeddings', only embeddings;"),
        (
            "embeddings",
            np.zeros((5, 2), np.float32),
            r"'embeddings' has 5 rows, but tokenizer.json \d+ pieces: two models are mixed",
        ),
        ("embeddings", np.full((200, 2), np.nan, np.float32), "row 0 of 'embeddings' is not finite"),
        ("mapping", np.full(200, 999), r"'embeddings' has \d+ rows, but tokenizer.json"),
        ("mapping", np.full(200, -1), r"'embeddings' has \d+ rows, but tokenizer.json"),
        ("weights", np.ones(3, np.float32), r"'weights' has the shape \(3,\), not \(\d+,\)"),
    ],
)
def test_tensors_that_do_not_fit(tmp_path: Path, name: str, value: np.ndarray, message: str) -> None:
    folder = saved(tmp_path, "wordpiece")
    change(folder, name, value)
    with pytest.raises(sl.BadModelFile, match=message):
        sl.load(str(folder))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tokenizer.json", b"{}", r"tokenizer\.json is no tokenizer definition"),
        ("tokenizer.json", b"\xff", r"tokenizer\.json cannot be read"),
        ("tokenizer.json", None, r"tokenizer\.json cannot be read"),
        ("config.json", b"[]", r"config\.json is no JSON object"),
        ("config.json", b"{", r"config\.json is no JSON object"),
    ],
)
def test_files_that_are_damaged(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    folder = saved(tmp_path, "wordpiece")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(sl.BadModelFile, match=message):
        sl.load(str(folder))


def test_weights_cut_short(tmp_path: Path) -> None:
    folder = saved(tmp_path, "wordpiece")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "model2vec"}), encoding="utf-8")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(sl.BadModelFile, match=r"model\.safetensors is no whole safetensors file .*; save or download"):
        sl.load(str(folder))
