"""Every view in marimo, whose front end and kernel are its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest
from browser import Tab, View
from every_view import IMPORT, VIEWS, views_are_answered
from playwright.sync_api import Browser, expect
from servers import served

INSPECTOR = "view = w.Inspector(['I deposited money at the bank.', 'We sat by the river bank.'])\nview"


def app() -> str:
    """A cell that imports, and one for each view, whose names are all that a cell may see of another."""
    cells = [f"{IMPORT}\nreturn (w,)", *(f"{cell}\nreturn" for cell in (INSPECTOR, *VIEWS))]
    parts = [f"@app.cell\ndef _({'w' if n else ''}):\n{indent(cell, '    ')}\n" for n, cell in enumerate(cells)]
    return "\n".join(["import marimo\n\napp = marimo.App()\n", *parts, 'if __name__ == "__main__":\n    app.run()\n'])


@pytest.fixture
def marimo(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "app.py").write_text(app(), encoding="utf-8")
    command = ["marimo", "run", str(tmp_path / "app.py"), "--headless", "--host=127.0.0.1", "--no-token"]
    with served(tmp_path / "log", "/health", *command, env={"XDG_CONFIG_HOME": str(tmp_path)}) as address:
        yield address


def test_the_app_shows_views_that_its_kernel_answers(browser: Browser, marimo: str) -> None:
    tab = Tab(browser)
    tab.page.goto(marimo, wait_until="domcontentloaded")
    view = View(tab.page)
    view.point_at("bank", 1)
    expect(view.card.locator(".gloss").first).to_contain_text("sloping land")
    view.find("p[data-from]").first.dblclick(position={"x": 3, "y": 15})
    view.find("textarea").fill("The plane will bank left.")
    tab.page.keyboard.press("Enter")
    view.point_at("plane")
    expect(view.card.locator("h2")).to_have_text("plane")
    views_are_answered(tab.page)
    assert [problem for problem in tab.problems if "preloaded" not in problem] == [], "marimo is slow to use its own files"
