"""Make the pictures of the views again: ``make script && python docs/images/views.py [name …]``. What they show is computed."""

from __future__ import annotations

import lzma
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2] / "tests"))

import numpy as np
from browser import Tab, View, launched
from shared_data import shared

import senselens as sl
from senselens_widget import (
    AttentionView,
    InputRepresentation,
    LayerMix,
    MaskedWords,
    ModelTable,
    NextSentence,
    SenseMap,
    SimilarityMatrix,
    page,
)
from senselens_widget import View as AnyView

HERE = Path(__file__).parent
BANKS = [
    "I deposited my money at the bank.",
    "We sat by the river bank.",
    "The plane will bank left.",
    "She withdrew some cash from the bank.",
]
SENTENCES = [  # after the demonstration of the Universal Sentence Encoder on TF Hub, in other words
    "How old are you?",
    "What is your age?",
    "My phone works well.",
    "Your cellphone looks great.",
    "Will it snow tomorrow?",
    "Several hurricanes have hit the coast this year.",
    "The climate is warming.",
    "An apple a day keeps the doctor away.",
    "Strawberries are good for you.",
    "A cat sat on the mat.",
    "The kitten slept on a rug.",
]
USES = 400
UNRELATED = "Interest rates fell again in March."
WALK = """We walked along the river until the light began to fail. The bank was steep, and the mill on the other side had
closed its doors in spring. A light rain fell, as light as dust.

My father had kept his money in a bank of the town until the mill closed; then he kept it in a box under the bed, and the
interest he took in banks was small. The spring of the old lock still worked. He would light a lamp, close the box, and count.

In the morning we followed the bank down to the lock. The spring there never runs dry. "The current runs too fast for a boat",
he said, "and your current plan is no plan." He had a point: at the point where the river bends, the water was white."""


@dataclass(frozen=True)
class Picture:
    """A view in some state: its traits, how wide the page is, what lies behind it, and what is done to it first."""

    traits: dict[str, Any]
    width: int = 1240
    background: str = "#fff"
    act: Callable[[View], object] = lambda view: view.word("bank", 1).hover()


def inspector() -> dict[str, Picture]:
    text = "\n\n".join(BANKS)
    one = sl.inspect(text).to_dict()
    two = sl.inspect(text, ["glove", "mini"]).to_dict()
    banks = [word["span"] for word in one["words"] if word["word"] == "bank"]
    live = {"live": True, "text": text}
    return {
        "inspector-light": Picture({"inspection": two, **live}),
        "inspector-dark": Picture({"inspection": one, **live}, 900, "#111418"),
        "inspector-narrow": Picture({"inspection": one, **live}, 380),
        "inspector-static": Picture({"inspection": two, "model_name": "glove", **live}),
        "inspector-pinned": Picture({"inspection": one, "pinned": [banks[0], banks[2]], **live}),
        "inspector-masked": Picture({"inspection": one, **live}, 900, act=masked),
        "inspector-long": Picture({"inspection": sl.inspect(WALK).to_dict()}, act=lambda view: view.word("spring", 1).hover()),
        "inspector-error": Picture({"inspection": None, "error": unknown(), **live}, 900, act=nothing),
    }


def masked_words() -> dict[str, Picture]:
    view = MaskedWords("We sat by the river and watched the boats go down to the sea.", ("mini", "elmo"), ["river"])
    view.wait()
    one = state_of(view)
    view.masked = [*view.masked, next(span for span in view.words if span.of(view.text) == "boats")]
    view.wait()
    for view.seed in range(40):  # until all three things that are done to pieces are in one picture
        view.wait()
        example = view.examples[-1]
        if {target["action"] for target in example["targets"]} == {"mask", "replace", "keep"}:
            break
    training = {**state_of(view), "training": 3}
    return {
        "masked-words-light": Picture(one, 900, act=lambda view: view.find("h3").nth(1).hover()),
        "masked-words-dark": Picture(state_of(view), 900, "#111418", act=nothing),
        "masked-words-narrow": Picture(one, 380, act=nothing),
        "masked-words-training": Picture(training, 900, act=nothing),
        "masked-words-training-narrow": Picture({**training, "training": 2}, 380, act=nothing),
    }


def input_representation() -> dict[str, Picture]:
    view = InputRepresentation("My dog is cute.", "He likes playing unicycles.")
    view.wait()
    shown = state_of(view)
    return {
        "input-light": Picture(shown, 1180, act=nothing),
        "input-dark": Picture({**shown, "selection": 9}, 900, "#111418", act=nothing),
        "input-narrow": Picture(shown, 380, act=nothing),
    }


def next_sentence() -> dict[str, Picture]:
    view = NextSentence([("We walked down to the river.", "The water was cold."), ("We walked down to the river.", UNRELATED)])
    view.wait()
    return {
        "next-sentence-light": Picture(state_of(view), 760, act=nothing),
        "next-sentence-dark": Picture(state_of(view), 760, "#111418", act=nothing),
        "next-sentence-narrow": Picture(state_of(view), 380, act=nothing),
    }


def attention() -> dict[str, Picture]:
    view = AttentionView("The animal didn't cross the street because it was too tired.")
    view.wait()
    it = {**state_of(view), "selection": view.pieces.index("it"), "layer": 3, "head": 4}
    return {
        "attention-light": Picture(it, 1100, act=nothing),
        "attention-dark": Picture({**it, "selection": None}, 1100, "#111418", act=nothing),
        "attention-narrow": Picture(it, 380, act=nothing),
    }


