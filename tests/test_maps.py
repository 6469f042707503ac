"""The kernel's side of the map, the matrix, the mix of layers and the table of models, and their files without a kernel."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Tab
from made import HOSTILE
from playwright.sync_api import Browser, expect
from quick_model import QuickModel

import senselens as sl
import senselens_widget as sl_widget
from senselens_widget import LayerMix, ModelTable, SenseMap, SimilarityMatrix

BANKS = ["I deposited money at the bank.", "We sat by the river bank.", "The plane will bank left. Banks lend."]


def numbers(buffer: bytes | None, kind: str) -> list[Any]:
    assert buffer is not None
    found: list[Any] = np.frombuffer(buffer, kind).tolist()
    return found


# The map


@pytest.fixture
def view() -> SenseMap:
    view = SenseMap(BANKS, "bank", QuickModel())
    view.wait(60)
    return view


def test_the_browser_is_given_what_the_engine_found(view: SenseMap) -> None:
    found = sl.sense_map(BANKS, "bank", QuickModel())
    assert found.probabilities is not None
    assert found.explained is not None
    placed = view.projections["pca"]
    assert numbers(placed["points"], "<f4") == found.points.ravel().tolist()
    assert placed["explained"] == list(found.explained)
    assert numbers(view.group_of, "<u2") == found.group_of.tolist()
    assert numbers(view.shares, "u1") == [round(100 * p) if p else 255 for p in found.probabilities.tolist()]
    assert view.groups == [
        {"name": g.name, "count": g.count, "pos": g.sense.pos if g.sense else "", "untold": g.untold} for g in found.groups
    ]
    spans = np.reshape(numbers(view.spans, "<i4"), (-1, 2)).tolist()
    for use, sentence, (start, end) in zip(found.uses, view.sentences, spans, strict=True):
        assert (sentence, sentence[start:end]) == (use.sentence, use.word)
    assert view.documents == [], "what texts of a list are called says nothing"
    assert (view.word, view.model_name, view.progress, view.error) == ("bank", "quick", None, None)


def test_what_is_chosen_is_there_in_python(view: SenseMap) -> None:
    view.selection = [1, 3]
    assert [use.sentence for use in view.selected] == [BANKS[1], "Banks lend."]
    assert len(view.uses) == 4


def test_another_projection_is_computed_once_and_the_first_one_kept(view: SenseMap) -> None:
    first = view.projections["pca"]
    view.method = "tsne"
    assert view.wait(60).method == "tsne"
    assert set(view.projections) == {"pca", "tsne"}
    assert view.projections["tsne"]["explained"] is None
    second = view.projections["tsne"]
    view.method = "pca"
    assert view.wait(60).method == "pca"
    assert (view.projections["pca"], view.projections["tsne"]) == (first, second)


def test_a_method_that_is_changed_before_the_uses_are_read_is_drawn_when_they_are() -> None:
    view = SenseMap(["The bank."] * 300, "bank", QuickModel())
    view.method = "tsne"
    view.wait(120)
    assert "tsne" in view.projections


def test_a_made_map_and_made_uses_are_shown_as_they_are() -> None:
    made = sl.sense_map(BANKS, "bank", QuickModel(), "tsne", ["a", "b", "b"])
    view = SenseMap(made)
    assert view.wait() is made
    assert (view.word, view.method, numbers(view.shares, "u1")) == ("bank", "tsne", [255] * 4)
    uses = sl.word_uses(BANKS, "bank", QuickModel())
    assert SenseMap(uses, labels=["a", "b", "c", "d"]).wait(60).found is uses


def test_a_long_sentence_is_cut_around_its_word() -> None:
    long = "x" * 300 + " bank " + "y" * 300
    view = SenseMap(sl.sense_map([long], "bank", QuickModel()))
    (sentence,), (start, end) = view.sentences, numbers(view.spans, "<i4")
    assert sentence[start:end] == "bank"
    assert sentence == "…" + "x" * 199 + " bank " + "y" * 199 + "…"


def test_an_index_names_its_documents(tmp_path: Path) -> None:
    index = sl.Index.build(BANKS, QuickModel(), tmp_path / "banks.lance", name="letters", words="all")
    view = SenseMap(index, "bank")
    view.wait(60)
    assert view.documents == ["letters:1", "letters:2", "letters:3", "letters:3"]


def test_a_word_that_stands_nowhere_is_said_in_the_view() -> None:
    view = SenseMap(BANKS, "spring", QuickModel())
    with pytest.raises(sl.SenselensError, match="'spring' stands in none of the texts"):
        view.wait(60)
    assert view.uses == ()
    assert "being read" in view._repr_mimebundle_()[0]["text/html"]
    view.method = "tsne"
    assert view.progress is None


def test_its_fallback_lists_the_uses_of_each_group() -> None:
    made = sl.sense_map(["The bank."] * 10 + ["A bank."], "bank", QuickModel(), labels=["a"] * 10 + ["b"])
    html = SenseMap(made)._repr_mimebundle_()[0]["text/html"]
    assert html.count("The <b>bank</b>.") == 8
    assert "and 2 more" in html
    assert "A <b>bank</b>." in html


# The matrix


def test_a_matrix_is_the_engine_s(mini: sl.Model) -> None:
    view = SimilarityMatrix(BANKS, mini)
    found = view.wait(60)
    assert found == sl.similarity_matrix(mini, BANKS)
    assert numbers(view.cosines, "<f4") == pytest.approx([c for row in found.cosines for c in row])
    assert (view.order, view.baseline, view.model_name) == (list(found.order()), mini.sentence_baseline, "mini")
    assert SimilarityMatrix(found).wait() is found


def test_what_is_searched_for_is_answered(mini: sl.Model) -> None:
    view = SimilarityMatrix(BANKS, "mini", queries=["cash", " "])
    view.wait(60)
    view.query = "an aircraft"
    view.wait(60)
    view.query = ""
    assert list(view.answers) == ["cash", "an aircraft"]
    for query, answer in view.answers.items():
        hits = sl.search(mini, query, BANKS)
        assert [numbers(answer, "<f4")[hit.index] for hit in hits] == pytest.approx([hit.cosine for hit in hits], abs=1e-5)


def test_its_fallback_is_a_table() -> None:
    many = SimilarityMatrix(sl.SimilarityMatrix("made", ("a",) * 13, ((0.5,) * 13,) * 13, 0.1))
    html = many._repr_mimebundle_()[0]["text/html"]
    assert "Cosines under made, the first 12 of 13 sentences; two random sentences: 0.10" in html
    assert html.count("<td>0.50</td>") == 144
    refused = SimilarityMatrix(BANKS, "no such model")
    with pytest.raises(sl.SenselensError, match="no model is called"):
        refused.wait(60)
    assert f'<li dir="auto">{BANKS[0]}</li>' in refused._repr_mimebundle_()[0]["text/html"]


# The mix of layers


def test_a_mix_sends_what_every_mix_follows_from(mini: sl.Model) -> None:
    view = LayerMix(BANKS, "BANK")
    found = view.wait(120)
    assert [use["sentence"] for use in view.uses] == [*BANKS[:2], "The plane will bank left."]
    assert numbers(view.products, "<f4") == found.products.ravel().tolist()
    assert numbers(view.random, "<f4") == found.random.ravel().tolist()
    assert view.calibration["baselines"] == list(mini.calibration.baselines)
    assert view.weights == [0.0] * mini.card.layers
    html = view._repr_mimebundle_()[0]["text/html"]
    for (i, j), row in zip(combinations(range(3), 2), html.split("<tr>")[2:], strict=False):
        assert row.startswith(f'<th scope="row">{i + 1}–{j + 1}</th>')
        assert f"<td>{found.cosines([0] * 7)[i, j]:.2f}</td></tr>" in row


def test_several_words_and_weights_may_be_given(mini: sl.Model) -> None:
    view = LayerMix(BANKS[0], ["money", "bank"], mini, weights=[1.0] * 7)
    assert [use.word for use in view.wait(120).uses] == ["money", "bank"]
    assert view.weights == [1.0] * 7
    assert len(LayerMix("bank " * 20, "bank", mini).wait(120).uses) == 12


def test_a_word_that_is_not_there_is_said() -> None:
    view = LayerMix(BANKS, ["spring", "mill"])
    with pytest.raises(sl.SenselensError, match="no text holds the word 'spring' or 'mill'"):
        view.wait(60)
    assert "being read" in view._repr_mimebundle_()[0]["text/html"]


# The table of models


def test_all_models_of_the_registry_are_rows() -> None:
    view = ModelTable()
    view.wait(120)
    assert [row["name"] for row in view.rows] == [card.name for card in sl.models()]
    mini = view.rows[0]
    assert (mini["layers"], mini["width"], mini["parameters"], mini["state"]) == (7, 384, 22_893_116, "here")
    html = view._repr_mimebundle_()[0]["text/html"]
    assert '<th scope="row">mini</th><td>masked words, next sentence, word senses</td>' in html


def test_models_are_compared_on_texts(mini: sl.Model) -> None:
    view = ModelTable(["mini", QuickModel()], BANKS, "bank")
    view.wait(120)
    assert view.comparison
    for row, compared in zip(view.rows, view.comparison.rows, strict=True):
        assert row["speed"] == compared.words_per_second
        assert row["alike"] == [one.to_dict() for one in compared.similarities]
    assert view.word == "bank"
    assert [use["sentence"] for use in view.uses] == BANKS


def test_texts_without_a_common_word_are_only_measured(mini: sl.Model) -> None:
    view = ModelTable(["mini-int8"], ["One bank."])
    view.wait(60)
    assert (view.word, view.uses, view.rows[0]["state"]) == ("", [], "here")


# Their files

FILES: dict[str, Callable[[str], sl_widget.View]] = {
    "map": lambda text: SenseMap([f"{text} bank", f"the bank {text}"], "bank", labels=[text, "b"]),
    "matrix": lambda text: SimilarityMatrix([text, "A cat.", "A dog."], queries=[text]),
    "mix": lambda text: LayerMix([f"{text} bank", "The bank."], "bank"),
    "table": lambda text: ModelTable(["mini"], [f"{text} bank", "The bank."], "bank"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("text", [HOSTILE, "a" * 10_000, "שלום עולם \u202e", "😋 naïve"])
def test_a_file_is_alive_without_a_kernel_and_loads_nothing(
    tab: Tab, mini: sl.Model, tmp_path: Path, name: str, text: str
) -> None:
    tab.page.on("dialog", lambda dialog: tab.problems.append(f"ran {dialog.message}"))
    file = FILES[name](text).save_html(tmp_path / "page.html", title=HOSTILE)
    assert file.stat().st_size < 1_500_000
    tab.page.goto(file.as_uri())
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(tab.page.locator("[data-theme] button").first).to_be_visible()
    assert tab.page.locator("img, iframe, link").count() == 0
    assert tab.page.locator("script").count() == 1


def test_a_map_s_file_is_hovered_and_projected_anew(tab: Tab, view: SenseMap, tmp_path: Path) -> None:
    view.method = "tsne"
    tab.page.goto(view.save_html(tmp_path / "page.html").as_uri())
    assert tab.page.locator(".choice button").all_text_contents() == ["PCA", "t-SNE"]
    tab.page.locator(".choice button").first.click()
    expect(tab.page.locator(".axes")).to_contain_text("Principal components")
    tab.page.locator(".plot").focus()
    tab.page.keyboard.press("PageDown")
    expect(tab.page.locator(".said p").first).to_have_text(BANKS[0])


@pytest.mark.parametrize("name", FILES)
def test_without_scripts_a_file_says_what_is_known(browser: Browser, mini: sl.Model, tmp_path: Path, name: str) -> None:
    tab = Tab(browser, java_script_enabled=False)
    tab.page.goto(FILES[name](HOSTILE).save_html(tmp_path / "page.html").as_uri())
    expect(tab.page.locator("main td").first).to_be_visible()
    assert tab.page.locator("img, iframe, link").count() == 0
    tab.settle()
