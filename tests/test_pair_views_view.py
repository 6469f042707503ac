"""The input layer, attention and next sentences in a real browser, on a host that is only named values (tests/browser.py)."""

from __future__ import annotations

import pytest
from browser import Tab, View
from made_views import attention, input_representation, next_sentence
from playwright.sync_api import expect

# The input layer


@pytest.fixture
def inputs(tab: Tab) -> View:
    return tab.show(input_representation() | {"live": True})


def test_each_piece_has_a_token_a_segment_and_a_position(inputs: View) -> None:
    assert inputs.texts("thead button") == ["[CLS]", "the", "cat", "##s", "[SEP]", "he", "[SEP]"]
    assert inputs.texts("tbody th") == ["Token", "+Segment", "+Position", "=Sum", "↓Layer 0"]
    assert inputs.texts("tr.segment .label") == ["EA", "EA", "EA", "EA", "EA", "EB", "EB"]
    assert inputs.texts("tr.token .label")[3] == "E##s"
    assert inputs.texts("tr.position .label")[6] == "E6"


def test_the_numbers_of_a_piece_that_goes_on_with_a_word_are_shown_first(inputs: View) -> None:
    expect(inputs.find(".numbers h3")).to_have_text("The numbers of ##s, the first 2 of 384")
    assert inputs.texts(".numbers .token .spelt > span") == ["4.00", "−1.00"]
    assert inputs.texts(".numbers dt small") == [" row 2,015".strip(), "row 0", "row 3"]


@pytest.mark.parametrize("key", [None, "ArrowLeft"])
def test_another_piece_is_chosen_by_a_click_or_with_the_arrow_keys(inputs: View, key: str | None) -> None:
    if key:
        inputs.find("thead [tabindex='0']").focus()
        inputs.page.keyboard.press(key)
    else:
        inputs.find("thead button").nth(2).click()
    assert inputs.get("selection") == 2
    expect(inputs.find(".numbers .form")).to_have_text("cat")
    expect(inputs.find("thead [aria-pressed=true]")).to_have_text("cat")


def test_boxes_say_by_colour_on_which_side_of_0_they_are(inputs: View) -> None:
    first, second = inputs.find("tr.layer_0 td").nth(3).locator(".strip > span").all()
    assert (first.get_attribute("class"), second.get_attribute("class")) == ("plus", "minus")


def test_that_the_normalised_sum_is_layer_0_is_told(inputs: View) -> None:
    expect(inputs.find(".key")).to_contain_text("and that is layer 0. It is what encode gives as layer 0, to within 2 · 10⁻⁷.")


def test_a_table_that_a_model_lacks_is_told_of(tab: Tab) -> None:
    made = input_representation()
    made["parts"] = [part for part in made["parts"] if part["name"] != "segment"]
    view = tab.show(made | {"difference": 0})
    expect(view.find(".key")).to_contain_text("mini has no table of segments.")
    expect(view.find(".key")).to_contain_text("It is what encode gives as layer 0.")


def test_where_columns_do_not_fit_the_chosen_one_is_in_sight(tab: Tab) -> None:
    view = tab.show(input_representation() | {"selection": 6}, width=320)
    chosen, figure = view.find("thead button").nth(6).bounding_box(), view.find(".figure").bounding_box()
    assert chosen
    assert figure
    assert chosen["x"] + chosen["width"] <= figure["x"] + figure["width"] + 1
    view.find("thead [tabindex='0']").focus()
    view.page.keyboard.press("Home")
    row, first = view.find("thead th").nth(0).bounding_box(), view.find("thead button").nth(0).bounding_box()
    assert row
    assert first
    assert first["x"] >= row["x"] + row["width"] - 1


def test_text_and_pair_are_changed_in_their_place(inputs: View) -> None:
    inputs.find(".text").get_by_role("button", name="Change the text").click()
    inputs.find("textarea").fill("a bank")
    inputs.page.keyboard.press("Enter")
    assert inputs.get("text") == "a bank"
    inputs.find(".text").get_by_role("button", name="Change the second text").click()
    inputs.find("textarea").fill("")
    inputs.page.keyboard.press("Enter")
    assert inputs.get("pair") is None
    inputs.find(".text").get_by_role("button", name="Add a second text").click()
    inputs.find("textarea").fill("another")
    inputs.page.keyboard.press("Escape")
    assert inputs.get("pair") is None
    inputs.find(".text").get_by_role("button", name="Add a second text").click()
    inputs.find("textarea").fill("another")
    inputs.page.keyboard.press("Enter")
    assert inputs.get("pair") == "another"


# Attention


@pytest.fixture
def heads(tab: Tab) -> View:
    return tab.show(attention() | {"live": True})


def test_the_mean_of_all_heads_is_shown_first(heads: View) -> None:
    expect(heads.find("h2")).to_have_text("Mean of all heads")
    expect(heads.find("[role=radio][aria-checked=true]")).to_have_accessible_name("mean of all heads")
    expect(heads.find(".said")).to_contain_text("adds up to 1")


def test_a_piece_that_is_pointed_at_shows_what_it_looks_at(heads: View) -> None:
    heads.find(".from button").nth(3).hover()
    # of the mean: itself in (1/2 + 1/4) / 2, the piece before as much, the first in the rest, which is half of layer 2
    expect(heads.find(".said")).to_have_text(
        "“##s” looks at “cat” 38\u202f%, “##s” 38\u202f%, “[CLS]” 25\u202f%, “the” 0\u202f%."
    )
    assert heads.texts(".to small")[:4] == ["25\u202f%", "0\u202f%", "38\u202f%", "38\u202f%"]
    expect(heads.find(".lines path")).to_have_count(3)


