"""Words hidden, and what models put in their place: those that read both sides, and those that read one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import traitlets

from senselens import Guess, JointGuess, Model, Span, WordNotFound, load, masks, sentence_at, words
from senselens_widget.card import percent
from senselens_widget.markup import Html, tag
from senselens_widget.reader import Found, Step
from senselens_widget.spans import SPANS
from senselens_widget.static_page import style_of
from senselens_widget.view import View

DIRECTIONS = {"masked": "both", "next-word": "before", "previous-word": "after"}  # what a capability reads of the text
READS = {"both": "reads both sides", "before": "reads what comes before", "after": "reads what comes after"}
TOGETHER = range(2, 5)  # masks that are read jointly, too
EXAMPLES = 3  # of pre-training, worked out ahead for where no kernel is
PAUSE = 0.2  # seconds at least between two parts that nobody waits for


@dataclass(frozen=True, slots=True)
class _Column:
    """A model, and which side of a word it reads."""

    model: Model
    direction: str

    @property
    def name(self) -> str:
        return self.model.card.name

    def answer(self, text: str, hidden: Sequence[Span], k: int) -> dict[str, Any]:
        """What it puts in the place of the words *hidden*: guesses for each, its share for the word itself, joint readings."""
        if self.direction != "both":
            (span,) = hidden
            found = self._beside(text, span, k)
            own = next((g.probability for g in found if g.word.casefold() == span.of(text).casefold()), None)
            return _answer([found], [own], [])
        written, forms = text, [span.of(text) for span in hidden]
        for span in reversed(hidden):
            written = f"{written[: span.start]}[MASK]{written[span.end :]}"
        joint = self.model.predict_jointly(written, 3) if len(hidden) in TOGETHER else []
        return _answer(self.model.predict(written, k=k), [self._own(written, n, form) for n, form in enumerate(forms)], joint)

    def _own(self, written: str, number: int, form: str) -> float | None:
        """The probability of *form* at a mask; None where the mask is the text's own, or the model cannot spell the word."""
        if masks(form):
            return None
        try:
            return self.model.predict(written, targets=[form])[number][0].probability
        except WordNotFound:
            return None

    def _beside(self, text: str, span: Span, k: int) -> list[Guess]:
        if self.direction == "after":
            return self.model.previous_words(text[span.end :], k)
        reads_sentences = "previous-word" in self.model.card.capabilities  # as ELMo does: nothing before the sentence
        sentence = sentence_at(text, span.start) if reads_sentences else None
        return self.model.next_words(text[sentence.start if sentence else 0 : span.start], k)


