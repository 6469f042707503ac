"""The training scripts' parts: batches as BERT has them, losses equal to the plain ones, packing that can be made again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

import curve
import losses
import pack
import senselens as sl
import senses
import text
from senselens.mini import FOLDER

DOT = text.ENDS[0]


@pytest.fixture(scope="module")
def lines() -> text.Lines:
    """200 lines of 5 to 120 pieces, with a full stop after every tenth."""
    rng = np.random.default_rng(0)
    parts = [rng.integers(2000, 30_000, n).astype(np.uint16) for n in rng.integers(5, 120, 200)]
    for part in parts:
        part[9::10] = DOT
    return text.Lines(np.concatenate(parts), np.cumsum([0, *map(len, parts)]))


def test_examples_are_single_lines_or_pairs(lines: text.Lines) -> None:
    rng = np.random.default_rng(1)
    examples = [text.random_example(lines, rng) for _ in range(600)]
    kinds = [e.follows for e in examples]
    assert all(len(e.ids) <= 128 and e.ids[0] == text.CLS and e.ids[-1] == text.SEP for e in examples)
    assert all((e.segments.max() == 1) == (e.follows >= 0) for e in examples)
    pairs = [k for k in kinds if k >= 0]
    assert 0.4 < np.mean(pairs) < 0.6
    assert 0.2 < kinds.count(-100) / len(kinds) < 0.6


def test_what_follows_really_follows(lines: text.Lines) -> None:
    rng = np.random.default_rng(2)
    for e in (text.random_example(lines, rng) for _ in range(200)):
        if e.follows == 0:
            a, b = (e.ids[(e.segments == s) & (e.ids > 999)] for s in (0, 1))
            at = np.flatnonzero(lines.pieces[: -len(b)] == b[0])
            assert any((lines.pieces[i - len(a) : i] == a).all() for i in at if i >= len(a))


def test_batches_are_of_about_one_size(lines: text.Lines) -> None:
    for batch in text.batches(lines, np.random.default_rng(3), pieces=1024, pool=6):
        assert len(batch) * max(len(e.ids) for e in batch) <= 1024


@pytest.mark.parametrize("whole", [False, True])
def test_masking(lines: text.Lines, whole: bool) -> None:
    continues = np.zeros(text.VOCABULARY, bool)
    continues[20_000:] = True
    examples = [text.join(lines[i]) for i in range(100)]
    before, _, attention = text.pad(examples)
    batch = text.mask(examples, continues, np.random.default_rng(4), 0.2, whole)
    rows, places = np.unravel_index(batch.masked, before.shape)
    assert (before[rows, places] == batch.targets).all()
    assert (before[rows, places] >= 999).all()
    assert len(batch.targets) / attention.sum() == pytest.approx(0.2, abs=0.03)
    assert (batch.ids[rows, places] == text.MASK).mean() == pytest.approx(0.8, abs=0.05)
    untouched = np.ones(before.size, bool)
    untouched[batch.masked] = False
    assert (batch.ids.ravel() == before.ravel())[untouched].all()
    if whole:
        chosen = set(batch.masked.tolist())
        width = before.shape[1]
        for flat in batch.masked:
            if continues[before.ravel()[flat]] and (flat - 1) % width:
                assert flat - 1 in chosen or before.ravel()[flat - 1] < 999


def test_lines_are_tokenized_once(tmp_path: Path) -> None:
    tokenizer = sl.load("mini").tokenizer._tokenizer
    source = tmp_path / "two.txt"
    source.write_text("The river bank.\nA naïve mouse\n", encoding="utf-8")
    found = text.tokenize(source, tokenizer, tmp_path)
    assert [tokenizer.decode(line.tolist()) for line in (found[0], found[1])] == ["the river bank.", "a naive mouse"]
    source.unlink()
    assert len(text.tokenize(source, tokenizer, tmp_path)) == 2


def test_the_loss_is_nearly_the_same_in_half_precision() -> None:
    torch.manual_seed(0)
    x, table, bias = torch.randn(300, 16), torch.randn(50, 16), torch.randn(50)
    targets = torch.randint(0, 50, (300,))
    exact, half = (losses.LinearCrossEntropy.apply(x.to(kind), table, bias, targets) for kind in (torch.float32, torch.bfloat16))
    assert half.dtype == torch.float32
    assert half.item() == pytest.approx(exact.item(), rel=0.01)


def test_the_loss_in_parts_is_the_plain_loss() -> None:
    torch.manual_seed(0)
    shapes = [(700, 16), (50, 16), (50,)]
    ours = [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in shapes]
    plain = [t.detach().clone().requires_grad_() for t in ours]
    targets = torch.randint(0, 50, (700,))
    a = losses.LinearCrossEntropy.apply(*ours, targets)
    b = cross_entropy(plain[0] @ plain[1].t() + plain[2], targets)
    (3 * a).backward()
    (3 * b).backward()
    assert a.item() == pytest.approx(b.item())
    for x, y in zip(ours, plain, strict=True):
        torch.testing.assert_close(x.grad, y.grad)


def test_contrast_is_the_formula_for_two_senses() -> None:
    """Three uses at right angles but for one pair: -log share of the only positive."""
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    sense = torch.tensor([0, 0, 1])
    everything = torch.ones(3, 3)
    expected = -np.log(np.exp(1 / 0.5) / (np.exp(1 / 0.5) + 1))
    assert losses.contrast(vectors, sense, everything, temperature=0.5).item() == pytest.approx(expected)
    assert losses.contrast(vectors, torch.tensor([0, 1, 1]), everything, temperature=0.5).item() > expected


def test_a_pair_that_counts_less_is_pushed_apart_less() -> None:
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    sense = torch.tensor([0, 0, 1])
    weights = torch.tensor([[1.0, 1.0, 0.25], [1.0, 1.0, 0.25], [0.25, 0.25, 1.0]])
    expected = -np.log(np.exp(1 / 0.5) / (np.exp(1 / 0.5) + 0.25))
    assert losses.contrast(vectors, sense, weights, temperature=0.5).item() == pytest.approx(expected, rel=1e-4)


def test_same_or_not_is_the_mean_over_both_kinds_of_pairs() -> None:
    vectors = torch.tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    scale, shift = torch.tensor(4.0), torch.tensor(-1.0)
    weights = torch.tensor([[1.0, 1.0, 0.5], [1.0, 1.0, 1.0], [0.5, 1.0, 1.0]])
    found = losses.same_or_not(vectors, torch.tensor([0, 0, 1]), weights, scale, shift)
    same, other = np.log1p(np.exp(-(4 - 1))), np.log1p(np.exp(-1))  # cosines of 1 and of 0
    assert found.item() == pytest.approx((same + (0.5 * other + other) / 1.5) / 2)


def test_likeness_of_equals_is_nothing() -> None:
    vectors = torch.randn(5, 8)
    assert losses.likeness(3 * vectors, vectors).item() == pytest.approx(0, abs=1e-6)
    assert losses.likeness(torch.randn(5, 8), vectors).item() > 0.1


def test_brown_tokens_become_running_text() -> None:
    tokens = ["``", "Mr._Smith", "'s", "dog", "did", "n't", "bark", "''", ",", "he", "said", "(", "twice", ")", "."]
    found, spans = senses.detokenized(tokens)
    assert found == "\"Mr. Smith's dog didn't bark\", he said (twice)."
    assert [span.of(found) for span in spans][1:4] == ["Mr. Smith", "'s", "dog"]


def test_a_tenth_of_the_documents_is_held_out() -> None:
    documents = [f"brown1/br-{letter}{n:02d}" for letter in "abcdefghjk" for n in range(1, 60)]
    assert np.mean([senses.held_out(f"{d}.s1") for d in documents]) == pytest.approx(0.1, abs=0.03)
    assert len({senses.held_out(f"{documents[0]}.s{n}") for n in range(50)}) == 1


def test_sense_batches_hold_uses_and_glosses(tmp_path: Path) -> None:
    rows = []
    for n, (word, key) in enumerate([("river", "bank%1:17:01::"), ("cash", "bank%1:14:00::")] * 40):
        tokens = ["The", word, "bank", "was", "there", "."]
        rows.append(json.dumps({"id": f"brown1/br-x{n}.s1", "tokens": tokens, "senses": [[2, 3, "bank", "NN", key, ""]]}))
    semcor = tmp_path / "semcor.jsonl.gz"
    semcor.write_bytes(gzip.compress("\n".join(rows).encode()))
    from senselens.places import wordnet_files

    database = next(f for f in wordnet_files() if f.exists())
    tokenizer = sl.load("mini").tokenizer._tokenizer
    data = senses.load(semcor, database, tokenizer)
    assert data.lemmas == ["bank.n"]
    batch = senses.batch(data, np.random.default_rng(0), lemmas=1)
    words = {tokenizer.decode(u.example.ids[u.start : u.end].tolist()) for u in batch}
    assert words == {"bank"}
    glosses = [
        tokenizer.decode(u.example.ids.tolist()) for u in batch if "was there" not in tokenizer.decode(u.example.ids.tolist())
    ]
    assert any("financial institution that accepts deposits" in g for g in glosses)
    assert not any("he sat on the bank of the river" in g for g in glosses)  # WordNet's usage examples stay out
    assert len({u.synset for u in batch}) > 1


def test_eight_bits_are_within_half_a_step() -> None:
    weights = np.random.default_rng(0).normal(size=(7, 50)).astype(np.float32)
    rows, scales = pack.quantize(weights)
    assert np.abs(rows * scales[:, None] - weights).max() <= scales.max() / 2 * 1.001
    assert (pack.quantize(np.zeros((1, 3), np.float32))[0] == 0).all()


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize("kind", ["encoder", "head"])
def test_the_packages_graphs_are_the_ones_packing_makes(kind: str, precision: str) -> None:
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    made = getattr(pack, kind)(config, precision).SerializeToString()
    assert made == (FOLDER / f"{kind}.{precision}.onnx").read_bytes()


def test_a_curve_goes_on_over_runs_and_back_to_a_checkpoint() -> None:
    watched = [(0, 0.3), (2_000_000, 0.4), (1_000_000, None), (3_000_000, 0.5), (0, 0.5), (1_000_000, 0.6)]
    log = "\n".join(
        json.dumps({"pieces": pieces} | ({"nsp": 0.7} if share is None else dict.fromkeys(curve.WATCHED, share)))
        for pieces, share in watched
    )
    expected = [(0, 0.3), (2, 0.4), (3, 0.5), (3, 0.5), (4, 0.6)]
    assert curve.curves(log) == dict.fromkeys(curve.WATCHED, expected)
