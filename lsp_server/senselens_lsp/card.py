"""What a hover says of a word, line by line: its sense here, the runners-up, its other uses, what else fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import senselens as sl
from senselens_lsp.configuration import Configuration
from senselens_lsp.engine import EVEN, Found
from senselens_lsp.markup import Markup

PARTS = {"n": "noun", "v": "verb", "a": "adjective", "r": "adverb"}
BLOCKS = 5
MOST_LINES = 4  # numbers of lines on each side
LIKELY = 0.005  # a sense less probable than this is not shown


def card(found: Found, configuration: Configuration, markup: Markup, panel: str | None = None) -> str:
    """The hover of a word; *panel* is the client's command that opens the panel, if it has one."""
    seen = found.seen
    blocks = [*_read(found, seen, configuration, markup)] if seen else [*_unread(found, configuration, markup)]
    if panel:
        blocks.append(markup.link("Open panel", f"command:{panel}?{quote(json.dumps([_place(found)]))}"))
    return "\n\n".join(block for block in blocks if block)


def percent(share: float) -> str:
    """``81 %``; ``<1 %`` and ``>99 %`` rather than a certainty that is none."""
    if 0 < share < 0.005:
        return "<1\u202f%"
    return ">99\u202f%" if 0.995 <= share < 1 else f"{100 * share:.0f}\u202f%"


def bar(share: float) -> str:
    """A probability as a row of blocks."""
    full = round(share * BLOCKS)
    return "▰" * full + "▱" * (BLOCKS - full)


def _read(found: Found, seen: sl.WordReading, configuration: Configuration, markup: Markup) -> Iterator[str]:
    if seen.senses:
        first, *others = seen.senses
        yield f"{_title(found.word, first.lemma, markup)} {_part(first.pos, markup)} {_share(first.probability)}"
        yield markup.text(first.gloss)
        shown = [s for s in others[: configuration.senses - 1] if s.probability >= LIKELY]
        shown += [s for s in others if s.first_sense and s not in shown]
        yield "\n".join(markup.item(_runner_up(sense, markup)) for sense in shown)
        yield _uses(found, seen.others)
    else:
        yield markup.strong(found.word)
    if seen.guesses:
        fitting = " · ".join(f"{markup.text(g.word)} {percent(g.probability)}" for g in seen.guesses)
        yield f"Fits here: {fitting}"


def _unread(found: Found, configuration: Configuration, markup: Markup) -> Iterator[str]:
    yield f"{_title(found.word, found.senses[0].lemma, markup)} – its senses, the most frequent first (the model is being loaded)"
    senses = sorted(found.senses, key=lambda s: -s.count)[: configuration.senses]
    yield "\n".join(markup.item(f"{_part(s.pos, markup)} {markup.text(s.gloss)}") for s in senses)


def _title(word: str, lemma: str, markup: Markup) -> str:
    return markup.strong(word) + ("" if word.casefold() == lemma.casefold() else f" ({markup.text(lemma)})")


def _part(pos: str, markup: Markup) -> str:
    return markup.emphasis(PARTS.get(pos, pos))


def _runner_up(sense: sl.SenseMatch, markup: Markup) -> str:
    usual = f" – {markup.emphasis('its most frequent sense')}" if sense.first_sense else ""
    return f"{_share(sense.probability)} {_part(sense.pos, markup)} {markup.text(sense.gloss)}{usual}"


def _share(share: float) -> str:
    return f"{bar(share)} {percent(share)}"


def _uses(found: Found, others: Sequence[sl.OtherUse]) -> str:
    same = [(use, use.similarity.same_sense) for use in others if use.similarity.same_sense >= EVEN]
    different = [(use, 1 - use.similarity.same_sense) for use in others if use.similarity.same_sense < EVEN]
    said = [f"{what} {_lines(found, uses)}" for what, uses in (("Same sense as", same), ("Different from", different)) if uses]
    return "  \n".join(said)


def _lines(found: Found, uses: Sequence[tuple[sl.OtherUse, float]]) -> str:
    """Where the surest of *uses* are, in order of the text."""
    surest = sorted(sorted(uses, key=lambda use: -use[1])[:MOST_LINES], key=lambda use: use[0].span)
    here, _ = found.reading.place(found.span)
    lines: dict[str, list[str]] = {}
    for use, share in surest:
        lines.setdefault(found.reading.line(use.span, here), []).append(percent(share))
    said = ", ".join(f"{line} ({', '.join(shares)})" for line, shares in lines.items())
    return said + (f" and {len(uses) - MOST_LINES} more" if len(uses) > MOST_LINES else "")


def _place(found: Found) -> dict[str, object]:
    uri, where = found.reading.location(found.span)
    return {"uri": uri, "position": {"line": where.start.line, "character": where.start.character}}
