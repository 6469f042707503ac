"""The page, taken apart again with an HTML parser that wants every element closed where it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BANKS, BASELINES, GLOVE, HOSTILE, LAND, MINI, MONEY, PLANE, TIP, banks, inspection, reading, word

import senselens as sl
from senselens_widget import fragment, page
from senselens_widget.card import percent
from senselens_widget.curves import BOTTOM, LEFT, RIGHT, TOP, curves, spread
from senselens_widget.markup import tag


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, what: str) -> list[Element]:
        """The elements inside that are called *what*, or have the class *.what*, in order."""
        return [e for e in self.inside() if what in (e.name, *(f".{c}" for c in e.classes))]

    def one(self, what: str) -> Element:
        (found,) = self.all(what)
        return found

    def inside(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.inside()


class Strict(HTMLParser):
    """Builds the tree; an end tag that does not end the innermost element is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in ("input", "meta"):
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Element:
    parser = Strict()
    parser.feed(html)
    parser.close()
    (document,) = parser.open
    return document


@pytest.fixture(scope="module")
def document() -> Element:
    return parsed(page([banks()]))


def card_of(document: Element, form: str, occurrence: int = 0) -> Element:
    return [card for card in document.all(".card") if card.one("h2").text == form][occurrence]


def test_the_text_is_whole_and_in_order(document: Element) -> None:
    assert document.one(".text").text == BANKS
    assert [label.text for label in document.all(".word")] == ["the", "bank", "bank", "plane", "bank"]


def test_each_word_has_a_button_of_one_group_and_a_card_that_the_style_joins(document: Element) -> None:
    buttons, cards = document.all("input"), document.all(".card")
    assert {(b.attributes["type"], b.attributes["name"]) for b in buttons} == {("radio", "word")}
    style = document.one("style").text
    for button, card in zip(buttons, cards, strict=True):
        assert f":has(> .word > #{button.attributes['id']}:checked) + .cards > #{card.attributes['id']} " in style
        assert f":has(> .word:hover > #{button.attributes['id']}) + .cards > #{card.attributes['id']} " in style


def test_a_button_says_what_the_word_means(document: Element) -> None:
    said = [button.attributes["aria-label"] for button in document.all("input")]
    assert said[:2] == ["the", "bank: an institution that keeps money, 75\u202f%"]


def test_the_page_opens_at_a_word_used_again_that_does_not_mean_what_it_mostly_means() -> None:
    text = "will bank, bank"
    first, second = (word(text, "bank", n).span for n in range(2))
    found = inspection(
        text,
        word(text, "will", mini=reading(TIP)),
        word(text, "bank", 0, mini=reading(replace(LAND, rank=1), others=[(second, 0.5)])),
        word(text, "bank", 1, mini=reading(MONEY, others=[(first, 0.5)])),
    )
    buttons = parsed(page([found])).all("input")
    assert ["checked" in button.attributes for button in buttons] == [False, False, True]


def test_a_sense_has_its_probability_as_a_number_and_a_bar_its_part_of_speech_and_its_synonyms(document: Element) -> None:
    first, second = card_of(document, "bank").all(".senses")[0].all("li")
    assert first.text == "75\u202f% an institution that keeps money\u00a0· noun\u00a0· also depository"
    assert first.one(".bar").one("span").attributes["style"] == "width:75.0%"
    assert second.text == "25\u202f% sloping land beside water\u00a0· noun\u00a0· most frequent"


def test_a_word_without_senses_says_so(document: Element) -> None:
    card = card_of(document, "the")
    assert card.one("p").text == "the has no sense to tell here."
    assert not card.all(".senses")
    assert "untold" in document.all(".word")[0].classes


