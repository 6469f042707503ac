"""The map, the matrix, the mix of layers and the table of models in a real browser, on a host that is only named values."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from math import exp
from typing import Any

import pytest
from browser import FOCUSED, MOVING, Tab, View
from made import HOSTILE
from playwright.sync_api import Browser, expect

Traits = dict[str, Any]
LONG = "a" * 10_000


def floats(*values: float) -> bytes:
    return array("f", values).tobytes()


def sense_map(word: str = "bank", gloss: str = "sloping land", **more: Any) -> Traits:
    """Six uses at the corners and the middle line of a square: four of one sense, one of another, one of none."""
    points = [(-1, -1), (1, -1), (-1, 1), (1, 1), (0, 1), (0, -1)]
    sentence = f"😀 the {word} here"
    return {
        "_view": "sense_map",
        "word": word,
        "model_name": "mini",
        "method": "pca",
        "projections": {
            "pca": {"points": floats(*(x for point in points for x in point)), "explained": [0.5, 0.25]},
            "tsne": {"points": floats(*(-x for point in points for x in point)), "explained": None},
        },
        "groups": [
            {"name": gloss, "count": 4, "pos": "n", "untold": False},
            {"name": "a place for money", "count": 1, "pos": "n", "untold": False},
            {"name": "no sense to tell", "count": 1, "pos": "", "untold": True},
        ],
        "group_of": array("H", [0, 0, 0, 0, 1, 2]).tobytes(),
        "shares": bytes([90, 80, 70, 60, 50, 255]),
        "sentences": [f"{sentence} {n}" for n in range(6)],
        "spans": array("i", [6, 6 + len(word)] * 6).tobytes(),
        "documents": [f"letter {n}" for n in range(6)],
        **more,
    }


def matrix(first: str = "one", **more: Any) -> Traits:
    cosines = [1, 0.6, 0.1, 0.6, 1, 0.2, 0.1, 0.2, 1]
    return {
        "_view": "similarity_matrix",
        "sentences": [first, "two", "three"],
        "model_name": "use",
        "cosines": floats(*cosines),
        "order": [2, 0, 1],
        "baseline": 0.2,
        "answers": {"what": floats(0.1, 0.4, 0.6)},
        **more,
    }


BASELINES = [0.1, 0.2]


def mix(word: str = "bank", **more: Any) -> Traits:
    """Two uses whose vectors are (1, 0) and (0, 1) at the input, both (2, 0) at layer 1; random words at right angles."""
    one, other = [[1, 0], [2, 0]], [[0, 1], [2, 0]]
    products = [[dot(a, b) for b in (one, other)] for a in (one, other)]
    across = [[1, 0], [1, 0]], [[0, 1], [0, 1]]
    random = [dot(across[0], across[0]), dot(across[1], across[1]), dot(*across)]
    return {
        "_view": "layer_mix",
        "model_name": "mini",
        "uses": [{"sentence": f"{word} {n}", "span": {"start": 0, "end": len(word)}} for n in range(2)],
        "products": floats(*(x for row in products for of in row for x in of)),
        "random": floats(*(x for of in random for x in of)),
        "calibration": {"sense_layer": 1, "baselines": BASELINES, "random": [0, 0], "slopes": [1, 2], "intercepts": [0, -1]},
        "weights": [0.0, 0.0],
        **more,
    }


def dot(a: Sequence[Sequence[float]], b: Sequence[Sequence[float]]) -> list[float]:
    """The products of each layer of one word with each of the other, row by row."""
    return [sum(x * y for x, y in zip(left, right, strict=True)) for left in a for right in b]


def model_table(name: str = "mini", **more: Any) -> Traits:
    row = {
        "family": "bert",
        "about": "",
        "objective": "masked words",
        "direction": "both sides",
        "granularity": "word pieces",
        "unknown_words": "cut",
        "parameters": None,
        "licence": "MIT",
        "where": "in the package",
        "state": "here",
        "how": "",
        "speed": None,
        "alike": [],
    }
    rows = [
        row | {"name": name, "layers": 7, "width": 384, "size": 23e6, "year": 2026, "capabilities": ["vectors", "masked"]},
        row | {"name": "glove", "layers": 1, "width": 50, "size": 84e6, "year": None, "capabilities": ["vectors"]},
        row | {"name": "bert", "layers": 13, "width": 768, "size": 4.4e8, "year": 2018, "capabilities": ["vectors", "masked"]},
    ]
    return {"_view": "model_table", "rows": rows, **more}


MADE: dict[str, Callable[..., Traits]] = {"map": sense_map, "matrix": matrix, "mix": mix, "table": model_table}
each = pytest.mark.parametrize("name", MADE)
SHOWN = {"map": ".plot", "matrix": "td[data-pair]", "mix": ".compared li", "table": "tbody tr"}
TOO_WIDE = """view => [...view.querySelectorAll("*")]
    .filter(e => e instanceof HTMLElement && !e.closest(".scroll, .names, .said"))
    .filter(e => e.getBoundingClientRect().right > view.getBoundingClientRect().right + 1)
    .map(e => e.outerHTML.slice(0, 200))"""


def find(view: View, selector: str) -> Any:
    return view.page.locator(f".senselens {selector}")


# What holds of each


@each
@pytest.mark.parametrize("width", [320, 380, 640, 1240])
def test_it_fits_into_any_width(tab: Tab, name: str, width: int) -> None:
    view = tab.show(MADE[name](LONG) | {"live": True}, width=width)
    expect(find(view, SHOWN[name]).first).to_be_visible()
    assert view.page.locator(".senselens").evaluate(TOO_WIDE) == []


@each
def test_hostile_text_is_inert(tab: Tab, name: str) -> None:
    tab.page.on("dialog", lambda dialog: tab.problems.append(f"ran {dialog.message}"))
    view = tab.show(MADE[name](HOSTILE) | {"live": True})
    expect(view.page.locator(".senselens")).to_contain_text(HOSTILE)
    assert find(view, "img, script, iframe, a, link").count() == 0


@each
def test_nothing_moves_for_whoever_wants_no_motion(browser: Browser, name: str) -> None:
    tab = Tab(browser, reduced_motion="reduce")
    view = tab.show(MADE[name]() | {"live": True, "progress": 0.5})
    expect(find(view, SHOWN[name]).first).to_be_visible()
    assert view.page.locator(".senselens").evaluate(MOVING) == []
    tab.context.close()


@each
def test_what_is_taken_away_leaves_nothing_behind(tab: Tab, name: str) -> None:
    view = tab.show(MADE[name]())
    expect(find(view, SHOWN[name]).first).to_be_visible()
    assert view.page.evaluate("listening()") > 0
    view.page.evaluate("stop()")
    assert view.page.evaluate("[listening(), document.getElementById('place').childElementCount]") == [0, 0]


@each
def test_before_anything_is_known_it_is_there(tab: Tab, name: str) -> None:
    view = tab.show({"_view": MADE[name]()["_view"], "progress": 0.25, "live": True})
    expect(find(view, "[role=progressbar]")).to_have_attribute("aria-valuenow", "25")
    view.set("error", HOSTILE)
    expect(find(view, "[role=alert]")).to_have_text(HOSTILE)


@each
def test_every_control_has_a_name_and_can_be_reached(tab: Tab, name: str) -> None:
    view = tab.show(MADE[name]() | {"live": True})
    for control in find(view, "button, input, [tabindex='0']").all():
        expect(control).not_to_have_accessible_name("")


# The map


def at(view: View, x: float, y: float) -> tuple[float, float]:
    """Where the square's point (x, y) is on the page."""
    box = find(view, ".plot").bounding_box()
    assert box
    half = min(box["width"], box["height"]) / 2 - 35  # the margin, and the border
    return box["x"] + box["width"] / 2 + x * half, box["y"] + box["height"] / 2 - y * half


