"""The script that trains the small ELMo, on a few sentences: its gradients, its sampling, its streams, and its export."""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tiny_elmo import TINY

import senselens as sl
from senselens.elmo import ProjectedLSTM
from senselens.elmo_model import Elmo

TRAINING = Path(__file__).parents[1] / "training"
LINES = [
    "The cat sat on the mat. The dog sat by the river bank!",
    "I left money at the bank.",
    "Naïve cafés sell tea; don’t ask.",
]


@pytest.fixture(scope="module")
def training() -> Iterator[SimpleNamespace]:
    """The modules of training/, which are scripts and no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TRAINING))
        names = ("elmo", "elmo_learner", "elmo_lstm", "elmo_text")
        yield SimpleNamespace(**{name: __import__(name) for name in names})
        for name in (*names, "losses"):
            sys.modules.pop(name, None)


@pytest.fixture
def recipe(training: SimpleNamespace) -> object:
    return training.elmo_learner.Recipe(options=TINY, vocabulary=20, rows=3, steps=5, sampled=0, warm_up=1)


@pytest.fixture
def run(training: SimpleNamespace, recipe: object, tmp_path: Path) -> object:
    (tmp_path / "train.txt").write_text("\n".join(LINES * 20), encoding="utf-8")
    (tmp_path / "valid.txt").write_text(
        "The dog sat on the bank. The otter sat.\nI left money by the river bank.\n", encoding="utf-8"
    )
    return training.elmo.Run(recipe, tmp_path / "train.txt", tmp_path / "valid.txt", tmp_path / "run")


def test_a_text_becomes_two_streams_of_types_by_frequency(training: SimpleNamespace, tmp_path: Path) -> None:
    with lzma.open(tmp_path / "t.txt.xz", "wt", encoding="utf-8") as file:
        file.write("a b b. c\n\nb!\n")
    corpus = training.elmo_text.read(tmp_path / "t.txt.xz", tmp_path)
    assert corpus.types == ("<S>", "</S>", "<UNK>", "b", "a", ".", "c", "!")
    said = [" ".join(corpus.types[i] for i in stream) for stream in (corpus.forward, corpus.backward)]
    assert said == ["<S> a b b . c </S> <S> b ! </S>", "</S> c . b b a <S> </S> ! b <S>"]
    assert corpus.counts.tolist() == [2, 2, 0, 3, 1, 1, 1, 1]
    assert corpus.is_word.tolist() == [False, False, False, True, True, False, True, False]
    (tmp_path / "t.txt.xz").unlink()
    assert training.elmo_text.read(tmp_path / "t.txt.xz", tmp_path).types == corpus.types


def test_known_types_keep_their_numbers(training: SimpleNamespace) -> None:
    stream, types = training.elmo_text.number(["b d"], known=("<S>", "</S>", "<UNK>", "b"))
    assert (stream.tolist(), types) == ([0, 3, 4, 1], ["<S>", "</S>", "<UNK>", "b", "d"])


def test_streams_go_on_where_they_were_and_round_again(training: SimpleNamespace, run) -> None:
    corpus, streams = run.train, training.elmo_text.Streams(run.train, rows=3, steps=5)
    read = np.concatenate([streams.chunk(i)[0] for i in range(len(corpus) // 5 + 1)], axis=1)  # (2, T, 3)
    for row, start in enumerate(streams.starts):
        assert corpus.forward[start] == 0
        around = np.roll(corpus.forward, -start)
        assert np.array_equal(read[0, : len(corpus), row], around)
        assert np.array_equal(read[1, : len(corpus), row], np.roll(corpus.backward, -start))
    inputs, targets = streams.chunk(0)
    assert np.array_equal(inputs[:, 1:], targets[:, :-1])


@pytest.mark.parametrize("clip", [None, 0.2])
def test_the_gradient_by_hand_is_that_of_the_plain_loop(training: SimpleNamespace, clip: float | None) -> None:
    torch.manual_seed(0)
    lstm = ProjectedLSTM(replace(TINY, cell_clip=clip, projection_clip=clip)).double()
    for p in lstm.parameters():
        torch.nn.init.normal_(p, std=0.5)
    x = torch.randn(6, 2, 8, dtype=torch.float64, requires_grad=True)
    state = torch.randn(2, 8, dtype=torch.float64) / 9, torch.randn(2, 16, dtype=torch.float64) / 9
    weight = torch.randn(6, 2, 8, dtype=torch.float64)
    places = [x, *lstm.parameters()]

    whole = torch.ones(6, 2, 1, dtype=torch.float64)
    plain, plain_end = lstm(x, state, torch.tensor([6, 6]))
    ours, end = training.elmo_lstm.read(lstm, x, state, whole)
    for a, b in zip((plain, *plain_end), (ours, *end), strict=True):
        torch.testing.assert_close(a, b)
    pairs = (torch.autograd.grad((out * weight).sum(), places) for out in (plain, ours))
    for a, b in zip(*pairs, strict=True):
        torch.testing.assert_close(a, b)

    keep = whole.clone()
    keep[2], keep[4, 1] = 0, 0  # all start afresh at step 2, and the second row at step 4 too
    zero = torch.zeros(2, 8, dtype=torch.float64), torch.zeros(2, 16, dtype=torch.float64)
    head, _ = lstm(x[:2], state, torch.tensor([2, 2]))
    middle, (h, c) = lstm(x[2:4], zero, torch.tensor([2, 2]))
    only_first = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    tail, _ = lstm(x[4:], (h * only_first, c * only_first), torch.tensor([2, 2]))
    plain = torch.cat([head, middle, tail])
    ours, _ = training.elmo_lstm.read(lstm, x, state, keep)
    torch.testing.assert_close(plain, ours)
    pairs = (torch.autograd.grad((out * weight).sum(), places) for out in (plain, ours))
    for a, b in zip(*pairs, strict=True):
        torch.testing.assert_close(a, b)


def test_a_step_s_gradients_are_those_of_the_whole_model(training: SimpleNamespace, run) -> None:
    """One sentence, read whole by the engine's own modules: the same loss and the same gradient for every weight."""
    stream, _ = training.elmo_text.number(["The cat sat on the mat."], known=run.train.types)
    both = np.stack([stream, training.elmo_text.turned(stream)]).astype(np.int64)[..., None]  # (2, n, 1)
    trainee, characters = run.trainee, run.characters
    losses, ends = trainee.learn(both[:, :-1], both[:, 1:], trainee.zero_state(1), characters, np.random.default_rng(0))
    found = [p.grad.clone() for p in trainee.parameters()]
    for p in trainee.parameters():
        p.grad = None
    ids = torch.from_numpy(characters[stream].astype(np.int64))[None]
    top = trainee.bilm(ids, torch.tensor([len(stream)]))[-1, 0]
    goals = torch.from_numpy(np.where(stream < 20, stream, 2).astype(np.int64))
    ways = (top[:-1, :8], goals[1:]), (top[1:, 8:], goals[:-1])
    expected = [torch.nn.functional.cross_entropy(trainee.softmax(out), to) for out, to in ways]
    sum(expected).backward()
    assert losses == pytest.approx([e.item() for e in expected], rel=1e-5)
    for p, grad in zip(trainee.parameters(), found, strict=True):
        torch.testing.assert_close(grad, p.grad, atol=1e-6, rtol=1e-4)
    assert [len(states) for states in ends] == [2, 2]


