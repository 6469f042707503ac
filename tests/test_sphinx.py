"""Pages that Sphinx builds, opened from the disk with nobody to ask for anything."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Tab, View
from made import HOSTILE
from playwright.sync_api import Browser, expect
from saved_notebooks import notebook, output_of_banks, shown
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

from senselens_widget import sphinx as extension

CONF = 'project = "Course"\nextensions = ["myst_nb", "senselens_widget.sphinx"]\nmyst_enable_extensions = ["colon_fence"]\n'
BANKS = """Title
=====

.. senselens::
   :models: glove, mini
   :words: bank

   I deposited money at the bank.

   We sat by the river bank.
"""
MYST = """# Page

:::{senselens}
:theme: dark

The plane will bank left.
:::
"""
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:myst_nb.*"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:myst_nb.*"),
]
NOT_RUN = 'nb_execution_mode = "off"\n'
Build = Callable[..., tuple[Path, str]]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """``build("html", **{"index.rst": …})``: the folder that Sphinx built of these files, and what it warned of."""
    monkeypatch.setenv("SENSELENS_PATIENCE", "600")  # which the extension does itself, for good

    def built(builder: str = "html", conf: str = "", jobs: int = 1, **files: str) -> tuple[Path, str]:
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(CONF + conf, encoding="utf-8")
        for name, text in files.items():
            (source / name).write_text(text, encoding="utf-8")
        target, warnings = tmp_path / builder, io.StringIO()
        if jobs > 1:  # Sphinx forks, which this process, with all that other tests imported, should not
            command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, "-j", str(jobs), source, target]
            return target, subprocess.run(command, check=True, capture_output=True, text=True).stderr
        with patch_docutils(), docutils_namespace():
            app = Sphinx(source, source, target, tmp_path / "trees", builder, status=None, warning=warnings)
            app.build()
        return target, strip_colors(warnings.getvalue())

    return built


def test_words_of_a_built_page_are_pointed_at_with_no_kernel_and_no_network(browser: Browser, build: Build) -> None:
    folder, warnings = build(**{"index.rst": BANKS + "\n.. toctree::\n\n   page\n", "page.md": MYST})
    assert warnings == ""
    tab = Tab(browser)
    tab.page.goto((folder / "index.html").as_uri())
    view = View(tab.page)
    view.word("bank", 1).hover()
    expect(view.card.locator(".gloss").first).to_contain_text("sloping land")
    assert view.texts("[data-at]") == ["bank", "bank"]
    tab.page.goto((folder / "page.html").as_uri())
    view.focus("bank")
    expect(view.card.locator("h2")).to_have_text("bank")
    expect(tab.page.locator("[data-theme=dark]")).to_have_count(1)
    tab.settle()


def test_a_page_has_the_script_once_and_a_page_without_views_not_at_all(build: Build) -> None:
    two = MYST + MYST.replace("# Page", "Again the same, with names of its own.").replace(":::", "```")
    folder, _ = build(**{"index.rst": "Title\n=====\n\n.. toctree::\n\n   page\n", "page.md": two})
    html = (folder / "page.html").read_text(encoding="utf-8")
    assert html.count(extension.SCRIPT) == 1
    assert html.count('data-senselens="') == 2
    ids = [part.partition('"')[0] for part in html.split(' id="word-')[1:]]
    assert len(ids) == len(set(ids)) > 8
    assert extension.SCRIPT not in (folder / "index.html").read_text(encoding="utf-8")


def test_without_scripts_the_text_and_its_cards_are_there(browser: Browser, build: Build) -> None:
    folder, _ = build(**{"index.rst": BANKS})
    tab = Tab(browser, java_script_enabled=False)
    tab.page.goto((folder / "index.html").as_uri())
    tab.page.get_by_role("radio", name="bank").nth(1).check(force=True)
    expect(tab.page.get_by_role("article", name="bank").filter(visible=True)).to_contain_text("sloping land")
    tab.settle()


@pytest.mark.parametrize("builder", ["text", "latex", "epub"])
def test_without_html_the_text_stands_with_what_its_words_mean(build: Build, builder: str) -> None:
    folder, warnings = build(builder, **{"index.rst": BANKS})
    assert "senselens" not in warnings
    file = next(folder.glob({"text": "index.txt", "latex": "*.tex", "epub": "index.xhtml"}[builder]))
    text = " ".join(file.read_text(encoding="utf-8").split())
    assert "I deposited money at the bank." in text
    assert "sloping land (especially the slope beside a body of water)" in text
    assert "data-senselens" not in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (":models: no-such", "no model is called 'no-such'"),
        (":words: bank, cat", "not in the text: cat"),
    ],
)
def test_what_is_wrong_is_a_warning_with_its_line_and_the_text_stays(build: Build, options: str, said: str) -> None:
    folder, warnings = build(**{"index.rst": f"Title\n=====\n\n.. senselens::\n   {options}\n\n   A bank.\n"})
    assert "index.rst:4: " in warnings
    assert said in warnings
    assert "A bank." in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("rest", "said"), [("", "Content block expected"), ("   :theme: blue\n\n   A bank.\n", '"theme"')])
def test_what_docutils_finds_wrong_is_an_error_of_the_page(build: Build, rest: str, said: str) -> None:
    _, warnings = build(**{"index.rst": f"Title\n=====\n\n.. senselens::\n{rest}"})
    assert "index.rst:4: ERROR" in warnings
    assert said in warnings


def test_a_text_is_inspected_once_whatever_else_changes(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    inspect = extension.inspect
    monkeypatch.setattr(extension, "inspect", lambda text, *more: read.append(text) or inspect(text, *more))
    build(**{"index.rst": BANKS})
    first, _ = build("dirhtml", **{"index.rst": BANKS + "\nMore.\n"})
    assert len(read) == 1
    assert "More." in (first / "index.html").read_text(encoding="utf-8")
    build(conf='senselens_models = ["glove"]\n', **{"index.rst": BANKS.replace("   :models: glove, mini\n", "")})
    assert len(read) == 2


def test_several_processes_build_what_one_does(build: Build) -> None:
    names = [f"page{number}" for number in range(6)]
    index = "Title\n=====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in names)
    folder, warnings = build(jobs=2, **{"index.rst": index}, **{f"{name}.md": MYST for name in names})
    assert warnings == ""
    assert all('data-senselens="' in (folder / f"{name}.html").read_text(encoding="utf-8") for name in names)


def test_hostile_text_is_inert(browser: Browser, build: Build) -> None:
    folder, _ = build(**{"index.rst": f"Title\n=====\n\n.. senselens::\n\n   A bank {HOSTILE} here.\n"})
    tab = Tab(browser)
    tab.page.goto((folder / "index.html").as_uri())
    view = View(tab.page)
    view.word("bank").hover()
    assert view.texts("p[data-from]") == [f"A bank {HOSTILE} here."]
    assert tab.page.locator(".lens img, .lens script").count() == 0
    tab.settle()


def test_without_the_built_script_there_is_a_warning_and_a_page_that_needs_none(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("senselens_widget.bundle.files", lambda _: tmp_path)
    folder, warnings = build(**{"index.rst": BANKS})
    assert "make script" in warnings
    assert "radio" in (folder / "index.html").read_text(encoding="utf-8")


# Notebooks


def test_a_notebook_keeps_its_views_and_asks_for_no_widget_library(browser: Browser, build: Build) -> None:
    views = notebook(shown("ours", output_of_banks()), shown("ours", output_of_banks()))
    folder, warnings = build(conf=NOT_RUN, **{"index.ipynb": views})
    assert warnings == ""
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert "senselens-loader" not in html
    assert html.count(extension.SCRIPT) == 1
    tab = Tab(browser)
    tab.page.goto((folder / "index.html").as_uri())
    second = tab.page.locator(".lens").nth(1)
    second.locator("[data-at]").get_by_text("plane").hover()
    expect(second.locator(".card h2")).to_have_text("plane")
    tab.settle()


def test_the_widgets_of_others_stay_what_they_are(build: Build) -> None:
    views = notebook(shown("ours", output_of_banks()), shown("theirs", "<p>static</p>"))
    folder, _ = build(conf=NOT_RUN, **{"index.ipynb": views})
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert "html-manager" in html
    assert '"theirs"' in html.partition("<script type=")[2]
    assert '{"model_id": "ours"}' not in html
