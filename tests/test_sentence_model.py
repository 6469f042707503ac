"""Models that have vectors of sentences only, on one made here: what they answer, and what they refuse, everywhere."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pytest

import senselens as sl
from senselens import cli, registry
from senselens.calibration import measure_sentences
from senselens.cards import CARDS
from senselens.encoding import Vectors
from senselens.sentence_model import SentenceModel

TEXT = "A bank lent money. The river bank was wide. It rained."
WIDTH = 27


def letters(texts: list[str]) -> Vectors:
    """How often each letter stands in each text, (n, 27)."""
    return np.array([[1, *(text.lower().count(chr(97 + i)) for i in range(26))] for text in texts], np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> SentenceModel:
    """The model, which the registry knows as ``letters`` too, and whose baseline is on no disk."""
    found = SentenceModel(sl.Card("letters", "letters", ("sentence",), 0, WIDTH, "none", 1, "here"), "letters", letters)
    found.__dict__["sentence_baseline"] = 0.25
    monkeypatch.setitem(CARDS, "letters", found.card)
    monkeypatch.setitem(registry.FAMILIES, "letters", "test_sentence_model:loaded")
    return found


def test_an_encoding_has_words_and_a_sentence_but_no_layer(model: SentenceModel) -> None:
    encoding = model.encode("A bank")
    assert [w.of(encoding.text) for w in encoding.words] == ["A", "bank"]
    assert encoding.layers.shape == (0, 2, WIDTH)
    np.testing.assert_array_equal(encoding.sentence, letters(["A bank"])[0])
    assert json.loads(json.dumps(encoding.to_dict()))["layers"] == []


def test_sentences_are_embedded_in_order(model: SentenceModel) -> None:
    np.testing.assert_array_equal(model.embed(["b", "", "aa"]), letters(["b", "", "aa"]))
    assert model.embed([]).shape == (0, WIDTH)
    assert model.encode([]) == []
    np.testing.assert_array_equal(model.embed(["x\ud800"]), letters(["x?"]))


def test_words_are_refused_and_models_that_have_them_named(model: SentenceModel) -> None:
    encoding = model.encode(TEXT)
    refused = pytest.raises(sl.Unsupported, match=r"^letters cannot give vectors of words; .*\bmini\b.* can$")
    with refused:
        encoding.word("bank")
    with refused:
        _ = encoding.uses
    with refused:
        encoding.mix([])
    with refused:
        sl.senses(model, TEXT, "bank")
    with refused:
        _ = model.calibration
    with refused:
        sl.inspect(TEXT, models=[model])


def test_beside_a_model_of_words_an_inspection_has_its_near_sentences(model: SentenceModel, mini: sl.Model) -> None:
    told: list[tuple[int, int]] = []
    found = sl.inspect(TEXT, models=[mini, model], neighbours=2, step=lambda *done: told.append(done))
    assert [m.name for m in found.models] == ["mini", "letters"]
    assert found.models[1].baselines == ()
    assert all(word.readings.keys() == {"mini"} for word in found.words)
    near = found.neighbours["letters"][0]
    cosines = {i: float(np.dot(*(v / np.linalg.norm(v) for v in letters([TEXT[:18], s])))) for i, s in sentences().items()}
    assert [n.sentence for n in near] == sorted(cosines, key=lambda i: -cosines[i])
    assert [n.cosine for n in near] == pytest.approx(sorted(cosines.values(), reverse=True), abs=1e-6)
    assert {n.baseline for n in near} == {0.25}
    assert told[-1] == (2, 2)


def sentences() -> dict[int, str]:
    """The second and the third sentence of the text, by number."""
    return {i: span.of(TEXT) for i, span in enumerate(sl.sentences(TEXT)) if i}


def test_alone_an_inspection_has_nothing_else(model: SentenceModel) -> None:
    found = sl.inspect(TEXT, models=[model], neighbours=1)
    assert found.neighbours["letters"].keys() == {0, 1, 2}
    assert all(word.readings == {} for word in found.words)
    assert json.dumps(found.to_dict())


def test_search_has_the_baseline_beside_the_cosine(model: SentenceModel) -> None:
    first, second = sl.search(model, "aab", ["xyz", "aab"], k=2)
    assert (first.index, first.sentence, first.cosine, first.baseline) == (1, "aab", pytest.approx(1), 0.25)
    assert second.cosine == pytest.approx(1 / (6 * 4) ** 0.5)


def test_a_model_without_sentences_is_refused() -> None:
    class Words(sl.Model):
        card = sl.Card("words", "words", ("vectors",), 1, 1, "none", 1, "here")

    for ask in (lambda: sl.search(Words(), "a", []), lambda: sl.similarity_matrix(Words(), [])):
        with pytest.raises(sl.Unsupported, match=r"words cannot give vectors of sentences; .*use.* can"):
            ask()


def test_comparison(model: SentenceModel, mini: sl.Model) -> None:
    mine, other = sl.compare([model, mini], ["A bank", "The bank"], runs=1).rows
    assert (mine.layers, mine.similarities, mine.granularity) == (0, (), "sentences")
    assert len(other.similarities) == 1


def test_the_matrix_is_the_cosine_of_every_pair(model: SentenceModel) -> None:
    texts = ["a", "bb", "a", ""]
    found = sl.similarity_matrix(model, texts)
    unit = letters(texts) / np.linalg.norm(letters(texts), axis=1, keepdims=True)
    np.testing.assert_allclose(found.cosines, unit @ unit.T, atol=1e-6)
    assert found.cosines[0][0] == found.cosines[0][2] == 1
    assert found.sentences == tuple(texts)
    assert json.loads(json.dumps(found.to_dict())) == {
        "model": "letters",
        "sentences": texts,
        "cosines": [list(row) for row in found.cosines],
        "baseline": 0.25,
    }


def test_the_matrix_as_text(model: SentenceModel) -> None:
    assert sl.similarity_matrix(model, ["a", "bb\x1b[31m"]).to_text().splitlines() == [
        "           1     2",
        f"     1  1.00  {1 / 2**0.5 / 6**0.5:.2f}",
        f"     2  {1 / 2**0.5 / 6**0.5:.2f}  1.00",
        "",
        "     1  a",
        "     2  bb [31m",
        "",
        "random sentences: 0.25 (letters)",
    ]
    assert sl.similarity_matrix(model, []).to_text().endswith("random sentences: 0.25 (letters)")


def test_the_matrix_as_html_is_escaped(model: SentenceModel) -> None:
    class Tags(HTMLParser):
        def __init__(self, page: str) -> None:
            super().__init__()
            self.seen: list[tuple[str, dict[str, str | None]]] = []
            self.feed(page)

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            self.seen.append((tag, dict(attributes)))

    found = sl.similarity_matrix(model, ['"><script>', "zq"])
    seen = Tags(found._repr_html_()).seen
    assert {tag for tag, _ in seen} == {"div", "table", "thead", "tbody", "tr", "th", "td", "p"}
    assert next(attributes for tag, attributes in seen if "title" in attributes)["title"] == '"><script>'
    shades = [attributes["style"] for tag, attributes in seen if tag == "td"]
    assert shades[0] == shades[3] == "background: rgb(30 110 220 / 70%)"
    assert shades[1] == shades[2] != shades[0]


def loaded(name: str, precision: str) -> SentenceModel:
    """What the registry calls for ``letters``."""
    found = SentenceModel(CARDS[name], "letters", letters)
    found.__dict__["sentence_baseline"] = 0.25
    return found


def test_the_commands(model: SentenceModel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "load", lambda name: loaded(name, "fp32"))
    monkeypatch.setattr("senselens.inspection.load", lambda name: loaded(name, "fp32"))
    of_letters = ("--model", "letters")

    assert cli.main(["matrix", TEXT, "Bank.", *of_letters]) == 0
    assert "     4  Bank." in capsys.readouterr().out.splitlines()
    assert cli.main(["matrix", TEXT, *of_letters, "--html"]) == 0
    assert capsys.readouterr().out.startswith('<div class="senselens-matrix">')
    assert cli.main(["matrix", TEXT, *of_letters, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["baseline"] == 0.25

    assert cli.main(["search", "rain", TEXT, *of_letters]) == 0
    assert capsys.readouterr().out.splitlines()[-1].strip() == "cosines; random sentences 0.25"
    assert cli.main(["look", TEXT, "--word", "river", *of_letters]) == 0
    assert "sentences nearest to this one (cosine; random sentences 0.25)" in capsys.readouterr().out
    assert cli.main(["look", TEXT, *of_letters]) == 0
    assert "letters has vectors of sentences only" in capsys.readouterr().out
    assert cli.main(["look", "A bank", *of_letters]) == 1
    assert "letters cannot give vectors of words" in capsys.readouterr().err


def test_a_models_baseline_is_measured_once_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path))
    asked: list[int] = []

    def counted(texts: list[str]) -> Vectors:
        asked.append(len(texts))
        return letters(texts)

    card = sl.Card("letters", "letters", ("sentence",), 0, WIDTH, "none", 1, "here")
    first, again = (SentenceModel(card, "letters-1", counted).sentence_baseline for _ in range(2))
    assert first == again
    assert asked == [200]
    assert SentenceModel(card, "letters-2", counted).sentence_baseline == first
    assert asked == [200, 200]


def test_the_baseline_is_the_mean_over_pairs() -> None:
    """Half of the vectors are one, half another at a right angle: of the n (n - 1) pairs, n (n / 2 - 1) have cosine 1."""
    card = sl.Card("halves", "halves", ("sentence",), 0, 2, "none", 1, "here")
    model = SentenceModel(card, "halves", lambda texts: np.eye(2, dtype=np.float32)[np.arange(len(texts)) % 2] * 3)
    assert measure_sentences(model, 20) == pytest.approx((20 / 2 - 1) / (20 - 1))


def test_the_embedded_model_ships_its_baseline(mini: sl.Model) -> None:
    assert mini.sentence_baseline == pytest.approx(measure_sentences(mini), abs=1e-3)