def test_what_follows_a_sentence_is_not_weighed_and_openings_are_afresh(training: SimpleNamespace) -> None:
    inputs = np.array([[[0], [5], [1], [0]], [[1], [5], [0], [1]]])
    keep = training.elmo_learner.keeps(inputs, 1.0, np.random.default_rng(0))
    assert keep[..., 0, 0].tolist() == [[0, 1, 1, 0], [0, 1, 1, 0]]
    assert training.elmo_learner.keeps(inputs, 0.0, np.random.default_rng(0)).all()
    assert (inputs != training.elmo_learner.CLOSING)[..., 0].tolist() == [[True, True, False, True], [True, True, False, True]]


def test_the_sampler_knows_each_word_s_chance(training: SimpleNamespace) -> None:
    """Drawn again and again, a word is among the candidates as often as is said."""
    counts = np.array([50, 30, 10, 5, 3, 1, 1, 0, 0, 0])
    sampler, rng = training.elmo_learner.Sampler(counts, draws=4), np.random.default_rng(0)
    seen, told = np.zeros(10), np.full(10, np.nan)
    for _ in range(4000):
        targets = rng.choice(10, size=3, p=counts / counts.sum())
        candidates, log_chance = sampler.candidates(targets, rng)
        assert set(targets) <= set(candidates)
        assert np.array_equal(candidates, np.unique(candidates))
        seen[candidates] += 1
        told[candidates] = np.exp(log_chance)
    np.testing.assert_allclose(seen / 4000, told, atol=0.03)


