"""Models side by side, on the embedded default and a tiny causal model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from conftest import Without
from samples import BANKS
from tiny_causal import causal_checkpoint

import senselens as sl
from senselens import comparison
from senselens.calibration import Calibration
from senselens.cards import CARDS, Card
from senselens.encoding import Vectors
from senselens.model_facts import FACTS, facts_of
from senselens.text import words

TEXTS = [BANKS["money"], BANKS["river"], BANKS["cash"]]
FLAT = Calibration((0.5,) * 3, (1.0,) * 3, (0.0,) * 3, 1, 1, 1)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> sl.Model:
    model = sl.load(str(causal_checkpoint("gpt2", tmp_path_factory.mktemp("compared") / "gpt2")))
    model.__dict__["calibration"] = FLAT
    return model


class Sentences(sl.Model):
    """A model of sentences only, that nobody knows."""

    card = Card("sentences", "unheard-of", ("sentence",), 1, 2, "none", 0, "here")

    def embed(self, sentences: object) -> Vectors:
        return np.zeros((3, 2), np.float32)


def test_a_row_tells_what_the_model_is(tiny: sl.Model) -> None:
    (mini, gpt2, other) = sl.compare(["mini", tiny, Sentences()], TEXTS, "bank", runs=1).rows
    assert (mini.name, mini.direction, mini.year) == ("mini", "both sides at once", 2026)
    assert (gpt2.objective, gpt2.direction, gpt2.year) == ("the next piece", "left to right", 2019)
    assert (gpt2.layers, gpt2.width) == (3, 32)
    assert gpt2.parameters == tiny.parameters
    assert mini.parameters == FACTS["mini"].parameters
    assert (other.objective, other.year, other.parameters, other.similarities) == ("not known", None, None, ())


def test_every_pair_of_uses_is_compared_under_every_model(tiny: sl.Model, mini: sl.Model) -> None:
    found = sl.compare([mini, tiny], TEXTS, "Bank", runs=1)
    assert found.word == "bank"
    assert [use.span.of(TEXTS[use.text]) for use in found.uses] == ["bank"] * 3
    for model, row in zip((mini, tiny), found.rows, strict=True):
        uses = [model.encode(text).word("bank") for text in TEXTS]
        for expected, alike in zip((sl.similarity(a, b) for a, b in combinations(uses, 2)), row.similarities, strict=True):
            assert alike.to_dict() == pytest.approx(expected.to_dict(), abs=1e-4)


def test_speed_is_the_median_of_the_runs_after_the_first(tiny: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Iterator[float] = iter([0, 100, 100, 101, 101, 103, 103, 112])
    monkeypatch.setattr(comparison, "perf_counter", lambda: next(clock))
    (row,) = sl.compare([tiny], TEXTS, "bank", runs=3).rows
    assert row.words_per_second == sum(len(words(t)) for t in TEXTS) / 2


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        (["We sat by the bank", "The bank lent money"], "bank"),  # the longest that both share
        (["a dog", "a dog and money and money"], "dog"),  # in two texts rather than twice in one
        (["Buffalo buffalo"], "buffalo"),
        (["One text", "Another"], None),
    ],
)
def test_the_word_is_found_in_the_texts(tiny: sl.Model, texts: list[str], word: str | None) -> None:
    found = sl.compare([tiny], texts, runs=1)
    assert found.word == word
    assert len(found.uses) == (2 if word else 0)
    assert len(found.rows[0].similarities) == (1 if word else 0)


@pytest.mark.parametrize("texts", [[], ["?!"], "a text", [""]])
def test_texts_without_words(tiny: sl.Model, texts: list[str]) -> None:
    with pytest.raises(sl.WordNotFound, match="give a list of texts that hold words"):
        sl.compare([tiny], texts)


def test_a_word_that_stands_once(tiny: sl.Model) -> None:
    with pytest.raises(sl.WordNotFound, match="'river' does not stand twice"):
        sl.compare([tiny], TEXTS, "river")


def test_the_text_form(tiny: sl.Model) -> None:
    found = sl.compare(["mini", tiny, Sentences()], TEXTS[:2], "bank", runs=1)
    lines = found.to_text().splitlines()
    assert lines[0].split()[::2] == ["mini", "sentences"]
    for label in ("trained for", "reads", "unknown words", "year", "parameters", "words per second", "bank 1-2"):
        assert any(line.startswith(label) for line in lines), label
    assert "1  I deposited money at the [bank]" in lines
    assert "2  We sat by the river [bank]" in lines
    assert "22,893,116" in found.to_text()
    assert next(line for line in lines if line.startswith("bank 1-2")).endswith("no vectors of words")
    assert max(map(len, lines)) <= 4 * comparison.CELL


def test_what_a_terminal_would_obey_is_not_in_the_text_form(tiny: sl.Model) -> None:
    assert "\x1b" not in sl.compare([tiny], ["a \x1b[31m bank", "a bank"], "bank", runs=1).to_text()


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_html_form_escapes_everything(tiny: sl.Model) -> None:
    texts = ["<script>alert('bank')</script> & a bank", '"A <b>bank</b>" & so on']
    found = Tags(sl.compare([tiny], texts, "bank", runs=1).to_html())
    assert found.seen == {"div", "table", "thead", "tbody", "tr", "th", "td", "p", "ol", "li"}
    shown = "".join(found.texts)
    assert "<script>alert('[bank]')</script> & a bank" in shown
    assert "same sense (cosine " in shown
    assert "<p>" not in sl.compare([tiny], ["No word twice"], runs=1).to_html()


def test_the_pandas_form(tiny: sl.Model) -> None:
    found = sl.compare([tiny, Sentences()], TEXTS, "bank", runs=1)
    frame = found.to_pandas()
    assert frame.index.tolist() == [tiny.card.name, "sentences"]
    assert frame.loc[tiny.card.name, "width"] == 32
    assert frame.loc[tiny.card.name, "cosine 1-3"] == found.rows[0].similarities[1].cosine
    assert np.isnan(frame.loc["sentences", "same_sense 2-3"])


def test_without_pandas(tiny: sl.Model, without: Without) -> None:
    found = sl.compare([tiny], TEXTS, runs=1)
    without("pandas")
    with pytest.raises(sl.ModelUnavailable, match="pip install pandas"):
        found.to_pandas()


def test_a_comparison_is_json(tiny: sl.Model) -> None:
    found = sl.compare([tiny], TEXTS, runs=1)
    again = json.loads(json.dumps(found.to_dict()))
    assert again["rows"][0]["similarities"][0]["cosine"] == found.rows[0].similarities[0].cosine
    assert again["uses"][0] == found.uses[0].to_dict() == {"text": 0, "span": {"start": 25, "end": 29}}
    assert found.rows[0].to_dict()["name"] == again["rows"][0]["name"]


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda c: c.name)
def test_every_row_of_the_registry_is_described(card: Card) -> None:
    facts = facts_of(card)
    assert "not known" not in (facts.objective, facts.direction, facts.unknown_words)


@pytest.mark.parametrize(
    ("capabilities", "direction"),
    [
        (("next-word",), "left to right"),
        (("vectors", "masked"), "both sides at once"),
        (("vectors",), "not known"),
        ((), "not known"),
    ],
)
def test_a_stranger_is_described_by_what_it_can(capabilities: tuple[str, ...], direction: str) -> None:
    assert facts_of(Card("x", "new-family", capabilities, 1, 1, "", 0, "")).direction == direction


def test_a_rows_own_facts_come_before_its_architectures() -> None:
    assert facts_of(Card("smollm2", "causal", (), 1, 1, "", 0, "", "", "llama")).year == 2024
    assert facts_of(Card("my/llama", "causal", (), 1, 1, "", 0, "", "", "llama")).year == 2023
    assert facts_of(Card("my/odd", "causal", (), 1, 1, "", 0, "", "", "odd")).objective == "the next piece"


def test_models_are_loaded_by_name(tmp_path: Path) -> None:
    with pytest.raises(sl.UnknownModel):
        sl.compare(["nonesuch"], TEXTS)
