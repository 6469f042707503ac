"""The next whole word, against brute force over every sequence of pieces of a small vocabulary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from senselens.encoding import Vectors
from senselens.next_word import PieceTable, Reading, ends_in_word, next_words, read
from senselens.text import words

PIECES = [b"a", b"b", b" a", b" b", b"ab", b" ", b"'", b"-", b"!", b"\xc3", b"\xa9", b"'s", "中".encode(), None]
LENGTHEN = {b"a", b"b", b"ab", b"'", b"-", b"\xc3", b"'s"}  # a word they follow at once
OVER = [b"!", None]  # what comes last, so that every word is over
DEEPEST = 4


class Toy:
    """Random probabilities of the next piece, by the piece before and by depth: at the end of *OVER*, after None of None."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.table = rng.dirichlet(np.full(len(PIECES), 0.5), size=(DEEPEST, len(PIECES) + 1))
        for piece in set(range(len(PIECES))) - {PIECES.index(p) for p in OVER}:
            self.table[-1, :, piece] = 0
        self.table[1:, PIECES.index(None)] = np.eye(len(PIECES))[PIECES.index(None)]
        self.table /= self.table.sum(-1, keepdims=True)

    def row(self, ids: Sequence[int]) -> Vectors:
        return self.table[min(len(ids), DEEPEST - 1), ids[-1] if ids else -1]

    def shares(self, continuations: Sequence[tuple[int, ...]]) -> Vectors:
        return np.stack([self.row(c) for c in continuations])

    def brute_force(self, must: str = "", after_word: bool = False) -> tuple[dict[str, float], float]:
        """P of every word and of none, from the probability of each of the sequences, read with `senselens.text`."""
        found: dict[str, float] = defaultdict(float)
        for ids in product(range(len(PIECES)), repeat=DEEPEST):
            text = b"".join(PIECES[i] or b"" for i in ids).decode(errors="replace")
            if not text.startswith(must) or (after_word and PIECES[ids[0]] in LENGTHEN):
                continue
            first = words(text)[:1]
            starts = bool(first) and first[0].start == len(text) - len(text.lstrip())
            shares = [self.row(ids[:j])[i] for j, i in enumerate(ids)]
            found[first[0].of(text) if starts else ""] += float(np.prod(shares))
        total = sum(found.values())
        none = found.pop("", 0.0)
        return {w: p / total for w, p in found.items() if p > 0}, none / total


CONDITIONS = [("", False), ("", True), (" ", False), (" a", False), ("é", False)]


@pytest.mark.parametrize(("must", "after_word"), CONDITIONS)
@pytest.mark.parametrize("seed", range(4))
def test_every_word_has_its_probability_and_they_add_up_to_one(seed: int, must: str, after_word: bool) -> None:
    toy = Toy(seed)
    expected, none = toy.brute_force(must, after_word)
    found = next_words(toy.shares, PieceTable(PIECES), None, 100_000, must.encode(), after_word)
    assert {g.word: g.probability for g in found.words} == pytest.approx(expected, rel=1e-9)
    assert found.no_word == pytest.approx(none, rel=1e-9)
    assert found.unread == pytest.approx(0, abs=1e-12)
    assert sum(g.probability for g in found.words) + found.no_word == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize(("must", "after_word"), CONDITIONS)
@pytest.mark.parametrize("seed", range(4))
def test_the_best_are_those_of_brute_force(seed: int, must: str, after_word: bool, k: int) -> None:
    toy = Toy(seed)
    expected, none = toy.brute_force(must, after_word)
    few = next_words(toy.shares, PieceTable(PIECES), k, 10_000, must=must.encode(), after_word=after_word)
    ranked = sorted(expected, key=lambda w: -expected[w])
    assert {g.word for g in few.words} == set(ranked[:k])
    assert expected[ranked[k]] <= few.unlisted + 1e-9 <= few.words[-1].probability + 2e-9
    for guess in few.words:
        assert guess.probability - 1e-9 <= expected[guess.word] <= guess.probability + few.unread + 1e-9
    assert few.no_word - 1e-9 <= none <= few.no_word + few.unread + 1e-9


@pytest.mark.parametrize("beam", [1, 2, 5, 20])
def test_a_narrow_beam_says_what_it_left_unread(beam: int) -> None:
    toy = Toy(0)
    expected, _ = toy.brute_force()
    found = next_words(toy.shares, PieceTable(PIECES), None, beam)
    known = {g.word: g.probability for g in found.words}
    assert sum(known.values()) + found.no_word + found.unread == pytest.approx(1, rel=1e-9)
    assert max(p for w, p in expected.items() if w not in known) <= found.unlisted + 1e-9
    for word, probability in expected.items():
        assert known.get(word, 0) - 1e-9 <= probability <= known.get(word, 0) + found.unread + 1e-9


def test_a_condition_that_cannot_hold() -> None:
    table = PieceTable([b"a", b" "])
    found = next_words(lambda c: np.tile(np.float32([1, 0]), (len(c), 1)), table, 3, must=b"z")
    assert found.words == ()
    assert found.to_dict() == {"words": (), "no_word": 0.0, "unread": 0.0, "unlisted": 0.0}


def test_a_word_that_never_ends_is_left_unread() -> None:
    found = next_words(lambda c: np.tile(np.float32([1, 0]), (len(c), 1)), PieceTable([b"a", b" "]), 3)
    assert found.words == ()
    assert found.unread == found.unlisted == 1


@pytest.mark.parametrize(
    ("continuation", "expected"),
    [
        ("", Reading("", True, b"")),
        (" \n ", Reading("", True, b"")),
        (" mat", Reading("mat", True, b"a")),
        (" mat ", Reading("mat", False)),
        ("mat.", Reading("mat", False)),
        (" don'", Reading("don", True, b"a'")),
        (" don’t", Reading("don’t", True, b"a")),
        (" mother-in-", Reading("mother-in", True, b"a-")),
        (" mother--", Reading("mother", False)),
        (" naı̈ve", Reading("naı̈ve", True, b"a")),
        (" ,", Reading("", False)),
        ("😀", Reading("", False)),
        (" 中国", Reading("中", False)),
        ("a中", Reading("a", False)),
    ],
)
def test_reading(continuation: str, expected: Reading) -> None:
    assert read(continuation.encode()) == expected


def test_a_character_that_is_only_begun() -> None:
    assert read("é".encode()[:1]) == Reading("", True, b"\xc3")
    assert read(b"caf\xc3") == Reading("caf", True, b"a\xc3")
    assert read(b"caf'\xc3") == Reading("caf", True, b"a'\xc3")
    assert read(b"caf\xc3 ") == Reading("caf", False)


@pytest.mark.parametrize(
    ("text", "answer"), [("the mat", True), ("the mat.", False), ("mat ", False), ("café", True), ("中", False), ("", False)]
)
def test_texts_that_end_in_a_word(text: str, answer: bool) -> None:
    assert ends_in_word(text) is answer
