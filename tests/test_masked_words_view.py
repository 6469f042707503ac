"""Words hidden by a click, in a real browser, on a host that is only named values (tests/browser.py)."""

from __future__ import annotations

from typing import Any

import pytest
from browser import Tab, View
from made_views import guess, masked_words, span
from playwright.sync_api import expect

TEXT = masked_words()["text"]
CAT, SAT = span(TEXT, "cat"), span(TEXT, "sat")


@pytest.fixture
def view(tab: Tab) -> View:
    return tab.show(masked_words() | {"live": True})


def without_kernel(tab: Tab, **more: Any) -> View:
    return tab.show(masked_words() | more)


# The text


def test_a_hidden_word_is_a_mask_in_the_text(view: View) -> None:
    assert view.texts(".text p") == ["The [MASK] sat down"]
    expect(view.find("[data-at]").nth(1)).to_have_accessible_name("[MASK] hides cat")
    expect(view.find("[data-at]").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(view.word("sat")).to_have_attribute("aria-pressed", "false")


def test_a_click_hides_a_word_and_another_shows_it(view: View) -> None:
    view.word("sat").click()
    assert view.get("masked") == [CAT, SAT]
    view.find("[data-at]").nth(1).click()
    assert view.get("masked") == [SAT]
    assert view.page.evaluate("sent") == [{"masked": [CAT, SAT]}, {"masked": [SAT]}]


def test_words_are_one_stop_of_the_tab_key_walked_with_arrows_and_hidden_with_enter(view: View) -> None:
    view.page.keyboard.press("Tab")
    assert view.focused() == "[MASK]"
    view.page.keyboard.press("ArrowRight")
    assert view.focused() == "sat"
    view.page.keyboard.press("Enter")
    assert view.get("masked") == [CAT, SAT]
    view.page.keyboard.press("Tab")
    assert view.focused() == "Change the text"


def test_a_mask_of_the_text_itself_stays(tab: Tab) -> None:
    made = masked_words("___")
    mask = made["words"][1]
    view = tab.show(made | {"live": True, "masked": [], "written": [mask]})
    expect(view.find("[data-at]").nth(1)).to_have_attribute("aria-disabled", "true")
    view.find("[data-at]").nth(1).click(force=True)
    assert view.get("masked") == []
    expect(view.find(".card header")).to_have_text("[MASK]")


def test_without_a_kernel_words_that_are_not_known_together_are_hidden_one_by_one(tab: Tab) -> None:
    view = without_kernel(tab)
    view.word("down").click()
    assert view.get("masked") == [span(TEXT, "down")]
    view.word("cat").click()
    view.word("sat").click()
    assert view.get("masked") == [CAT, SAT], "these are known together"


# The guesses


def test_models_stand_side_by_side_with_bars_on_one_scale(view: View) -> None:
    assert view.texts(".card h3") == ["mini reads both sides→ ▢ ←", "gpt reads what is before→ ▢"]
    assert view.texts(".columns section:nth-child(1) li") == ["dog50\u202f%", "down20\u202f%"]
    assert view.texts(".columns section:nth-child(2) li") == ["man25\u202f%", "cat13\u202f%"]
    widths = [bar.evaluate("bar => parseFloat(bar.style.width)") for bar in view.find(".columns .bar > span").all()]
    assert widths == [100, 40, 50, 25]


def test_the_word_itself_is_told_apart_in_the_list_or_below_it(view: View) -> None:
    assert view.texts(".own bdi") == ["cat"]
    assert view.texts(".itself") == ["cat itself: 0.10\u202f%"]


@pytest.mark.parametrize(
    ("share", "figure"),
    [(0.994, "99"), (0.0996, "10"), (0.0994, "9.9"), (0.00996, "1.0"), (0.0094, "0.94"), (0.00001, "<0.01"), (0, "0")],
)
def test_small_shares_have_more_digits(tab: Tab, share: float, figure: str) -> None:
    made = masked_words()
    made["readings"][0]["answers"]["4"]["guesses"] = [[guess("dog", share)]]
    view = tab.show(made)
    assert view.texts(".columns section:nth-child(1) .figure") == [f"{figure}\u202f%"]


def test_several_masks_have_a_card_each_and_one_for_the_whole(view: View) -> None:
    view.word("sat").click()
    assert view.texts(".card .form") == ["cat", "sat"]
    assert view.texts(".together li") == ["dog … lay25\u202f%"]


def test_what_is_not_known_yet_is_awaited(view: View) -> None:
    view.word("down").click()
    assert view.texts(".card:nth-child(2) section:nth-child(1) p") == ["Reading …"]
    assert view.texts(".card:nth-child(2) section:nth-child(2) li")[0] == "man25\u202f%"


def test_pointing_at_a_model_dims_what_it_does_not_read(view: View) -> None:
    view.find(".columns section").nth(1).hover()
    assert [text for text in view.texts(".text .unread") if text] == ["sat", "down"]
    view.find(".columns section").nth(0).hover()
    expect(view.find(".text .unread")).to_have_count(0)


def test_a_guess_is_put_into_the_text(view: View) -> None:
    view.find(".guesses").get_by_role("button", name="dog").click()
    assert view.get("text") == "The dog sat down"


def test_the_text_is_changed_in_its_place(view: View) -> None:
    view.find(".tools").get_by_role("button", name="Change the text").click()
    view.find("textarea").fill("  The plane. ")
    view.page.keyboard.press("Enter")
    assert view.get("text") == "The plane."
    view.find(".tools").get_by_role("button", name="Change the text").click()
    view.find("textarea").fill("")
    view.page.keyboard.press("Enter")
    assert view.get("text") == "The plane."


def test_what_is_known_of_another_text_is_not_drawn_over_this_one(view: View) -> None:
    view.set("text", "Hi")
    assert view.texts(".text p") == ["Hi"]
    expect(view.find("[data-at]")).to_have_count(0)
    expect(view.find(".card")).to_have_count(0)
    expect(view.find(".tools").get_by_role("button", name="How training hides words")).to_have_count(0)
    view.set("text", TEXT)
    assert view.texts(".text p") == ["The [MASK] sat down"]


def test_a_span_beyond_the_end_of_the_text_holds_nothing(view: View) -> None:
    view.set("text", "Hi")
    view.set("read", "Hi")  # as where traits come one by one
    view.set("masked", [])
    assert view.texts("[data-at]") == ["Hi", "", "", ""]


# Training


def test_training_is_shown_step_by_step(view: View) -> None:
    view.find(".tools").get_by_role("button", name="How training hides words").click()
    assert view.get("training") == 0
    assert view.texts(".text p") == [TEXT]
    assert view.texts(".piece") == ["[CLS]", "the", "cat", "sat", "##down", "[SEP]"]
    expect(view.find(".piece.chosen")).to_have_count(0)
    following = view.find(".training").get_by_role("button", name="Next")
    following.click()
    assert view.texts(".piece.chosen") == ["cat"]
    expect(view.find(".training section > p")).to_contain_text("one piece here")
    following.click()
    assert view.texts(".piece.chosen") == ["moonreplaces cat"]
    following.click()
    assert view.texts(".training .itself") == ["cat itself: 25\u202f%, rank 3; loss 1.39"]
    expect(view.find(".training section > p").first).to_contain_text("1.39 nats")
    expect(following).to_be_disabled()
    expect(view.find(".steps [aria-current]")).to_have_text("4\u2002Predict")


def test_other_pieces_are_another_seed_which_a_kernel_may_have_to_work_out(tab: Tab) -> None:
    view = tab.show(masked_words() | {"live": True, "training": 2, "seed": 1})
    assert view.texts(".piece.chosen") == ["[MASK]hides the"]
    view.find(".training").get_by_role("button", name="Other pieces").click()
    assert view.get("seed") == 2


def test_without_a_kernel_the_known_ones_come_round_again(tab: Tab) -> None:
    view = without_kernel(tab, training=2)
    other = view.find(".training").get_by_role("button", name="Other pieces")
    other.click()
    assert view.get("seed") == 1
    other.click()
    assert view.get("seed") == 0


def test_a_word_that_is_clicked_leads_back_from_training(tab: Tab) -> None:
    view = tab.show(masked_words() | {"live": True, "training": 3})
    view.word("sat").click()
    assert view.get("training") is None
    expect(view.find(".answers")).to_be_visible()
