"""Every architecture of the BERT family, on tiny random weights: the same numbers as transformers' own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from tiny import ENCODERS, LONGEST

import senselens as sl
from senselens.masked_lm import MaskedLM
from senselens.network import piece_vectors

Tiny = Callable[[str], str]
TEXT = "The naïve cat sat by the cafe\u0301 at the river bank 😀👩\u200d💻, didn\u2019t it?"
each_encoder = pytest.mark.parametrize("kind", ENCODERS)


@each_encoder
def test_layers_are_the_means_of_transformers_hidden_states(tiny: Tiny, kind: str) -> None:
    encoding = sl.load(tiny(kind)).encode(TEXT)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny(kind))
    reference = transformers.AutoModel.from_pretrained(tiny(kind)).eval()
    inputs = tokenizer(TEXT, return_tensors="pt", return_offsets_mapping=True)
    offsets = inputs.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        hidden = torch.stack(reference(**inputs, output_hidden_states=True).hidden_states)[:, 0].numpy()  # (layers, T, W)
    forms = ["The", "naïve", "cat", "sat", "by", "the", "cafe\u0301", "at", "the", "river", "bank", "didn\u2019t", "it"]
    assert [w.of(TEXT) for w in encoding.words] == forms
    assert encoding.layers.shape == (4, len(forms), 32)
    for i, word in enumerate(encoding.words):
        inside = [j for j, (a, b) in enumerate(offsets) if max(a, word.start) < min(b, word.end)]
        assert inside, f"{word.of(TEXT)} has no piece"
        np.testing.assert_allclose(encoding.layers[:, i], hidden[:, inside].mean(1), atol=2e-5)
    np.testing.assert_allclose(encoding.sentence, hidden[-1].mean(0), atol=2e-5)


@each_encoder
def test_texts_of_many_lengths_together_are_the_texts_alone(tiny: Tiny, kind: str) -> None:
    model = sl.load(tiny(kind))
    texts = ["cat", TEXT, "the river bank " * 30, "", "tea 😀"]
    for text, together in zip(texts, model.encode(texts), strict=True):
        alone = model.encode(text)
        np.testing.assert_allclose(together.layers, alone.layers, atol=2e-5)
        np.testing.assert_allclose(together.sentence, alone.sentence, atol=2e-5)


@each_encoder
def test_the_longest_input_is_read_whole_and_one_piece_more_in_windows(
    tiny: Tiny, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = sl.load(tiny(kind))
    assert isinstance(model, MaskedLM)
    read: list[int] = []
    hidden = model.network.hidden
    monkeypatch.setattr(model.network, "hidden", lambda batch: (read.extend(batch.attention.sum(1)), hidden(batch))[1])
    template = model.tokenizer.template
    room = LONGEST - len(template.start) - len(template.end)
    fits = model.tokenizer.pieces(["the cat sat by the river bank " * 40])[0].ids[: room + 1]
    (_, whole, _), (_, cut, _) = piece_vectors(model.network, template, [fits[:room], fits])
    assert read == [LONGEST] * 3
    reference = transformers.AutoModel.from_pretrained(tiny(kind)).eval()
    with torch.no_grad():
        out = reference(input_ids=torch.from_numpy(template.one(fits[:room]))[None], output_hidden_states=True)
    expected = torch.stack(out.hidden_states)[:, 0].numpy()[:, len(template.start) : len(template.start) + room]
    np.testing.assert_allclose(whole, expected, atol=5e-5)
    assert cut.shape == (4, room + 1, 32)
    np.testing.assert_allclose(cut[:, :10], whole[:, :10], atol=5e-5)


@each_encoder
@pytest.mark.parametrize("text", ["The cat sat by the [MASK].", "[MASK] sat by the river", "The dog ([MASK]) sat 😀 there"])
def test_one_mask_is_transformers_fill_mask(tiny: Tiny, kind: str, text: str) -> None:
    model = sl.load(tiny(kind))
    assert isinstance(model, MaskedLM)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny(kind))
    head = transformers.AutoModelForMaskedLM.from_pretrained(tiny(kind))
    fill = transformers.pipeline("fill-mask", model=head, tokenizer=tokenizer, top_k=head.config.vocab_size)
    theirs = {row["token"]: row["score"] for row in fill(text.replace("[MASK]", tokenizer.mask_token))}
    (ours,) = model.predict(text, k=400)
    glued = model.tokenizer.is_glued(text, text.index("[MASK]"))
    numbers, words = model.tokenizer.glued_words if glued else model.tokenizer.whole_words
    number_of = dict(zip(words, numbers.tolist(), strict=True))
    assert len(ours) == len(words) >= 5
    for guess in ours:
        assert guess.probability == pytest.approx(theirs[number_of[guess.word]], rel=1e-3)


@each_encoder
def test_guesses_are_whole_words_without_marks(tiny: Tiny, kind: str) -> None:
    (guesses,) = sl.load(tiny(kind)).predict("The cat sat by the ___.", k=400)
    words = [g.word for g in guesses]
    assert {"cat", "river", "bank"} <= {w.lower() for w in words}
    assert all(w.replace("’", "").isalpha() for w in words)
    assert not {w for w in words if set(w) & set("#Ġ▁ [<")}
    assert len(words) == len(set(words))


@each_encoder
@pytest.mark.parametrize("word", ["bank", "naïve"])  # the space before the second is often a piece of its own
def test_a_word_in_place_is_predicted_as_its_mask(tiny: Tiny, kind: str, word: str) -> None:
    model = sl.load(tiny(kind))
    text = f"The cat sat by the river {word} there"
    (hidden,) = model.predict(text, model.encode(text).word(word).span, k=20)
    (written,) = model.predict(text.replace(word, "[MASK]"), k=20)
    assert [g.word for g in hidden] == [g.word for g in written]
    assert [g.probability for g in hidden] == pytest.approx([g.probability for g in written], rel=1e-3)


@each_encoder
def test_targets_are_weighed_by_the_chain_rule(tiny: Tiny, kind: str) -> None:
    """P(banks) = P(bank | two masks) · P(s | bank, one mask)."""
    model = sl.load(tiny(kind))
    text = "The cat sat by the [MASK]."
    ((bank, banks),) = (sorted(g, key=lambda g: g.word) for g in model.predict(text, targets=["banks", "bank"]))
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny(kind))
    head = transformers.AutoModelForMaskedLM.from_pretrained(tiny(kind)).eval()
    masked = tokenizer(text.replace("[MASK]", tokenizer.mask_token))["input_ids"]
    at, mask = masked.index(tokenizer.mask_token_id), tokenizer.mask_token_id
    pieces = tokenizer("the banks", add_special_tokens=False)["input_ids"][-2:]

    def share(filling: list[int], place: int) -> float:
        with torch.no_grad():
            scores = head(input_ids=torch.tensor([[*masked[:at], *filling, *masked[at + 1 :]]])).logits[0, at + place]
        return float(scores.softmax(-1)[pieces[place]])

    assert banks.probability == pytest.approx(share([mask, mask], 0) * share([pieces[0], mask], 1), rel=1e-3)
    assert bank.probability == pytest.approx(share([mask], 0), rel=1e-3)


def test_a_target_with_a_piece_the_vocabulary_lacks_is_no_word(tiny: Tiny) -> None:
    for kind in ("bert", "albert"):
        with pytest.raises(sl.WordNotFound, match="'mount中' has no word pieces"):
            sl.load(tiny(kind)).predict("The [MASK]", targets=["mount中"])


@each_encoder
def test_saved_and_loaded_again_it_is_the_same_model(tiny: Tiny, kind: str, tmp_path: Path) -> None:
    first = sl.load(tiny(kind))
    again = sl.load(str(first.save(tmp_path / "again")))
    assert again.fingerprint.rpartition("-")[2] == first.fingerprint.rpartition("-")[2]
    assert again.card.capabilities == first.card.capabilities
    assert again.encode(TEXT).words == first.encode(TEXT).words
    np.testing.assert_array_equal(again.encode(TEXT).layers, first.encode(TEXT).layers)
    assert again.predict("The [MASK] sat.") == first.predict("The [MASK] sat.")
    assert {p.suffix for p in (tmp_path / "again").iterdir()} == {".json", ".safetensors"}


def test_next_sentence_is_transformers(tiny: Tiny) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny("bert"))
    inputs = tokenizer("The cat sat.", "It was the river bank.", return_tensors="pt")
    head = transformers.BertForPreTraining.from_pretrained(tiny("bert")).eval()
    with torch.no_grad():
        expected = head(**inputs).seq_relationship_logits.softmax(-1)[0, 0].item()
    ours = sl.load(tiny("bert")).next_sentence("The cat sat.", "It was the river bank.")
    assert ours == pytest.approx(expected, abs=1e-4)
    assert sl.load(tiny("bert")).next_sentence("the cat " * 40, "a river " * 40) < 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("albert", r" \(ALBERT's head tells in which order two neighbouring texts stood, not whether one follows the other\)$"),
        ("roberta", r" \(RoBERTa was trained without that task\)$"),
        ("distilbert", r" \(DistilBERT was trained without that task\)$"),
        ("deberta-v2", "$"),
    ],
)
def test_no_other_family_tells_whether_a_sentence_follows(tiny: Tiny, kind: str, reason: str) -> None:
    needed = r"cannot tell whether a sentence follows another; .*bert-base-uncased, .*mini, scibert can"
    with pytest.raises(sl.Unsupported, match=needed + reason):
        sl.load(tiny(kind)).next_sentence("The cat sat.", "It slept.")


def test_a_cased_model_tells_capitals_apart_and_an_uncased_one_does_not(tiny: Tiny) -> None:
    for kind, apart in (("bert-cased", True), ("bert", False)):
        model = sl.load(tiny(kind))
        upper, lower = (model.encode(text).layers for text in ("The Bank", "the bank"))
        assert (np.abs(upper - lower).max() > 1e-3) == apart
