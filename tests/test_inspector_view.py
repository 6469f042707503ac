"""The built inspector in a real browser, on a host that is only named values (tests/browser.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from browser import FOCUSED, MOVING, Tab, View
from made import BANKS, BASELINES, GLOVE, HOSTILE, LAND, MINI, MONEY, PLANE, TIP, banks, inspection, reading, word
from playwright.sync_api import Browser, expect

import senselens as sl

FIRST, SECOND, THIRD = (word(BANKS, "bank", n).span for n in range(3))


def traits(found: sl.Inspection, **more: Any) -> dict[str, Any]:
    return {"inspection": found.to_dict(), **more}


@pytest.fixture
def view(tab: Tab) -> View:
    return tab.show(traits(banks(), live=True, text=BANKS))


def two_models() -> sl.Inspection:
    text = "bank, bank"
    first, second = (word(text, "bank", n).span for n in range(2))
    static = sl.WordReading((LAND,), (), (sl.OtherUse(second, sl.Similarity(1.0, 0.1, 0.5)),), ((1.0,),))
    return inspection(
        text,
        word(text, "bank", 0, glove=static, mini=reading(MONEY, others=[(second, 0.25)])),
        word(
            text,
            "bank",
            1,
            glove=replace(static, others=(replace(static.others[0], span=first),)),
            mini=reading(LAND, others=[(first, 0.25)]),
        ),
        models=[GLOVE, MINI],
    )


# What is shown


def test_the_text_is_whole_and_its_words_can_be_pointed_at(view: View) -> None:
    assert view.texts("p[data-from]") == [BANKS]
    assert view.texts("[data-at]") == ["the", "bank", "bank", "plane", "bank"]


def test_a_word_says_what_it_means_to_whoever_cannot_see_it(view: View) -> None:
    expect(view.word("bank")).to_have_role("button")
    expect(view.word("bank")).to_have_accessible_name("bank: an institution that keeps money, 75\u202f%")
    expect(view.word("the")).to_have_accessible_name("the")


def test_uses_of_a_lemma_share_a_tone_exactly_if_they_share_their_sense(view: View) -> None:
    classes = [(view.word("bank", n).get_attribute("class") or "").split() for n in range(3)]
    assert [next(c for c in of if c[0] == "t") for of in classes] == ["t0", "t1", "t2"]
    expect(view.word("plane")).to_have_class("word")
    assert view.texts(".legend dd") == [MONEY.gloss, LAND.gloss, TIP.gloss]


def test_it_opens_at_a_word_used_again_that_does_not_mean_what_it_mostly_means(view: View) -> None:
    expect(view.word("bank")).to_have_class("word t0 now")
    expect(view.card.locator("h2")).to_have_text("bank")


def test_the_pointer_on_a_word_brings_its_card(view: View) -> None:
    view.word("bank", 2).hover()
    expect(view.card).to_have_accessible_name("bank")
    assert view.texts(".card .senses .gloss") == ["tip laterally"]
    assert view.texts(".card .share")[0] == "100\u202f%"
    view.word("plane").hover()
    expect(view.card.locator("h2")).to_have_text("plane")


def test_without_a_word_that_stays_the_last_one_looked_at_does(view: View) -> None:
    view.word("plane").hover()
    view.page.mouse.move(5, 800)
    expect(view.card.locator("h2")).to_have_text("plane")


def test_senses_have_bars_part_of_speech_synonyms_and_the_most_frequent_one_a_note(view: View) -> None:
    view.word("bank").hover()
    first, second = view.find(".senses li").all()
    expect(first).to_have_text(
        "75\u202f% an institution that keeps money\u00a0· noun\u00a0· also depository", use_inner_text=True
    )
    assert first.locator(".bar > span").evaluate("bar => bar.style.width") == "75%"
    expect(second.locator(".first")).to_have_text("most frequent")


def test_the_most_frequent_sense_is_shown_however_unlikely(tab: Tab) -> None:
    ranked = [replace(LAND, sense_id=str(n), gloss=f"gloss {n}", rank=n, first_sense=n == 6) for n in range(1, 8)]
    view = tab.show(traits(inspection("a bank", word("a bank", "bank", mini=reading(*ranked)))))
    assert view.texts("section > .senses .gloss") == ["gloss 1", "gloss 2", "gloss 3", "gloss 6"]
    view.find("summary").click()
    assert view.texts("details .gloss") == ["gloss 4", "gloss 5", "gloss 7"]


def test_guesses_have_bars_as_long_as_they_are_likely(view: View) -> None:
    view.word("bank", 2).hover()
    assert view.texts(".guesses li") == ["turn34\u202f%", "veer<1\u202f%"]
    widths = [bar.evaluate("bar => parseFloat(bar.style.width)") for bar in view.find(".guesses .bar > span").all()]
    assert widths == pytest.approx([100, 100 * 0.004 / 0.34])


def test_other_uses_have_the_probability_of_one_sense_and_the_cosine_beside_that_of_random_words(view: View) -> None:
    view.word("bank").hover()
    assert view.texts(".uses tbody tr:nth-child(1) td") == ["1The plane will bank left.", "50\u202f%", "0.40"]
    assert view.texts(".uses tbody tr:nth-child(2) td") == ["2We sat by the bank.", "13\u202f%", "0.40"]  # a tie goes up
    assert view.texts(".uses tbody tr:nth-child(3) td") == ["two random words", "", "0.20"]


def test_only_the_likeliest_of_many_uses_are_listed(tab: Tab) -> None:
    text = "bank " * 12
    others = [(word(text, "bank", n).span, n / 100) for n in range(1, 12)]
    view = tab.show(traits(inspection(text, word(text, "bank", 0, mini=reading(MONEY, others=others)))))
    assert [share.split("\u202f")[0] for share in view.texts(".uses .share")] == [str(n) for n in range(11, 3, -1)]
    expect(view.card).to_contain_text("and 3 more")
    assert not view.find(".uses button").count(), "a use that is not inspected has no card to lead to"


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("x" * 50 + " by the river bank we sat down", "…by the river bank we sat down"),
        ("one bank " + "and another one " * 5, "one bank and another one and another one and…"),
        ("😀" * 50 + "bank" + "国" * 50, f"…{'😀' * 36}bank{'国' * 36}…"),
    ],
)
def test_an_excerpt_is_cut_between_words_where_there_are_any(tab: Tab, text: str, excerpt: str) -> None:
    span = word(text, "bank").span
    text += "\n\nA bank."
    view = tab.show(traits(inspection(text, word(text, "bank", 1, mini=reading(MONEY, others=[(span, 0.5)])))))
    assert view.texts(".uses .use bdi") == [excerpt]


def test_positions_are_those_of_characters_however_many_units_they_take(tab: Tab) -> None:
    text = "😋 naïve 👩\u200d🚀 bank"
    view = tab.show(traits(inspection(text, word(text, "bank", mini=reading(MONEY)))))
    assert view.texts("p[data-from]") == [text]
    assert view.texts("[data-at]") == ["bank"]


def test_a_line_leads_to_each_other_use_and_is_dashed_where_another_sense_is_likelier(view: View) -> None:
    view.word("bank").hover()
    lines = view.find(".links path")
    assert [line.get_attribute("class").split() for line in lines.all()] == [["t2"], ["t1"]]  # type: ignore[union-attr]
    assert [line.get_attribute("stroke-dasharray") for line in lines.all()] == [None, "5 4"]
    assert view.texts(".tag") == ["50\u202f%", "13\u202f%"]
    end = lines.nth(0).evaluate("line => { const p = line.getPointAtLength(line.getTotalLength()); return [p.x, p.y] }")
    frame, target = view.find(".text").bounding_box(), view.word("bank", 2).bounding_box()
    assert frame
    assert target
    assert end[0] == pytest.approx(target["x"] + target["width"] / 2 - frame["x"], abs=1)


def test_lines_follow_the_words_when_the_width_changes(view: View) -> None:
    view.word("bank").hover()
    before = view.find(".links path").nth(0).get_attribute("d")
    view.page.set_viewport_size({"width": 300, "height": 900})
    expect(view.find(".links path").nth(0)).not_to_have_attribute("d", before or "")


@pytest.mark.parametrize("fitted", ["transform:scale(1.25);transform-origin:0 0", "zoom:1.25", "transform:scale(0.5)"])
def test_lines_lead_to_their_words_on_a_slide_that_is_fitted_to_its_window(tab: Tab, fitted: str) -> None:
    view = tab.show(traits(banks()), around=fitted)
    view.word("bank").hover()
    target, said = view.word("bank", 2).bounding_box(), view.find(".tag").first.bounding_box()
    assert target
    assert said
    assert said["x"] + said["width"] / 2 == pytest.approx(target["x"] + target["width"] / 2, abs=2)
    assert said["y"] < target["y"] + target["height"] / 2 < said["y"] + 40


def test_pointing_at_a_use_in_the_card_shows_it_in_the_text_and_in_the_curves(view: View) -> None:
    view.word("bank").hover()
    view.find(".uses tbody tr").nth(1).hover()
    expect(view.word("bank", 1)).to_have_class("word t1 pointed")
    expect(view.find(".curve.pointed text")).to_have_text("2")
    expect(view.find(".tag.pointed")).to_have_text("13\u202f%")
    view.page.mouse.move(5, 800)
    expect(view.find(".pointed")).to_have_count(0)


def test_a_use_leads_to_its_own_card(view: View) -> None:
    view.word("bank").hover()
    view.find(".uses .excerpt").nth(0).click()
    assert view.get("selection") == THIRD.to_dict()
    assert view.texts(".card .senses .gloss") == ["tip laterally"]


# Layers and models


def test_the_slider_chooses_the_layer_whose_cosines_are_shown(view: View) -> None:
    view.word("bank").hover()
    slider = view.find("input[type=range]")
    expect(slider).to_have_js_property("value", str(MINI.sense_layer))
    slider.press("ArrowRight")
    assert view.get("layer") == 2
    assert view.texts(".uses tbody tr:nth-child(1) td")[1:] == ["50\u202f%", "0.50"]
    assert view.texts(".uses tbody tr:nth-child(3) td")[2] == f"{BASELINES[2]:.2f}"
    expect(slider).to_have_attribute("aria-valuetext", "layer 2 of 2")
    expect(view.find("svg .used text")).to_have_text("2")


def test_models_stand_side_by_side_and_a_static_one_tells_no_uses_apart(tab: Tab) -> None:
    view = tab.show(traits(two_models()))
    rows = [row.all_text_contents() for row in (view.find(".models tbody tr").nth(n).locator("th, td") for n in range(2))]
    assert rows == [["glove", f"25\u202f% {LAND.gloss}", "1.00", "0.10"], ["mini", f"75\u202f% {MONEY.gloss}", "0.40", "0.20"]]
    assert view.texts(".card .senses .gloss")[0] == MONEY.gloss
    expect(view.word("bank", 0)).to_have_class("word t1 now")


def test_the_model_whose_answers_are_shown_is_chosen_in_the_card_or_by_the_host(tab: Tab) -> None:
    view = tab.show(traits(two_models()))
    view.find(".models").get_by_role("button", name="glove").click()
    assert view.get("model_name") == "glove"
    assert view.texts(".card .senses .gloss") == [LAND.gloss]
    expect(view.word("bank", 0)).to_have_class("word t0 now")
    expect(view.find("input[type=range]")).to_have_count(0)
    view.set("model_name", "mini")
    assert view.texts(".card .senses .gloss")[0] == MONEY.gloss


# Choosing words


def test_a_click_keeps_a_word_and_tells_the_host_and_another_lets_go(view: View) -> None:
    view.word("plane").click()
    assert view.get("selection") == word(BANKS, "plane").span.to_dict()
    expect(view.word("plane")).to_have_attribute("aria-pressed", "true")
    view.word("bank").hover()
    expect(view.card.locator("h2")).to_have_text("bank")
    view.page.mouse.move(5, 800)
    expect(view.card.locator("h2")).to_have_text("plane")
    view.word("plane").click()
    assert view.get("selection") is None
    assert view.page.evaluate("sent.length") == 2


@pytest.mark.parametrize("form", ["plane", "the", "bank"])  # the last is the stop of the tab key
def test_marking_text_is_not_a_click(view: View, form: str) -> None:
    box = view.word(form).bounding_box()
    assert box
    view.page.mouse.move(box["x"] + 2, box["y"] + 9)
    view.page.mouse.down()
    view.page.mouse.move(box["x"] + 40, box["y"] + 9, steps=4)
    view.page.mouse.up()
    assert view.get("selection") is None
    assert view.page.evaluate("document.querySelector('[data-theme]').shadowRoot.getSelection().toString()")


def test_a_word_chosen_by_the_host_is_shown(view: View) -> None:
    view.set("selection", word(BANKS, "plane").span.to_dict())
    expect(view.card.locator("h2")).to_have_text("plane")


def test_a_finger_chooses_a_word(browser: Browser) -> None:
    tab = Tab(browser, has_touch=True, viewport={"width": 380, "height": 700})
    view = tab.show(traits(banks()))
    view.word("plane").tap()
    expect(view.card.locator("h2")).to_have_text("plane")
    assert view.get("selection") == word(BANKS, "plane").span.to_dict()
    tab.settle()


def test_the_words_are_one_stop_of_the_tab_key_and_walked_with_the_arrow_keys(view: View) -> None:
    view.page.keyboard.press("Tab")
    assert view.focused() == "bank"
    seen = []
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "End", "ArrowRight", "Home"):
        view.page.keyboard.press(key)
        seen.append(view.focused())
    assert seen == ["the", "bank", "bank", "plane", "bank", "bank", "the"]
    expect(view.card.locator("h2")).to_have_text("the")
    view.page.keyboard.press("Tab")
    assert view.focused() == "Add a sentence"


def test_up_and_down_lead_to_the_nearest_word_of_the_next_line(tab: Tab) -> None:
    text = "bank bank plane\n\nbank plane plane\n\nplane"
    words = [word(text, "bank", n, mini=reading(MONEY)) for n in range(3)]
    words += [word(text, "plane", n, mini=reading(PLANE)) for n in range(4)]
    view = tab.show(traits(inspection(text, *words)))
    view.focus("plane")
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        view.page.keyboard.press(key)
        seen.append(view.page.evaluate(f"Number({FOCUSED}.dataset.at)"))
    planes = [word(text, "plane", n).span.start for n in range(4)]
    assert seen == [planes[2], planes[3], planes[3], word(text, "bank", 2).span.start, 0]


def test_enter_keeps_a_word_and_escape_lets_go(view: View) -> None:
    view.focus("plane")
    view.page.keyboard.press("Enter")
    assert view.get("selection") == word(BANKS, "plane").span.to_dict()
    view.page.keyboard.press("Escape")
    assert view.get("selection") is None


def test_in_a_text_from_right_to_left_the_left_key_leads_on(tab: Tab) -> None:
    text = "שלום עולם"
    words = [word(text, form, mini=reading(MONEY)) for form in text.split()]
    view = tab.show(traits(inspection(text, *words)))
    view.focus("שלום")
    view.page.keyboard.press("ArrowLeft")
    assert view.focused() == "עולם"


# Pinning and masking


def test_pinned_cards_stay_to_be_compared_and_say_where_their_word_stands(view: View) -> None:
    view.word("bank").hover()
    view.card.get_by_role("button", name="Pin").click()
    view.focus("bank", 2)
    view.page.keyboard.press("p")
    assert view.get("pinned") == [FIRST.to_dict(), THIRD.to_dict()]
    assert view.texts(".pinned .where") == ["I trust the bank.", "The plane will bank left."]
    view.find(".pinned .card").nth(0).get_by_role("button", name="Unpin").click()
    assert view.get("pinned") == [THIRD.to_dict()]


def test_a_masked_word_is_hidden_until_it_is_shown_again(view: View) -> None:
    view.word("bank", 2).click()
    view.card.get_by_role("button", name="Mask").click()
    assert view.texts(".text [data-at]")[-1] == "[MASK]"
    assert view.texts(".card h3") == ["What fits here"]
    expect(view.card).to_have_accessible_name("masked word")
    assert "tip laterally" not in view.card.inner_text()
    view.card.get_by_role("button", name="Show").click()
    assert view.texts(".card .senses .gloss") == ["tip laterally"]
    view.focus("bank", 2)
    view.page.keyboard.press("m")
    expect(view.find(".text .mask")).to_have_text("[MASK]")


def test_a_word_with_no_guesses_is_not_masked(view: View) -> None:
    view.focus("plane")
    view.page.keyboard.press("m")
    expect(view.find(".mask")).to_have_count(0)
    expect(view.card.get_by_role("button", name="Mask")).to_have_count(0)


# Writing


PARAGRAPHS = "A bank.\n\nThe 😀 bank.\n\nOur bank."


@pytest.fixture
def written(tab: Tab) -> View:
    words = [word(PARAGRAPHS, "bank", n, mini=reading(MONEY, guesses=[sl.Guess("house", 0.5)])) for n in range(3)]
    last = words[2].span.to_dict()
    return tab.show(traits(inspection(PARAGRAPHS, *words), live=True, text=PARAGRAPHS, selection=last, pinned=[last]))


def edit(view: View, paragraph: int, text: str, key: str) -> None:
    view.find("p[data-from]").nth(paragraph).dblclick(position={"x": 3, "y": 12})
    view.find("textarea").fill(text)
    view.page.keyboard.press(key)


@pytest.mark.parametrize(
    ("paragraph", "text", "expected", "moved"),
    [
        (
            0,
            "The bank of England.",
            "The bank of England.\n\nThe 😀 bank.\n\nOur bank.",
            len("The bank of England.") - len("A bank."),
        ),
        (1, "😀", "A bank.\n\n😀\n\nOur bank.", len("😀") - len("The 😀 bank.")),
        (1, " ", "A bank.\n\nOur bank.", -len("The 😀 bank.\n\n")),
        (0, "", "The 😀 bank.\n\nOur bank.", -len("A bank.\n\n")),
    ],
)
def test_a_paragraph_is_written_in_place_and_the_words_that_were_kept_stay_so(
    written: View, paragraph: int, text: str, expected: str, moved: int
) -> None:
    edit(written, paragraph, text, "Enter")
    span = word(PARAGRAPHS, "bank", 2).span
    kept = {"start": span.start + moved, "end": span.end + moved}
    assert (written.get("text"), written.get("selection"), written.get("pinned")) == (expected, kept, [kept])
    sent = written.page.evaluate("sent.at(-1)")
    assert set(sent) == {"text", "selection", "pinned", "visible"}, "a notebook would send a second message after an answer"


def test_a_double_click_on_a_word_writes_and_lets_no_other_word_go(written: View) -> None:
    kept = written.get("selection")
    written.word("bank").dblclick()
    expect(written.find("textarea")).to_have_value("A bank.")
    assert written.get("selection") == kept


def test_words_of_the_paragraph_that_was_written_are_let_go(written: View) -> None:
    edit(written, 2, "", "Enter")
    assert (written.get("text"), written.get("selection"), written.get("pinned")) == ("A bank.\n\nThe 😀 bank.", None, [])


def test_escape_gives_the_writing_up_and_leaving_it_does_not(written: View) -> None:
    edit(written, 0, "Nothing.", "Escape")
    assert written.get("text") == PARAGRAPHS
    edit(written, 0, "Something.", "Tab")
    assert str(written.get("text")).startswith("Something.")


def test_a_key_edits_the_paragraph_of_a_word(written: View) -> None:
    written.focus("bank", 1)
    written.page.keyboard.press("e")
    expect(written.find("textarea")).to_have_value("The 😀 bank.")


def test_a_sentence_is_added_at_the_end(written: View) -> None:
    written.find(".hint button").click()
    written.find("textarea").fill("One more.")
    written.page.keyboard.press("Enter")
    assert written.get("text") == f"{PARAGRAPHS}\n\nOne more."


def test_a_guess_is_put_in_the_place_of_its_word(written: View) -> None:
    written.word("bank").click()
    written.card.get_by_role("button", name="house").click()
    assert str(written.get("text")).startswith("A house.\n\n")
    assert written.get("selection") == {"start": 2, "end": 2 + len("house")}


def test_without_a_kernel_nothing_can_be_written(tab: Tab) -> None:
    view = tab.show(traits(banks()))
    view.find("p[data-from]").dblclick(position={"x": 3, "y": 12})
    expect(view.find("textarea")).to_have_count(0)
    expect(view.find(".hint")).to_have_count(0)
    view.word("bank", 2).hover()
    expect(view.find(".guesses button")).to_have_count(0)


# How far the reading is


def test_a_text_that_is_still_read_is_shown_with_how_far_it_is(tab: Tab) -> None:
    view = tab.show({"text": BANKS, "inspection": None, "progress": 0.25, "live": True})
    assert view.texts("p[data-from]") == [BANKS]
    expect(view.find("[role=progressbar]")).to_have_attribute("aria-valuenow", "25")
    expect(view.card).to_have_count(0)
    view.set("inspection", banks().to_dict())
    view.set("progress", None)
    expect(view.find("[role=progressbar]")).to_have_count(0)
    expect(view.card).to_be_visible()


def test_while_there_is_more_to_read_the_host_is_told_what_is_in_view(tab: Tab) -> None:
    text = "\n\n".join("A paragraph of its own." for _ in range(60))
    view = tab.show({"text": text, "inspection": None, "progress": 0.25, "live": True})
    view.page.wait_for_function("state.visible")
    first = view.get("visible")
    assert first["start"] == 0
    assert first["end"] < len(text) / 2
    view.find(".text").evaluate("pane => pane.scrollTo(0, pane.scrollHeight)")
    view.page.wait_for_function("before => state.visible.start > before", arg=first["end"])
    assert view.get("visible")["end"] == len(text)


def test_a_card_is_there_before_its_guesses_and_the_host_is_told_whose_to_make_first(tab: Tab) -> None:
    made = inspection(BANKS, *(word(BANKS, "bank", n, mini=reading(MONEY)) for n in range(2)))
    view = tab.show(traits(made, live=True, text=BANKS, progress=0.0))
    view.word("bank", 1).hover()
    assert view.get("visible") == made.words[1].span.to_dict()
    assert [text for text in view.texts(".side section") if "fits" in text] == ["What else fits hereReading …"]
    view.set("progress", None)
    assert [text for text in view.texts(".side section") if "fits" in text] == [], "it has none"
    view.word("bank", 0).hover()
    assert view.get("visible") == made.words[1].span.to_dict()


def test_an_error_is_shown_as_it_is_said(tab: Tab) -> None:
    view = tab.show({"text": "a", "error": "no model is called 'x': there are <b>mini</b>", "progress": 0.5, "live": True})
    expect(view.find("[role=alert]")).to_have_text("no model is called 'x': there are <b>mini</b>")
    expect(view.find("[role=progressbar]")).to_have_count(0)


def test_a_kernel_that_never_answers_is_told_of(browser: Browser) -> None:
    tab = Tab(browser)
    tab.page.clock.install()
    view = tab.show(traits(banks(), live=True, text="Something else."))
    expect(view.find(".problem")).to_have_count(0)
    tab.page.clock.fast_forward(6000)
    expect(view.find(".problem")).to_contain_text("Run the cell again")
    tab.settle()


# Its place in the page


@pytest.mark.parametrize(("background", "theme"), [("#fff", "light"), ("#111", "dark"), ("rgb(30 30 60 / .9)", "dark")])
def test_it_is_as_light_as_what_lies_behind_it(tab: Tab, background: str, theme: str) -> None:
    view = tab.show(traits(banks()), around=f"background:{background}")
    expect(view.page.locator("[data-theme]")).to_have_attribute("data-theme", theme)


def test_a_page_that_changes_its_theme_takes_it_along_unless_one_was_chosen(tab: Tab) -> None:
    view = tab.show(traits(banks()))
    host = view.page.locator("[data-theme]")
    view.page.evaluate("() => { document.body.style.background = '#000' }")
    expect(host).to_have_attribute("data-theme", "dark")
    view.set("theme", "light")
    expect(host).to_have_attribute("data-theme", "light")


def test_a_page_that_follows_the_system_is_dark_where_that_is(tab: Tab) -> None:
    tab.page.emulate_media(color_scheme="dark")
    view = tab.show(traits(banks()))
    host = view.page.locator("[data-theme]")
    expect(host).to_have_attribute("data-theme", "light")
    view.page.evaluate("() => { document.documentElement.style.colorScheme = 'light dark' }")
    expect(host).to_have_attribute("data-theme", "dark")


def test_no_style_gets_in_and_none_gets_out(tab: Tab) -> None:
    view = tab.show(traits(banks()))
    view.page.add_style_tag(content="* { color: red } .word { display: none } .card { color: green }")
    expect(view.word("bank")).to_be_visible()
    view.page.evaluate("() => { document.body.append(Object.assign(document.createElement('p'), { className: 'card' })) }")
    assert view.page.locator("body > .card").evaluate("p => getComputedStyle(p).borderRadius") == "0px"


@pytest.mark.parametrize("width", [320, 380, 640, 1240])
def test_it_fits_into_any_width(tab: Tab, width: int) -> None:
    view = tab.show(traits(two_models(), pinned=[{"start": 0, "end": 4}], live=True), width=width)
    too_wide = """lens => [...lens.querySelectorAll("*")]
        .filter(e => e instanceof HTMLElement && e.getBoundingClientRect().right > lens.getBoundingClientRect().right + 1)
        .map(e => e.outerHTML)"""
    assert view.page.locator(".lens").evaluate(too_wide) == []


def test_nothing_moves_for_whoever_wants_no_motion(browser: Browser) -> None:
    tab = Tab(browser, reduced_motion="reduce")
    view = tab.show(traits(banks(), live=True, progress=0.5))
    expect(view.card).to_be_visible()
    assert view.page.locator(".senselens").evaluate(MOVING) == []
    tab.context.close()


def test_what_is_taken_away_leaves_nothing_behind(view: View) -> None:
    assert view.page.evaluate("listening()") > 0
    view.page.evaluate("stop()")
    assert view.page.evaluate("[listening(), document.getElementById('place').childElementCount]") == [0, 0]


def test_it_can_be_drawn_twice_and_in_a_shadow_root(view: View) -> None:
    view.page.evaluate("""() => {
        const outer = document.body.appendChild(document.createElement("div"));
        draw(outer.attachShadow({ mode: "open" }).appendChild(document.createElement("div")));
    }""")
    assert view.find(".card").count() == 2
    view.word("plane").click()
    assert view.find(".side .card h2").all_text_contents() == ["plane", "plane"]


def test_a_host_needs_to_give_no_more_than_an_inspection(tab: Tab) -> None:
    view = tab.show(traits(banks()))
    assert view.texts("p[data-from]") == [BANKS]
    tab.page.evaluate("() => { stop(); draw(document.getElementById('place')) }")
    view.word("plane").hover()
    expect(view.card.locator("h2")).to_have_text("plane")


# Whatever the text and the models say is text


def test_hostile_text_is_inert(tab: Tab) -> None:
    sense = replace(MONEY, gloss=HOSTILE, synonyms=(HOSTILE,), lemma=HOSTILE, pos=HOSTILE)
    text = f"{HOSTILE} bank {HOSTILE} bank"
    model = replace(MINI, name=HOSTILE)
    both = [word(text, "bank", n).span for n in range(2)]
    words = [
        sl.InspectedWord(span, HOSTILE, 0, {HOSTILE: reading(s, guesses=[sl.Guess(HOSTILE, 0.5)], others=[(other, 0.5)])})
        for span, other, s in zip(both, both[::-1], (sense, replace(sense, sense_id="2")), strict=True)
    ]
    found = sl.Inspection(text, (sl.Span(0, len(text)),), (model, replace(MINI, name="mini")), tuple(words), {})
    view = tab.show(traits(found, model_name=HOSTILE, error=HOSTILE))
    tab.page.on("dialog", lambda dialog: tab.problems.append(f"ran {dialog.message}"))
    view.find("[data-at]").nth(0).hover()
    assert view.texts(".card h2") == [HOSTILE]
    assert view.texts(".gloss") == [HOSTILE]
    assert view.find("img, script, iframe, a, link").count() == 0


def test_a_word_of_ten_thousand_letters_stays_in_its_place(tab: Tab) -> None:
    text = "a" * 10_000 + " bank"
    long = sl.InspectedWord(sl.Span(0, 10_000), "a" * 10_000, 0, {"mini": reading(MONEY)})
    view = tab.show(traits(inspection(text, long, word(text, "bank", mini=reading(MONEY)))), width=600)
    view.find("[data-at]").nth(0).hover(position={"x": 5, "y": 5})
    box = view.find(".stage").bounding_box()
    assert box
    assert box["width"] <= 600
    expect(view.card).to_be_visible()
