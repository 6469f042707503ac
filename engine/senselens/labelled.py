"""Texts and the labels they have: checked, read from a file, divided into parts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from senselens.errors import BadExamples
from senselens.text import Span

Text: TypeAlias = "str | tuple[str, str | Span]"  # a text, or a word of it in its context
FORMATS: dict[str, dict[str, Any]] = {".csv": {}, ".tsv": {"delimiter": "\t", "quoting": csv.QUOTE_NONE}}
JSON_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Labelled:
    """*texts*, and the label of each. A text may be ``(text, word)``: that word of it is meant, by its form or its span.

    Any sequences will do, such as two columns of a data frame. Raises `BadExamples` for what is no text or no label.
    """

    texts: tuple[Text, ...]
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.texts, str) or isinstance(self.labels, str):
            raise BadExamples("give a list of texts and a list of as many labels, not one string")
        texts, labels = tuple(self.texts), tuple(self.labels)
        if len(texts) != len(labels):
            raise BadExamples(f"there are {len(texts)} texts and {len(labels)} labels: give a label for each text")
        for number, (text, label) in enumerate(zip(texts, labels, strict=True)):
            if not _is_text(text):
                raise BadExamples(f"text {number} is {text!r}: give a string, or a pair of a string and a word of it")
            if not isinstance(label, str) or not label:
                raise BadExamples(f"label {number} is {label!r}: give names, such as str({label!r})")
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        return len(self.labels)

    def to_dict(self) -> dict[str, Any]:
        """A word of a text as ``[text, word]``, a word by its span as ``[text, {"start": …, "end": …}]``."""
        return {"texts": [_as_json(text) for text in self.texts], "labels": list(self.labels)}

    @property
    def names(self) -> tuple[str, ...]:
        """The different labels, sorted."""
        return tuple(sorted(set(self.labels)))

    @property
    def of_words(self) -> bool:
        """Whether each is a word in its context, and not a whole text. Raises `BadExamples` for some of both."""
        kinds = {not isinstance(text, str) for text in self.texts}
        if len(kinds) > 1:
            raise BadExamples("some are whole texts and some are words in their contexts, (text, word): give one kind")
        return True in kinds

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole texts, whether or not a word of them is meant."""
        return tuple(text if isinstance(text, str) else text[0] for text in self.texts)

    def split(self, size: float, seed: int = 0) -> tuple[Labelled, Labelled]:
        """A random part of *size* and the rest, with the labels in the same proportions and the texts in their order.

        *size* is a share, 0.8, or a whole number of texts. Raises `BadExamples` where a part would be empty.
        """
        count = size if isinstance(size, int) else round(size * len(self))
        if not 0 < count < len(self):
            raise BadExamples(f"{len(self)} texts cannot be divided at {size}: give a share below 1, or fewer texts")
        rng, labels = np.random.default_rng(seed), np.array(self.labels)
        places = np.empty(len(self))  # where each text stands among those of its label, from 0 to 1
        for name in self.names:
            mine = np.flatnonzero(labels == name)
            places[mine] = (rng.permutation(len(mine)) + rng.uniform()) / len(mine)
        order = np.argsort(places, kind="stable")
        return self._of(order[:count]), self._of(order[count:])

    def _of(self, some: np.ndarray[Any, np.dtype[np.intp]]) -> Labelled:
        kept = sorted(some.tolist())
        return Labelled(tuple(self.texts[i] for i in kept), tuple(self.labels[i] for i in kept))


def teachable(examples: Labelled) -> Labelled:
    """*examples*, when there is something to learn from them. Raises `BadExamples` for fewer than two labels."""
    if len(examples.names) < 2:
        named = f"all of them {examples.names[0]!r}" if examples.names else "no label at all"
        raise BadExamples(f"there are {len(examples)} texts with {named}: give texts of two labels or more")
    return examples


def read_labelled(file: str | Path, text: str = "text", label: str = "label") -> Labelled:
    """The texts in the column *text* of a file and the labels in the column *label*.

    ``.csv`` (quoted as Excel does) and ``.tsv`` (a tab is always the end of a cell, a quotation mark only a mark) begin with
    a line of column names; ``.jsonl`` has an object a line. All are UTF-8. Raises `BadExamples` with the line that is wrong.
    """
    path = Path(file).expanduser()
    texts, labels = [], []
    try:
        for line, row in _rows(path):
            if lacking := [name for name in (text, label) if not isinstance(row.get(name), str)]:
                have = ", ".join(str(name) for name in row if isinstance(name, str))
                raise BadExamples(f"{path}, line {line}: there is no text in the column {lacking[0]!r}; the columns are {have}")
            texts.append(row[text])
            labels.append(row[label])
    except OSError as error:
        raise BadExamples(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadExamples(f"{path} is not UTF-8 (byte {error.start} cannot be read): save it as UTF-8") from None
    except csv.Error as error:
        raise BadExamples(f"{path} is no {path.suffix} file: {error}") from None
    if not texts:
        raise BadExamples(f"{path} holds no texts: give a line of column names and a line for each text")
    return Labelled(tuple(texts), tuple(labels))


def _rows(path: Path) -> Iterator[tuple[int, Mapping[Any, Any]]]:
    """The rows of a file, each with the number of its (last) line."""
    kind = path.suffix.lower()
    if kind not in (*FORMATS, *JSON_LINES):
        raise BadExamples(f"{path}: give a file that ends in {', '.join((*FORMATS, *JSON_LINES))}")
    with open(path, encoding="utf-8-sig", newline="") as file:
        if kind in FORMATS:
            reader = csv.DictReader(file, **FORMATS[kind])
            for row in reader:
                if None in row:
                    raise BadExamples(f"{path}, line {reader.line_num}: there are more cells than columns; is one unquoted?")
                yield reader.line_num, row
            return
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise BadExamples(f"{path}, line {number} is not JSON: {error}") from None
                if not isinstance(row, dict):
                    raise BadExamples(f"{path}, line {number} is not a JSON object")
                yield number, row


def _as_json(text: Text) -> str | list[Any]:
    if isinstance(text, str):
        return text
    whole, word = text
    return [whole, word.to_dict() if isinstance(word, Span) else word]


def _is_text(text: object) -> bool:
    if isinstance(text, tuple) and len(text) == 2:
        return isinstance(text[0], str) and isinstance(text[1], (str, Span))
    return isinstance(text, str)
