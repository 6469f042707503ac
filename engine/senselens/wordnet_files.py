"""Reading the WordNet database files (``data.noun``, ``index.noun``, ``cntlist.rev``, …).

The format is wndb(5WN); sense keys are senseidx(5WN): ``lemma%ss_type:lex_filenum:lex_id:head_word:head_id``.
Debian's files and Princeton's read the same here: where Debian mended a line, offsets are moved back to Princeton's, which
the rest of the world cites, and the mended relation is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
SS_TYPES = {"n": 1, "v": 2, "a": 3, "r": 4, "s": 5}
_MARKER = re.compile(r"\((?:a|p|ip)\)")  # the syntactic marker of an adjective, as in "galore(ip)"
_FIRST_EXAMPLE = re.compile(r'(?:[;:]|(?<!e\.g\.),)\s*(?=")')
_EXAMPLE = re.compile(r'"([^"]*)(?:"|$)')
_AROUND = " ;:,\n"  # what stands between a definition and its examples

# Part: the offset of the line that Debian (1:3.0-37) made longer, the last offset that moved, and by how many bytes.
MOVED = {"verb": (612_841, 2_422_681, 18), "adj": (1_681_307, 3_155_307, 1)}
# Princeton's `inhibit` and `restrain` are each other's hypernym; Debian hangs `inhibit` below `suppress`.
MENDED_PARENTS = {("verb", 2_423_762): (612_841,)}


@dataclass(frozen=True, slots=True)
class RawSynset:
    """One line of a ``data.*`` file; *words* are (form, lex_id), *parents* the offsets of its hypernyms.

    A satellite adjective's parent is the head of its cluster. *opposites* are the offsets of the synsets that have an
    antonym of one of its words, which are in the same file.
    """

    offset: int
    pos: str
    lex_file: int
    words: tuple[tuple[str, int], ...]
    parents: tuple[int, ...]
    opposites: tuple[int, ...]
    definition: str
    examples: tuple[str, ...]


def synsets(folder: Path, part: str) -> Iterator[RawSynset]:
    """The synsets of one part of speech (``noun``, ``verb``, ``adj``, ``adv``), in file order."""
    home = _home(folder, part)
    for line in _lines(folder / f"data.{part}"):
        fields, _, gloss = line.partition("|")
        yield _synset(part, fields.split(), gloss, home)


def _synset(part: str, fields: list[str], gloss: str, home: Callable[[int], int]) -> RawSynset:
    offset, lex_file, pos, at = home(int(fields[0])), int(fields[1]), fields[2], 4 + 2 * int(fields[3], 16)
    words = tuple((_MARKER.sub("", form), int(lex_id, 16)) for form, lex_id in zip(fields[4:at:2], fields[5:at:2], strict=True))
    pointers = [fields[i : i + 2] for i in range(at + 1, at + 1 + 4 * int(fields[at]), 4)]  # symbol, offset, (pos, source/target)
    upwards = ("&",) if pos == "s" else ("@", "@i")
    parents = tuple(home(int(to)) for symbol, to in pointers if symbol in upwards)
    parents = MENDED_PARENTS.get((part, offset), parents)
    opposites = tuple(home(int(to)) for symbol, to in pointers if symbol == "!")
    definition, *rest = _FIRST_EXAMPLE.split(gloss, maxsplit=1)
    quoted = (example.strip(_AROUND) for example in _EXAMPLE.findall("".join(rest)))
    return RawSynset(offset, pos, lex_file, words, parents, opposites, definition.strip(_AROUND), tuple(filter(None, quoted)))


def sense_key(synset: RawSynset, form: str, lex_id: int, head: str | None) -> str:
    """The key of *form* in *synset*; *head* is what `head` gives for the head synset of a satellite adjective."""
    return f"{form.lower()}%{SS_TYPES[synset.pos]}:{synset.lex_file:02d}:{lex_id:02d}:{head or ':'}"


def head(synset: RawSynset) -> str:
    """How the sense keys of the satellites of *synset* end: ``head_word:head_id``."""
    form, lex_id = synset.words[0]
    return f"{form.lower()}:{lex_id:02d}"


def sense_order(folder: Path, part: str) -> Iterator[tuple[str, list[int]]]:
    """For each lemma of ``index.*``: the lemma and its synset offsets, most frequent sense first."""
    home = _home(folder, part)
    for line in _lines(folder / f"index.{part}"):
        fields = line.split()
        yield fields[0], [home(int(o)) for o in fields[-int(fields[2]) :]]


def sense_counts(folder: Path) -> dict[str, int]:
    """How often each sense key is tagged in the semantic concordances, from ``cntlist.rev`` or else ``index.sense``."""
    file = next((f for f in (folder / "cntlist.rev", folder / "index.sense") if f.is_file()), None)
    if file is None:
        raise FileNotFoundError(f"{folder} has neither cntlist.rev nor index.sense")
    return {_MARKER.sub("", key): int(count) for key, *_, count in map(str.split, _lines(file)) if int(count)}


def exceptions(file: Path) -> Iterator[tuple[str, str, str]]:
    """Irregular forms as (pos, form, lemmas between spaces), from this package's copy of WordNet's ``*.exc`` lists."""
    for line in _lines(file):
        pos, form, lemmas = line.rstrip("\n").split("\t")
        yield pos, form, lemmas


def _lines(file: Path) -> Iterator[str]:
    """The lines of *file* but for its preface: WordNet's licence stands in lines that start with a space."""
    with open(file, encoding="utf-8") as lines:
        yield from (line for line in lines if not line.startswith((" ", "#")))


def _home(folder: Path, part: str) -> Callable[[int], int]:
    """From an offset in these files to the offset in Princeton's."""
    after, last, by = MOVED.get(part, (0, 0, 0))
    with open(folder / f"data.{part}", "rb") as file:
        file.seek(last)
        moved = file.read(9) == b"%08d " % last
    return lambda offset: offset - by if moved and after < offset <= last else offset