def test_the_most_frequent_sense_is_shown_however_unlikely() -> None:
    ranked = [replace(LAND, sense_id=str(n), gloss=f"gloss {n}", rank=n, first_sense=n == 6) for n in range(1, 8)]
    card = parsed(page([inspection("a bank", word("a bank", "bank", mini=reading(*ranked)))])).one(".card")
    shown, rest = ([gloss.text for gloss in senses.all(".gloss")] for senses in card.all(".senses"))
    assert shown == ["gloss 1", "gloss 2", "gloss 3", "gloss 6"]
    assert rest == ["gloss 4", "gloss 5", "gloss 7"]
    assert card.one("summary").text == "3 more senses"


def test_one_more_sense_is_not_called_senses() -> None:
    ranked = [replace(LAND, rank=n) for n in range(1, 4)] + [replace(MONEY, rank=4)]
    card = parsed(page([inspection("a bank", word("a bank", "bank", mini=reading(*ranked)))])).one(".card")
    assert card.one("summary").text == "one more sense"


def test_guesses_stand_beside_their_probability(document: Element) -> None:
    guesses = card_of(document, "bank", 2).one(".guesses")
    assert [li.text for li in guesses.all("li")] == ["turn 34\u202f%", "veer <1\u202f%"]
    assert [li.one(".bar").one("span").attributes["style"] for li in guesses.all("li")] == [
        "width:100.0%",
        f"width:{100 * 0.004 / 0.34:.1f}%",
    ]
    assert not card_of(document, "bank", 0).all(".guesses")


def test_another_use_has_the_probability_of_one_sense_the_cosine_and_the_baseline(document: Element) -> None:
    head, first, second, random = card_of(document, "bank").one(".uses").all("tr")
    assert [th.text for th in head.all("th")] == ["use", "same sense", "cosine"]
    assert [td.text for td in first.all("td")] == ["1 The plane will bank left.", "50\u202f%", "0.40"]
    assert [td.text for td in second.all("td")] == ["2 We sat by the bank.", "12\u202f%", "0.40"]
    assert [td.text for td in random.all("td")] == ["two random words", "", "0.20"]
    assert first.one("b").text == "bank"


def test_another_use_leads_to_its_own_card(document: Element) -> None:
    third = document.all(".word")[4].one("input")
    assert card_of(document, "bank").one(".uses").all("label")[0].attributes["for"] == third.attributes["id"]


def test_a_use_that_is_not_inspected_has_no_card_to_lead_to() -> None:
    text = "the bank and the bank"
    found = inspection(text, word(text, "bank", 0, mini=reading(MONEY, others=[(word(text, "bank", 1).span, 0.9)])))
    uses = parsed(page([found])).one(".uses")
    assert uses.all("td")[0].text == "1 the bank and the bank"
    assert not uses.all("label")


def test_only_the_likeliest_of_many_uses_are_listed() -> None:
    text = "bank " * 12
    others = [(word(text, "bank", n).span, n / 100) for n in range(1, 12)]
    card = parsed(page([inspection(text, word(text, "bank", 0, mini=reading(MONEY, others=others)))])).one(".card")
    shares = [share.text for share in card.one(".uses").all(".share")]
    assert shares == [f"{n}\u202f%" for n in range(11, 3, -1)]
    assert "and 3 more" in [p.text for p in card.all("p")]
    assert len(card.all(".curve")) == 8


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("x" * 50 + " by the river bank we sat down", "1 …by the river bank we sat down"),
        ("one bank " + "and another one " * 5, "1 one bank and another one and another one and…"),
        ("中" * 50 + "bank" + "国" * 50, f"1 …{'中' * 36}bank{'国' * 36}…"),
    ],
)
def test_an_excerpt_is_cut_between_words_where_there_are_any(text: str, excerpt: str) -> None:
    span = word(text, "bank").span
    text += "\n\nA bank."
    found = inspection(text, word(text, "bank", 1, mini=reading(MONEY, others=[(span, 0.5)])))
    assert parsed(page([found])).all("td")[0].text == excerpt