def test_a_piece_on_the_other_side_shows_what_looks_at_it(heads: View) -> None:
    heads.find("[role=radio]").nth(4).click()  # layer 1, head 1
    heads.find(".to button").nth(2).hover()
    expect(heads.find(".said")).to_contain_text("“cat” is looked at by “cat” 100\u202f%")


def test_a_head_is_chosen_in_the_overview(heads: View) -> None:
    heads.find("[role=radio][aria-label='layer 1, head 2']").click()
    assert (heads.get("layer"), heads.get("head")) == (1, 2)
    expect(heads.find("h2")).to_have_text("Layer 1, head 2")
    expect(heads.find(".lines path")).to_have_count(7)


def test_the_overview_is_one_stop_of_the_tab_key_and_walked_with_arrow_keys(heads: View) -> None:
    heads.find("[role=radio][aria-checked=true]").focus()
    seen = []
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        heads.page.keyboard.press(key)
        seen.append((heads.get("layer"), heads.get("head")))
    assert seen == [(1, None), (1, 1), (1, 2), (1, 2), (None, 2), (None, 1), (None, None), (None, None)]
    expect(heads.find("h2")).to_have_text("Mean of all heads")


@pytest.mark.parametrize(
    ("layer", "head", "title"), [(2, None, "Layer 2, mean of its heads"), (None, 1, "Head 1, mean of all layers")]
)
def test_means_are_called_so(tab: Tab, layer: int | None, head: int | None, title: str) -> None:
    expect(tab.show(attention() | {"layer": layer, "head": head}).find("h2")).to_have_text(title)


def test_a_click_keeps_a_piece_and_another_lets_go(heads: View) -> None:
    piece = heads.find(".from button").nth(2)
    piece.click()
    assert heads.get("selection") == 2
    heads.page.mouse.move(2, 2)
    expect(piece).to_have_attribute("aria-pressed", "true")
    piece.click()
    assert heads.get("selection") is None


def test_pieces_are_walked_with_the_arrow_keys(heads: View) -> None:
    heads.find(".from button").nth(0).focus()
    heads.page.keyboard.press("ArrowDown")
    expect(heads.find(".said")).to_contain_text("“the” looks at")
    heads.page.keyboard.press("End")
    expect(heads.find(".said")).to_contain_text("“[SEP]” looks at")


def test_special_pieces_can_be_left_out(heads: View) -> None:
    heads.find("button").get_by_text("Leave out special pieces").click()
    assert heads.texts(".from button") == ["the", "cat", "##s", "he"]
    heads.find(".from button").nth(1).hover()
    assert heads.texts(".to small") == ["38\u202f%", "38\u202f%", "0\u202f%", "0\u202f%"]


def test_small_pictures_are_as_dark_as_their_weights(heads: View) -> None:
    alphas = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 7, 7).data].filter((_, at) => at % 4 === 3)"
    found = heads.find("canvas").nth(0).evaluate(alphas)
    assert found == [255 * (row == column) for row in range(7) for column in range(7)]
    halves = heads.find("canvas").nth(2).evaluate(alphas)
    assert halves[7:9] == [round(255 * 0.5**0.5)] * 2


# Next sentences


@pytest.fixture
def pairs(tab: Tab) -> View:
    return tab.show(next_sentence() | {"live": True})


def test_each_pair_has_its_probability_as_a_number_and_a_bar(pairs: View) -> None:
    assert pairs.texts(".verdict b") == ["75\u202f%", "13\u202f%"]
    meter = pairs.find("[role=meter]").nth(0)
    expect(meter).to_have_attribute("aria-valuenow", "75")
    expect(meter).to_have_accessible_name("The probability that B follows A")
    assert [bar.evaluate("bar => bar.style.width") for bar in pairs.find(".bar > span").all()] == ["75%", "12.5%"]


def test_swapped_sentences_have_the_probability_of_the_other_order_without_asking(tab: Tab) -> None:
    view = tab.show(next_sentence())
    view.find(".card").nth(0).get_by_role("button", name="Swap").click()
    assert view.get("pairs")[0] == ["It slept.", "The cat sat."]
    assert view.texts(".verdict b") == ["50\u202f%", "13\u202f%"]


def test_a_changed_sentence_is_asked_for_and_awaited(pairs: View) -> None:
    pairs.find(".card").nth(1).get_by_role("button", name="Change sentence B").click()
    pairs.find("textarea").fill("It purred.")
    pairs.page.keyboard.press("Enter")
    assert pairs.get("pairs")[1] == ["The cat sat.", "It purred."]
    assert pairs.texts(".verdict b") == ["75\u202f%", "…"]
    expect(pairs.find("[role=meter]").nth(1)).to_have_attribute("aria-valuetext", "not known yet")


def test_pairs_are_added_and_removed(pairs: View) -> None:
    pairs.find(".note").get_by_role("button", name="Add a pair").click()
    assert pairs.get("pairs")[2] == ["The cat sat.", "Write a sentence."]
    pairs.find(".card").nth(0).get_by_role("button", name="Remove").click()
    assert [pair[1] for pair in pairs.get("pairs")] == ["Rates fell.", "Write a sentence."]
    pairs.find(".card").nth(0).get_by_role("button", name="Remove").click()
    expect(pairs.find("button").get_by_text("Remove")).to_have_count(0)
