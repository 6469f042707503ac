"""What the models say of one word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from senselens_widget.curves import curves
from senselens_widget.markup import Html, tag

if TYPE_CHECKING:
    from senselens import Guess, InspectedModel, InspectedWord, Inspection, OtherUse, SenseMatch, Span, WordReading

PARTS = {"n": "noun", "v": "verb", "a": "adjective", "r": "adverb"}
SENSES = 3  # shown before one asks for more
OTHERS = 8
CONTEXT = 36  # characters on either side of another use
DOT = "\u00a0· "  # never at the start of a line


class Shown(NamedTuple):
    """A word of a page. Its *tone* tells the senses of one lemma apart; it is empty for a lemma that is used once."""

    inspection: Inspection
    word: InspectedWord
    id: str
    tone: str


def card(one: Shown, uses: Mapping[Span, Shown]) -> Html:
    """All that the models say of a word; *uses* are the words of its text that have a card too."""
    models = {model.name: model for model in one.inspection.models}
    readings = [(models[name], reading) for name, reading in one.word.readings.items()]
    top = likeliest(one.word)
    header = [tag("h2", tag("bdi", one.word.word)), " ", *([_part(top), " "] if top else [])]
    if len(readings) == 1:
        ((model, reading),) = readings
        header.append(tag("span", _name(model), class_="model soft"))
        body = list(_reading(one, uses, model, reading))
    else:
        body = [
            tag("details", _summary(model, reading), *_reading(one, uses, model, reading), class_="model")
            for model, reading in readings
        ]
    return tag(
        "article",
        tag("header", *header),
        *body,
        class_=f"card {one.tone}".rstrip(),
        id=f"{one.id}-card",
        aria_label=one.word.word,
        hidden="hidden",  # until the style sheet says otherwise; JupyterLab takes an attribute without a value away
    )


def likeliest(word: InspectedWord) -> SenseMatch | None:
    """The likeliest sense of *word* under the first model that tells one."""
    return next((reading.senses[0] for reading in word.readings.values() if reading.senses), None)


def percent(share: float) -> str:
    """``91 %``; ``<1 %`` rather than a nought that is none."""
    return "<1\u202f%" if 0 < share < 0.005 else f"{100 * share:.0f}\u202f%"


def _name(model: InspectedModel) -> str:
    last = len(model.baselines) - 1
    return f"{model.name}, layer {model.sense_layer} of {last}" if last else model.name


def _summary(model: InspectedModel, reading: WordReading) -> Html:
    """A model's answer in a line, so that models can be compared while they are closed."""
    answer = f"{percent(reading.senses[0].probability)} {reading.senses[0].gloss}" if reading.senses else "no sense to tell"
    return tag("summary", tag("b", _name(model)), " ", tag("span", answer, class_="soft"))


def _reading(one: Shown, uses: Mapping[Span, Shown], model: InspectedModel, reading: WordReading) -> Iterator[Html]:
    yield tag("section", tag("h3", "Means here"), *_senses(one.word.word, reading.senses))
    if reading.guesses:
        yield tag("section", tag("h3", "What else fits here"), _guesses(reading.guesses))
    if reading.others:
        pairs = sorted(zip(reading.others, reading.layers, strict=True), key=lambda pair: -pair[0].similarity.same_sense)
        table = _others(one.inspection, uses, [other for other, _ in pairs[:OTHERS]])
        more = [tag("p", f"and {len(pairs) - OTHERS} more", class_="soft")] if len(pairs) > OTHERS else []
        yield tag("section", tag("h3", "The same word elsewhere"), table, *more)
        if len(model.baselines) == 1:
            return
        tones = [_tone(other, uses) for other, _ in pairs[:OTHERS]]
        drawn = curves(model.sense_layer, model.baselines, [curve for _, curve in pairs[:OTHERS]], tones)
        said = f"Cosine at each layer; 0 is the input, {model.sense_layer} the layer used. "
        caption = tag("figcaption", said, tag("span", "Dashed: random words.", class_="dashed"), class_="soft")
        yield tag("section", tag("h3", "Layer by layer"), tag("figure", drawn, caption))


