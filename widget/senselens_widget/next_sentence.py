"""Whether one sentence follows another (Devlin et al. 2019, section 3.1, task 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import traitlets

from senselens import Model, load
from senselens_widget.card import percent
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.static_page import style_of
from senselens_widget.view import View

Pair = tuple[str, str]


class NextSentence(View):
    """Pairs of sentences, each with the probability that the second follows the first.

    ``NextSentence(a, b)`` shows one pair, ``NextSentence([(a, b), …])`` several. *model* is a name, as for `senselens.load`, or
    a loaded model that has this task's head.

    pairs:      the sentences, as lists of two; set them to ask again
    answers:    for each pair that is known ``a``, ``b``, the probability that b ``follows`` a, and ``reversed``: that a follows b
    model_name: whose answers these are
    """

    _title = "Next sentences"
    _view = traitlets.Unicode("next_sentence").tag(sync=True)
    pairs = traitlets.List(traitlets.List(traitlets.Unicode(), minlen=2, maxlen=2)).tag(sync=True)
    answers = traitlets.List(traitlets.Dict()).tag(sync=True)
    model_name = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, a: str | Sequence[Pair], b: str | None = None, model: str | Model = "mini", *, theme: str = "auto"
    ) -> None:
        if isinstance(a, str) == (b is None):
            raise TypeError("NextSentence takes two sentences, or a list of pairs")
        pairs = [(a, b or "")] if isinstance(a, str) else a
        super().__init__(theme=theme, live=True, pairs=[list(pair) for pair in pairs])
        self._model = model
        self._work_out(self._work)
        self.observe(lambda _: self._work_out(self._work), names="pairs")

    def wait(self, timeout: float | None = None) -> list[float]:
        """The probability for each pair. Raises `SenselensError` if there is none, and `TimeoutError`."""
        super().wait(timeout)
        known = {(answer["a"], answer["b"]): answer["follows"] for answer in self.answers}
        return [known[a, b] for a, b in self.pairs]

    def _work(self, step: Step) -> Iterator[tuple[Found, float | None]]:
        model = load(self._model) if isinstance(self._model, str) else self._model
        model.need("next-sentence")
        known = {(answer["a"], answer["b"]): answer for answer in self.answers}
        pairs: list[Pair] = [(a, b) for a, b in self.pairs]
        for done, (a, b) in enumerate(pairs, start=1):
            if (a, b) not in known:
                step((done - 1) / len(pairs))
                follows, backwards = model.next_sentence(a, b), model.next_sentence(b, a)
                known[a, b] = {"a": a, "b": b, "follows": follows, "reversed": backwards}
        yield {"model_name": model.card.name, "answers": [known[pair] for pair in dict.fromkeys(pairs)]}, None

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        known: dict[Pair, Any] = {(answer["a"], answer["b"]): answer for answer in self.answers}
        said = []
        for a, b in self.pairs:
            sure = f" ({percent(known[a, b]['follows'])} sure that it follows)" if (a, b) in known else ""
            said.append(tag("li", tag("bdi", a), " → ", tag("bdi", b), sure))
        return style_of(), tag("ol", *said, class_="said")