class MaskedWords(View):
    """A text whose words are hidden one by one or several at once, and the words that models put there.

    *models* are names, as for `senselens.load`, or loaded models. A masked one (BERT) reads both sides of a word, a causal one
    what comes before it, an ELMo the one and the other; they stand side by side, each with its *k* likeliest words. *masked*
    are the words to hide first: spans, or words as they are written (their first occurrence); without any the longest word.
    A mask in the text itself (``[MASK]``, ``___``) stays one.

    Single words are worked out ahead, and are there without a kernel; several at once are asked of it.

    text:     what is read; set it to read another
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
        self._known: dict[tuple[int, str], dict[str, Any]] = {}
        self._split(masked)
        self._work_out(self._work)
        self.observe(self._reread, names="text")
        self.observe(self._ask, names=["masked", "seed"])

    @property
    def guesses(self) -> dict[str, list[list[Guess]]]:
        """What each model puts in the place of the words that are hidden now, by its name and the sides it reads."""
        found = {}
        for reading in self.readings:
            keys = [_key(self._hidden())] if reading["direction"] == "both" else [_key([span]) for span in self._hidden()]
            answers = [reading["answers"][key]["guesses"] for key in keys if key in reading["answers"]]
            name = f"{reading['model']} {READS[reading['direction']]}"
            found[name] = [[Guess(**guess) for guess in of_mask] for answer in answers for of_mask in answer]
        return found

    def wait(self, timeout: float | None = None) -> dict[str, list[list[Guess]]]:
        """`guesses` when all is worked out. Raises `SenselensError` if it cannot be, and `TimeoutError`."""
        super().wait(timeout)
        return self.guesses

    def _split(self, masked: Sequence[str | Span] = ()) -> None:
        written = masks(self.text)
        forms = [span for span in words(self.text) if not any(m.start < span.end and span.start < m.end for m in written)]
        chosen = [span if isinstance(span, Span) else _find(span, self.text, forms) for span in masked]
        if not chosen and not written and forms:
            chosen = [max(forms, key=lambda span: span.end - span.start)]
        with self.hold_trait_notifications():
            self.words, self.written = sorted([*forms, *written]), list(written)
            self.masked, self.readings, self.examples = chosen, [], []

    def _reread(self, _: Any) -> None:
        self._known = {}
        self._split()
        self._work_out(self._work)

    def _ask(self, _: Any) -> None:
        """Begin again with what is looked at now; what is known stays so."""
        self._work_out(self._work)

    def _hidden(self) -> list[Span]:
        return sorted({*self.masked, *self.written})

    def _work(self, step: Step) -> Iterator[tuple[Found, float | None]]:
        text, known, seed, hidden = self.text, self._known, self.seed, self._hidden()
        models = [load(model) if isinstance(model, str) else model for model in self._models]
        columns = [_Column(m, side) for m in models for able, side in DIRECTIONS.items() if able in m.card.capabilities]
        if not columns:
            raise models[0].cannot("masked")
        wanted = list(dict.fromkeys(self._wanted(columns, hidden)))
        at_once = sum(set(spans) <= set(hidden) for _, spans in wanted)  # somebody looks at these
        last = monotonic()
        for done, (number, spans) in enumerate(wanted, start=1):
            if (number, _key(spans)) not in known:
                known[number, _key(spans)] = columns[number].answer(text, spans, self._k)
                step(done / (len(wanted) + 1))
                if done <= at_once or monotonic() - last > PAUSE:
                    yield {"readings": _readings(columns, known)}, done / (len(wanted) + 1)
                    last = monotonic()
        yield {"readings": _readings(columns, known), "examples": self._examples(columns, seed)}, None

    def _wanted(self, columns: Sequence[_Column], hidden: Sequence[Span]) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """What has to be answered, by the number of a column and the words hidden: what is looked at first, then single words."""
        for number, column in enumerate(columns):
            together = [tuple(hidden)] if hidden else []
            for spans in together if column.direction == "both" else [(span,) for span in hidden]:
                yield number, spans
        for number, column in enumerate(columns):
            around = self.written if column.direction == "both" else ()
            for span in self.words:
                yield number, tuple(sorted({span, *around}))

    def _examples(self, columns: Sequence[_Column], seed: int) -> list[dict[str, Any]]:
        model = next((column.model for column in columns if column.direction == "both"), None)
        if not model or not self.words or self.written:
            return []
        have = {example["seed"]: example for example in self.examples}
        wanted = dict.fromkeys([*range(EXAMPLES), *have, seed])
        return [have[n] if n in have else model.pretraining_example(self.text, n, self._k).to_dict() for n in wanted]

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


def _answer(guesses: list[list[Guess]], own: list[float | None], joint: list[JointGuess]) -> dict[str, Any]:
    found = [[guess.to_dict() for guess in of_mask] for of_mask in guesses]
    return {"guesses": found, "own": own, "joint": [reading.to_dict() for reading in joint]}


def _readings(columns: Sequence[_Column], known: Mapping[tuple[int, str], dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "model": column.name,
            "direction": column.direction,
            "answers": {key: answer for (at, key), answer in known.items() if at == number},
        }
        for number, column in enumerate(columns)
    ]


def _key(spans: Sequence[Span]) -> str:
    """The name of an answer, for one who knows which words are hidden: where they start."""
    return ",".join(str(span.start) for span in spans)


def _find(word: str, text: str, spans: Sequence[Span]) -> Span:
    found = next((span for span in spans if span.of(text) == word), None)
    if found is None:
        raise WordNotFound(f"{word!r} is not a word of the text: it has {', '.join(span.of(text) for span in spans)}")
    return found


def _said(guess: Guess) -> Html:
    return tag("li", tag("bdi", guess.word), f" {percent(guess.probability)}")
