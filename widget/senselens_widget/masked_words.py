"""Words hidden, and what models put in their place: those that read both sides, and those that read one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any

import traitlets

from senselens import Guess, Model, Span, WordNotFound, load, masks, words
from senselens_widget.card import percent
from senselens_widget.hidden_words import Column, Question, key_of
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.spans import SPANS
from senselens_widget.static_page import style_of
from senselens_widget.view import View

DIRECTIONS = {"masked": "both", "next-word": "before", "previous-word": "after"}  # what a capability reads of the text
READS = {"both": "reads both sides", "before": "reads what comes before", "after": "reads what comes after"}
EXAMPLES = 3  # of pre-training, worked out ahead for where no kernel is
PAUSE = 0.2  # seconds at least between two parts that nobody waits for


class MaskedWords(View):
    """A text whose words are hidden one by one or several at once, and the words that models put there.

    *models* are names, as for `senselens.load`, or loaded models. A masked one (BERT) reads both sides of a word, a causal one
    what comes before it, an ELMo the one and the other; they stand side by side, each with its *k* likeliest words. *masked*
    are the words to hide first: spans, or words as they are written (their first occurrence); without any the longest word.
    A mask in the text itself (``[MASK]``, ``___``) stays one.

    Single words are worked out ahead, and are there without a kernel; several at once are asked of it.

    text:     what is read; set it to read another
    read:     the text that all the following are of
    masked:   the spans that are hidden; settable
    readings: for each model and side it reads: ``model``, ``direction`` ("both", "before", "after") and ``answers``
    training: None, or how far the masked model's training on this text is shown: 0 the pieces, 1 those selected, 2 what the
              model sees of them, 3 what it predicts
    seed:     which pieces training selects
    examples: what is known of it, a `senselens.PretrainingExample` as a dictionary for each seed
    """

    _title = "Masked words"
    _view = traitlets.Unicode("masked_words").tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    read = traitlets.Unicode().tag(sync=True)
    words = traitlets.List(traitlets.Instance(Span)).tag(**SPANS)
    written = traitlets.List(traitlets.Instance(Span)).tag(**SPANS)
    masked = traitlets.List(traitlets.Instance(Span)).tag(**SPANS)
    readings = traitlets.List(traitlets.Dict()).tag(sync=True)
    training = traitlets.Int(None, allow_none=True).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    examples = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        text: str,
        models: Sequence[str | Model] = ("mini",),
        masked: Sequence[str | Span] = (),
        k: int = 5,
        *,
        theme: str = "auto",
    ) -> None:
        super().__init__(theme=theme, live=True, text=text)
        self._models, self._k = models, k
        self._asked: Question | None = None
        self._begin(masked)
        self.observe(self._reread, names="text")
        self.observe(self._ask, names=["masked", "seed"])

    @property
    def guesses(self) -> dict[str, list[list[Guess]]]:
        """What each model puts in the place of the words that are hidden now, by its name and the sides it reads."""
        found = {}
        for reading in self.readings:
            keys = [key_of(self._hidden())] if reading["direction"] == "both" else [key_of([span]) for span in self._hidden()]
            answers = [reading["answers"][key]["guesses"] for key in keys if key in reading["answers"]]
            name = f"{reading['model']} {READS[reading['direction']]}"
            found[name] = [[Guess(**guess) for guess in of_mask] for answer in answers for of_mask in answer]
        return found

    def wait(self, timeout: float | None = None) -> dict[str, list[list[Guess]]]:
        """`guesses` when all is worked out. Raises `SenselensError` if it cannot be, and `TimeoutError`."""
        super().wait(timeout)
        return self.guesses

    def _begin(self, masked: Sequence[str | Span] = ()) -> None:
        """Read `text`, of which nothing is known yet."""
        written = masks(self.text)
        forms = [span for span in words(self.text) if not any(m.start < span.end and span.start < m.end for m in written)]
        chosen = [span if isinstance(span, Span) else _find(span, self.text, forms) for span in masked]
        if not chosen and not written and forms:
            chosen = [max(forms, key=lambda span: span.end - span.start)]
        with self._at_once():
            self.read, self.words, self.written = self.text, sorted([*forms, *written]), list(written)
            self.masked, self.readings, self.examples = chosen, [], []
            self._asked = None
            self._ask()

    def _reread(self, _: Any) -> None:
        self._begin()

    def _ask(self, _: Any = None) -> None:
        """Begin with what is looked at now, unless that was begun; what is known stays so."""
        spans = tuple(self.words), tuple(self.written), tuple(self._hidden())
        question = Question(self.read, *spans, self.seed, self._asked.known if self._asked else {})
        if question != self._asked:
            self._asked = question
            self._work_out(partial(self._work, question))

    def _hidden(self) -> list[Span]:
        return sorted({*self.masked, *self.written})

    def _work(self, question: Question, step: Step) -> Iterator[tuple[Found, float | None]]:
        known, hidden = question.known, set(question.hidden)
        models = [load(model) if isinstance(model, str) else model for model in self._models]
        columns = [Column(m, side) for m in models for able, side in DIRECTIONS.items() if able in m.card.capabilities]
        if not columns:
            raise models[0].cannot("masked")
        wanted = list(dict.fromkeys(question.wanted(columns)))
        at_once = sum(hidden.issuperset(spans) for _, spans in wanted)  # somebody looks at these
        last = monotonic()
        for done, (number, spans) in enumerate(wanted, start=1):
            if (number, key_of(spans)) not in known:
                known[number, key_of(spans)] = columns[number].answer(question.text, spans, self._k)
                step(done / (len(wanted) + 1))
                if done <= at_once or monotonic() - last > PAUSE:
                    yield {"readings": _readings(columns, known)}, done / (len(wanted) + 1)
                    last = monotonic()
        yield {"readings": _readings(columns, known), "examples": self._examples(columns, question)}, None

    def _examples(self, columns: Sequence[Column], question: Question) -> list[dict[str, Any]]:
        model = next((column.model for column in columns if column.direction == "both"), None)
        if not model or not question.words or question.written:
            return []
        have = {example["seed"]: example for example in self.examples}
        wanted = dict.fromkeys([*range(EXAMPLES), *have, question.seed])
        return [have[n] if n in have else model.pretraining_example(question.text, n, self._k).to_dict() for n in wanted]

    def _fallback(self, prefix: str) -> tuple[Html, Html]:
        hidden, text, at = self._hidden(), self.text, 0
        parts: list[str] = []
        for span in hidden:
            parts += [text[at : span.start], tag("b", "[MASK]")]
            at = span.end
        lists = [
            tag(
                "section",
                tag("h3", tag("bdi", form.of(text)), f": {name}", class_="said"),
                tag("ol", *map(_said, guesses), class_="said"),
            )
            for name, of_masks in self.guesses.items()
            for form, guesses in zip(hidden, of_masks, strict=False)
        ]
        return style_of(), tag("div", tag("p", *parts, text[at:], class_="text", dir="auto"), *lists)


def _readings(columns: Sequence[Column], known: Mapping[tuple[int, str], dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "model": column.name,
            "direction": column.direction,
            "answers": {key: answer for (at, key), answer in known.items() if at == number},
        }
        for number, column in enumerate(columns)
    ]


def _find(word: str, text: str, spans: Sequence[Span]) -> Span:
    found = next((span for span in spans if span.of(text) == word), None)
    if found is None:
        raise WordNotFound(f"{word!r} is not a word of the text: it has {', '.join(span.of(text) for span in spans)}")
    return found


def _said(guess: Guess) -> Html:
    return tag("li", tag("bdi", guess.word), f" {percent(guess.probability)}")
