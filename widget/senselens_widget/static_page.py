"""Inspections as a page that needs no script, no server and no network: one radio button for each word, and CSS.

The pinned word is the button that is checked, so arrow keys, a finger and a screen reader walk the words with nothing
of ours in between. Where a host takes the styles away (GitHub; JupyterLab, for a notebook it does not trust), buttons and
cards are hidden, the text stays whole, and below it stands what its words mean.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import count
from secrets import token_hex
from typing import TYPE_CHECKING

from senselens_widget.card import Shown, card, likeliest, percent
from senselens_widget.markup import Html, tag

if TYPE_CHECKING:
    from senselens import InspectedWord, Inspection, Span

TONES = 4  # in card.css
_BLANK_LINES = re.compile(r"\n\s*\n")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # if a text did smuggle something in, nothing would load it


def page(inspections: Sequence[Inspection], title: str = "What the words mean here") -> str:
    """The HTML file that shows *inspections*, one below the other; the same for the same inspections."""
    style, lens = lens_of(inspections, "word")
    return document(title, _POLICY, style, lens)


def fragment(inspections: Sequence[Inspection], most: int | None = None) -> str:
    """The same for the output of a notebook's cell: no document around it, and no style or name that reaches out of it.

    Only the first words have a card, *most* readings of models in all (None: every word): at some 3 kB each, they add up.
    """
    style, lens = lens_of(inspections, f"word-{token_hex(4)}", most)
    return tag("div", style, lens, class_="senselens")


def document(title: str, policy: str, style: Html, *content: Html) -> str:
    """A whole HTML file; *policy* says what it may load and run."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        style,
    )
    main = tag("main", tag("h1", title, dir="auto"), *content, class_="senselens")
    return "<!doctype html>\n" + tag("html", head, tag("body", main, class_="senselens-page"), lang="en") + "\n"


def lens_of(inspections: Sequence[Inspection], prefix: str, most: int | None = None) -> tuple[Html, Html]:
    """The style sheet for *inspections* and what shows them, whose ids begin with *prefix*; *most* as for `fragment`."""
    if most is not None:
        inspections = [_beginning(one, most) for one in inspections]
    shown = _shown(inspections, prefix)
    return style_of(shown), _lens(inspections, shown)


def _beginning(inspection: Inspection, most: int) -> Inspection:
    words = sorted(inspection.words, key=lambda word: word.span)
    return replace(inspection, words=tuple(words[: most // max(1, len(inspection.models))]))


def _shown(inspections: Iterable[Inspection], prefix: str) -> list[dict[Span, Shown]]:
    """The words of each inspection in the order of its text, with the ids and tones that are theirs on one page."""
    of_text = [(inspection, sorted(inspection.words, key=lambda word: word.span)) for inspection in inspections]
    tones = iter(_tones([word for _, words in of_text for word in words]))
    ids = (f"{prefix}-{number}" for number in count())
    return [{w.span: Shown(inspection, w, next(ids), next(tones)) for w in words} for inspection, words in of_text]


def _tones(words: Iterable[InspectedWord]) -> list[str]:
    """``t0``, ``t1``, … for the likeliest senses of a lemma, in the order in which they occur."""
    tops = [likeliest(word) for word in words]
    uses = Counter(top.lemma for top in tops if top)
    found: dict[str, list[str]] = defaultdict(list)
    for top in tops:
        if top and top.sense_id not in found[top.lemma]:
            found[top.lemma].append(top.sense_id)
    return [f"t{found[t.lemma].index(t.sense_id) % TONES}" if t and uses[t.lemma] > 1 else "" for t in tops]


def style_of(shown: Iterable[dict[Span, Shown]] = ()) -> Html:
    """The style sheet, and which card belongs to which button."""
    rules = [files("senselens_widget").joinpath(name).read_text(encoding="utf-8") for name in ("card.css", "static_page.css")]
    for one in (one for uses in shown for one in uses.values()):
        rules.append(f".senselens .text:has(> .word > #{one.id}:checked) + .cards > #{one.id}-card {{ --pinned: block }}")
        rules.append(f".senselens .text:has(> .word:hover > #{one.id}) + .cards > #{one.id}-card {{ --pointed: block }}")
    return tag("style", Html("\n".join(rules)))


def _lens(inspections: Iterable[Inspection], shown: Sequence[dict[Span, Shown]]) -> Html:
    opened = max((one for uses in shown for one in uses.values()), key=_surprise, default=None)
    blocks = []
    for inspection, uses in zip(inspections, shown, strict=True):
        for start, end in _paragraphs(inspection.text):
            inside = [one for span, one in uses.items() if start <= span.start < end]
            text = tag("p", *_text(inspection.text, start, end, inside, opened), class_="text", dir="auto")
            cards = tag("div", *(card(one, uses) for one in inside), class_="cards")
            blocks.append(tag("div", text, cards, *_plain(inside), class_="block"))
    return tag("div", *blocks, *_legend(one for uses in shown for one in uses.values()), class_="lens")


def _plain(words: Iterable[Shown]) -> Iterator[Html]:
    """What words mean, for a reader without styles."""
    tops = ((one.word.word, top) for one in words if (top := likeliest(one.word)))
    said = [tag("li", tag("b", word), f": {top.gloss} ({percent(top.probability)})", dir="auto") for word, top in tops]
    if said:
        yield tag("ul", *said, class_="plain")


def _legend(shown: Iterable[Shown]) -> Iterator[Html]:
    """What the lines under a word say, for each lemma that is used in several senses."""
    found: dict[str, dict[str, Html]] = defaultdict(dict)
    for one in shown:
        if one.tone and (top := likeliest(one.word)):
            found[top.lemma].setdefault(top.sense_id, tag("dd", tag("span", class_=f"line {one.tone}"), tag("bdi", top.gloss)))
    several = [(lemma, senses) for lemma, senses in found.items() if len(senses) > 1]
    if several:
        parts = (part for lemma, senses in several for part in (tag("dt", lemma), *senses.values()))
        yield tag("dl", *parts, class_="legend", hidden="hidden")


def _surprise(one: Shown) -> tuple[bool, bool, bool]:
    """What makes a word worth opening the page at: it is used again, and does not mean here what it mostly means."""
    top = likeliest(one.word)
    again = any(reading.others for reading in one.word.readings.values())
    return again, top is not None and not top.first_sense, top is not None


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for blank in _BLANK_LINES.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _text(text: str, start: int, end: int, words: Iterable[Shown], opened: Shown | None) -> Iterator[str]:
    """A paragraph with a radio button in each of its words, which tells a screen reader what the word means."""
    for one in words:
        top = likeliest(one.word)
        says = f"{one.word.word}: {top.gloss}, {percent(top.probability)}" if top else one.word.word
        name = one.id.rpartition("-")[0]
        radio = tag("input", type="radio", name=name, id=one.id, checked=one is opened, aria_label=says, hidden="hidden")
        yield text[start : one.word.span.start]
        yield tag("label", radio, one.word.word, class_=f"word {one.tone}".rstrip() if top else "word untold")
        start = one.word.span.end
    yield text[start:end]