def test_the_sampled_loss_tends_to_the_whole_one(training: SimpleNamespace, run, recipe) -> None:
    sampled = training.elmo_learner.Trainee(replace(recipe, sampled=4000), run.train)
    sampled.bilm.load_state_dict(run.trainee.bilm.state_dict())
    sampled.softmax.load_state_dict(run.trainee.softmax.state_dict())
    given = (*run.streams.chunk(0), run.trainee.zero_state(3), run.characters)
    losses = [t.learn(*given, np.random.default_rng(0))[0] for t in (run.trainee, sampled)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_a_few_steps_lower_the_loss_and_a_run_goes_on_where_it_was(
    training: SimpleNamespace, run, recipe, tmp_path: Path
) -> None:
    run.steps(40, lambda step: 0.01, every=0)
    rows = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    first, last = (next(r for r in some if "forward" in r) for some in (rows, rows[::-1]))
    assert last["forward"] < first["forward"] < np.log(20) + 1
    perplexities = [r["perplexity"] for r in rows if "perplexity" in r]
    assert perplexities[-1][0] < perplexities[0][0]
    assert perplexities[-1][1] < perplexities[0][1]
    assert rows[-1]["words"] == run.words > 0
    again = training.elmo.Run(recipe, tmp_path / "train.txt", tmp_path / "valid.txt", tmp_path / "run")
    assert (again.step, again.words) == (40, run.words)
    for a, b in zip(again.trainee.parameters(), run.trainee.parameters(), strict=True):
        assert torch.equal(a, b)
    again.steps(None, lambda step: 0.01, minutes=0)
    assert again.step == 40


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_what_is_exported_is_what_was_trained(training: SimpleNamespace, run, tmp_path: Path, dtype: str) -> None:
    run.steps(3, lambda step: 0.01)
    run.export(tmp_path / dtype, dtype)
    model = sl.load(str(tmp_path / dtype))
    assert isinstance(model, Elmo)
    assert model.network.options == TINY
    tolerance = {"float32": 1e-5, "float16": 2e-3}[dtype]
    text = "The " + "cat sat " * 23 + "on."
    corpus = training.elmo_text.Corpus
    stream, types = training.elmo_text.number([text], known=run.valid.types)
    assert (len(stream), len(types)) == (51, len(run.valid.types))
    one = corpus(stream, training.elmo_text.turned(stream), tuple(types), np.zeros(1), np.zeros(1))
    expected = run.trainee.perplexity(one, run.characters, fresh=True, rows=1, steps=51)
    assert model.perplexities(text) == pytest.approx(tuple(expected), rel=tolerance)
    ids = torch.from_numpy(run.characters[stream].astype(np.int64))
    np.testing.assert_allclose(
        model.encode_tokens([[types[i] for i in stream[1:-1]]])[0][0, :, :8],
        run.trainee.bilm.words(ids).detach().numpy()[1:-1],
        atol=tolerance,
    )
    assert {g.word for g in model.next_words("The cat", k=99)} <= set(run.train.types)


def test_the_command(training: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three stages; the real size is cut down."""
    (tmp_path / "a.txt").write_text("\n".join(LINES * 20), encoding="utf-8")
    tiny = replace(training.elmo_learner.Recipe(), options=TINY, rows=3, steps=5, vocabulary=20)
    monkeypatch.setattr(training.elmo, "Recipe", lambda **given: replace(tiny, **given))
    threads = torch.get_num_threads()

    def command(*arguments: str) -> None:
        files = ("--corpus", str(tmp_path / "a.txt"), "--valid", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"))
        monkeypatch.setattr(sys, "argv", ["elmo.py", arguments[0], *files, *arguments[1:]])
        training.elmo.main()

    command("train", "--minutes", "0.005")
    command("anneal", "--steps", "2", "--sampled", "0")
    command("export", "--to", str(tmp_path / "model"))
    torch.set_num_threads(threads)
    rows = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert [r["stage"] for r in rows if "stage" in r] == ["end", "end"]
    assert sl.load(str(tmp_path / "model")).encode("The bank").layers.shape == (3, 2, 16)
    assert json.loads((tmp_path / "out" / "recipe.json").read_text())["rows"] == 3


def test_the_embedded_size_stays_below_40_megabytes(training: SimpleNamespace) -> None:
    bilm, softmax = training.elmo_learner.start(training.elmo_learner.SMALL, 30_000)
    halves = 2 * sum(p.numel() for p in (*bilm.parameters(), *softmax.parameters()))
    assert halves == pytest.approx({card.name: card for card in sl.models()}["elmo"].size, rel=0.02)
    assert halves < 40e6
