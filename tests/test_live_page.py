"""The file with the live view in it, opened from the disk with nobody to ask for anything."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from browser import Tab, View
from made import BANKS, HOSTILE, MINI, MONEY, banks, inspection, reading, word
from playwright.sync_api import Browser, expect

import senselens as sl
from senselens_widget import Inspector, live_page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


def opened(tab: Tab, file: Path, found: sl.Inspection, title: str = "Banks") -> View:
    file.write_text(live_page(found, title), encoding="utf-8")
    tab.page.goto(file.as_uri())
    return View(tab.page)


def test_words_are_pointed_at_and_chosen_as_in_a_notebook(tab: Tab, file: Path) -> None:
    view = opened(tab, file, banks())
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Banks")
    view.word("bank", 2).hover()
    expect(view.find(".card .gloss")).to_have_text("tip laterally")
    view.word("plane").click()
    expect(view.word("plane")).to_have_attribute("aria-pressed", "true")
    view.card.get_by_role("button", name="Pin").click()
    assert view.texts(".pinned h2") == ["plane"]
    expect(tab.page.locator("input[type=radio]")).to_have_count(0)
    expect(view.find(".hint")).to_have_count(0)


def test_what_was_chosen_in_the_notebook_is_chosen_in_the_file(tab: Tab, file: Path) -> None:
    view = Inspector(banks(), theme="dark")
    view.selection = word(BANKS, "plane").span
    view.pinned = [word(BANKS, "bank", 2).span]
    view.layer = 0
    assert view.save_html(file, title="Saved") == file
    tab.page.goto(file.as_uri())
    shown = View(tab.page)
    expect(shown.card.locator("h2")).to_have_text("plane")
    assert shown.texts(".pinned .where") == ["The plane will bank left."]
    expect(shown.find(".pinned input[type=range]")).to_have_js_property("value", "0")
    expect(tab.page.locator("[data-theme]")).to_have_attribute("data-theme", "dark")
    expect(tab.page).to_have_title("Saved")


def test_without_scripts_it_is_the_page_that_needs_none(browser: Browser, file: Path) -> None:
    tab = Tab(browser, java_script_enabled=False)
    opened(tab, file, banks())
    bank = tab.page.get_by_role("radio", name="bank: tip laterally")
    bank.check(force=True)
    expect(tab.page.get_by_role("article", name="bank").filter(has_text="tip laterally")).to_be_visible()
    tab.settle()


def test_where_the_script_is_too_new_for_the_browser_the_page_stays(browser: Browser, file: Path) -> None:
    tab = Tab(browser)
    tab.page.add_init_script("delete globalThis.DecompressionStream")
    opened(tab, file, banks())
    expect(tab.page.get_by_role("radio")).to_have_count(5)
    assert tab.problems == ["DecompressionStream is not defined"]


def test_it_is_alive_in_the_frame_of_a_learning_platform(tab: Tab, file: Path) -> None:
    file.write_text(live_page(banks()), encoding="utf-8")
    around = file.with_name("platform.html")
    around.write_text(f'<iframe src="{file.name}" sandbox="allow-scripts" style="width: 100%; height: 40rem"></iframe>')
    tab.page.goto(around.as_uri())
    frame = tab.page.frame_locator("iframe")
    frame.locator(".lens [data-at]").get_by_text("plane").hover()
    expect(frame.locator(".side .card h2")).to_have_text("plane")


def test_only_the_first_words_of_a_long_text_have_a_card_where_no_script_runs() -> None:
    text = "bank " * 200
    found = inspection(text, *(word(text, "bank", n, mini=reading(MONEY)) for n in range(200)))
    html = live_page(found)
    assert html.count('type="radio"') == 60
    packed = re.search(r'data-senselens="([^"]+)"', html)
    assert packed
    assert len(json.loads(gzip.decompress(b64decode(packed[1])))["inspection"]["words"]) == 200


def test_it_may_run_its_own_script_and_load_nothing(tab: Tab, file: Path) -> None:
    opened(tab, file, banks())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', file.read_text(encoding="utf-8"))
    assert policy
    assert re.fullmatch(r"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]{43}='", unescape(policy[1]))
    tab.page.evaluate(
        "() => { const s = document.createElement('script'); s.text = 'globalThis.ran = 1'; document.body.append(s) }"
    )
    assert tab.page.evaluate("globalThis.ran") is None
    assert "violates the following Content Security Policy" in tab.problems.pop()


def test_it_is_the_same_for_the_same_inspection() -> None:
    assert live_page(banks()) == live_page(banks())


def test_hostile_text_is_inert(tab: Tab, file: Path) -> None:
    text = f"{HOSTILE} bank"
    sense = replace(MONEY, gloss=HOSTILE, lemma=HOSTILE)
    span = word(text, "bank").span
    hostile = sl.InspectedWord(span, HOSTILE, 0, {HOSTILE: reading(sense, guesses=[sl.Guess(HOSTILE, 0.5)])})
    found = sl.Inspection(text, (sl.Span(0, len(text)),), (replace(MINI, name=HOSTILE),), (hostile,), {})
    view = opened(tab, file, found, HOSTILE)
    assert view.texts(".card h2") == [HOSTILE]
    assert view.texts("p[data-from]") == [f"{HOSTILE} {HOSTILE}"]
    assert tab.page.locator("img, iframe, link").count() == 0
    assert tab.page.locator("script").count() == 1


def test_a_lecture_page_of_two_models_and_three_hundred_words_is_small(mini: sl.Model) -> None:
    text = " ".join(["We sat by the river bank, and the money was in the bank near the old mill."] * 19)
    found = sl.inspect(text, [mini, sl.load("mini", precision="int8")])
    assert len(found.words) > 300
    assert len(live_page(found).encode()) < 1_500_000