def _senses(word: str, senses: Sequence[SenseMatch]) -> Iterator[Html]:
    """The likeliest senses and, wherever it ranks, the most frequent one; the others for whoever asks."""
    if not senses:
        yield tag("p", tag("bdi", word), " has no sense to tell here.", class_="soft")
        return
    shown = [sense for sense in senses if sense.rank <= SENSES or sense.first_sense]
    rest = [sense for sense in senses if sense not in shown]
    yield tag("ol", *map(_sense, shown), class_="senses")
    if rest:
        name = "one more sense" if len(rest) == 1 else f"{len(rest)} more senses"
        yield tag("details", tag("summary", name), tag("ol", *map(_sense, rest), class_="senses"))


def _sense(sense: SenseMatch) -> Html:
    notes: list[str] = [tag("span", sense.gloss, class_="gloss"), DOT, _part(sense)]
    if sense.first_sense:
        notes += [DOT, tag("span", "most frequent", class_="first")]
    if sense.synonyms:
        notes += [DOT, tag("span", "also ", ", ".join(sense.synonyms), class_="soft")]
    return tag("li", _share(sense.probability), " ", tag("span", *notes, dir="auto"))


def _part(sense: SenseMatch) -> Html:
    return tag("span", PARTS.get(sense.pos, sense.pos), class_="soft")


def _share(share: float) -> Html:
    return tag("span", percent(share), _bar(share), class_="share")


def _bar(share: float) -> Html:
    return tag("span", tag("span", style=f"width:{100 * share:.1f}%"), class_="bar")


def _guesses(guesses: Sequence[Guess]) -> Html:
    most = max(guess.probability for guess in guesses)
    found = (
        tag("li", tag("bdi", g.word), " ", _bar(g.probability / most), tag("span", percent(g.probability), class_="soft"))
        for g in guesses
    )
    return tag("ol", *found, class_="guesses")


def _others(inspection: Inspection, uses: Mapping[Span, Shown], others: Sequence[OtherUse]) -> Html:
    heads = tag("tr", *(tag("th", name, scope="col") for name in ("use", "same sense", "cosine")))
    rows = []
    for number, other in enumerate(others, start=1):
        said, target = _excerpt(inspection, other.span), uses.get(other.span)
        where = tag("label", *said, for_=target.id) if target else tag("span", *said)
        name = tag("span", str(number), class_=f"number {_tone(other, uses)}".rstrip())
        use = tag("td", tag("span", name, " ", tag("bdi", where), class_="use"))
        figures = (tag("td", figure) for figure in (_share(other.similarity.same_sense), _cosine(other.similarity.cosine)))
        rows.append(tag("tr", use, *figures))
    random = tag("td", tag("span", tag("span"), "two random words", class_="use"))
    rows.append(tag("tr", random, tag("td"), tag("td", _cosine(others[0].similarity.baseline)), class_="soft"))
    return tag("table", tag("thead", heads), tag("tbody", *rows), class_="uses")


def _cosine(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _tone(other: OtherUse, uses: Mapping[Span, Shown]) -> str:
    return uses[other.span].tone if other.span in uses else ""


def _excerpt(inspection: Inspection, span: Span) -> tuple[str, str, str]:
    """The word between what stands before and after it in its sentence, cut between words."""
    text = inspection.text
    start, end = next((s.start, s.end) for s in inspection.sentences if s.start <= span.start < s.end)
    before, after = text[start : span.start], text[span.end : end]
    if len(before) > CONTEXT:
        before = "…" + (before[-CONTEXT - 1 :].partition(" ")[2] or before[-CONTEXT:])
    if len(after) > CONTEXT:
        after = (after[: CONTEXT + 1].rpartition(" ")[0] or after[:CONTEXT]) + "…"
    return before, tag("b", span.of(text)), after
