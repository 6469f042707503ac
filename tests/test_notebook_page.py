"""A notebook as one file, opened from the disk with nobody to ask for anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import Tab
from conftest import Without
from made import HOSTILE, MONEY, inspection, reading, word
from playwright.sync_api import Browser, expect
from saved_notebooks import notebook, output_of_banks, shown

import senselens as sl
from senselens_widget import Inspector, notebook_page


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "Lecture 1.ipynb"
    file.write_text(notebook(shown("ours", output_of_banks()), shown("ours", output_of_banks())), encoding="utf-8")
    return file


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_views_are_alive_with_no_kernel_and_no_network(tab: Tab, saved: Path, theme: str) -> None:
    page = saved.with_suffix(".html")
    page.write_text(notebook_page(saved, theme=theme), encoding="utf-8")
    tab.page.goto(page.as_uri())
    expect(tab.page).to_have_title("Lecture 1")
    second = tab.page.locator(".lens").nth(1)
    second.locator("[data-at]").get_by_text("plane").hover()
    expect(second.locator(".card h2")).to_have_text("plane")
    expect(tab.page.locator(f"[data-theme={theme}]")).to_have_count(2)


def test_it_has_the_script_once(saved: Path) -> None:
    html = notebook_page(saved)
    assert html.count("data-senselens=") == 2
    assert "senselens-loader" not in html
    assert len(html.encode()) < 600_000


def test_slides_are_turned_and_ask_for_nothing(tab: Tab, tmp_path: Path) -> None:
    text = json.loads(notebook(shown("ours", output_of_banks()), shown("ours", output_of_banks())))
    for cell in text["cells"]:
        cell["metadata"] = {"slideshow": {"slide_type": "slide"}}
    file = tmp_path / "slides.ipynb"
    file.write_text(json.dumps(text), encoding="utf-8")
    page = file.with_suffix(".html")
    page.write_text(notebook_page(file, slides=True), encoding="utf-8")
    tab.page.goto(page.as_uri())
    on_slide = tab.page.locator("section.present > section.present")
    expect(on_slide.get_by_role("heading", level=1)).to_contain_text("Notebook")
    expect(tab.page.locator(".slides > section > section")).to_have_count(3)
    assert tab.page.evaluate("document.querySelectorAll('.slides > section > section section').length") == 0
    tab.page.keyboard.press("ArrowRight")
    on_slide.locator("[data-at]").get_by_text("plane").hover()
    expect(on_slide.locator(".card h2")).to_have_text("plane")


@pytest.mark.parametrize("slides", [False, True])
@pytest.mark.parametrize("text", [f"{HOSTILE} bank", f"{'a' * 10_000} bank", "שלום \u202ebank"])
def test_hostile_text_is_inert_in_its_file_and_on_slides(tab: Tab, tmp_path: Path, text: str, slides: bool) -> None:
    tab.page.on("dialog", lambda dialog: tab.problems.append(f"ran {dialog.message}"))
    view = Inspector(inspection(text, word(text, "bank", mini=reading(MONEY))))
    file = tmp_path / "hostile.ipynb"
    file.write_text(notebook(shown("ours", view._html())), encoding="utf-8")
    page = file.with_suffix(".html")
    page.write_text(notebook_page(file, slides=slides), encoding="utf-8")
    tab.page.goto(page.as_uri())
    if slides:
        tab.page.keyboard.press("ArrowRight")
    tab.page.locator(".lens [data-at]").get_by_text("bank", exact=True).hover()
    expect(tab.page.locator(".lens p[data-from]")).to_have_text(text)
    assert tab.page.locator(".lens :is(img, script, iframe, link)").count() == 0


def test_what_nbconvert_itself_makes_of_a_notebook_without_widgets_is_alive_too(browser: Browser, saved: Path) -> None:
    """As JupyterLab saves it: the outputs, and not the state of the widgets. Each output brings its script, one runs."""
    import nbformat
    from nbconvert import HTMLExporter

    plain = nbformat.read(saved, as_version=4)
    del plain.metadata["widgets"]
    page = saved.with_suffix(".html")
    page.write_text(HTMLExporter().from_notebook_node(plain)[0], encoding="utf-8")
    tab = Tab(browser)
    tab.page.goto(page.as_uri())
    for number in range(2):
        lens = tab.page.locator(".lens").nth(number)
        lens.locator("[data-at]").get_by_text("plane").hover()
        expect(lens.locator(".card h2")).to_have_text("plane")
    assert tab.page.evaluate("document.querySelectorAll('head > script:not([src]):not([type])').length") == 1


def test_other_widgets_stay_what_they_are(tmp_path: Path) -> None:
    file = tmp_path / "other.ipynb"
    file.write_text(notebook(shown("theirs", "<p>their static view</p>"), shown("ours", output_of_banks())), encoding="utf-8")
    html = notebook_page(file)
    assert "their static view" in html
    assert "data-senselens=" in html


def code(source: str) -> str:
    return (
        notebook()
        .replace('"cell_type": "markdown"', '"cell_type": "code", "outputs": [], "execution_count": null')
        .replace("# Notebook", source)
    )


def test_its_code_is_run_when_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENSELENS_PATIENCE", "2")  # else it would be set for good
    file = tmp_path / "sum.ipynb"
    file.write_text(code("print('the sum is', 40 + 2)"), encoding="utf-8")
    assert "the sum is 42" in notebook_page(file, execute=True)
    assert "the sum is 42" not in notebook_page(file)


def test_without_nbconvert_it_says_how_to_get_it(saved: Path, without: Without) -> None:
    without("nbconvert")
    with pytest.raises(sl.SenselensError, match=r"pip install 'senselens\[export\]'"):
        notebook_page(saved)


def test_a_cell_that_fails_is_said_with_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENSELENS_PATIENCE", "2")
    file = tmp_path / "fails.ipynb"
    file.write_text(code("1 / 0"), encoding="utf-8")
    with pytest.raises(sl.SenselensError, match=r"a cell of .*fails.ipynb fails with ZeroDivisionError: division by zero"):
        notebook_page(file, execute=True)


@pytest.mark.parametrize("content", [b"no json", b"[]", b"{}", b'{"nbformat": 4}', b"\xff\xfe\x00"])
def test_what_is_no_notebook_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.ipynb"
    file.write_bytes(content)
    with pytest.raises(sl.SenselensError, match=r"bad\.ipynb is no notebook: "):
        notebook_page(file)
