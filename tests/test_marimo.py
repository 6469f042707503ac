"""The inspector in marimo, whose front end and kernel are its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Tab, View
from playwright.sync_api import Browser, expect
from servers import served

APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    from senselens_widget import Inspector, SenseMap
    texts = ["I deposited money at the bank.", "We sat by the river bank."]
    view = Inspector(texts)
    view
    return SenseMap, texts


@app.cell
def _(SenseMap, texts):
    places = SenseMap([*texts, "The plane will bank left."], "bank")
    places
    return


if __name__ == "__main__":
    app.run()
"""
SLOW = 120_000


@pytest.fixture
def marimo(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    command = ["marimo", "run", str(tmp_path / "app.py"), "--headless", "--host=127.0.0.1", "--no-token"]
    with served(tmp_path / "log", "/health", *command, env={"XDG_CONFIG_HOME": str(tmp_path)}) as address:
        yield address


def test_the_app_shows_a_view_that_its_kernel_answers(browser: Browser, marimo: str) -> None:
    tab = Tab(browser)
    tab.page.goto(marimo, wait_until="domcontentloaded")
    view = View(tab.page)
    view.word("bank", 1).hover(timeout=SLOW)
    expect(view.card.locator(".gloss").first).to_contain_text("sloping land")
    view.find("p[data-from]").first.dblclick(position={"x": 3, "y": 15})
    view.find("textarea").fill("The plane will bank left.")
    tab.page.keyboard.press("Enter")
    view.word("plane").hover(timeout=SLOW)
    expect(view.card.locator("h2")).to_have_text("plane")

    places = tab.page.locator(".sense-map")
    places.locator(".plot").focus(timeout=SLOW)
    tab.page.keyboard.press("PageUp")
    expect(places.locator(".said mark")).to_have_text("bank")
    places.get_by_role("radio", name="t-SNE").click()
    expect(places.locator(".axes")).to_contain_text("t-SNE keeps neighbours together", timeout=SLOW)
