"""Causal models on tiny random checkpoints: transformers' own logits and hidden states, and the chain rule."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from conftest import Without
from safetensors.torch import load_file, save_file
from tiny_causal import END, LONGEST, causal_checkpoint

import senselens as sl
from senselens.causal_lm import CausalLM
from senselens.checkpoint_kind import is_causal
from senselens.text import words

KINDS = ("gpt2", "llama", "neox", "qwen2")
TEXT = "The naïve cat sat by the river bank 😀, didn't it?"
PLAIN = "The cat sat on the river bank"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("causal")
    return {kind: causal_checkpoint(kind, root / kind) for kind in (*KINDS, "mamba")}


@pytest.fixture(params=KINDS)
def folder(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Path:
    return folders[request.param]


def load(folder: Path) -> CausalLM:
    model = sl.load(str(folder))
    assert isinstance(model, CausalLM)
    return model


class Reference:
    """transformers' own model and tokenizer."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
        self.start = [self.tokenizer.bos_token_id]

    def ids(self, text: str) -> list[int]:
        found: list[int] = self.tokenizer(text, add_special_tokens=False).input_ids
        return found

    def log_shares(self, ids: Sequence[int]) -> torch.Tensor:
        """After each of the pieces, start included: (1 + pieces, vocabulary)."""
        with torch.no_grad():
            return self.model(torch.tensor([[*self.start, *ids]])).logits[0].double().log_softmax(-1)


# Vectors


def test_layers_are_the_mean_of_transformers_hidden_states(folder: Path) -> None:
    encoding, reference = load(folder).encode(TEXT), Reference(folder)
    inputs = reference.tokenizer(TEXT, add_special_tokens=False, return_offsets_mapping=True)
    with torch.no_grad():
        out = reference.model(torch.tensor([[*reference.start, *inputs.input_ids]]), output_hidden_states=True)
    hidden = torch.stack(out.hidden_states)[:, 0, 1:].numpy()  # (layers, P, W)
    assert len(encoding.layers) == load(folder).card.layers
    for i, word in enumerate(encoding.words):
        inside = [j for j, (a, b) in enumerate(inputs.offset_mapping) if a < word.end and b > word.start]
        np.testing.assert_allclose(encoding.layers[:, i], hidden[:, inside].mean(1), atol=1e-5)
    np.testing.assert_allclose(encoding.sentence, hidden[-1].mean(0), atol=1e-5)


def test_texts_together_are_each_text_alone(folder: Path) -> None:
    model = load(folder)
    texts = [TEXT, "Cat", "", "the river " * 40]
    for text, together in zip(texts, model.encode(texts), strict=True):
        np.testing.assert_allclose(together.layers, model.encode(text).layers, atol=1e-5)
    assert not model.encode("").sentence.any()
    assert model.embed(texts).shape == (4, 32)


def test_a_word_is_not_changed_by_what_comes_after_it(folder: Path) -> None:
    model = load(folder)
    short, long = (model.encode(t).word("cat").vector() for t in ("The cat", "The cat sat on the mat"))
    np.testing.assert_allclose(short, long, atol=1e-5)