def test_the_point_under_the_pointer_says_its_sentence_and_sense(tab: Tab) -> None:
    view = tab.show(sense_map())
    view.page.mouse.move(*at(view, 1, -1))
    expect(find(view, ".said p").first).to_have_text("😀 the bank here 1")
    assert find(view, ".said mark").all_text_contents() == ["bank"]
    expect(find(view, ".said")).to_contain_text("sloping land · 80\u202f%")
    expect(find(view, ".said")).to_contain_text("letter 1")
    view.page.mouse.move(*at(view, 0, -1))
    expect(find(view, ".said")).to_contain_text("no sense to tell")
    expect(find(view, ".said")).not_to_contain_text("%")
    view.page.mouse.move(*at(view, 0, 0))
    expect(find(view, ".said")).to_have_count(0)


def test_a_click_chooses_a_use_and_lists_it(tab: Tab) -> None:
    view = tab.show(sense_map())
    view.page.mouse.click(*at(view, 1, 1))
    assert view.get("selection") == [3]
    view.page.keyboard.down("Control")
    view.page.mouse.click(*at(view, -1, -1))
    view.page.keyboard.up("Control")
    assert view.get("selection") == [0, 3]
    assert find(view, ".concordance li").all_text_contents() == ["😀 the bank here 0", "😀 the bank here 3"]
    view.page.mouse.click(*at(view, 0, 0))
    assert view.get("selection") == []
    assert view.page.evaluate("sent.at(-1)") == {"selection": []}