def test_a_curve_for_each_other_use_lies_over_the_baseline(document: Element) -> None:
    svg = card_of(document, "bank").one("svg")
    middle, height = (LEFT + RIGHT) / 2, BOTTOM - TOP
    for curve, last in zip(svg.all(".curve"), (0.5, 0.125), strict=True):
        points = [(LEFT, 1), (middle, 0.4), (RIGHT, last)]
        assert curve.one("polyline").attributes["points"] == " ".join(f"{x:.1f},{TOP + height * (1 - y):.1f}" for x, y in points)
    assert svg.one(".random").attributes["points"].split()[1] == f"{middle:.1f},{TOP + height * (1 - BASELINES[1]):.1f}"
    assert svg.one(".used").one("text").text == "1"
    assert all(g.one("circle").attributes["cx"] == f"{middle:.1f}" for g in svg.all(".curve"))


def test_a_curve_has_the_number_of_its_use(document: Element) -> None:
    card = card_of(document, "bank")
    assert [g.one("text").text for g in card.all(".curve")] == [n.text for n in card.all(".number")] == ["1", "2"]
    assert [g.classes[1] for g in card.all(".curve")] == [n.classes[1] for n in card.all(".number")] == ["t2", "t1"]


@pytest.mark.parametrize(
    ("used", "layers", "named"), [(6, 7, ["0", "6"]), (11, 13, ["0", "12", "11"]), (23, 25, ["0", "23"]), (0, 13, ["12", "0"])]
)
def test_the_first_the_used_and_the_last_layer_are_named_where_there_is_room(used: int, layers: int, named: list[str]) -> None:
    drawn = parsed(curves(used, [0.1] * layers, [[0.5] * layers], [""]))
    texts = [text for text in drawn.all("text") if float(text.attributes["y"]) > BOTTOM + 10]
    assert [text.text for text in texts] == named
    assert drawn.one(".used").one("text").text == str(used)


def test_a_cosine_below_nought_stays_in_the_drawing() -> None:
    drawn = parsed(curves(1, (0.0, -0.1), [(1.0, -0.6)], [""]))
    assert drawn.one(".curve").one("circle").attributes["cy"] == f"{BOTTOM:.1f}"


def test_a_model_of_one_layer_has_no_curve_and_a_minus_sign_is_one() -> None:
    text = "bank, bank"
    uses = reading(MONEY, others=[(word(text, "bank", 1).span, 0.5)], cosine=-0.25)
    found = inspection(text, word(text, "bank", 0, glove=uses), models=[GLOVE])
    card = parsed(page([found])).one(".card")
    assert card.one(".model").text == "glove"
    assert card.all("td")[2].text == "−0.25"
    assert not card.all("svg")


@given(st.lists(st.floats(TOP, BOTTOM), max_size=8))
def test_numbers_at_the_ends_of_curves_keep_apart_and_in_order(places: list[float]) -> None:
    moved = spread(places, 11)
    assert all(b - a >= 11 - 1e-9 for a, b in pairwise(sorted(moved)))
    assert sorted(range(len(moved)), key=moved.__getitem__) == sorted(range(len(places)), key=places.__getitem__)
    assert all(place <= BOTTOM for place in moved)


def test_uses_of_a_lemma_share_a_tone_exactly_if_they_share_their_sense() -> None:
    text = "bank bank bank plane"
    tops = (TIP, MONEY, TIP)
    words = [word(text, "bank", n, mini=reading(top)) for n, top in enumerate(tops)]
    document = parsed(page([inspection(text, *words, word(text, "plane", mini=reading(PLANE)))]))
    assert [label.classes for label in document.all(".word")] == [["word", "t0"], ["word", "t1"], ["word", "t0"], ["word"]]
    assert [card.classes for card in document.all(".card")] == [["card", "t0"], ["card", "t1"], ["card", "t0"], ["card"]]


def test_the_legend_tells_the_senses_of_a_word_apart(document: Element) -> None:
    legend = document.one(".legend")
    assert legend.one("dt").text == "bank"
    assert [dd.text for dd in legend.all("dd")] == [MONEY.gloss, LAND.gloss, TIP.gloss]
    assert [dd.one(".line").classes for dd in legend.all("dd")] == [["line", "t0"], ["line", "t1"], ["line", "t2"]]


