"""Models side by side: what each was trained for, how fast it is here, and what it makes of one word's uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from html import escape
from itertools import combinations
from statistics import median
from textwrap import wrap
from time import perf_counter
from typing import TYPE_CHECKING, Any

from senselens.errors import ModelUnavailable, WordNotFound
from senselens.likeness import Similarity, similarity
from senselens.model import Model
from senselens.model_facts import facts_of
from senselens.registry import load
from senselens.text import Span, listed, printable, words

if TYPE_CHECKING:
    import pandas

CELL = 26  # characters across, in the text form


@dataclass(frozen=True, slots=True)
class ComparedUse:
    """One use of the word compared: which of the texts, counted from 0, and where in it."""

    text: int
    span: Span

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """A row of the comparison.

    layers:           with the input layer.
    parameters:       None where nobody has counted them.
    words_per_second: measured here, on the texts compared, together in one call: the median of the runs.
    similarities:     of every pair of the comparison's uses, in `itertools.combinations` order; empty for a model that has
                      no vectors of words.
    """

    name: str
    family: str
    objective: str
    direction: str
    granularity: str
    unknown_words: str
    year: int | None
    width: int
    layers: int
    parameters: int | None
    words_per_second: float
    similarities: tuple[Similarity, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some models on some texts, and the uses of one *word* in them (None: no word stands there twice)."""

    texts: tuple[str, ...]
    word: str | None
    uses: tuple[ComparedUse, ...]
    rows: tuple[ComparedModel, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def to_text(self) -> str:
        """A table for a fixed-width font: a column for each model. Nothing in it is obeyed by a terminal."""
        lines = []
        for cells in self._table():
            columns = [wrap(printable(cell), CELL - 2) or [""] for cell in cells]
            for i in range(max(map(len, columns))):
                lines.append("".join((c[i] if i < len(c) else "").ljust(CELL) for c in columns).rstrip())
        return "\n".join([*lines, *(["", *self._numbered()] if self.uses else [])])

    def to_html(self) -> str:
        """The same as an HTML table, everything escaped."""
        head, *body = self._table()
        top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        rows = "".join(
            f'<tr><th scope="row">{escape(label)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
            for label, *cells in body
        )
        uses = "".join(f"<li>{escape(line)}</li>" for line in self._sentences())
        listed = f"<p>{escape(self.word)}:</p><ol>{uses}</ol>" if self.word else ""
        return (
            f'<div class="senselens-comparison"><table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>{listed}</div>'
        )

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row for each model, and ``cosine 1-2``, ``baseline 1-2``, ``same_sense 1-2`` for each pair of uses.

        Raises `ModelUnavailable` without pandas.
        """
        try:
            import pandas
        except ImportError:
            raise ModelUnavailable("a data frame needs pandas: pip install pandas; to_text and to_html need nothing") from None
        rows = []
        for row in self.rows:
            plain = {name: value for name, value in row.to_dict().items() if name != "similarities"}
            for pair, alike in zip(self._pairs(), row.similarities, strict=False):
                plain |= {f"{measure} {pair}": value for measure, value in alike.to_dict().items()}
            rows.append(plain)
        return pandas.DataFrame(rows).set_index("name")

    def _table(self) -> list[list[str]]:
        rows = self.rows
        table = [
            ["", *(r.name for r in rows)],
            ["trained for", *(r.objective for r in rows)],
            ["reads", *(r.direction for r in rows)],
            ["has vectors for", *(r.granularity for r in rows)],
            ["unknown words", *(r.unknown_words for r in rows)],
            ["year", *(_number(r.year, "d") for r in rows)],
            ["width", *(_number(r.width) for r in rows)],
            ["layers, with the input", *(_number(r.layers) for r in rows)],
            ["parameters", *(_number(r.parameters) for r in rows)],
            ["words per second, here", *(_number(r.words_per_second, ",.0f") for r in rows)],
        ]
        for i, pair in enumerate(self._pairs()):
            table.append([f"{self.word} {pair}", *(_alike(r.similarities[i : i + 1]) for r in rows)])
        return table

    def _pairs(self) -> list[str]:
        return [f"{a + 1}-{b + 1}" for a, b in combinations(range(len(self.uses)), 2)]

    def _sentences(self) -> list[str]:
        found = []
        for use in self.uses:
            text, span = self.texts[use.text], use.span
            found.append(f"{text[: span.start]}[{span.of(text)}]{text[span.end :]}")
        return found

    def _numbered(self) -> list[str]:
        return [f"{number}  {printable(text)}" for number, text in enumerate(self._sentences(), start=1)]


def compare(models: Iterable[str | Model], texts: Iterable[str], word: str | None = None, runs: int = 5) -> Comparison:
    """Put *models*, loaded or by name, side by side on *texts*, and compare the uses of *word*, any case, under each.

    Without a *word* it is the one that stands in the most texts, of several the longest. Speed is the median of *runs*
    calls on all texts, after one that is not counted. Raises `WordNotFound` for texts without words, or where *word* does
    not stand twice, and what `load` raises.
    """
    given = () if isinstance(texts, str) else tuple(texts)
    if not any(words(t) for t in given):
        raise WordNotFound("give a list of texts that hold words")
    places: dict[str, list[ComparedUse]] = defaultdict(list)
    for number, text in enumerate(given):
        for span in words(text):
            places[span.of(text).casefold()].append(ComparedUse(number, span))
    chosen = _shared(places) if word is None else word.casefold()
    uses = tuple(places.get(chosen, ())) if chosen else ()
    if word is not None and len(uses) < 2:
        raise WordNotFound(f"{word!r} does not stand twice in the texts, so that it has no two uses to compare")
    loaded = [load(m) if isinstance(m, str) else m for m in listed(models, "compare", "models")]
    return Comparison(given, chosen, uses, tuple(_row(model, list(given), uses, max(1, runs)) for model in loaded))


def _shared(places: dict[str, list[ComparedUse]]) -> str | None:
    """The word that stands in the most texts, twice or more in all; of several the longest, then the first."""
    often = [form for form, uses in places.items() if len(uses) > 1]
    return max(often, key=lambda form: (len({u.text for u in places[form]}), len(form)), default=None)


def _row(model: Model, texts: list[str], uses: tuple[ComparedUse, ...], runs: int) -> ComparedModel:
    card, facts = model.card, facts_of(model.card)
    alike: tuple[Similarity, ...] = ()
    read = model.encode if "vectors" in card.capabilities else model.embed
    seconds = []
    for _ in range(runs + 1):
        began = perf_counter()
        found = read(texts)
        seconds.append(perf_counter() - began)
    if "vectors" in card.capabilities:
        own = [found[use.text].word(use.span) for use in uses]
        alike = tuple(similarity(a, b) for a, b in combinations(own, 2))
    count = sum(len(words(t)) for t in texts)
    return ComparedModel(
        name=card.name,
        family=card.family,
        objective=facts.objective,
        direction=facts.direction,
        granularity=facts.granularity,
        unknown_words=facts.unknown_words,
        year=facts.year,
        width=card.width,
        layers=card.layers,
        parameters=facts.parameters if model.parameters is None else model.parameters,
        words_per_second=count / max(median(seconds[1:]), 1e-9),
        similarities=alike,
    )


def _alike(some: Sequence[Similarity]) -> str:
    if not some:
        return "no vectors of words"
    s = some[0]
    return f"{s.same_sense:.0%} same sense (cosine {s.cosine:.2f}, random words {s.baseline:.2f})"


def _number(value: float | None, form: str = ",d") -> str:
    return "not known" if value is None else format(value, form)
