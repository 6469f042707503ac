"""What holds of every view beside the inspector, in a real browser: its place in the page, its file, and that text is text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import MOVING, Tab, View
from made import HOSTILE
from made_views import MADE
from playwright.sync_api import Browser, expect

import senselens as sl
import senselens_widget as sl_widget

each = pytest.mark.parametrize("name", MADE)
LONG = "a" * 10_000
TOO_WIDE = """view => [...view.querySelectorAll("*")]
    .filter(e => e instanceof HTMLElement && !e.closest(".figure"))
    .filter(e => e.getBoundingClientRect().right > view.getBoundingClientRect().right + 1)
    .map(e => e.outerHTML.slice(0, 200))"""

OF_TEXT: dict[str, Callable[[str], sl_widget.View]] = {
    "masked_words": lambda text: sl_widget.MaskedWords(text, k=2),
    "input_representation": lambda text: sl_widget.InputRepresentation(text, text),
    "attention": lambda text: sl_widget.AttentionView(text[:60], text[-20:]),
    "next_sentence": lambda text: sl_widget.NextSentence(text, text),
}


def card(view: View) -> Any:
    return view.find(".card").first


@each
@pytest.mark.parametrize("width", [320, 380, 640, 1240])
@pytest.mark.parametrize("live", [True, False])
def test_it_fits_into_any_width(tab: Tab, name: str, width: int, live: bool) -> None:
    view = tab.show(MADE[name]() | {"live": live, "training": 3}, width=width)
    expect(card(view)).to_be_visible()
    assert view.page.locator(".senselens").evaluate(TOO_WIDE) == []


@each
def test_a_word_of_ten_thousand_letters_stays_in_its_place(tab: Tab, name: str) -> None:
    view = tab.show(MADE[name](LONG) | {"live": True}, width=600)
    expect(card(view)).to_be_visible()
    assert view.page.locator(".senselens").evaluate(TOO_WIDE) == []


@each
@pytest.mark.parametrize(("background", "theme"), [("#fff", "light"), ("#111", "dark")])
def test_it_is_as_light_as_what_lies_behind_it(tab: Tab, name: str, background: str, theme: str) -> None:
    view = tab.show(MADE[name](), around=f"background:{background}")
    expect(view.page.locator("[data-theme]")).to_have_attribute("data-theme", theme)


@each
def test_nothing_moves_for_whoever_wants_no_motion(browser: Browser, name: str) -> None:
    tab = Tab(browser, reduced_motion="reduce")
    view = tab.show(MADE[name]() | {"live": True, "progress": 0.5})
    expect(card(view)).to_be_visible()
    assert view.page.locator(".senselens").evaluate(MOVING) == []
    tab.context.close()


@each
def test_what_is_taken_away_leaves_nothing_behind(tab: Tab, name: str) -> None:
    view = tab.show(MADE[name]())
    expect(card(view)).to_be_visible()
    assert view.page.evaluate("listening()") > 0
    view.page.evaluate("stop()")
    assert view.page.evaluate("[listening(), document.getElementById('place').childElementCount]") == [0, 0]


@each
def test_how_far_the_work_is_and_what_went_wrong_are_shown(tab: Tab, name: str) -> None:
    view = tab.show(MADE[name]() | {"progress": 0.25, "live": True})
    expect(view.find("[role=progressbar]")).to_have_attribute("aria-valuenow", "25")
    view.set("progress", None)
    view.set("error", HOSTILE)
    expect(view.find("[role=alert]")).to_have_text(HOSTILE)


@each
def test_before_anything_is_known_it_is_there(tab: Tab, name: str) -> None:
    made = MADE[name]()
    empty = {key: made[key] for key in ("_view", "text", "pair", "pairs") if key in made}
    view = tab.show(empty | {"progress": 0.0, "live": True})
    expect(view.find("[role=progressbar]")).to_be_visible()
    expect(view.page.locator(".senselens")).to_contain_text("The cat sat" if "pairs" in made else made["text"])


@each
def test_hostile_text_is_inert(tab: Tab, name: str) -> None:
    tab.page.on("dialog", lambda dialog: tab.problems.append(f"ran {dialog.message}"))
    view = tab.show(MADE[name](HOSTILE, HOSTILE) | {"live": True})
    expect(card(view)).to_contain_text(HOSTILE)
    assert view.find("img, script, iframe, a, link").count() == 0


@each
def test_nothing_can_be_written_where_nobody_answers(tab: Tab, name: str) -> None:
    view = tab.show(MADE[name]())
    expect(card(view)).to_be_visible()
    assert view.find("button").get_by_text("Change").count() == 0
    for text in view.find(".text p").all():
        text.dblclick(position={"x": 2, "y": 4})
    expect(view.find("textarea")).to_have_count(0)


# Its file, made of what a kernel found


@pytest.mark.parametrize("name", OF_TEXT)
@pytest.mark.parametrize("text", [f"{HOSTILE} bank", f"{LONG} bank", "שלום עולם \u202ebank", "😋 naïve bank"])
def test_its_file_is_alive_without_a_kernel_and_loads_nothing(
    tab: Tab, mini: sl.Model, tmp_path: Path, name: str, text: str
) -> None:
    tab.page.on("dialog", lambda dialog: tab.problems.append(f"ran {dialog.message}"))
    file = OF_TEXT[name](text).save_html(tmp_path / "page.html", title=HOSTILE)
    tab.page.goto(file.as_uri())
    view = View(tab.page)
    expect(card(view)).to_be_visible()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert tab.page.locator("img, iframe, link").count() == 0
    assert tab.page.locator("script").count() == 1


@pytest.mark.parametrize("name", OF_TEXT)
def test_without_scripts_its_file_says_what_is_known(browser: Browser, mini: sl.Model, tmp_path: Path, name: str) -> None:
    tab = Tab(browser, java_script_enabled=False)
    tab.page.goto(OF_TEXT[name]("the river bank").save_html(tmp_path / "page.html").as_uri())
    expect(tab.page.locator("main")).to_contain_text("bank")
    expect(tab.page.locator("main li, main td").first).to_be_visible()
    tab.settle()
