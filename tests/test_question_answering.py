"""Extractive question answering against a reference that tries every span of every window."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import pairwise, product
from math import exp
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from tiny import ENCODERS, KINDS, LONGEST, checkpoint

import senselens as sl
from senselens import cli
from senselens.masked_lm import MaskedLM
from senselens.question_answering import LONGEST_ANSWER, Answer, answers, span_scores
from senselens.text import words

Readers = Callable[[str], str]
QUESTION = "Where is the naïve cat?"
SHORT = "The cat sat by the cafe\u0301 at the river bank 😀, didn\u2019t it?"
LONG = " ".join(
    Random(0).choices(["The cat", "and the dog", "sat by", "the river", "bank, naïve", "didn\u2019t", "ask 😀"], k=70)
)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Readers:
    """The tiny checkpoint of an architecture with a question-answering head."""
    root, made = tmp_path_factory.mktemp("readers"), {}

    def folder(kind: str) -> str:
        if kind not in made:
            name = KINDS[kind][0].__name__.replace("ForMaskedLM", "").replace("ForPreTraining", "")
            made[kind] = str(checkpoint(kind, root / kind, getattr(transformers, f"{name}ForQuestionAnswering")))
        return made[kind]

    return folder


def by_brute_force(folder: str, question: str, context: str) -> tuple[list[tuple[float, int, int]], float]:
    """Every (start + end, first character, last character) of every window by transformers alone, best first, and "no answer"."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    asked = tokenizer(question, add_special_tokens=False)["input_ids"]
    given = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = given["input_ids"], given["offset_mapping"]
    pair = tokenizer("a", "b")["input_ids"]
    room = LONGEST - len(asked) - (len(pair) - 2)
    starts = [*range(0, max(len(ids) - room, 0), room // 2), max(len(ids) - room, 0)]
    best: dict[tuple[int, int], float] = {}
    nothing = []
    for at in starts:
        some = ids[at : at + room]
        inputs = tokenizer.backend_tokenizer.post_process(
            tokenizer.backend_tokenizer.encode(question, add_special_tokens=False),
            tokenizer.backend_tokenizer.encode("b", add_special_tokens=False),
        )
        b = tokenizer("b", add_special_tokens=False)["input_ids"]
        place = max(i for i in range(len(inputs.ids)) if inputs.ids[i : i + len(b)] == b)
        row = [*inputs.ids[:place], *some, *inputs.ids[place + len(b) :]]
        kinds = [*inputs.type_ids[:place], *[inputs.type_ids[place]] * len(some), *inputs.type_ids[place + len(b) :]]
        extra: dict[str, Any] = {}
        if getattr(model.config, "type_vocab_size", 0) > 1:
            extra["token_type_ids"] = torch.tensor([kinds])
        with torch.no_grad():
            out = model(input_ids=torch.tensor([row]), **extra)
        start, end = out.start_logits[0].tolist(), out.end_logits[0].tolist()
        nothing.append(start[0] + end[0])
        for i, j in product(range(len(some)), repeat=2):
            if i <= j < i + LONGEST_ANSWER:
                key = (at + i, at + j)
                best[key] = max(best.get(key, -1e9), start[place + i] + end[place + j])
    spans = [(score, offsets[i][0], offsets[j][1]) for (i, j), score in best.items()]
    return sorted(spans, reverse=True), min(nothing)


words_of = cache(words)


def whole(context: str, start: int, end: int) -> sl.Span:
    """The characters without space around them, and with the words they cut whole."""
    while start < end and context[start].isspace():
        start += 1
    while start < end and context[end - 1].isspace():
        end -= 1
    for word in words_of(context):
        start = word.start if word.start < start < word.end else start
        end = word.end if word.start < end < word.end else end
    return sl.Span(start, end)


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("context", [SHORT, LONG], ids=["short", "long"])
def test_answers_are_the_best_of_all_spans(readers: Readers, kind: str, context: str) -> None:
    spans, nothing = by_brute_force(readers(kind), QUESTION, context)
    found = sl.answer(readers(kind), QUESTION, context, k=3)
    if nothing > spans[0][0]:
        assert found == []
        return
    total = sum(exp(score) for score, _, _ in spans) + exp(nothing)
    expected: list[tuple[sl.Span, float]] = []
    for score, start, end in spans:
        span = whole(context, start, end)
        if span.start < span.end and not any(span.start < s.end and s.start < span.end for s, _ in expected):
            expected.append((span, exp(score) / total))
        if len(expected) == 3:
            break
    assert [a.span for a in found] == [s for s, _ in expected]
    assert [a.score for a in found] == pytest.approx([p for _, p in expected], rel=1e-3)
    assert [a.text for a in found] == [a.span.of(context) for a in found]


def test_most_of_these_readers_answer(readers: Readers) -> None:
    """So that the comparison above compares something."""
    assert sum(bool(sl.answer(readers(kind), QUESTION, text)) for kind in ENCODERS for text in (SHORT, LONG)) >= 12


def test_a_reader_has_vectors_too_and_no_masked_words(readers: Readers) -> None:
    model = sl.load(readers("bert"))
    assert set(model.card.capabilities) == {"vectors", "sentence", "attention", "input", "answer"}
    assert model.encode(SHORT).layers.shape == (4, 12, 32)
    assert model.answer(QUESTION, SHORT) == sl.answer(model, QUESTION, SHORT)


class Told:
    """A network that scores as it is told: by (piece of the context) for start and end, and for "no answer"."""

    layers, width, padding = 1, 1, 0

    def __init__(self, longest: int, starts: dict[int, float], ends: dict[int, float], nothing: float, seen: list[int]) -> None:
        self.longest, self.starts, self.ends, self.nothing, self.seen = longest, starts, ends, nothing, seen

    def answer_scores(self, batch: Any) -> tuple[Any, Any]:
        start, end = np.zeros((2, *batch.ids.shape), np.float32)
        for table, given in ((start, self.starts), (end, self.ends)):
            for number, score in given.items():
                table[batch.ids == number] = score
        start[:, 0] = end[:, 0] = self.nothing / 2
        self.seen.extend(batch.attention.sum(1).tolist())
        return start, end


@pytest.fixture
def told(mini: sl.Model) -> Callable[..., list[Answer]]:
    """Ask `Told` with the embedded model's tokenizer: scores are given by word."""
    assert isinstance(mini, MaskedLM)

    def ask(question: str, context: str, k: int = 1, longest: int = 64, nothing: float = -9, **scores: Any) -> list[Answer]:
        number = {w: mini.tokenizer.word_ids(w)[0] for by in scores.values() for w in by}
        starts, ends = ({number[w]: s for w, s in scores.get(side, {}).items()} for side in ("start", "end"))
        return answers(Told(longest, starts, ends, nothing, seen), mini.tokenizer, question, context, k)

    seen: list[int] = []
    ask.seen = seen
    return ask


def test_the_score_is_a_probability_among_all_spans_and_none(told: Callable[..., list[Answer]]) -> None:
    (found,) = told("Who?", "cat dog", start={"cat": 2.0}, end={"cat": 1.0})
    assert (found.text, found.span) == ("cat", sl.Span(0, 3))
    assert found.score == pytest.approx(exp(3) / (exp(3) + exp(2) + exp(0) + exp(-9)))


def test_answers_do_not_overlap(told: Callable[..., list[Answer]]) -> None:
    found = told("Who?", "the river bank and the cat", k=9, start={"river": 4.0, "cat": 1.0}, end={"bank": 4.0, "cat": 1.0})
    assert [a.text for a in found][:2] == ["river bank", "cat"]
    in_order = sorted(found, key=lambda a: a.span.start)
    assert all(a.span.end <= b.span.start for a, b in pairwise(in_order))


def test_no_answer_is_an_empty_list(told: Callable[..., list[Answer]]) -> None:
    assert told("Who?", "cat dog", nothing=3.5, start={"cat": 2.0}, end={"cat": 1.0}) == []
    assert told("Who?", "cat dog", nothing=2.5, start={"cat": 2.0}, end={"cat": 1.0}) != []
    assert told("Who?", "") == told("Who?", " \n") == []


def test_the_question_is_in_every_window_and_never_in_the_answer(told: Callable[..., list[Answer]]) -> None:
    question, context = "Where is the bank?", "the dog " * 40 + "and the cat " * 40
    found = told(question, context, k=3, longest=32, start={"bank": 99.0, "cat": 3.0}, end={"bank": 99.0, "cat": 3.0})
    assert {a.text for a in found} == {"cat"}
    assert set(told.seen) == {32}
    assert len(told.seen) == 1 + -(-(200 - 24) // 12)  # 24 pieces of context each, 12 apart


def test_an_answer_is_made_of_whole_words(told: Callable[..., list[Answer]], mini: sl.Model) -> None:
    assert mini.input_representation("embeddings").pieces[1:4] == ("em", "##bed", "##ding")
    (found,) = told("What?", "We use embeddings here", start={"em": 5.0}, end={"em": 5.0})
    assert found.text == "embeddings"


def test_a_piece_that_is_only_a_space_is_no_answer(tiny: Callable[[str], str]) -> None:
    model = sl.load(tiny("deberta-v2"))
    context = "the bank 中"
    space = model.input_representation(context).pieces.index("▁") - 1
    number = int(model.tokenizer.pieces([context])[0].ids[space])
    told = Told(64, {number: 9.0}, {}, -9, [])
    found = answers(told, model.tokenizer, "Who?", context, 2)
    assert found[0].text == "中"
    assert all(a.text.strip() == a.text != "" for a in found)


def test_no_answer_is_longer_than_thirty_pieces(told: Callable[..., list[Answer]]) -> None:
    near, far = (f"cat {'and ' * n}dog" for n in (28, 29))
    assert told("Q?", near, start={"cat": 5.0}, end={"dog": 5.0})[0].text == near
    assert told("Q?", far, start={"cat": 5.0}, end={"dog": 5.0})[0].text != far


def test_a_question_that_leaves_no_room(told: Callable[..., list[Answer]]) -> None:
    with pytest.raises(sl.Unsupported, match="the question has 40 pieces, which leaves no room for the context: shorten it"):
        told("why " * 40, "cat", longest=43)
    assert told("why " * 40, "cat", longest=44)[0].text == "cat"


def test_span_scores() -> None:
    found = span_scores(np.array([1, 2], np.float32), np.array([10, 20], np.float32))
    assert found.shape == (2, LONGEST_ANSWER)
    assert found[0, :2].tolist() == [1 + 10, 1 + 20]
    assert found[1, 0] == 2 + 20
    assert (found[0, 2:] == -np.inf).all()
    assert (found[1, 1:] == -np.inf).all()


def test_in_context() -> None:
    context = "We sat by the river bank."
    found = Answer("river bank", sl.Span(14, 24), 0.5, context)
    assert found.in_context() == "We sat by the [river bank]."
    assert found.in_context(around=4, marks=("**", "**")) == "…the **river bank**."
    assert Answer("sat", sl.Span(3, 6), 0.5, context).in_context(around=3) == "We [sat] by…"
    assert json.loads(json.dumps(found.to_dict())) == {"text": "river bank", "span": {"start": 14, "end": 24}, "score": 0.5}


def test_a_model_that_answers_no_questions_names_those_that_do(mini: sl.Model) -> None:
    with pytest.raises(sl.Unsupported, match=r"mini cannot answer questions from a text; distilbert-squad, roberta-squad2 can"):
        sl.answer(mini, "Who?", "A cat.")
    with pytest.raises(sl.Unsupported, match="no head that answers questions"):
        mini.network.answer_scores(None)


def test_the_command(readers: Readers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind = next(kind for kind in ENCODERS if sl.answer(readers(kind), QUESTION, LONG, k=2))
    file = tmp_path / "essay.txt"
    file.write_text(LONG, encoding="utf-8")
    first, second = sl.answer(readers(kind), QUESTION, LONG, k=2)
    assert cli.main(["answer", QUESTION, str(file), "--model", readers(kind), "-k", "2"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert first.text in out
    assert f"[{second.text}]" in out.replace("\n", "")
    assert "…" in out
    assert cli.main(["answer", QUESTION, str(file), "--model", readers(kind), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [first.to_dict()]


def test_the_command_when_nothing_answers(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("senselens.question_answering.answer", lambda *_: [])
    assert cli.main(["answer", "Who?", "A cat", "--model", "roberta-squad2"]) == 0
    assert capsys.readouterr().out == "the text does not answer this question\n"
    with pytest.raises(SystemExit):
        cli.main(["answer", "Who?", "A cat"])
    assert "--model" in capsys.readouterr().err
