"""Every view but the inspector in cells of a notebook, and what each of them is asked there."""

from __future__ import annotations

import re

from browser import SLOW
from playwright.sync_api import Page, expect

IMPORT = "import senselens_widget as w"
VIEWS = (
    "masks = w.MaskedWords('We sat by the river bank.', masked=['river'])\nmasks",
    "inputs = w.InputRepresentation('My dog is cute.', 'He likes playing.')\ninputs",
    "pairs = w.NextSentence('We sat down.', 'The water was cold.')\npairs",
    "heads = w.AttentionView('The river bank.')\nheads",
    "banks = w.SenseMap(['We sat by the river bank.', 'The bank lends money.', 'Banks lend.'], 'bank')\nbanks",
    "matrix = w.SimilarityMatrix(['We sat down.', 'The water was cold.', 'It was warm.'])\nmatrix",
    "mix = w.LayerMix(['We sat by the river bank.', 'The bank lends money.'], 'bank')\nmix",
    "models = w.ModelTable(['mini'])\nmodels",
)


def views_are_answered(page: Page) -> None:
    """What only the kernel can say appears in each of `VIEWS`."""
    masks = page.locator(".masked-words")
    masks.get_by_role("button", name="bank", exact=True).click(timeout=SLOW)
    expect(masks.locator(".together li")).to_have_count(3, timeout=SLOW)
    masks.get_by_role("button", name="Change the text").click()
    masks.locator("textarea").fill("The plane will bank left.")
    page.keyboard.press("Enter")
    expect(masks.locator(".card .form")).to_have_text(["plane"], timeout=SLOW)
    expect(masks.locator(".guesses li")).to_have_count(5, timeout=SLOW)

    inputs = page.locator(".input")
    inputs.get_by_role("button", name="Change the second text").click(timeout=SLOW)
    inputs.locator("textarea").fill("Hello")
    page.keyboard.press("Enter")
    expect(inputs.locator("thead button").nth(-2)).to_have_text("hello", timeout=SLOW)

    pairs = page.locator(".next-sentence")
    pairs.get_by_role("button", name="Swap").click(timeout=SLOW)
    expect(pairs.locator(".verdict b")).to_have_text(re.compile(r"^\d"), timeout=SLOW)

    heads = page.locator(".attention")
    heads.get_by_role("radio", name="layer 1, head 1", exact=True).click(timeout=SLOW)
    expect(heads.locator("h2")).to_have_text("Layer 1, head 1")

    places = page.locator(".sense-map")
    places.locator(".plot").focus(timeout=SLOW)
    for key in ("PageDown", "PageDown", "PageDown", "Enter"):
        page.keyboard.press(key)
    expect(places.locator(".concordance b")).to_have_text(["Banks"])
    places.get_by_role("radio", name="t-SNE").click()
    expect(places.locator(".axes")).to_contain_text("t-SNE keeps neighbours together", timeout=SLOW)

    matrix = page.locator(".matrix")
    matrix.get_by_role("searchbox").fill("sitting")
    expect(matrix.locator(".ranked li bdi").first).to_have_text("We sat down.", timeout=SLOW)

    mix = page.locator(".mix")
    mix.get_by_role("button", name="layer 6 alone").click(timeout=SLOW)
    expect(mix.locator(".compared .share")).to_have_text(re.compile(r"%$"))
    expect(page.locator(".models tbody th")).to_contain_text("mini", timeout=SLOW)
