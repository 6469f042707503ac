"""The answers as a terminal shows them: colours and bars for a person, plain lines for a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from senselens.availability import Availability
from senselens.cards import Card
from senselens.disambiguation import SenseMatch
from senselens.encoding import Use
from senselens.inspection import InspectedWord, Inspection, OtherUse
from senselens.lexical_substitution import Substitute
from senselens.likeness import Similarity
from senselens.model import Guess, JointGuess
from senselens.question_answering import Answer
from senselens.semantic_search import Hit
from senselens.text import Span, printable

STATES = {"here": "green", "downloadable": "cyan", "unavailable": "yellow"}
PARTS = {"n": "noun", "v": "verb", "a": "adjective", "r": "adverb"}
BLOCKS = " ▏▎▍▌▋▊▉█"
PIPE_WIDTH = 110


def console(pipe_width: int = PIPE_WIDTH) -> Console:
    """Standard output; plain and of a fixed width when it is no terminal."""
    terminal = sys.stdout.isatty()
    return Console(file=sys.stdout, width=None if terminal else pipe_width, highlight=False, markup=False, emoji=False)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, from the second on that the work takes longer than one; none when that is no terminal."""
    began = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    task = bar.add_task(doing)

    def step(done: int, total: int) -> None:
        if time.monotonic() - began > 1:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield step
    finally:
        bar.stop()