def test_a_long_text_is_read_with_at_least_half_a_window_to_the_left(folder: Path) -> None:
    model, reference = load(folder), Reference(folder)
    text = "the cat sat on the mat " * 40
    ids = reference.ids(text)
    room = LONGEST - 1
    with torch.no_grad():
        second = torch.tensor([[*reference.start, *ids[room // 2 : room // 2 + room]]])
        hidden = torch.stack(reference.model(second, output_hidden_states=True).hidden_states)[:, 0, 1:].numpy()
    pieces = model.tokenizer.pieces([text])[0]
    encoding = model.encode(text)
    word = next(i for i, w in enumerate(encoding.words) if w.start > pieces.offsets[room][0])
    inside = [j for j, (a, b) in enumerate(pieces.offsets) if a < encoding.words[word].end and b > encoding.words[word].start]
    np.testing.assert_allclose(encoding.layers[:, word], hidden[:, np.array(inside) - room // 2].mean(1), atol=1e-5)
    assert np.linalg.norm(encoding.layers, axis=-1).min() > 0


# Probabilities


def test_the_log_probability_is_transformers_loss(folder: Path) -> None:
    model, reference = load(folder), Reference(folder)
    ids = torch.tensor([[*reference.start, *reference.ids(TEXT)]])
    with torch.no_grad():
        expected = -reference.model(ids, labels=ids).loss.item() * (ids.shape[1] - 1)
    assert model.log_probability(TEXT) == pytest.approx(expected, rel=1e-5)
    assert model.log_probability("") == 0


def test_perplexity(folder: Path) -> None:
    model = load(folder)
    total = model.log_probability(TEXT)
    assert model.perplexity(TEXT) == pytest.approx(math.exp(-total / len(words(TEXT))))
    assert model.perplexity(TEXT, per="piece") == pytest.approx(math.exp(-total / len(Reference(folder).ids(TEXT))))
    with pytest.raises(sl.WordNotFound, match="without a word has no perplexity"):
        model.perplexity("?!")
    with pytest.raises(ValueError, match="per 'word' or per 'piece'"):
        model.perplexity(TEXT, per="letter")


def over(model: CausalLM) -> list[int]:
    """The pieces that show that a word before them is over, found with `words` on a word, the piece and a letter."""

    def shows(spelling: bytes | None) -> bool:
        text = "cat" + (spelling or b" ").decode(errors="replace") + "s"
        return words(text)[0].of(text) == "cat" and not begins_a_character(spelling or b" ")

    spellings = model.tokenizer.spellings or []
    return [i for i in range(model.network.vocabulary) if i >= len(spellings) or shows(spellings[i])]


def begins_a_character(spelling: bytes) -> bool:
    try:
        return not spelling.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start == 0


def test_a_text_of_one_endless_word_is_infinitely_perplexing(folders: dict[str, Path]) -> None:
    assert load(folders["gpt2"]).perplexity("a" * 10_000) == np.inf


def test_a_words_probability_is_corrected_for_its_space(folder: Path) -> None:
    """Pimentel & Meister (2024): P(w) = P(pieces) · P(a boundary after them) / P(a boundary before them)."""
    model, reference = load(folder), Reference(folder)
    ids, ended = reference.ids(PLAIN), over(model)
    shares = reference.log_shares(ids)
    offsets = reference.tokenizer(PLAIN, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
    found = model.word_log_probabilities(PLAIN)
    assert [span for span, _ in found] == list(words(PLAIN))
    for number, (span, value) in enumerate(found):
        before = found[number - 1][0].end if number else 0  # the space is part of the word
        inside = [j for j, (a, b) in enumerate(offsets) if a < span.end and b > before]
        expected = sum(shares[j, ids[j]] for j in inside) + shares[inside[-1] + 1, ended].logsumexp(0)
        if number:
            expected -= shares[inside[0], ended].logsumexp(0)
        assert value == pytest.approx(float(expected), rel=1e-5)


def test_words_add_up_to_the_text_and_its_last_boundary(folder: Path) -> None:
    model, reference = load(folder), Reference(folder)
    last = float(reference.log_shares(reference.ids(PLAIN))[-1, over(model)].logsumexp(0))
    total = sum(value for _, value in model.word_log_probabilities(PLAIN))
    assert total == pytest.approx(model.log_probability(PLAIN) + last, rel=1e-6)


def test_punctuation_is_given_to_the_words_after_it(folder: Path) -> None:
    model, reference = load(folder), Reference(folder)
    text = "The cat, sat"
    ids, ended = reference.ids(text), over(model)
    shares = reference.log_shares(ids)
    comma = next(j for j, i in enumerate(ids) if (model.tokenizer.spellings or [])[i] == b",")
    values = [value for _, value in model.word_log_probabilities(text)]
    expected = sum(shares[j, ids[j]] for j in range(comma + 1, len(ids))) + shares[-1, ended].logsumexp(0)
    assert values[2] == pytest.approx(float(expected), rel=1e-5)
    without = model.word_log_probabilities("The cat")
    assert values[:2] == pytest.approx([value for _, value in without], rel=1e-5)


def test_characters_that_are_words(folder: Path) -> None:
    """After a Han character the word is over, whatever comes."""
    model, reference = load(folder), Reference(folder)
    ids = reference.ids("中国")
    shares = reference.log_shares(ids)
    if len(ids) % 2 and folder.name != "llama":
        pytest.fail("the two characters should have as many bytes each")
    values = [value for _, value in model.word_log_probabilities("中国")]
    assert sum(values) == pytest.approx(float(sum(shares[j, i] for j, i in enumerate(ids))), rel=1e-6)


def test_a_long_text_has_a_probability_for_every_piece(folder: Path) -> None:
    model, reference = load(folder), Reference(folder)
    ids = reference.ids(text := "the cat sat on the mat " * 12)
    room = LONGEST - 1
    expected, done = 0.0, 0
    for begin in [*range(0, len(ids) - room, room // 2), len(ids) - room]:
        window = ids[begin : begin + room]
        shares = reference.log_shares(window)
        expected += sum(float(shares[j - begin, ids[j]]) for j in range(done, begin + room))
        done = begin + room
    assert done == len(ids)
    assert model.log_probability(text) == pytest.approx(expected, rel=1e-5)


# The next word


def spelled(model: CausalLM, reference: Reference, context: str, word: str, floor: float = 0.0) -> float:
    """Σ P over every spelling of *word* after *context*, by following all pieces that agree with it."""
    spellings = model.tokenizer.spellings or []

    def follow(ids: list[int], said: bytes) -> float:
        shares = reference.log_shares(ids)[-1].exp().tolist()
        total = 0.0
        for i, share in enumerate(shares):
            spelling = spellings[i] if i < len(spellings) else None
            text = (said + (spelling or b"")).decode(errors="replace")
            first = words(text)[:1]
            if spelling is not None and len(ids) < 40 and text.strip() and (word + "'").startswith(text.lstrip()):
                total += share * follow([*ids, i], said + spelling)
            elif spelling is None and said.decode().strip("'- ") == word:
                total += share
            elif first and first[0].of(text) == word and not text[: first[0].start].strip():
                total += share if len(text) > first[0].end else 0.0
        return total

    return follow(reference.ids(context), b"")


@pytest.mark.parametrize("context", ["The cat sat.", "The cat sat on the", "The cat sat on the "])
def test_the_accounts_balance(folder: Path, context: str) -> None:
    found = load(folder).next_word_distribution(context, beam=300)
    assert sum(g.probability for g in found.words) + found.no_word + found.unread == pytest.approx(1, abs=1e-5)
    assert [g.probability for g in found.words] == sorted((g.probability for g in found.words), reverse=True)


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_a_next_words_probability_is_that_of_all_its_spellings(folders: dict[str, Path], kind: str) -> None:
    model, reference = load(folders[kind]), Reference(folders[kind])
    context = "The cat sat,"
    found = model.next_word_distribution(context, beam=3000)
    checked = [g for g in found.words if len(g.word) <= 3 and g.word.isascii() and g.word.isalpha()][:4]
    assert len(checked) == 4
    for guess in checked:
        expected = spelled(model, reference, context, guess.word)
        assert guess.probability <= expected * (1 + 1e-4)
        assert expected <= guess.probability + found.unread


def test_after_a_word_the_next_one_is_the_text_with_a_space(folder: Path) -> None:
    """A space at the end only rules out what is not one: P(w | a space) / P(w | the word is over) is the odds of the two."""
    model, reference = load(folder), Reference(folder)
    without = {g.word: g.probability for g in model.next_words("The cat sat on the", k=4)}
    with_space = {g.word: g.probability for g in model.next_words("The cat sat on the ", k=4)}
    assert model.next_words("The cat sat on the  ", k=4) == model.next_words("The cat sat on the ", k=4)
    shares = reference.log_shares(reference.ids("The cat sat on the"))[-1].exp()
    spaces = [i for i, s in enumerate(model.tokenizer.spellings or ()) if s is not None and s.startswith(b" ")]
    odds = float(shares[over(model)].sum() / shares[spaces].sum())
    both = without.keys() & with_space.keys()
    assert len(both) >= 2
    assert [with_space[w] / without[w] for w in both] == pytest.approx([odds] * len(both), rel=0.02)  # a few begin with a tab


def test_the_next_word_is_the_last_one_of_a_longer_text(folder: Path) -> None:
    """P(word | text) among the next words is exp of its log probability in the text, other spellings apart."""
    model = load(folder)
    found = model.next_word_distribution("The cat sat on the", beam=400)
    (guess, *_) = [g for g in found.words if g.word in ("cat", "dog", "river", "bank", "mat", "t", "s", "a")]
    (_, value) = model.word_log_probabilities(f"The cat sat on the {guess.word}")[-1]
    assert math.exp(value) <= guess.probability + found.unread + 1e-6


def test_a_beginning_is_completed(folder: Path) -> None:
    model = load(folder)
    for text in ("The cat sat by the riv", "riv", "The riv"):
        found = model.next_word_distribution(text, 5, complete=True)
        assert found.words
        assert all(g.word.startswith("riv") for g in found.words)
        total = sum(g.probability for g in found.words)
        assert total <= 1 + 1e-6
    for text in ("The cat ", "", "cat."):
        with pytest.raises(sl.WordNotFound, match="no word at the end of the text to complete"):
            model.next_words(text, complete=True)


@pytest.mark.parametrize("text", ["", "   ", "Title\n", "😀", "the cat sat on the mat " * 40])
def test_any_text_has_next_words(folder: Path, text: str) -> None:
    assert len(load(folder).next_words(text, k=3)) == 3


@pytest.mark.parametrize("kind", ["gpt2", "llama", "mamba"])
def test_what_is_kept_of_the_context_changes_nothing(folders: dict[str, Path], kind: str) -> None:
    model, reference = load(folders[kind]), Reference(folders[kind])
    ids = reference.ids(PLAIN)
    shares = model.network.shares_after(np.array([*reference.start, *ids], np.int64))
    tails: list[tuple[int, ...]] = [(5,), (7, 9, 11), (300, 2)]
    for row, tail in zip(shares(tails), tails, strict=True):
        np.testing.assert_allclose(row, reference.log_shares([*ids, *tail])[-1].exp().numpy(), atol=1e-5)
    np.testing.assert_allclose(shares([()])[0], reference.log_shares(ids)[-1].exp().numpy(), atol=1e-5)


# Loading


def test_save_load_round_trip(folder: Path, tmp_path: Path) -> None:
    model = load(folder)
    model.network._model.save_pretrained(tmp_path)  # type: ignore[attr-defined]
    for file in folder.glob("tokenizer*"):
        shutil.copy(file, tmp_path)
    again = load(tmp_path)
    assert again.log_probability(TEXT) == model.log_probability(TEXT)
    np.testing.assert_array_equal(again.encode(TEXT).layers, model.encode(TEXT).layers)
    assert again.fingerprint.removeprefix(tmp_path.name) == model.fingerprint.removeprefix(folder.name)


def test_the_card_tells_what_was_loaded(folders: dict[str, Path]) -> None:
    card = load(folders["llama"]).card
    assert (card.family, card.layers, card.width, card.about) == ("causal", 4, 32, "llama")
    assert card.size == 4 * (load(folders["llama"]).parameters or 0)
    with pytest.raises(sl.Unsupported, match=r"cannot predict masked words; .*mini"):
        sl.load(str(folders["llama"])).predict("a [MASK]")
    with pytest.raises(sl.Unsupported, match=r"mini cannot tell how probable a text is; .*gpt2.*smollm2"):
        sl.load("mini").log_probability("a")
    for ask in ("perplexity", "word_log_probabilities"):
        with pytest.raises(sl.Unsupported, match="cannot tell how probable"):
            getattr(sl.load("mini"), ask)("a")


@pytest.mark.parametrize(("kind", "start"), [("gpt2", END), ("llama", "<s>"), ("qwen2", END)])
def test_what_stands_before_a_text(folders: dict[str, Path], kind: str, start: str) -> None:
    model = load(folders[kind])
    assert model.start.tolist() == [model.tokenizer.number_of(start)]


def edited(folder: Path, target: Path, file: str, change: object) -> Path:
    """A copy of *folder* in which the JSON *file* has been updated with *change*."""
    shutil.copytree(folder, target)
    content = json.loads((target / file).read_text(encoding="utf-8"))
    (target / file).write_text(json.dumps(content | change), encoding="utf-8")  # type: ignore[operator]
    return target


def test_without_a_separator_the_beginning_of_sequence_stands_there(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = edited(folders["llama"], tmp_path / "bare", "tokenizer.json", {"post_processor": None})
    assert load(folder).start.tolist() == [1]


def test_a_model_that_starts_with_nothing_has_vectors_only(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = edited(folders["llama"], tmp_path / "bare", "tokenizer.json", {"post_processor": None})
    names = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    kept = {n: v for n, v in names.items() if n not in ("bos_token", "eos_token")}
    (folder / "tokenizer_config.json").write_text(json.dumps(kept), encoding="utf-8")
    (folder / "special_tokens_map.json").unlink(missing_ok=True)
    model = load(folder)
    assert not len(model.start)
    assert model.encode(TEXT).layers.any()
    assert model.next_words("The cat")
    for ask in (lambda: model.log_probability(TEXT), lambda: model.next_words("")):
        with pytest.raises(sl.Unsupported, match="has no piece that starts a text"):
            ask()


def test_pieces_that_do_not_tell_where_words_begin(folders: dict[str, Path], tmp_path: Path) -> None:
    """WordPiece marks what goes on, not what begins."""
    from tiny import bert_tokenizer

    shutil.copytree(folders["gpt2"], tmp_path / "pieces")
    for file in (tmp_path / "pieces").glob("*token*"):
        file.unlink()
    tokenizer = bert_tokenizer(tmp_path / "words")
    model = transformers.GPT2LMHeadModel.from_pretrained(tmp_path / "pieces")
    model.resize_token_embeddings(len(tokenizer))
    for part in (tokenizer, model):
        part.save_pretrained(tmp_path / "pieces")
    model = load(tmp_path / "pieces")
    assert model.encode("The cat").layers.any()
    with pytest.raises(sl.Unsupported, match="do not say where words begin"):
        model.next_words("The cat")


@pytest.mark.parametrize("heads", [["GPT2LMHeadModel"], ["LlamaForCausalLM"]])
def test_the_configuration_says_that_a_model_is_causal(tmp_path: Path, heads: list[str]) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": heads}), encoding="utf-8")
    assert is_causal(str(tmp_path))


@pytest.mark.parametrize("content", ['{"architectures": ["BertForMaskedLM"]}', "{}", '{"architectures": null}', "[]", "not JSON"])
def test_anything_else_is_left_to_the_other_loader(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    assert not is_causal(str(tmp_path))
    assert not is_causal(str(tmp_path / "nothing"))


def test_a_hub_id_is_asked_for_its_configuration(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.hf_hub_download", lambda name, file: str(folders["gpt2"] / file))
    assert is_causal("someone/some-model")


def test_the_hub_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(sl.ModelUnavailable, match="gpt2 is neither on this machine nor to be had from the Hub"):
        sl.load("gpt2")


def test_pickled_weights_are_never_read(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["gpt2"], tmp_path / "pickled")
    (tmp_path / "pickled" / "model.safetensors").unlink()
    torch.save({}, tmp_path / "pickled" / "pytorch_model.bin")
    with pytest.raises(
        sl.BadModelFile, match=r"pytorch_model\.bin, .* never read .* transformers\.AutoModelForCausalLM\.from_pr"
    ):
        load(tmp_path / "pickled")


def test_code_from_a_repository_is_never_run(folders: dict[str, Path], tmp_path: Path) -> None:
    own = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}}
    folder = edited(folders["gpt2"], tmp_path / "own", "config.json", own)
    (folder / "own.py").write_text("raise SystemExit('this code ran')", encoding="utf-8")
    with pytest.raises(sl.Unsupported, match="needs code from its own repository, which senselens never runs"):
        load(folder)


def test_a_tokenizer_that_is_not_the_models(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["gpt2"], tmp_path / "bytes")
    (tmp_path / "bytes" / "tokenizer.json").unlink()
    (tmp_path / "bytes" / "tokenizer_config.json").write_text('{"tokenizer_class": "ByT5Tokenizer"}', encoding="utf-8")
    with pytest.raises(sl.Unsupported, match=r"cuts words with ByT5Tokenizer, .* whose tokenizer has a tokenizer\.json"):
        load(tmp_path / "bytes")
    shutil.copytree(folders["gpt2"], tmp_path / "few")
    definition = json.loads((tmp_path / "few" / "tokenizer.json").read_text(encoding="utf-8"))
    definition["model"] |= {"vocab": {"a": 0, "b": 1}, "merges": []}
    (tmp_path / "few" / "tokenizer.json").write_text(json.dumps(definition), encoding="utf-8")
    with pytest.raises(sl.BadModelFile, match=r"few: the tokenizer has \d pieces and the model a table of \d+: its tokenizer"):
        load(tmp_path / "few")


def test_a_missing_tensor_is_named(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["gpt2"], tmp_path / "holed")
    file = tmp_path / "holed" / "model.safetensors"
    weights = load_file(file)
    del weights["transformer.h.1.mlp.c_fc.weight"]
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(sl.BadModelFile, match=r"lacks the tensor transformer\.h\.1\.mlp\.c_fc\.weight \(1 in all\)"):
        load(tmp_path / "holed")


def test_damaged_files(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["gpt2"], tmp_path / "short")
    file = tmp_path / "short" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(sl.BadModelFile, match=r"the safetensors file of .*short is damaged \(.*incomplete.*\); copy or"):
        load(tmp_path / "short")
    wrong = edited(folders["gpt2"], tmp_path / "wrong", "config.json", {"vocab_size": 400})
    with pytest.raises(sl.BadModelFile, match=r"has another shape for the tensor (lm_head|transformer\.wte)\.weight"):
        load(wrong)


def test_other_precisions(folders: dict[str, Path]) -> None:
    with pytest.raises(sl.Unsupported, match="only mini has other precisions"):
        sl.load(str(folders["gpt2"]), precision="int8")


def test_without_torch_the_extra_is_named(without: Without) -> None:
    without("transformers")
    with pytest.raises(sl.ModelUnavailable, match=r"pip install 'senselens\[models\]'"):
        sl.load("distilgpt2")


def test_nothing_is_printed(folders: dict[str, Path], capfd: pytest.CaptureFixture[str]) -> None:
    from senselens.causal_network import load_causal

    load_causal(str(folders["gpt2"]))
    assert capfd.readouterr() == ("", "")
    assert transformers.logging.is_progress_bar_enabled()
    transformers.logging.disable_progress_bar()
    load_causal(str(folders["gpt2"]))
    assert not transformers.logging.is_progress_bar_enabled()
    transformers.logging.enable_progress_bar()
