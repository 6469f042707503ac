"""Texts whose words are tagged with senses, such as SemCor (Miller et al. 1993), as they are passed around.

Two formats: the evaluation framework's XML of Raganato et al. (2017), ``semcor.data.xml`` with ``semcor.gold.key.txt`` beside
it, and JSON lines (also with ``.gz``), ``{"tokens": [...], "senses": [[start, end, lemma, tag, sense_key, …], …]}``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from senselens.errors import SenselensError
from senselens.text import Span

_STUCK = (",", ".", ";", ":", "?", "!", ")", "]", "'s", "n't", "%", "''")


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence, and the sense keys of some of its words."""

    text: str
    tags: tuple[tuple[Span, tuple[str, ...]], ...]


def read_tagged(path: Path) -> Iterator[TaggedSentence]:
    """The sentences of a corpus in one of the two formats, in order. Raises `SenselensError` if it is in neither."""
    try:
        yield from _framework(path) if path.suffix == ".xml" else _json_lines(path)
    except OSError as error:
        raise SenselensError(f"{error.filename or path} cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, IndexError, TypeError, EOFError, ElementTree.ParseError) as error:
        raise SenselensError(
            f"{path} is no sense-tagged corpus ({error}); give semcor.data.xml with semcor.gold.key.txt beside it, or JSON lines"
        ) from None


def detokenized(tokens: Sequence[str]) -> tuple[str, list[Span]]:
    """Running text of Brown-style tokens, and the characters of each token in it."""
    text, spans, opening = "", [], True
    for token in tokens:
        word = token.replace("_", " ").replace("``", '"').replace("''", '"')
        glue = not text or text[-1] in "([$" or token in _STUCK
        glue = glue or (token[:1] == "'" and len(token) < 4) or (text[-1:] == '"' and opening)
        opening = token == "``" if '"' in word else False
        text += ("" if glue else " ") + word
        spans.append(Span(len(text) - len(word), len(text)))
    return text, spans


def _json_lines(path: Path) -> Iterator[TaggedSentence]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text, spans = detokenized(row["tokens"])
            tags = ((Span(spans[start].start, spans[end - 1].end), (key,)) for start, end, _, _, key, *_ in row["senses"])
            yield TaggedSentence(text, tuple(tags))


def _framework(path: Path) -> Iterator[TaggedSentence]:
    gold: dict[str, tuple[str, ...]] = {}
    with open(path.with_name(f"{path.name.removesuffix('.xml').removesuffix('.data')}.gold.key.txt"), encoding="utf-8") as lines:
        for line in lines:
            instance, *keys = line.split()
            gold[instance] = tuple(keys)
    for _, element in ElementTree.iterparse(path):
        if element.tag == "sentence":
            text, spans = detokenized([token.text or "" for token in element])
            named = ((token.get("id", ""), span) for token, span in zip(element, spans, strict=True) if token.tag == "instance")
            yield TaggedSentence(text, tuple((span, gold[name]) for name, span in named))
            element.clear()
