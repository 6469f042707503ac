"""Everything the engine knows about the words of a text, as one value: what every front end shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from senselens.disambiguation import Parts, SenseMatch, part_of_speech, sense_layers, senses_of
from senselens.encoding import Use
from senselens.inventory import Inventory
from senselens.likeness import Similarity, same_sense
from senselens.measures import cosines, nearest
from senselens.memory import Memory
from senselens.model import Guess, Model
from senselens.outline import Outline
from senselens.registry import load
from senselens.text import Span, listed, stopped

AT_ONCE = 64  # words whose guesses are made together, between two steps
OTHERS = 40  # other uses that a word is compared with, unless told


@dataclass(frozen=True, slots=True)
class OtherUse:
    """Another use of the same word in the text: its span, and how alike the two uses are."""

    span: Span
    similarity: Similarity

    def to_dict(self) -> dict[str, Any]:
        return {"span": self.span.to_dict(), "similarity": self.similarity.to_dict()}


@dataclass(frozen=True, slots=True)
class WordReading:
    """One word under one model.

    senses:  likeliest here first; empty for a word the inventory lacks.
    guesses: what the model would put in the word's place; empty for a model without masked words.
    others:  the other uses of the word in the text, in order.
    layers:  for each other use, the cosine at every layer, input layer first; empty where no curves were asked for.
    """

    senses: tuple[SenseMatch, ...]
    guesses: tuple[Guess, ...]
    others: tuple[OtherUse, ...]
    layers: tuple[tuple[float, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "senses": [s.to_dict() for s in self.senses],
            "guesses": [g.to_dict() for g in self.guesses],
            "others": [o.to_dict() for o in self.others],
            "layers": [list(curve) for curve in self.layers],
        }


@dataclass(frozen=True, slots=True)
class InspectedWord:
    """A word of the text, the number of its sentence, and its reading under each model, by the model's name."""

    span: Span
    word: str
    sentence: int
    readings: dict[str, WordReading]

    def to_dict(self) -> dict[str, Any]:
        readings = {name: reading.to_dict() for name, reading in self.readings.items()}
        return {"span": self.span.to_dict(), "word": self.word, "sentence": self.sentence, "readings": readings}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A sentence near another: its number in the text, the cosine of their vectors, and what random sentences show."""

    sentence: int
    cosine: float
    baseline: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class InspectedModel:
    """What a front end must know of a model to draw its readings; *baselines* are per layer, input layer first.

    A model that has vectors of sentences only has no baselines and no readings: what there is of it are *neighbours*.
    """

    name: str
    family: str
    capabilities: tuple[str, ...]
    sense_layer: int
    baselines: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"capabilities": list(self.capabilities), "baselines": list(self.baselines)}


@dataclass(frozen=True, slots=True)
class Inspection:
    """A text, its sentences, and its words as the models read them. `to_dict` gives what JSON can hold.

    *neighbours* has, by model and by the number of a sentence with an inspected word, the sentences nearest to it.
    """

    text: str
    sentences: tuple[Span, ...]
    models: tuple[InspectedModel, ...]
    words: tuple[InspectedWord, ...]
    neighbours: dict[str, dict[int, tuple[Neighbour, ...]]]

    def word_at(self, offset: int) -> InspectedWord | None:
        """The inspected word that *offset* touches; its right edge counts as inside."""
        return next((w for w in self.words if w.span.start <= offset <= w.span.end), None)

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "sentences": [s.to_dict() for s in self.sentences],
            "models": [m.to_dict() for m in self.models],
            "words": [w.to_dict() for w in self.words],
            "neighbours": {
                model: {str(number): [n.to_dict() for n in found] for number, found in of_sentence.items()}
                for model, of_sentence in self.neighbours.items()
            },
        }


def inspect(
    text: str | Outline,
    models: Iterable[str | Model] = ("mini",),
    words: Sequence[Span] | None = None,
    k: int = 5,
    inventory: str | Inventory = "wordnet",
    neighbours: int = 0,
    step: Callable[[int, int], None] | None = None,
    others: int = OTHERS,
    memory: Memory | None = None,
    curves: bool = True,
) -> Inspection:
    """Read *words* (None: every word) of *text* under *models*, each word in its own sentence.

    The other uses of a word are the words of the text that share a lemma with it, whether or not they are in *words*; of
    more than *others* those nearest in the text count. *k* guesses are kept for each word and *neighbours* sentences for
    each sentence (that takes a vector for every one).
    *step* is called between steps with how many are done and how many there are; it may raise to stop the work.
    A text that is read again and again is given as its `Outline` (which has the inventory), with a *memory*. Without the
    *curves* over the layers that holds much more.
    Of a model that has vectors of sentences only, *neighbours* is all that can be asked.
    Raises what `load` and `open_inventory` raise, `WordNotFound` where one of *words* is none, and `Unsupported` where
    nothing is left to show.
    """
    loaded = [load(m) if isinstance(m, str) else m for m in listed(models, "inspect", "models")]
    readers = [m for m in loaded if "vectors" in m.card.capabilities]
    if loaded and not readers and not neighbours:
        loaded[0].need("vectors")
    outline = text if isinstance(text, Outline) else Outline(text, inventory)
    memory = memory or Memory()
    wanted = tuple(outline.words if words is None else words)
    near = {span: outline.others(span, others) for span in wanted}
    groups = [wanted[i : i + AT_ONCE] for i in range(0, len(wanted), AT_ONCE)]
    total = len(readers) * (1 + len(groups))
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if step:
            step(done, total)

    readings: dict[Span, dict[str, WordReading]] = {span: {} for span in wanted}
    like: dict[str, dict[int, tuple[Neighbour, ...]]] = {}
    parts: dict[Span, Parts] = {}
    for model in readers:
        layers = None if curves else sense_layers(model)
        uses = _uses(memory, model, outline, sorted({s for span in wanted for s in (span, *near[span])}), layers)
        advance()
        for group in groups:
            guesses = _guesses(memory, model, outline, group, k)
            for span in group:
                parts.setdefault(span, part_of_speech(uses[span]))
                found = tuple(senses_of(uses[span], outline.inventory, parts[span]))
                alike, curve = (
                    _compared(uses[span], [(o, uses[o]) for o in near[span]], outline.inventory, curves) if found else ((), ())
                )
                readings[span][model.card.name] = WordReading(found, guesses.get(span, ()), alike, curve)
            advance()
    for model in loaded:
        if neighbours and "sentence" in model.card.capabilities:
            like[model.card.name] = _neighbours(memory, model, outline, wanted, neighbours)
    return Inspection(
        outline.text,
        outline.sentences,
        tuple(_inspected(m) for m in loaded),
        tuple(InspectedWord(s, s.of(outline.text), outline.sentence_of(s), readings[s]) for s in wanted),
        like,
    )


def _uses(
    memory: Memory, model: Model, outline: Outline, spans: Sequence[Span], layers: tuple[int, ...] | None
) -> dict[Span, Use]:
    """The uses of the words at *spans*, each in its sentence, at *layers* (None: at all)."""
    sentence_of = {span: outline.sentence_of(span) for span in spans}
    numbers = sorted({*sentence_of.values()})
    read = memory.encode(model, [outline.sentences[n].of(outline.text) for n in numbers], layers)
    encodings = dict(zip(numbers, read, strict=True))
    found = {}
    for span, number in sentence_of.items():
        start = outline.sentences[number].start
        found[span] = encodings[number].word(Span(span.start - start, span.end - start))
    return found


def _guesses(memory: Memory, model: Model, outline: Outline, spans: Sequence[Span], k: int) -> dict[Span, tuple[Guess, ...]]:
    """What the model would put in the place of each word, in its sentence."""
    if not k or "masked" not in model.card.capabilities:
        return {}
    where = []
    for span in spans:
        sentence = outline.sentences[outline.sentence_of(span)]
        where.append((stopped(sentence.of(outline.text)), Span(span.start - sentence.start, span.end - sentence.start)))
    return {s: tuple(g) for s, g in zip(spans, memory.predict_words(model, where, k), strict=True)}


def _compared(
    use: Use, others: Sequence[tuple[Span, Use]], book: Inventory, curves: bool
) -> tuple[tuple[OtherUse, ...], tuple[tuple[float, ...], ...]]:
    """How alike *use* and each of the *others* are, at the sense layer and, where *curves* are asked for, at every layer."""
    if not others:
        return (), ()
    layer, calibration = use.model.sense_layer, use.model.calibration
    looked_at = slice(None) if curves else slice(layer, layer + 1)
    vectors = np.stack([other.encoding.layers[looked_at, other.index] for _, other in others])  # (others, layers, W)
    found = cosines(vectors, use.encoding.layers[looked_at, use.index])  # (others, layers)
    deciding = found[:, layer if curves else 0]
    same = same_sense(use, [other for _, other in others], deciding, book)
    baseline = calibration.baselines[layer]
    pairs = zip(others, deciding.tolist(), same.tolist(), strict=True)
    alike = tuple(OtherUse(span, Similarity(cosine, baseline, share)) for (span, _), cosine, share in pairs)
    return alike, tuple(tuple(curve) for curve in found.tolist()) if curves else ()


def _neighbours(
    memory: Memory, model: Model, outline: Outline, wanted: Sequence[Span], k: int
) -> dict[int, tuple[Neighbour, ...]]:
    vectors = memory.embed(model, [s.of(outline.text) for s in outline.sentences])  # (sentences, W)
    found = {}
    for number in sorted({outline.sentence_of(s) for s in wanted}):
        best, cosines = nearest(vectors[number], vectors, k + 1)
        pairs = [Neighbour(int(i), float(c), model.sentence_baseline) for i, c in zip(best, cosines, strict=True) if i != number]
        found[number] = tuple(pairs[:k])
    return found


def _inspected(model: Model) -> InspectedModel:
    card = model.card
    baselines = model.calibration.baselines if "vectors" in card.capabilities else ()
    return InspectedModel(card.name, card.family, card.capabilities, model.sense_layer, baselines)