def sense_map() -> dict[str, Picture]:
    """Of uses in the training corpus, which is beside the checkout."""
    found: list[str] = []
    with lzma.open(shared("data", "corpus", "train.txt.xz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            found += [own for span in sl.sentences(line) if re.search(r"\bbanks?\b", own := span.of(line))]
            if len(found) >= USES:
                break
    view = SenseMap(found[:USES], "bank", method="umap")
    view.wait()
    view.method = "pca"
    view.wait()
    shown = state_of(view)
    group = np.frombuffer(shown["group_of"], "<u2")
    chosen = np.flatnonzero(group == 1)[:30].tolist()
    return {
        "sense-map-light": Picture(shown, act=walked),
        "sense-map-dark": Picture({**shown, "method": "umap", "selection": chosen}, 1240, "#111418", act=nothing),
        "sense-map-narrow": Picture(shown, 380, act=nothing),
    }


def walked(view: View) -> None:
    view.page.locator(".plot").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        view.page.keyboard.press(key)


def similarity_matrix() -> dict[str, Picture]:
    view = SimilarityMatrix(SENTENCES, "use", queries=["bad weather", "fruit"])
    view.wait()
    shown = {**state_of(view), "query": "bad weather"}
    return {
        "matrix-light": Picture({**shown, "selection": [0, 1]}, act=nothing),
        "matrix-dark": Picture({**shown, "clustered": True}, 1240, "#111418", act=nothing),
        "matrix-narrow": Picture({**shown, "query": "", "selection": [2, 3]}, 380, act=nothing),
    }


def layer_mix() -> dict[str, Picture]:
    view = LayerMix(BANKS, "bank")
    view.wait()
    shown = state_of(view)
    alone = [-6.0] * 6 + [6.0]
    return {
        "layer-mix-light": Picture({**shown, "weights": [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 3.5]}, 1180, act=nothing),
        "layer-mix-dark": Picture({**shown, "weights": alone}, 1180, "#111418", act=nothing),
        "layer-mix-narrow": Picture({**shown, "weights": alone}, 380, act=nothing),
    }


def model_table() -> dict[str, Picture]:
    view = ModelTable()
    view.wait()
    compared = ModelTable(["glove", "mini", "use"], BANKS[:3], "bank")
    compared.wait()
    return {
        "model-table-light": Picture(state_of(view), act=nothing),
        "model-table-dark": Picture({**state_of(compared), "sort": "-speed"}, 1240, "#111418", act=nothing),
        "model-table-narrow": Picture(state_of(compared), 380, act=nothing),
    }


def state_of(view: AnyView) -> dict[str, Any]:
    """The traits of a view as its page in a notebook has them."""
    return {**view._kept(), "live": True}


def nothing(_: View) -> None:
    """A view as it comes."""


def masked(view: View) -> None:
    view.word("bank", 2).click()
    view.card.get_by_role("button", name="Mask").click()


def unknown() -> str:
    try:
        sl.load("brt")
    except sl.UnknownModel as error:
        return str(error)
    raise AssertionError("a model is called brt")


def draw(tab: Tab, name: str, picture: Picture) -> None:
    tab.clear()
    tab.page.set_viewport_size({"width": picture.width, "height": 300})
    view = tab.show(picture.traits, around=f"background:{picture.background}")
    picture.act(view)
    shoot(tab, name)


def shoot(tab: Tab, name: str) -> None:
    """In a window as high as the page: what lies outside it, a browser need not have painted."""
    height = 0
    while (needed := tab.page.evaluate("document.documentElement.scrollHeight")) > height:  # a card may fill the window
        height = needed
        tab.page.set_viewport_size({"width": tab.page.evaluate("innerWidth"), "height": height})
        tab.page.wait_for_timeout(300)
    tab.page.screenshot(path=HERE / f"{name}.png", full_page=True, animations="disabled")


GROUPS = {  # by what the names of their pictures begin with
    "inspector": inspector,
    "masked-words": masked_words,
    "input": input_representation,
    "next-sentence": next_sentence,
    "attention": attention,
    "sense-map": sense_map,
    "matrix": similarity_matrix,
    "layer-mix": layer_mix,
    "model-table": model_table,
}


def main(names: Iterable[str]) -> None:
    """Draw the pictures called *names*, or those whose names begin so; all without any."""
    beginnings = tuple(names) or ("",)
    html = page([sl.inspect(" ".join(BANKS))])
    with launched() as browser:
        tab = Tab(browser)
        for group, pictures in GROUPS.items():
            if not any(group.startswith(one) or one.startswith(group) for one in beginnings):
                continue
            for name, picture in pictures().items():
                if name.startswith(beginnings):
                    draw(tab, name, picture)
        for name, width, scheme in (("page-light", 1180, "light"), ("page-dark", 1180, "dark"), ("page-narrow", 380, "light")):
            if name.startswith(beginnings):
                tab.clear()
                tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                tab.page.set_viewport_size({"width": width, "height": 300})
                tab.page.set_content(html)
                shoot(tab, name)
        tab.settle()


if __name__ == "__main__":
    main(sys.argv[1:])
