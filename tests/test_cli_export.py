"""``senselens export``: what it writes, what it says, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from saved_notebooks import notebook, output_of_banks, shown

from senselens import cli

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_text_file_becomes_a_page_beside_where_one_stands_and_its_size_is_said(here: Path, capsys: Capture) -> None:
    (here / "texts").mkdir()
    (here / "texts" / "essay.md").write_text("# Banks\n\nWe sat by the **river** bank.\n\n    code", encoding="utf-8")
    assert cli.main(["export", "texts/essay.md", "--title", "An essay", "--theme", "dark"]) == 0
    page = here / "essay.html"
    assert capsys.readouterr().out == f"essay.html ({page.stat().st_size / 1000:,.0f} kB)\n"
    html = page.read_text(encoding="utf-8")
    assert "<title>An essay</title>" in html
    assert "sloping land" in html
    assert "data-senselens=" in html
    assert ">code<" not in html


def test_several_texts_are_paragraphs_of_one_page(here: Path, capsys: Capture) -> None:
    texts = ["We sat by the river bank.", "I left money at the bank."]
    assert cli.main(["export", *texts, "--to", "banks.html", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": "banks.html", "bytes": (here / "banks.html").stat().st_size}
    html = (here / "banks.html").read_text(encoding="utf-8")
    assert html.count('class="text"') == 2


def test_a_notebook_becomes_a_page(here: Path, capsys: Capture) -> None:
    (here / "saved.ipynb").write_text(notebook(shown("ours", output_of_banks())), encoding="utf-8")
    assert cli.main(["export", "saved.ipynb"]) == 0
    assert capsys.readouterr().out.startswith("saved.html (")
    assert "data-senselens=" in (here / "saved.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gone.ipynb"], "there is no file gone.ipynb"),
        (["saved.ipynb", "A bank."], "a notebook makes a page of its own"),
        (["A bank.", "--slides"], "--execute and --slides are for notebooks"),
        (["A bank.", "--to", "no/folder.html"], "no/folder.html cannot be written: No such file or directory"),
    ],
)
def test_what_does_not_fit_together_is_said(capsys: Capture, arguments: list[str], said: str) -> None:
    assert cli.main(["export", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"senselens: {said}")