def drag(view: View, *places: tuple[float, float]) -> None:
    view.page.mouse.move(*at(view, *places[0]))
    view.page.mouse.down()
    for place in places[1:]:
        view.page.mouse.move(*at(view, *place), steps=5)
    view.page.mouse.up()


def test_a_box_chooses_the_uses_inside(tab: Tab) -> None:
    view = tab.show(sense_map())
    find(view, ".tools").get_by_text("Box").click()
    drag(view, (-1.2, 0.5), (0.2, 1.1))
    assert view.get("selection") == [2, 4]
    expect(find(view, ".outline")).to_have_count(0)


def test_a_lasso_chooses_what_its_line_goes_around(tab: Tab) -> None:
    view = tab.show(sense_map())
    find(view, ".tools").get_by_text("Lasso").click()
    drag(view, (-0.5, -1.1), (1.1, -1.1), (1.1, 1.1), (0.6, 1.1), (0.6, -0.5), (-0.5, -0.5))
    assert view.get("selection") == [1, 3, 5]


def test_dragging_moves_the_map_and_shift_draws_a_lasso(tab: Tab) -> None:
    view = tab.show(sense_map())
    drag(view, (-0.5, 0), (0, 0))
    view.page.mouse.move(*at(view, 0.5, 1))
    expect(find(view, ".said p").first).to_have_text("😀 the bank here 4")
    find(view, ".zooms").get_by_text("Whole").click()
    view.page.keyboard.down("Shift")
    drag(view, (-1.1, 0.8), (-0.8, 0.8), (-0.8, 1.1), (-1.1, 1.1))
    view.page.keyboard.up("Shift")
    assert view.get("selection") == [2]


def test_the_wheel_is_the_page_s_until_the_map_has_the_focus(tab: Tab) -> None:
    view = tab.show(sense_map())
    view.page.mouse.move(*at(view, 0.5, 0))
    view.page.mouse.wheel(0, -400)
    view.page.mouse.move(*at(view, 1, 1))
    expect(find(view, ".said")).to_be_visible()
    find(view, ".plot").focus()
    view.page.mouse.move(*at(view, 0, 1))
    view.page.mouse.wheel(0, -400)
    view.page.mouse.move(*at(view, 1, 1))
    expect(find(view, ".said")).to_have_count(0)
    view.page.mouse.move(*at(view, 0, 1))  # what lies under the pointer stays there
    expect(find(view, ".said p").first).to_have_text("😀 the bank here 4")
    view.page.keyboard.press("0")
    view.page.mouse.move(*at(view, 1, 1))
    expect(find(view, ".said")).to_be_visible()


def test_the_points_are_walked_with_the_keys_and_read_aloud(tab: Tab) -> None:
    view = tab.show(sense_map(hidden=[1]))
    find(view, ".plot").focus()
    view.page.keyboard.press("PageDown")
    spoken = find(view, ".spoken")
    expect(spoken).to_have_text("😀 the bank here 0 sloping land, 90\u202f%")
    for key, number in (("ArrowRight", 5), ("ArrowRight", 1), ("ArrowUp", 3), ("ArrowLeft", 2), ("PageDown", 3), ("PageDown", 5)):
        view.page.keyboard.press(key)
        expect(spoken).to_contain_text(f"here {number}")
    view.page.keyboard.press("PageDown")
    expect(spoken).to_contain_text("here 5")
    view.page.keyboard.press("Enter")
    assert view.get("selection") == [5]
    view.page.keyboard.press("Escape")
    assert view.get("selection") == []
    expect(spoken).to_have_text("")


