"""The sets as they are published, read into uses of words."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import senselens as sl

POS = {"NOUN": "n", "VERB": "v", "ADJ": "a", "ADV": "r"}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A word in its sentence, and what the set says of it (a sense key or several, a class)."""

    text: str
    span: sl.Span
    lemma: str
    pos: str
    gold: tuple[str, ...]


def joined(tokens: list[str]) -> tuple[str, list[sl.Span]]:
    """The tokens with a space between, and where each is."""
    text, spans = "", []
    for token in tokens:
        start = len(text) + bool(text)
        text += (" " if text else "") + token
        spans.append(sl.Span(start, start + len(token)))
    return text, spans


def wic(folder: Path, split: str) -> list[tuple[Tagged, Tagged, bool]]:
    rows = (folder / f"{split}.data.txt").read_text(encoding="utf-8").splitlines()
    gold = (folder / f"{split}.gold.txt").read_text(encoding="utf-8").split()
    out = []
    for row, label in zip(rows, gold, strict=True):
        lemma, pos, where, *sentences = row.split("\t")
        pair = []
        for index, sentence in zip(where.split("-"), sentences, strict=True):
            text, spans = joined(sentence.split())
            pair.append(Tagged(text, spans[int(index)], lemma, pos.lower(), ()))
        out.append((pair[0], pair[1], label == "T"))
    return out


def coarse(folder: Path, word: str, split: str) -> list[Tagged]:
    rows = (folder / word / f"{split}.data.txt").read_text(encoding="utf-8").splitlines()
    gold = (folder / word / f"{split}.gold.txt").read_text(encoding="utf-8").split()
    out = []
    for row, label in zip(rows, gold, strict=True):
        index, sentence = row.split("\t", 1)
        text, spans = joined(sentence.split())
        out.append(Tagged(text, spans[int(index)], word, "n", (label,)))
    return out


def all_words(folder: Path, name: str) -> Iterator[Tagged]:
    gold = {}
    for line in (folder / name / f"{name}.gold.key.txt").read_text(encoding="utf-8").splitlines():
        instance, *keys = line.split()
        gold[instance] = tuple(keys)
    for sentence in ElementTree.parse(folder / name / f"{name}.data.xml").iter("sentence"):
        text, spans = joined([(e.text or "").replace("``", '"').replace("''", '"') for e in sentence])
        for element, span in zip(sentence, spans, strict=True):
            if element.tag == "instance":
                yield Tagged(text, span, element.get("lemma", ""), POS[element.get("pos", "")], gold[element.get("id", "")])


def scws(folder: Path) -> list[tuple[Tagged, Tagged, float]]:
    out = []
    for line in (folder / "ratings.txt").read_text(encoding="utf-8").splitlines():
        _, word_a, pos_a, word_b, pos_b, a, b, score, *_ = line.split("\t")
        out.append((_bold(a, word_a, pos_a), _bold(b, word_b, pos_b), float(score)))
    return out


def _bold(context: str, word: str, pos: str) -> Tagged:
    before, inside, after = re.split(r"<b>\s*|\s*</b>", context, maxsplit=2)
    return Tagged(before + inside + after, sl.Span(len(before), len(before) + len(inside)), word, pos, ())


def stsb(folder: Path, split: str) -> tuple[list[str], list[str], list[float]]:
    with open(folder / f"sts-{split}.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [r[5] for r in rows], [r[6] for r in rows], [float(r[4]) for r in rows]


def swords(folder: Path, split: str = "dev") -> list[tuple[Tagged, dict[str, float]]]:
    """SWORDS (Lee et al. 2021): each target, and for each candidate's lemma the share of annotators who accept it.

    As the benchmark's own evaluation prepares them: lemmatised, those of one lemma joined, the target's own left out, and
    annotators who were unsure not counted.
    """
    with gzip.open(folder / f"swords-v1.1_{split}.json.gz") as file:
        data = json.load(file)
    book = sl.open_inventory("wordnet")
    labels: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for number, row in data["substitutes"].items():
        pos = POS[data["targets"][row["target_id"]]["pos"]]
        sure = [label for label in data["substitute_labels"][number] if label != "UNSURE"]
        labels[row["target_id"]][lemma(book, row["substitute"], pos)] += [label.startswith("TRUE") for label in sure]
    out = []
    for number, row in data["targets"].items():
        text, start, pos = data["contexts"][row["context_id"]]["context"], row["offset"], POS[row["pos"]]
        own = lemma(book, row["target"], pos)
        target = Tagged(text, sl.Span(start, start + len(row["target"])), own, pos, ())
        out.append((target, {name: sum(found) / len(found) for name, found in labels[number].items() if found and name != own}))
    return out


def lemma(book: sl.Inventory, word: str, pos: str) -> str:
    """*word* as NLTK's WordNet lemmatiser has it, which SWORDS is evaluated with: its shortest lemma, or itself."""
    small = word.strip().lower()
    return small if " " in small else min((name.lower() for name, _ in book.lemmas(small, pos)), key=len, default=small)
