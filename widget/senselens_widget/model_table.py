"""The models there are, or some of them, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import traitlets

from senselens import Card, Comparison, Facts, Model, availability_of, compare, facts_of, load
from senselens import models as registry
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.view import View

HEADS = ("model", "trained on", "reads", "pieces", "layers", "width", "year", "licence", "where")  # where no script runs


class ModelTable(View):
    """*models*, loaded or by name (None: all of `senselens.models`), as rows to be sorted and chosen by what a model can do.

    With *texts* the models are loaded and compared on them (`senselens.compare`): how fast each is here, and what it makes of the
    uses of *word*, any case (None: the word that stands in the most texts).

    What can be observed, besides what every `View` has:

    sort:         the column by which the rows are sorted, ``-`` before it for the largest first; "" for the order they came in
    capabilities: what the models shown can do, as in `senselens.Card.capabilities`; settable, as is `sort`
    """

    _view = traitlets.Unicode("model_table").tag(sync=True)
    _title = "Models side by side"
    sort = traitlets.Unicode().tag(sync=True)
    capabilities = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)  # this and the rest: js/widget/model_table/state.ts
    word = traitlets.Unicode().tag(sync=True)
    uses = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        models: Sequence[str | Model] | None = None,
        texts: Sequence[str] | None = None,
        word: str | None = None,
        *,
        theme: str = "auto",
    ) -> None:
        super().__init__(theme=theme)
        self.comparison: Comparison | None = None

        def read(step: Step) -> Iterator[tuple[Found, float | None]]:
            known = {card.name: card for card in registry()}
            chosen = list(known) if models is None else models
            rows = []
            for number, model in enumerate(chosen):
                step(number / len(chosen))
                if isinstance(model, str) and model in known:
                    rows.append(_row(known[model], None))
                else:
                    loaded = load(model) if isinstance(model, str) else model
                    rows.append(_row(loaded.card, loaded.parameters, here=True))
            yield {"rows": rows}, 1.0 if texts else None
            if texts:
                self.comparison = compared = compare(chosen, texts, word)
                yield _measured(rows, compared), None

        self._work_out(read)

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        head = tag("tr", *(tag("th", name, scope="col") for name in HEADS))
        body = [
            tag(
                "tr",
                tag("th", row["name"], scope="row"),
                *(
                    tag("td", "" if row[name] is None else str(row[name]))
                    for name in ("objective", "direction", "granularity", "layers", "width", "year", "licence", "where")
                ),
            )
            for row in self.rows
        ]
        return Html(), tag("table", tag("thead", head), tag("tbody", *body))


def _row(card: Card, parameters: int | None, here: bool = False) -> dict[str, Any]:
    facts: Facts = facts_of(card)
    available = {"state": "here", "how": ""} if here else availability_of(card).to_dict()
    row = {"capabilities": list(card.capabilities), "parameters": facts.parameters if parameters is None else parameters}
    row |= {name: getattr(card, name) for name in ("name", "family", "layers", "width", "licence", "size", "where", "about")}
    row |= {name: getattr(facts, name) for name in ("objective", "direction", "granularity", "unknown_words", "year")}
    return row | {"state": available["state"], "how": available["how"], "speed": None, "alike": []}


def _measured(rows: list[dict[str, Any]], compared: Comparison) -> Found:
    """The rows with what was measured on texts, and the uses that were compared."""
    measured = [
        row | {"speed": of.words_per_second, "parameters": of.parameters, "alike": [one.to_dict() for one in of.similarities]}
        for row, of in zip(rows, compared.rows, strict=True)
    ]
    uses = [{"sentence": compared.texts[use.text], "span": use.span.to_dict()} for use in compared.uses]
    return {"rows": measured, "word": compared.word or "", "uses": uses}
