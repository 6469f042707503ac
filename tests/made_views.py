"""The traits of views made by hand, so that every number in them is one that a test has chosen; *word* stands in each of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from struct import pack
from typing import Any

Traits = dict[str, Any]


def span(text: str, form: str) -> dict[str, int]:
    start = text.index(form)
    return {"start": start, "end": start + len(form)}


def guess(word: str, probability: float) -> Traits:
    return {"word": word, "probability": probability}


def answer(guesses: Iterable[Iterable[Traits]], own: Iterable[float | None], joint: Iterable[Traits] = ()) -> Traits:
    return {"guesses": [list(of_mask) for of_mask in guesses], "own": list(own), "joint": list(joint)}


def masked_words(word: str = "cat", model: str = "mini") -> Traits:
    """Of a model that reads both sides and one that reads what is before; two of the words are known together."""
    text = f"The {word} sat down"
    words = [span(text, form) for form in ("The", word, "sat", "down")]
    starts = [str(one["start"]) for one in words]
    single = {start: answer([[guess("dog", 0.5), guess("down", 0.2)]], [0.001]) for start in starts}
    pair = answer(
        [[guess("dog", 0.4)], [guess("lay", 0.3)]],
        [0.1, 0.0],
        [{"words": ["dog", "lay"], "text": "The dog lay down", "probability": 0.25}],
    )
    before = {start: answer([[guess("man", 0.25), guess(word, 0.125)]], [0.125]) for start in starts}
    target = {"place": 2, "action": "replace", "seen": "moon", "probability": 0.25, "rank": 3, "guesses": [guess("dog", 0.5)]}
    example = {
        "pieces": ["[CLS]", "the", word, "sat", "##down", "[SEP]"],
        "spans": [None, {"start": 0, "end": 3}, words[1], words[2], words[3], None],
        "loss": 1.3862943611198906,
    }
    return {
        "_view": "masked_words",
        "text": text,
        "read": text,
        "words": words,
        "written": [],
        "masked": [words[1]],
        "readings": [
            {"model": model, "direction": "both", "answers": {**single, f"{starts[1]},{starts[2]}": pair}},
            {"model": "gpt", "direction": "before", "answers": before},
        ],
        "training": None,
        "seed": 0,
        "examples": [
            {**example, "seed": 0, "targets": [target]},
            {**example, "seed": 1, "targets": [{**target, "place": 1, "action": "mask", "seen": "[MASK]"}]},
        ],
    }


def pieces_of(word: str) -> Traits:
    return {"pieces": ["[CLS]", "the", word, "##s", "[SEP]", "he", "[SEP]"], "texts": [None, 0, 0, 0, None, 1, None]}


def input_representation(word: str = "cat", model: str = "mini") -> Traits:
    def part(name: str, rows: list[int] | None, value: float) -> Traits:
        return {"name": name, "rows": rows, "vectors": [[value + at, -value] for at in range(7)], "lengths": [value] * 7}

    return {
        "_view": "input_representation",
        "text": f"the {word}s",
        "pair": "he",
        "model_name": model,
        **pieces_of(word),
        "parts": [
            part("token", [101, 1996, 4937, 2015, 102, 2002, 102], 1.0),
            part("segment", [0, 0, 0, 0, 0, 1, 1], 2.0),
            part("position", [0, 1, 2, 3, 4, 5, 6], 3.0),
            part("sum", None, 6.0),
            part("layer_0", None, 0.5),
        ],
        "width": 384,
        "difference": 2e-7,
    }


def attention(word: str = "cat", model: str = "mini") -> Traits:
    """Of two layers with two heads. A piece looks at itself, in head 2 at the piece before, in layer 2 half at the first."""

    def weight(layer: int, head: int, start: int, to: int) -> float:
        own = float(to == (max(0, start - 1) if head else start))
        return (own + (to == 0)) / 2 if layer else own

    numbers = [weight(i, h, q, k) for i in range(2) for h in range(2) for q in range(7) for k in range(7)]
    return {
        "_view": "attention",
        "text": f"the {word}s",
        "pair": "he",
        "model_name": model,
        **pieces_of(word),
        "shape": [2, 2],
        "weights": b64encode(pack(f"<{len(numbers)}H", *(round(65535 * number) for number in numbers))).decode(),
    }


def next_sentence(word: str = "cat", model: str = "mini") -> Traits:
    pairs = [[f"The {word} sat.", "It slept."], [f"The {word} sat.", "Rates fell."]]
    shares = [(0.75, 0.5), (0.125, 0.25)]
    answers = [{"a": a, "b": b, "follows": f, "reversed": r} for (a, b), (f, r) in zip(pairs, shares, strict=True)]
    return {"_view": "next_sentence", "pairs": pairs, "answers": answers, "model_name": model}


MADE: dict[str, Callable[..., Traits]] = {
    "masked_words": masked_words,
    "input_representation": input_representation,
    "attention": attention,
    "next_sentence": next_sentence,
}