def test_without_styles_cards_and_buttons_are_hidden_and_a_list_says_what_words_mean(document: Element) -> None:
    assert all("hidden" in element.attributes for element in (*document.all("input"), *document.all(".card")))
    first, *_ = said = [li.text for li in document.one(".plain").all("li")]
    assert (first, len(said)) == ("bank: an institution that keeps money (75\u202f%)", 4)


def test_one_sense_needs_no_legend() -> None:
    text = "bank, bank"
    found = inspection(text, *(word(text, "bank", n, mini=reading(MONEY)) for n in range(2)))
    document = parsed(page([found]))
    assert [label.classes for label in document.all(".word")] == [["word", "t0"]] * 2
    assert not document.all(".legend")


def test_several_models_are_compared_by_their_answers_and_opened_one_by_one() -> None:
    text = "a bank"
    found = inspection(text, word(text, "bank", mini=reading(MONEY, LAND), glove=reading()), models=[GLOVE, MINI])
    card = parsed(page([found])).one(".card")
    assert [details.one("summary").text for details in card.all(".model")] == [
        "mini, layer 1 of 2 75\u202f% an institution that keeps money",
        "glove no sense to tell",
    ]
    assert [len(details.all("li")) for details in card.all(".model")] == [2, 0]


def test_a_paragraph_has_its_cards_below_it() -> None:
    text = "One bank.\r\n \r\nA plane.\n\n\nNothing."
    found = inspection(text, word(text, "bank", mini=reading(MONEY)), word(text, "plane", mini=reading(PLANE)))
    blocks = parsed(page([found])).all(".block")
    assert [block.one(".text").text.strip() for block in blocks] == ["One bank.", "A plane.", "Nothing."]
    assert [[h2.text for h2 in block.all("h2")] for block in blocks] == [["bank"], ["plane"], []]


def test_the_same_inspection_twice_has_cards_of_its_own_each_time() -> None:
    ids = [e.attributes["id"] for e in parsed(page([banks(), banks()])).inside() if "id" in e.attributes]
    assert len(ids) == len(set(ids)) == 2 * 2 * len(banks().words)


def test_nothing_inspected_is_a_page_with_its_text() -> None:
    assert parsed(page([], "Empty")).one("main").text == "Empty"
    assert parsed(page([inspection("Only text.")])).one(".text").text == "Only text."


def test_a_part_of_speech_of_another_lexicon_is_shown_as_it_is() -> None:
    found = inspection("bank", word("bank", "bank", mini=reading(replace(MONEY, pos="t"))))
    assert parsed(page([found])).one("header").all(".soft")[0].text == "t"


@pytest.mark.parametrize("render", [page, fragment])
def test_whatever_the_text_and_the_models_say_is_text(render: Callable[[Sequence[sl.Inspection]], str]) -> None:
    sense = replace(MONEY, gloss=HOSTILE, synonyms=(HOSTILE,), lemma=HOSTILE, pos=HOSTILE)
    text = f"{HOSTILE} bank {HOSTILE} bank"
    model = replace(MINI, name=HOSTILE)
    both = [word(text, "bank", n).span for n in range(2)]
    words = [
        sl.InspectedWord(span, HOSTILE, 0, {HOSTILE: reading(s, guesses=[sl.Guess(HOSTILE, 0.5)], others=[(other, 0.5)])})
        for span, other, s in zip(both, both[::-1], (sense, replace(sense, sense_id="2")), strict=True)
    ]
    document = parsed(render([sl.Inspection(text, (sl.Span(0, len(text)),), (model,), tuple(words), {})]))
    assert not {e.name for e in document.inside()} & {"script", "img", "link", "iframe", "object", "a"}
    assert not {a for e in document.inside() for a in e.attributes if a.startswith("on") or a in ("src", "href")}
    assert len(document.all("style")) == 1
    assert document.one(".text").text == f"{HOSTILE} {HOSTILE} {HOSTILE} {HOSTILE}"
    card = document.all(".card")[0]
    assert card.attributes["aria-label"] == card.one("h2").text == card.one(".gloss").text == HOSTILE
    assert document.all("input")[0].attributes["aria-label"] == f"{HOSTILE}: {HOSTILE}, 75\u202f%"
    assert card.one(".guesses").text == f"{HOSTILE} 50\u202f%"
    assert card.one(".model").text == f"{HOSTILE}, layer 1 of 2"