def test_the_keys_begin_at_the_middle_and_zoom(tab: Tab) -> None:
    view = tab.show(sense_map())
    find(view, ".plot").focus()
    view.page.keyboard.press("ArrowDown")
    expect(find(view, ".spoken")).to_contain_text("here 4")  # of the two as near, the first
    view.page.keyboard.press("PageUp")
    for _ in range(3):
        view.page.keyboard.press("+")
    view.page.mouse.move(*at(view, 1, 1))
    expect(find(view, ".said")).to_have_count(0)
    for _ in range(3):
        view.page.keyboard.press("-")
    view.page.mouse.move(*at(view, 0.99, 1))
    expect(find(view, ".said")).to_be_visible()


def test_the_legend_counts_and_hides_groups(tab: Tab) -> None:
    view = tab.show(sense_map())
    assert find(view, ".legend .count").all_text_contents() == ["4", "1", "1"]
    first = find(view, ".legend button").first
    first.click()
    assert view.get("hidden") == [0]
    expect(first).to_have_attribute("aria-checked", "false")
    view.page.mouse.move(*at(view, 1, 1))
    expect(find(view, ".said")).to_have_count(0)
    first.click()
    assert view.get("hidden") == []


PIXELS = """([x, y]) => {
  const canvas = document.querySelector("[data-theme]").shadowRoot.querySelector("canvas");
  const box = canvas.getBoundingClientRect();
  const [left, top] = [Math.round(x - box.left), Math.round(y - box.top)];
  const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, -left, -top);
  return [...copy.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""


def pixel(view: View, x: float, y: float) -> list[int]:
    view.page.wait_for_timeout(60)
    found: list[int] = view.page.evaluate(PIXELS, at(view, x, y))
    return found


@pytest.mark.parametrize(("background", "paper"), [("#fff", 255), ("#111", 0x1B)])
def test_points_have_their_tone_and_turn_pale_where_others_are_chosen(tab: Tab, background: str, paper: int) -> None:
    view = tab.show(sense_map(), around=f"background:{background}")
    assert pixel(view, 0, 0)[0] == paper
    clear = pixel(view, 1, 1)
    assert clear[2] - clear[0] > 60, "blue"
    view.set("selection", [0])
    pale = pixel(view, 1, 1)
    assert abs(pale[2] - paper) < abs(clear[2] - paper) or abs(pale[0] - paper) < abs(clear[0] - paper)
    assert pixel(view, -1, -1) == clear
    view.set("hidden", [0])
    assert pixel(view, -1, -1)[0] == paper


def test_other_projections_are_there_without_a_kernel_and_asked_for_with_one(tab: Tab) -> None:
    view = tab.show(sense_map())
    choices = find(view, ".choice button")
    assert choices.all_text_contents() == ["PCA", "t-SNE"]
    expect(find(view, ".axes")).to_contain_text(
        "50\u202f% of the variance across, 25\u202f% up; the other 25\u202f% cannot be seen"
    )
    choices.nth(1).click()
    expect(find(view, ".axes")).to_contain_text("Distances between groups, their sizes and the directions do not count")
    view.page.wait_for_timeout(700)
    view.page.mouse.move(*at(view, -1, -1))
    expect(find(view, ".said p").first).to_have_text("😀 the bank here 3")
    view.set("live", True)
    choices.nth(2).click()
    assert view.get("method") == "umap"
    expect(find(view, ".plot")).to_be_visible()


def test_vectors_that_are_all_one_are_said_to_be(tab: Tab) -> None:
    same = {"pca": {"points": floats(*[0.0] * 12), "explained": [0, 0]}}
    view = tab.show(sense_map(projections=same))
    expect(find(view, ".axes")).to_contain_text("all lie on one point")
    view.page.mouse.move(*at(view, 0, 0))
    expect(find(view, ".said p").first).to_have_text("😀 the bank here 0")


def test_rare_senses_share_a_look(tab: Tab) -> None:
    groups = [{"name": f"sense {n}", "count": 1, "pos": "n", "untold": False} for n in range(12)]
    traits = sense_map(groups=groups, group_of=array("H", [0, 1, 8, 9, 10, 11]).tobytes())
    view = tab.show(traits)
    assert find(view, ".legend .gloss").all_text_contents()[-1] == "4 rarer"
    find(view, ".legend button").last.click()
    assert view.get("hidden") == [8, 9, 10, 11]


@pytest.mark.parametrize(
    ("gloss", "name"),
    [
        ("sloping land (especially the slope beside a body of water)", "sloping land"),
        ("a financial institution that accepts deposits and channels the money", "financial institution…"),
        ("x" * 40, "x" * 30 + "…"),
    ],
)
def test_a_group_s_name_on_the_map_is_what_its_gloss_begins_with(tab: Tab, gloss: str, name: str) -> None:
    view = tab.show(sense_map(gloss=gloss))
    expect(find(view, ".names span").first).to_have_text(name)
    expect(find(view, "header")).to_contain_text("6 uses, 2 senses · mini")


def test_a_long_list_of_uses_grows_when_asked(tab: Tab) -> None:
    traits = sense_map()
    many = {"sentences": traits["sentences"] * 20, "documents": [], "selection": list(range(100))}
    many |= {"spans": traits["spans"] * 20, "group_of": traits["group_of"] * 20, "shares": traits["shares"] * 20}
    many |= {"projections": {"pca": traits["projections"]["pca"] | {"points": traits["projections"]["pca"]["points"] * 20}}}
    view = tab.show({**traits, **many})
    expect(find(view, ".concordance li")).to_have_count(40)
    find(view, ".more").click()
    expect(find(view, ".concordance li")).to_have_count(80)
    find(view, "section .pill").first.click()
    assert view.get("selection") == []


def test_two_fingers_zoom(browser: Browser) -> None:
    tab = Tab(browser, has_touch=True)
    view = tab.show(sense_map())
    session = tab.context.new_cdp_session(tab.page)
    find(view, ".tools").get_by_text("Box").click()
    (x, y), gap = at(view, 0, 1), 40

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x - gap, y + 60))
    touch("touchStart", (x - gap, y + 60), (x + gap, y + 60))
    for step in range(1, 5):
        touch("touchMove", (x - gap - 20 * step, y + 60), (x + gap + 20 * step, y + 60))
    touch("touchEnd")
    assert view.get("selection") is None
    tab.page.mouse.move(*at(view, 1, 1))
    expect(find(view, ".said")).to_have_count(0)
    tab.settle()


# The matrix


def test_cells_are_as_deep_as_they_are_above_random_sentences(tab: Tab) -> None:
    view = tab.show(matrix())
    cells = find(view, "tbody tr").first.locator("td")
    assert cells.all_text_contents() == ["1.00", "0.60", "0.10"]
    shades = [cell.evaluate("cell => cell.style.background") for cell in cells.all()]
    assert ["88%" in shades[0], "44%" in shades[1], " 0%" in shades[2]] == [True, True, True]
    expect(find(view, ".scale")).to_contain_text("two random sentences 0.20")


def test_a_cell_shows_its_two_sentences_and_what_they_are_worth(tab: Tab) -> None:
    view = tab.show(matrix())
    cell = find(view, '[data-pair="0,1"]')
    cell.hover()
    assert find(view, ".two p[dir]").all_text_contents() == ["one", "two"]
    expect(find(view, ".reading")).to_contain_text("50\u202f% of the way from two random sentences (0.20)")
    cell.click()
    assert view.get("selection") == [0, 1]
    find(view, '[data-pair="0,2"]').hover()
    expect(find(view, ".reading")).to_contain_text("no more than the 0.20 of two random sentences")
    cell.click()
    assert view.get("selection") == []


def test_its_cells_are_walked_with_the_keys(tab: Tab) -> None:
    view = tab.show(matrix())
    find(view, "[data-pair][tabindex='0']").focus()
    for key, pair in (
        ("ArrowDown", "1,1"),
        ("ArrowRight", "1,2"),
        ("ArrowRight", "1,2"),
        ("ArrowUp", "0,2"),
        ("ArrowLeft", "0,1"),
    ):
        view.page.keyboard.press(key)
        assert view.page.evaluate(FOCUSED + ".dataset.pair") == pair
    view.page.keyboard.press("Enter")
    assert view.get("selection") == [0, 1]


def test_like_sentences_can_stand_together(tab: Tab) -> None:
    view = tab.show(matrix())
    find(view, "header .pill").get_by_text("Alike together").click()
    assert find(view, "tbody th bdi").all_text_contents() == ["three", "one", "two"]
    assert find(view, "tbody tr").first.locator("td").all_text_contents() == ["1.00", "0.10", "0.20"]
    assert view.get("clustered") is True


def test_a_search_is_asked_for_and_its_answer_ranked(tab: Tab) -> None:
    view = tab.show(matrix(live=True))
    box = find(view, "[type=search]")
    box.fill("why")
    box.press("Enter")
    assert view.get("query") == "why"
    expect(find(view, ".ranked")).to_have_count(0)
    box.fill("what")
    expect(find(view, ".ranked bdi").nth(1)).to_have_text("three")
    assert find(view, ".ranked li bdi").all_text_contents() == ["three", "two"], "one is no nearer than a random sentence"


def test_searches_that_were_answered_are_there_without_a_kernel(tab: Tab) -> None:
    view = tab.show(matrix())
    expect(find(view, "[type=search]")).to_have_count(0)
    find(view, ".search button").click()
    expect(find(view, ".ranked li")).to_have_count(2)
    find(view, ".search button").click()
    expect(find(view, ".ranked")).to_have_count(0)


def test_many_sentences_are_a_picture(tab: Tab) -> None:
    size = 60
    cosines = [1.0 if i == j else 0.2 for i in range(size) for j in range(size)]
    many = {"sentences": [f"s{n}" for n in range(size)], "cosines": floats(*cosines), "order": list(range(size))[::-1]}
    view = tab.show(matrix(**many))
    picture = find(view, ".picture")
    picture.click(position={"x": 2, "y": 2})
    assert view.get("selection") == [0, 0]
    picture.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "Enter"):
        view.page.keyboard.press(key)
    assert view.get("selection") == [1, 0]
    assert find(view, ".two p[dir]").all_text_contents() == ["s1", "s0"]
    find(view, "header .pill").get_by_text("Alike together").click()
    picture.click(position={"x": 2, "y": 2})
    assert view.get("selection") == [59, 59]


# The mix of layers


def test_a_mix_is_that_of_the_paper(tab: Tab) -> None:
    view = tab.show(mix())
    # The mean of (1, 0) and (2, 0) against that of (0, 1) and (2, 0): (3, 0) · (2, 1) = 6
    assert find(view, ".compared b").all_text_contents() == [f"{6 / (3 * 5**0.5):.2f}"]
    assert find(view, ".random .figures").all_text_contents() == [f"{sum(BASELINES) / 2:.2f}"]
    expect(find(view, ".compared")).to_contain_text("measured for single layers")
    expect(find(view, ".weights .note")).to_contain_text("this one is 1.5 long")


@pytest.mark.parametrize(("layer", "cosine", "slope", "intercept"), [(0, 0.0, 1, 0), (1, 1.0, 2, -1)])
def test_one_layer_alone_has_the_calibrated_reading(tab: Tab, layer: int, cosine: float, slope: int, intercept: int) -> None:
    view = tab.show(mix())
    find(view, ".presets").get_by_text(str(layer), exact=True).click()
    assert find(view, ".compared b").all_text_contents() == [f"{cosine:.2f}"]
    assert find(view, ".random .figures").all_text_contents() == [f"{BASELINES[layer]:.2f}"]
    share = 1 / (1 + exp(-(slope * cosine + intercept)))
    expect(find(view, ".compared .share")).to_have_text(f"{100 * share:.0f}\u202f%")
    assert view.get("weights") == [6 if other == layer else -6 for other in range(2)]


def test_sliders_move_the_shares_and_gamma_moves_no_cosine(tab: Tab) -> None:
    view = tab.show(mix())
    first = find(view, ".weights ol input").first
    first.focus()
    for _ in range(10):
        view.page.keyboard.press("ArrowRight")
    assert view.get("weights") == [1, 0]
    share = exp(1) / (exp(1) + 1)
    assert find(view, ".weights ol .share").all_text_contents() == [
        f"{100 * share:.0f}\u202f%",
        f"{100 * (1 - share):.0f}\u202f%",
    ]
    expect(first).to_have_attribute("aria-valuetext", f"weight 1.0, share {100 * share:.0f}\u202f%")
    before = find(view, ".compared b").all_text_contents()
    find(view, ".gamma input").fill("2")
    assert view.get("gamma") == 2
    assert find(view, ".compared b").all_text_contents() == before
    expect(find(view, ".weights .note")).to_contain_text(f"this one is {2 * (share + 2 * (1 - share)):.1f} long")


def test_any_use_can_be_the_one_compared(tab: Tab) -> None:
    view = tab.show(mix())
    find(view, ".compared button").nth(1).click()
    assert view.get("reference") == 1
    expect(find(view, ".compared li").nth(1)).to_contain_text("compared with the others")
    assert find(view, ".compared mark").all_text_contents() == ["bank", "bank"]


# The table of models


def names(view: View) -> list[str]:
    return [text.strip() for text in find(view, "tbody th").all_text_contents()]


def test_rows_are_sorted_by_any_column_and_back(tab: Tab) -> None:
    view = tab.show(model_table())
    layers = find(view, "thead th").filter(has_text="Layers")
    layers.get_by_role("button").click()
    assert (names(view), view.get("sort")) == (["bert", "mini", "glove"], "-layers")
    expect(layers).to_have_attribute("aria-sort", "descending")
    layers.get_by_role("button").click()
    assert names(view) == ["glove", "mini", "bert"]
    layers.get_by_role("button").click()
    assert (names(view), view.get("sort")) == (["mini", "glove", "bert"], "")
    find(view, "thead th").first.get_by_role("button").click()
    assert names(view) == ["bert", "glove", "mini"]


def test_what_is_not_known_comes_last_either_way(tab: Tab) -> None:
    for sort, expected in (("-year", ["mini", "bert", "glove"]), ("year", ["bert", "mini", "glove"])):
        assert names(tab.show(model_table(sort=sort))) == expected


def test_a_column_that_nobody_knows_is_not_there(tab: Tab) -> None:
    view = tab.show(model_table())
    heads = find(view, "thead th").all_text_contents()
    assert "Parameters" not in heads
    assert "Words a second" not in heads
    expect(find(view, "tbody tr").nth(1)).to_contain_text("–")


def test_models_are_chosen_by_what_they_can_give(tab: Tab) -> None:
    view = tab.show(model_table())
    find(view, ".choices").get_by_text("masked words").click()
    assert names(view) == ["mini", "bert"]
    expect(find(view, ".choices")).to_contain_text("2 of 3 models")
    assert view.get("capabilities") == ["masked"]
    find(view, ".choices").get_by_text("masked words").click()
    assert len(names(view)) == 3


def test_measured_models_say_what_they_make_of_the_word(tab: Tab) -> None:
    traits = model_table(word="bank")
    traits["uses"] = [{"sentence": f"the bank {n}", "span": {"start": 4, "end": 8}} for n in range(3)]
    alike = [{"cosine": 0.5, "baseline": 0.1, "same_sense": share} for share in (0.25, 0.5, 0.75)]
    for row, speed in zip(traits["rows"], (1000, 2000, 500), strict=True):
        row |= {"speed": speed, "alike": [] if row["name"] == "glove" else alike}
    view = tab.show(traits)
    assert find(view, "thead th").all_text_contents()[1:5] == ["Words a second", "bank 1–2", "bank 1–3", "bank 2–3"]
    row = find(view, "tbody tr").first
    assert row.locator("td").all_text_contents()[:2] == ["1,000", "25\u202f%cosine 0.50random 0.10"]
    assert find(view, ".uses b").all_text_contents() == ["bank"] * 3
    find(view, "thead th").nth(3).get_by_role("button").click()
    assert names(view)[-1] == "glove"
