"""The next whole word, under a model that predicts one word piece at a time.

A word may be spelled with several pieces, and where it ends shows only in the piece after it, so

    P(word) = Σ over its spellings  P(its pieces) · P(what follows is no more of it)

The search is best first: the likeliest spelling that is not over yet is read further, until no word that is not among the
*k* best found can still come among them. What it leaves unread is told with the answer, and is all that it can be wrong by.
"""

from __future__ import annotations

import heapq
from codecs import getincrementaldecoder
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
import regex
from numpy.typing import NDArray

from senselens.encoding import Vectors
from senselens.model import Guess

DEEPEST = 32  # pieces of one word, with the space before it
BEAM = 64  # spellings read at most, unless asked otherwise
TOGETHER = 8  # spellings that the model reads in one go

Shares = Callable[[Sequence[tuple[int, ...]]], Vectors]

# As in `senselens.text`, but told from left to right: points inside numbers and initials end a word here.
_ALONE = r"[[\p{Han}\p{Hiragana}]--\p{M}]"
_FIRST = rf"[[\p{{L}}\p{{N}}]--{_ALONE}]"
_INNER = rf"[[\p{{L}}\p{{N}}\p{{M}}\u200C\u200D]--{_ALONE}]"
_JOIN = r"['’＇·‧‐‑_-]"
_NEXT = regex.compile(
    rf"""(?sxV1) \s*+
    (?: (?P<alone>{_ALONE}) | (?P<word> {_FIRST} {_INNER}*+ (?: {_JOIN} {_FIRST} {_INNER}*+ )*+ ) (?P<held>{_JOIN})?+ )?+
    (?P<rest>.)?+"""
)
_DECODER = getincrementaldecoder("utf-8")
_IN_WORD = regex.compile(rf"(?V1){_INNER}\Z")