def test_a_title_is_text_too() -> None:
    document = parsed(page([], HOSTILE))
    assert document.one("h1").text == HOSTILE
    assert not document.all("script")


@given(st.text(), st.text())
def test_any_text_comes_back(name: str, said: str) -> None:
    element = parsed(tag("p", said, title=name)).one("p")
    assert (element.attributes["title"], element.text) == (name, said)


def test_an_attribute_that_is_false_is_left_out() -> None:
    assert tag("input", checked=True, disabled=False, aria_label="a", class_="b") == '<input checked aria-label="a" class="b">'


def test_the_page_runs_nothing_and_loads_nothing() -> None:
    html = page([banks()])
    policy = next(m.attributes["content"] for m in parsed(html).all("meta") if "http-equiv" in m.attributes)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not re.search(r"<script|https?:|url\(|@import|\bsrc=|\bhref=", html)


def test_a_page_is_the_same_each_time_and_a_fragment_never_shares_a_name() -> None:
    assert page([banks()]) == page([banks()])
    first, second = ({e.attributes["id"] for e in parsed(fragment([banks()])).inside() if "id" in e.attributes} for _ in range(2))
    assert not first & second


def test_a_fragment_is_one_element_with_no_document_around_it() -> None:
    (root,) = parsed(fragment([banks()])).children
    assert isinstance(root, Element)
    assert (root.name, root.classes) == ("div", ["senselens"])
    assert not {e.name for e in root.inside()} & {"html", "head", "body", "meta", "title"}
    assert root.one(".lens").text == parsed(page([banks()])).one(".lens").text


def test_no_style_reaches_out_of_the_class() -> None:
    css = re.sub(r"/\*.*?\*/", "", parsed(page([])).one("style").text, flags=re.S)
    selectors = [s.strip() for s in re.findall(r"([^{};]+)\{", css)]
    inner = [s for s in selectors if not s.startswith("@") and s != "from"]
    assert len(inner) > 60
    apart = re.compile(r",(?![^()]*\))")  # a comma that is in no brackets
    assert not [part for s in inner for part in apart.split(s) if ".senselens" not in part]


def test_every_tone_has_a_colour_a_line_of_its_own_and_no_other_is_used() -> None:
    text = " ".join(["bank"] * 6)
    words = [word(text, "bank", n, mini=reading(replace(MONEY, sense_id=str(n)))) for n in range(6)]
    tones = [label.classes[1] for label in parsed(page([inspection(text, *words)])).all(".word")]
    assert tones == ["t0", "t1", "t2", "t3", "t0", "t1"]
    css = parsed(page([])).one("style").text
    assert set(re.findall(r"--(t\d): light-dark", css)) == set(tones)
    assert re.findall(r"\.(t\d) { --tone: var\(--(t\d)\)", css) == [(tone, tone) for tone in sorted(set(tones))]
    assert set(re.findall(r"\.word\.(t\d) { text-decoration-style", css)) == set(tones) - {"t0"}


@pytest.mark.parametrize(("share", "shown"), [(0, "0"), (0.004, "<1"), (0.006, "1"), (0.914, "91"), (1, "100")])
def test_a_probability_that_is_none_is_not_shown_as_nought(share: float, shown: str) -> None:
    assert percent(share) == f"{shown}\u202f%"
