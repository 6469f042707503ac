"""The inspector in JupyterLab itself, with a real kernel, and in what is made of its notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Tab, View
from every_view import IMPORT, VIEWS, views_are_answered
from labs import SLOW, Lab, convert, jupyterlab, notebook
from playwright.sync_api import Browser, expect

TEXTS = ("I deposited money at the bank.", "We sat by the river bank.")
INSPECTOR = f"import senselens_widget\nview = senselens_widget.Inspector({list(TEXTS)!r})\nview"
ASKED = (
    "print([use.word for use in banks.selected])",
    "print([span.of(masks.text) for span in masks.masked], len(masks.wait(60)['mini reads both sides']))",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebooks are; one of them has been run, and has its outputs and the state of its widgets."""
    root = tmp_path_factory.mktemp("notebooks")
    (root / "live.ipynb").write_text(notebook(INSPECTOR, "print(view.word and view.word.word, view.text)"), encoding="utf-8")
    (root / "views.ipynb").write_text(notebook(IMPORT, *VIEWS, *ASKED), encoding="utf-8")
    shown = "import senselens_widget as sl_widget\nsl_widget.show('We sat by the river.')"
    magic = ("%load_ext senselens_widget", "%%lens mini\nThe plane will bank left.", shown)
    (root / "magic.ipynb").write_text(notebook(*magic), encoding="utf-8")
    (root / "embedded.ipynb").write_text(notebook(f"{INSPECTOR}.embed()"), encoding="utf-8")
    convert(root / "embedded.ipynb", "--to", "notebook", "--execute", "--inplace")
    (root / "run.ipynb").write_text(notebook(f"{INSPECTOR[:-4]}view.wait(); view"), encoding="utf-8")
    convert(root / "run.ipynb", "--to", "notebook", "--execute", "--inplace")
    (root / "saved.ipynb").write_text(notebook(IMPORT, *VIEWS), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENSELENS_PATIENCE", "120")  # so that what is shown is whole when it is saved
        convert(root / "saved.ipynb", "--to", "notebook", "--execute", "--inplace")
    ours = (root / "run.ipynb").read_text(encoding="utf-8")
    (root / "foreign.ipynb").write_text(ours.replace("view.wait()", "view.wait(60)"), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def jupyter(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    mine = [folder / f"{name}.ipynb" for name in ("run", "saved", "embedded")]
    with jupyterlab(folder, tmp_path_factory.mktemp("jupyter"), mine) as address:
        yield address


@pytest.fixture
def lab(browser: Browser, jupyter: str, request: pytest.FixtureRequest) -> Iterator[Lab]:
    name: Any = request.param
    opened = Lab(browser, jupyter, name)
    yield opened
    opened.close()


@pytest.mark.parametrize("lab", ["live.ipynb"], indirect=True)
def test_the_notebook_shows_a_view_that_its_kernel_answers(lab: Lab) -> None:
    lab.run_all()
    expect(lab.view.card).to_be_visible(timeout=SLOW)
    lab.view.point_at("bank", 1)
    expect(lab.view.card.locator(".gloss").first).to_contain_text("sloping land")
    expect(lab.view.find(".links path")).to_have_count(1)

    lab.view.word("bank", 1).click()
    lab.page.keyboard.press("m")  # JupyterLab would make the cell Markdown
    expect(lab.view.find(".text .mask")).to_have_count(1)
    expect(lab.page.locator(".jp-MarkdownCell")).to_have_count(0)
    lab.prints(1, "bank I deposited money at the bank.\n\nWe sat by the river bank.")

    lab.view.find("p[data-from]").first.dblclick(position={"x": 3, "y": 15})
    lab.view.find("textarea").fill("The plane will bank left.")
    lab.page.keyboard.press("Enter")
    lab.view.point_at("plane")
    expect(lab.view.card.locator("h2")).to_have_text("plane")
    lab.prints(1, "bank The plane will bank left.\n\nWe sat by the river bank.")


@pytest.mark.parametrize("lab", ["views.ipynb"], indirect=True)
def test_every_view_is_answered_by_the_kernel(lab: Lab) -> None:
    lab.run_all()
    views_are_answered(lab.page)
    lab.prints(9, "['Banks']")
    lab.prints(10, "['plane'] 1")


@pytest.mark.parametrize("lab", ["magic.ipynb"], indirect=True)
def test_the_magic_shows_the_text_of_its_cell_and_show_what_it_is_given(lab: Lab) -> None:
    lab.run_all()
    lab.view.point_at("plane")
    expect(lab.view.card.first.locator("h2")).to_have_text("plane")
    lab.view.point_at("river")
    expect(lab.view.card.last.locator("h2")).to_have_text("river")


@pytest.mark.parametrize("lab", ["run.ipynb"], indirect=True)
def test_a_notebook_saved_with_its_widgets_is_alive_before_any_cell_runs(lab: Lab) -> None:
    lab.view.point_at("bank", 1)
    expect(lab.view.card.locator(".gloss").first).to_contain_text("sloping land")
    lab.view.word("river").click()
    expect(lab.view.card.locator("h2")).to_have_text("river")


@pytest.mark.parametrize("lab", ["embedded.ipynb"], indirect=True)
def test_an_embedded_view_is_alive_in_a_notebook_that_kept_no_widgets(lab: Lab) -> None:
    lab.view.point_at("bank", 1)
    expect(lab.view.card.locator(".gloss").first).to_contain_text("sloping land")
    expect(lab.page.locator(".jp-RenderedHTML")).to_have_count(1)


@pytest.mark.parametrize("lab", ["saved.ipynb"], indirect=True)
def test_every_view_is_saved_alive(lab: Lab) -> None:
    """What each of them answers to the pointer or a key, before any cell runs."""
    page = lab.page
    page.locator(".masked-words").get_by_role("button", name="bank", exact=True).click(timeout=SLOW)
    expect(page.locator(".masked-words .card .form").last).to_have_text("bank")
    page.locator(".input thead button").nth(1).click(timeout=SLOW)
    expect(page.locator(".input .numbers h3")).to_contain_text("my")
    expect(page.locator(".next-sentence .verdict b")).to_have_text(re.compile(r"^\d"), timeout=SLOW)
    page.locator(".attention").get_by_role("radio", name="layer 1, head 1", exact=True).click(timeout=SLOW)
    expect(page.locator(".attention h2")).to_have_text("Layer 1, head 1")
    page.locator(".sense-map .plot").focus(timeout=SLOW)
    page.keyboard.press("PageDown")
    expect(page.locator(".sense-map .said p").first).to_have_text("We sat by the river bank.")
    page.locator('.matrix [data-pair="0,1"]').click(timeout=SLOW)
    expect(page.locator(".matrix")).to_contain_text("of the way from two random sentences")
    page.locator(".mix").get_by_role("button", name="layer 6 alone").click(timeout=SLOW)
    expect(page.locator(".mix .compared .share")).to_have_text(re.compile(r"%$"))
    expect(page.locator(".models tbody th")).to_contain_text("mini", timeout=SLOW)


@pytest.mark.parametrize("lab", ["foreign.ipynb"], indirect=True)
def test_a_notebook_that_is_not_trusted_shows_the_text_and_what_its_words_mean(lab: Lab) -> None:
    output = lab.page.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("I deposited money at the bank.", timeout=SLOW)
    expect(output.get_by_role("listitem").filter(visible=True).first).to_have_text(re.compile(r"^deposited: put .* \(\d+\s%\)$"))
    expect(output.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize("format", ["html", "slides"])
def test_what_is_made_of_a_notebook_without_its_widgets_answers_the_pointer(
    browser: Browser, folder: Path, tmp_path: Path, format: str
) -> None:
    """As JupyterLab saves it by itself: the outputs, not the widgets."""
    saved = json.loads((folder / "run.ipynb").read_text(encoding="utf-8"))
    del saved["metadata"]["widgets"]
    file = tmp_path / "saved.ipynb"
    file.write_text(json.dumps(saved), encoding="utf-8")
    convert(file, "--to", format)
    tab = Tab(browser)
    tab.page.goto(next(tmp_path.glob("*.html")).as_uri())
    view = View(tab.page)
    view.point_at("bank", 1)
    expect(view.card.locator(".gloss").first).to_contain_text("sloping land")
    assert [problem for problem in tab.problems if "senselens" in problem] == [], "nbconvert's own scripts are on a server"