@dataclass(frozen=True, slots=True)
class NextWords:
    """The likeliest next words, best first, and where the rest of the probability is.

    no_word:  that no word follows: punctuation, or the end of the text.
    unread:   of spellings that were not read to their end: no probability here is too low by more.
    unlisted: no word that is not in the list can have more: where it is no more than the last one's, the list is certain.

    All words' probabilities, *no_word* and *unread* add up to 1.
    """

    words: tuple[Guess, ...]
    no_word: float
    unread: float
    unlisted: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a continuation of a text says of the next word.

    word:  the word, as far as it goes; empty before its first letter.
    open:  whether more can still belong to it. If not, and there is no *word*, no word follows.
    state: for an open one, the shortest continuation that every piece acts on as it acts on this one.
    """

    word: str
    open: bool
    state: bytes = b""


def read(continuation: bytes) -> Reading:
    """Read a *continuation* in UTF-8, whose last character may be incomplete.

    A word is a run of letters, digits and combining marks, in which apostrophes, hyphens and underscores stand between
    two of them; a Han or Hiragana character is a word by itself. White space before it is skipped.
    """
    decoder = _DECODER("replace")
    found = cast("regex.Match[str]", _NEXT.match(decoder.decode(continuation)))  # every part of it is optional
    incomplete = decoder.getstate()[0]
    if alone := found["alone"]:
        return Reading(alone, False)
    word = found["word"] or ""
    if found["rest"]:
        return Reading(word, False)
    return Reading(word, True, ((b"a" if word else b"") + (found["held"] or "").encode() + incomplete))


def ends_in_word(text: str) -> bool:
    """Whether *text* ends with a character to which another letter would be joined in one word."""
    return bool(_IN_WORD.search(text))


@dataclass(frozen=True, slots=True)
class _Step:
    """What each piece does in one state: the numbers of the pieces, by outcome."""

    open: NDArray[np.intp]  # the word goes on, or has not begun
    ends: NDArray[np.intp]  # the word has ended before the piece
    none: NDArray[np.intp]  # no word follows
    within: tuple[tuple[int, str], ...]  # the word ends inside the piece, which gives it these last letters
    beginning: NDArray[np.intp]  # (open,) which beginning of a word the piece makes
    longer: tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]  # beginnings and the next shorter ones, the shortest first


class PieceTable:
    """What the pieces of a vocabulary do to a word that is being read. *spellings* as `PieceTokenizer.spellings` has them."""

    def __init__(self, spellings: Sequence[bytes | None]) -> None:
        self.spellings = [s or None for s in spellings]
        self.step = lru_cache(maxsize=256)(self._step)
        self._fits = lru_cache(maxsize=64)(self._fitting)
        self.ends_word = np.array([s is None or not _joins(s) for s in self.spellings])  # (V,) a word before the piece is over

    def allowed(self, continuation: bytes, must: bytes, after_word: bool) -> NDArray[np.bool_] | None:
        """The pieces (V,) that may follow *continuation*: with *must* only those that go on to spell it out.

        *after_word* says that the text ends with a whole word, which the first piece may not lengthen. None is all.
        """
        if len(continuation) < len(must):
            return self._fits(must[len(continuation) :])
        return self.ends_word if after_word and not continuation else None

    def _fitting(self, must: bytes) -> NDArray[np.bool_]:
        return np.array([s is not None and (s.startswith(must) or must.startswith(s)) for s in self.spellings])

    def _step(self, state: bytes) -> _Step:
        so_far = read(state).word
        goes_on: list[int] = []
        ends: list[int] = []
        none: list[int] = []
        within, begun = [], []
        for number, spelling in enumerate(self.spellings):
            found = Reading(so_far, False) if spelling is None else read(state + spelling)
            if found.open:
                goes_on.append(number)
                begun.append(found.word)
            elif not found.word:
                none.append(number)
            elif found.word == so_far:
                ends.append(number)
            else:
                within.append((number, found.word[len(so_far) :]))
        numbers = {word: i for i, word in enumerate(dict.fromkeys(begun))}
        beginning = np.array([numbers[word] for word in begun], np.intp)
        outcomes = (np.array(goes_on, np.intp), np.array(ends, np.intp), np.array(none, np.intp))
        return _Step(*outcomes, tuple(within), beginning, _longer(numbers))


def _longer(numbers: dict[str, int]) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]:
    """Each beginning with the longest other one that it begins with, those first that begin with the fewest."""
    depth: dict[str, int] = {}
    levels: list[list[tuple[int, int]]] = []
    for word in sorted(numbers, key=len):
        shorter = next((word[:n] for n in range(len(word) - 1, -1, -1) if word[:n] in numbers), None)
        depth[word] = 0 if shorter is None else depth[shorter] + 1
        if shorter is not None:
            levels += [[] for _ in range(depth[word] - len(levels))]
            levels[depth[word] - 1].append((numbers[word], numbers[shorter]))
    return tuple((np.array([a for a, _ in level]), np.array([b for _, b in level])) for level in levels)


def _joins(spelling: bytes) -> bool:
    """Whether a piece lengthens a word that stands just before it.

    A piece that is only an apostrophe or a hyphen counts as doing so, and so does one that begins inside a character.
    """
    found = read(b"a" + spelling)
    return found.open or found.word != "a"


class _Branch:
    """A spelling, *ids*, of *spelled* and of the beginning *word*, that was read: what the pieces after it still hold."""

    def __init__(self, ids: tuple[int, ...], spelled: bytes, word: str, step: _Step, mass: NDArray[np.float64]) -> None:
        self.ids, self.spelled, self.word, self.step = ids, spelled, word, step
        self.left = mass[step.open]  # (open,)
        self._order = np.argsort(-self.left, kind="stable")
        self._at = 0
        self._most: float | None = None

    @property
    def best(self) -> float:
        """Of the likeliest piece that is not taken; 0 at the end, and where a word would get too many pieces."""
        if self._at == len(self._order) or len(self.ids) + 1 >= DEEPEST:
            return 0.0
        return float(self.left[self._order[self._at]])

    def take(self) -> tuple[float, int]:
        """The likeliest piece with its probability, which is no longer left."""
        place, share = self._order[self._at], self.best
        self.left[place] = 0
        self._at += 1
        self._most = None
        return share, int(self.step.open[place])

    @property
    def most(self) -> float:
        """The most that what is left can give to any one word: to all beginnings of it together."""
        if self._most is None:
            sums = np.bincount(self.step.beginning, self.left, 1)
            for beginnings, shorter in self.step.longer:
                sums[beginnings] += sums[shorter]
            self._most = float(sums.max())
        return self._most


def next_words(
    shares: Shares, table: PieceTable, k: int | None, beam: int = BEAM, must: bytes = b"", after_word: bool = False
) -> NextWords:
    """The *k* likeliest next words (None: all that are found), given what precedes: *shares* knows it.

    *shares* gives the probabilities (N, V) of the next piece after each of N continuations, tuples of pieces. *must* and
    *after_word* are conditions, as in `PieceTable.allowed`: every probability returned is given that they hold.
    At most *beam* spellings are read: a smaller one leaves more `NextWords.unread`.
    """
    words: dict[str, float] = defaultdict(float)
    no_word = 0.0
    branches: list[_Branch] = []
    heap: list[tuple[float, int, _Branch]] = []
    todo: list[tuple[float, tuple[int, ...], bytes]] = [(1.0, (), b"")]
    while todo:
        for (share, ids, spelled), row in zip(todo, shares([ids for _, ids, _ in todo]), strict=True):
            mass = share * row.astype(np.float64)  # (V,)
            allowed = table.allowed(spelled, must, after_word)
            if allowed is not None:
                mass[~allowed] = 0
            reading = read(spelled)
            step = table.step(reading.state)
            no_word += float(mass[step.none].sum())
            if reading.word:
                words[reading.word] += float(mass[step.ends].sum())
            for number, last in step.within:
                words[reading.word + last] += float(mass[number])
            branches.append(_Branch(ids, spelled, reading.word, step, mass))
            heapq.heappush(heap, (-branches[-1].best, len(branches), branches[-1]))
        if _settled(words, k, branches, -heap[0][0]):
            break
        todo = []
        while len(todo) < min(TOGETHER, beam - len(branches)) and heap[0][0] < 0:
            _, serial, branch = heap[0]
            share, number = branch.take()
            todo.append((share, (*branch.ids, number), branch.spelled + (table.spellings[number] or b"")))
            heapq.heapreplace(heap, (-branch.best, serial, branch))
    unread = sum(float(branch.left.sum()) for branch in branches)
    possible = sum(words.values()) + no_word + unread  # 1 less what the conditions rule out, without the rounding
    if possible <= 0:
        return NextWords((), 0.0, 0.0, 0.0)
    listed = _best(words, k)
    guesses = tuple(Guess(word, words[word] / possible) for word in listed)
    return NextWords(guesses, no_word / possible, unread / possible, _unlisted(words, listed, branches) / possible)


def _best(words: dict[str, float], k: int | None) -> list[str]:
    return [word for word in sorted(words, key=lambda w: (-words[w], w))[:k] if words[word] > 0]


def _settled(words: dict[str, float], k: int | None, branches: Sequence[_Branch], best: float) -> bool:
    """Whether the *k* best words are certain; *best* is the likeliest spelling that was not read."""
    if k is None or len(words) < k:
        return False
    listed = _best(words, k)
    last = words[listed[-1]] if listed and len(listed) == k else 0.0
    return last >= best and last >= _unlisted(words, listed, branches)


def _unlisted(words: dict[str, float], listed: Sequence[str], branches: Sequence[_Branch]) -> float:
    """The most that a word not *listed* can have. It gains only from branches whose beginnings it begins with."""
    most: dict[str, float] = defaultdict(float)
    for branch in branches:
        most[branch.word] += branch.most

    def gain(word: str) -> float:
        return sum(most[word[:n]] for n in range(len(word) + 1) if word[:n] in most)

    rest = words.keys() - set(listed)
    return max([*(gain(word) for word in most), *(words[word] + gain(word) for word in rest)], default=0.0)