def percent(share: float) -> str:
    """``91 %``, on one line; ``<1 %`` rather than a nought that is none."""
    return "<1\N{NO-BREAK SPACE}%" if 0 < share < 0.005 else f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def bar(share: float, width: int = 10) -> Text:
    """A bar of *share* (0 to 1) in eighths of a cell; empty text where no colour is shown."""
    if not sys.stdout.isatty():
        return Text("")
    eighths = round(share * width * 8)
    filled = "█" * (eighths // 8) + BLOCKS[eighths % 8].strip()
    return Text(filled.ljust(width), style="cyan")


def show_looks(inspections: Sequence[Inspection], k: int) -> None:
    """Each text's words; side by side when there are several texts and one word of each."""
    out = console()
    if len(inspections) > 1 and all(len(i.words) == 1 for i in inspections):
        width = max(26, (out.width - 2 * len(inspections)) // len(inspections))
        fit = max(1, out.width // (width + 1))
        cards = [_card(i, i.words[0], min(k, 3), width) for i in inspections]
        for start in range(0, len(cards), fit):
            grid = Table.grid(padding=(0, 2), expand=False)
            for _ in cards[start : start + fit]:
                grid.add_column(width=width - 2)
            grid.add_row(*cards[start : start + fit])
            out.print(grid)
        return
    for inspection in inspections:
        if len(inspection.words) == 1:
            out.print(_card(inspection, inspection.words[0], k, out.width))
        else:
            out.print(_overview(inspection))


def _card(inspection: Inspection, word: InspectedWord, k: int, width: int) -> RenderableType:
    """All there is to say of one word."""
    parts: list[RenderableType] = [_in_context(inspection, word.span), Text("")]
    for reading in word.readings.values():
        parts += [_heading("means here"), _senses_table(reading.senses[:k], word.word), Text("")]
        if reading.guesses:
            fits = "  ".join(f"{g.word}\N{NO-BREAK SPACE}{percent(g.probability)}" for g in reading.guesses[:k])
            parts += [_heading("what else fits here"), Text(fits), Text("")]
        if reading.others:
            parts += [_heading(f"the other uses of {word.word}"), _others_table(inspection, reading.others), Text("")]
    for of_sentence in inspection.neighbours.values():
        if near := of_sentence.get(word.sentence, ()):
            table = _plain_table()
            for n in near:
                line = excerpt(inspection.sentences[n.sentence].of(inspection.text), max(24, width - 8))
                table.add_row(Text(f"{n.cosine:.2f}", style="dim"), Text(line))
            title = f"sentences nearest to this one (cosine; random sentences {near[0].baseline:.2f})"
            parts += [_heading(title), table, Text("")]
    return Group(*parts)


def _overview(inspection: Inspection) -> RenderableType:
    """A line for each word that has senses: the likeliest one, and what else fits."""
    table = Table(box=box.SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False)
    for title, style in (("word", "bold"), ("", ""), ("means here", ""), ("what else fits here", "dim")):
        table.add_column(title, style=style, overflow="fold")
    for word in inspection.words:
        for reading in word.readings.values():
            if reading.senses:
                best = reading.senses[0]
                fits = ", ".join(g.word for g in reading.guesses[:4])
                table.add_row(Text(word.word), Text(percent(best.probability)), Text(best.gloss), Text(fits))
    if not any(word.readings for word in inspection.words):
        names = ", ".join(model.name for model in inspection.models)
        return Text(f"{names} has vectors of sentences only; --word shows the sentences nearest to a word's own")
    if not table.row_count:
        return Text("no word of this text is in the inventory of senses")
    return Group(table, Text("look closer at one of them with --word", style="dim"))


def show_senses(word: str, found: Sequence[SenseMatch]) -> None:
    console().print(_senses_table(found, word, full=True))


def show_guesses(found: Sequence[Sequence[Guess]]) -> None:
    out = console()
    for number, guesses in enumerate(found, start=1):
        if len(found) > 1:
            out.print(_heading(f"mask {number}"))
        table = _plain_table()
        for g in guesses:
            table.add_row(Text(percent(g.probability), style="dim"), bar(g.probability), Text(g.word))
        out.print(table)


def show_texts(found: Sequence[JointGuess] | Sequence[Substitute]) -> None:
    table = _plain_table()
    for g in found:
        table.add_row(Text(percent(g.probability), style="dim"), bar(g.probability), Text(g.text))
    console().print(table)


def show_similarities(uses: Sequence[Use], pairs: Sequence[tuple[int, int, Similarity]]) -> None:
    """The uses, numbered, and every pair of them, most alike first."""
    out = console()
    for number, use in enumerate(uses, start=1):
        out.print(Text.assemble((f"{number}  ", "dim"), marked(use.encoding.text, use.span)))
    table = Table(box=box.SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False)
    for title in ("uses", "same sense", "", "cosine", "random words"):
        table.add_column(title, justify="left" if title in ("uses", "") else "right")
    for i, j, s in sorted(pairs, key=lambda p: -p[2].cosine):
        table.add_row(f"{i + 1} - {j + 1}", percent(s.same_sense), bar(s.same_sense), f"{s.cosine:.2f}", f"{s.baseline:.2f}")
    out.print()
    out.print(table)


def show_hits(found: Sequence[Hit]) -> None:
    table = _plain_table()
    for h in found:
        table.add_row(Text(f"{h.cosine:.2f}", style="dim"), Text(excerpt(h.sentence, 400)))
    out = console()
    out.print(table)
    if found:
        out.print(Text(f"cosines; random sentences {found[0].baseline:.2f}", style="dim"))


def show_surprisal(text: str, values: Sequence[tuple[Span, float]], log_probability: float, perplexity: float) -> None:
    """Each word of *text* with its surprisal in bits, a bar as long as the most surprising word's is full, and the sums."""
    most = max(bits for _, bits in values)
    table = _plain_table()
    table.add_column()
    table.add_column(justify="right")
    for span, bits in values:
        table.add_row(Text(printable(span.of(text))), Text(f"{bits:.1f}"), bar(max(0, bits) / max(most, 1e-9), 30))
    out = console()
    out.print(table)
    out.print(Text(f"log probability {log_probability:.1f} nats, perplexity {perplexity:,.1f} per word", style="dim"))


def show_answers(found: Sequence[Answer]) -> None:
    """Each answer, and where it stands in the text: in reverse on a terminal, in brackets elsewhere."""
    if not found:
        console().print(Text("the text does not answer this question", style="dim"))
        return
    table = _plain_table()
    left, right = ("", "") if sys.stdout.isatty() else ("[", "]")
    for a in found:
        where = Span(max(0, a.span.start - 80), a.span.end + 80)
        before, after = a.context[where.start : a.span.start], a.context[a.span.end : where.end]
        marked = Text("…" * (where.start > 0) + printable(before), style="dim") + Text(
            left + printable(a.text) + right, style="bold reverse not dim"
        )
        marked += Text(printable(after) + "…" * (where.end < len(a.context)), style="dim")
        table.add_row(Text(percent(a.score), style="dim"), Text(printable(a.text), style="bold"))
        table.add_row(Text(""), marked)
    console().print(table)


def show_models(rows: Sequence[tuple[Card, Availability]]) -> None:
    table = Table(box=box.SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False)
    for title in ("name", "family", "layers", "width", "size", "licence", "now", "can"):
        table.add_column(title, justify="right" if title in ("layers", "width", "size") else "left", no_wrap=title == "name")
    for card, now in rows:
        size = f"{card.size / 1e6:,.0f} MB"
        state = Text(now.state, style=STATES[now.state])
        able = ", ".join(card.capabilities)
        table.add_row(card.name, card.family, str(card.layers), str(card.width), size, card.licence, state, able)
    out = console(160)
    out.print(table)
    for (which, how), names in _by_how(rows).items():
        out.print(Text(f"{which} ({how}): ", style="dim") + Text(", ".join(names)))


def _by_how(rows: Sequence[tuple[Card, Availability]]) -> dict[tuple[str, str], list[str]]:
    """The names of what is not here, by what to do or what stands in the way."""
    out: dict[tuple[str, str], list[str]] = {}
    for card, now in rows:
        if now.how:
            out.setdefault((now.state, now.how.replace(f'"{card.name}"', "name")), []).append(card.name)
    return out


def _heading(title: str) -> Text:
    return Text(title, style="bold cyan")


def _plain_table() -> Table:
    return Table.grid(padding=(0, 1))


def _senses_table(found: Sequence[SenseMatch], word: str, full: bool = False) -> RenderableType:
    if not found:
        return Text(f"{word} has no sense to tell here", style="dim")
    table = _plain_table()
    table.add_column(justify="right")
    for s in found:
        gloss = Text(s.gloss, style="bold" if s.rank == 1 else "")
        gloss += Text(f"  {PARTS[s.pos]}", style="dim")
        if s.first_sense:
            gloss += Text("  most frequent", style="dim italic")
        if full:
            gloss += Text(f"\n{s.sense_id}", style="dim")
            gloss += Text("".join(f"\n“{e}”" for e in s.examples), style="dim italic")
        table.add_row(Text(percent(s.probability)), bar(s.probability, 6), gloss)
    return table


def _others_table(inspection: Inspection, others: Sequence[OtherUse], most: int = 8) -> RenderableType:
    table = _plain_table()
    for o in sorted(others, key=lambda o: -o.similarity.same_sense)[:most]:
        s = o.similarity
        style = "green" if s.same_sense >= 0.5 else "yellow"
        figures = Text(f"cosine {s.cosine:.2f}, random words {s.baseline:.2f}", style="dim")
        table.add_row(Text(f"{percent(s.same_sense)} same sense", style=style), _in_context(inspection, o.span, 44), figures)
    if len(others) > most:
        table.add_row(Text(f"and {len(others) - most} more", style="dim"))
    return table


def _in_context(inspection: Inspection, span: Span, most: int = 160) -> Text:
    """The word in its sentence, or in *most* characters around it."""
    sentence = next(s for s in inspection.sentences if s.start <= span.start < s.end)
    start, end = sentence.start, sentence.end
    if end - start > most:
        start = max(start, span.start - most // 2)
        end = min(end, span.end + most // 2)
    text = inspection.text
    before = ("…" if start > sentence.start else "") + text[start : span.start]
    after = text[span.end : end] + ("…" if end < sentence.end else "")
    return Text(printable(before)) + Text(span.of(text), style="bold reverse") + Text(printable(after))


def marked(text: str, span: Span) -> Text:
    return Text(printable(text[: span.start])) + Text(span.of(text), style="bold reverse") + Text(printable(text[span.end :]))


def excerpt(text: str, most: int) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
