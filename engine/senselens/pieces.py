"""A tokenizer as the models need it: word pieces with their characters, special pieces, and which pieces are whole words."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer

from senselens.text import Span, valid

Ids = NDArray[np.int64]
CAPITAL = regex.compile(r"(?:##)?[A-Z]")
WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’-]*+")
log = logging.getLogger(__name__)

_BYTE_PIECE = re.compile(r"<0x([0-9A-F]{2})>")
_SHOWN = [*range(33, 127), *range(161, 173), *range(174, 256)]  # the bytes that byte-level BPE writes as themselves
_BYTE_OF = {chr(b): b for b in _SHOWN} | {chr(256 + i): b for i, b in enumerate(sorted({*range(256)} - {*_SHOWN}))}


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text without special ones: ids (P,) and character offsets (P, 2)."""

    ids: Ids
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, start: int, end: int) -> Pieces:
        """The pieces from *start* to *end*."""
        return Pieces(self.ids[start:end], self.offsets[start:end])

    def spans(self, text: str) -> list[Span]:
        """The characters of each piece, without the space that some tokenizers count in."""
        found = []
        for start, end in self.offsets.tolist():
            own = text[start:end]
            left = len(own) - len(own.lstrip())
            found.append(Span(start + left, max(start + left, end - (len(own) - len(own.rstrip())))))
        return found


@dataclass(frozen=True, slots=True)
class Template:
    """The special pieces around one text, ``start A end``, and around a pair, ``start A between B pair_end``."""

    start: tuple[int, ...]
    end: tuple[int, ...]
    between: tuple[int, ...]
    pair_end: tuple[int, ...]
    pair_segment: int

    def one(self, ids: Ids) -> Ids:
        return np.concatenate([self.start, ids, self.end], dtype=np.int64, casting="unsafe")

    def pair(self, first: Ids, second: Ids) -> tuple[Ids, Ids]:
        """The ids of a pair, and the segment of each."""
        head = [*self.start, *first, *self.between]
        tail = [*second, *self.pair_end]
        return np.array(head + tail, np.int64), np.repeat([0, self.pair_segment], [len(head), len(tail)])


@dataclass(frozen=True, slots=True)
class Framed:
    """A text or a pair as a network reads it: ids and segments (P,), and for each piece its text and its characters.

    Special pieces have None for both; *texts* is 0 for the first text and 1 for the second.
    """

    ids: Ids
    segments: Ids
    texts: tuple[int | None, ...]
    spans: tuple[Span | None, ...]

    def __len__(self) -> int:
        return len(self.ids)


class PieceTokenizer:
    """A `tokenizers.Tokenizer` under our rules: nothing is cut or padded, and special pieces in a text are only text.

    *mask* is the piece that stands for a hidden word (None when the model has none).
    """

    def __init__(self, definition: str, mask: str | None) -> None:
        made = json.loads(definition)
        self._definition = json.dumps(cased) if (cased := _cased_like_its_vocabulary(made)) is not made else definition
        self._tokenizer = _plain(self._definition)
        self.mask = mask
        self.mask_id = None if mask is None else self._tokenizer.token_to_id(mask)
        unknown = self._tokenizer.token_to_id(made["model"].get("unk_token") or "")
        self._unknown: int | None = made["model"].get("unk_id", unknown)

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text; offsets are characters of the text as given."""
        encodings = self._tokenizer.encode_batch([valid(text) for text in texts], add_special_tokens=False)
        return [self._only_text(e.ids, e.offsets, self._special) for e in encodings]

    def masked_pieces(self, text: str) -> Pieces:
        """The pieces of a text in which the *mask* piece, wherever it stands, is the model's mask."""
        encoding = self._with_masks.encode(valid(text), add_special_tokens=False)
        return self._only_text(encoding.ids, encoding.offsets, self._special - {self.mask_id})

    def framed(self, text: str, pair: str | None = None) -> Framed:
        """A text, or two, with the special pieces around."""
        template = self.template
        texts = [text] if pair is None else [text, pair]
        found = self.pieces(texts)
        if pair is None:
            ids, gaps = template.one(found[0].ids), [template.end]
            segments = np.zeros_like(ids)
        else:
            (ids, segments), gaps = template.pair(found[0].ids, found[1].ids), [template.between, template.pair_end]
        sides: list[int | None] = [None] * len(template.start)
        spans: list[Span | None] = [None] * len(template.start)
        for number, (pieces, own, gap) in enumerate(zip(found, texts, gaps, strict=True)):
            sides += [number] * len(pieces) + [None] * len(gap)
            spans += [*pieces.spans(own), *[None] * len(gap)]
        return Framed(ids, segments, tuple(sides), tuple(spans))

    def spelt(self, ids: Ids) -> tuple[str, ...]:
        """The pieces as the vocabulary writes them: ``##ing``, ``Ġbank``, ``▁bank``."""
        return tuple(str(self._tokenizer.id_to_token(int(i))) for i in ids)

    @cached_property
    def _with_masks(self) -> Tokenizer:
        """The tokenizer for which the mask, unlike other special pieces, is found in a text."""
        made = json.loads(self._definition)
        for token in made["added_tokens"]:
            token["special"] &= token["content"] != self.mask
        return _plain(json.dumps(made))

    @cached_property
    def _special(self) -> set[int]:
        added = self._tokenizer.get_added_tokens_decoder()
        return {number for number, token in added.items() if token.special} - {self._unknown}

    def _only_text(self, ids: list[int], offsets: list[tuple[int, int]], special: set[int]) -> Pieces:
        """These pieces, with a *special* one cut into its characters: SentencePiece vocabularies find ``</s>`` in a text."""
        if not special.isdisjoint(ids):
            cut = [self._characters(i, o) if i in special else ([i], [o]) for i, o in zip(ids, offsets, strict=True)]
            ids, offsets = [i for some, _ in cut for i in some], [o for _, some in cut for o in some]
        return Pieces(np.array(ids, np.int64), np.array(offsets, np.int64).reshape(-1, 2))

    def _characters(self, number: int, offset: tuple[int, int]) -> tuple[list[int], list[tuple[int, int]]]:
        """The pieces of one character each that spell the piece *number*, and their offsets."""
        piece = str(self._tokenizer.id_to_token(number))
        found = [self._tokenizer.token_to_id(character) for character in piece]
        ids = [f for f in (self._unknown if f is None else f for f in found) if f is not None]
        start, end = offset
        each = end - start == len(ids) == len(piece)
        return ids, [(start + i, start + i + 1) if each else offset for i in range(len(ids))]

    @cached_property
    def template(self) -> Template:
        """Found by encoding a probe, so that it holds for any post-processor."""
        a, b = (self._tokenizer.encode(t, add_special_tokens=False).ids for t in ("a", "b"))
        one, two = self._tokenizer.encode("a"), self._tokenizer.encode("a", "b")
        first = _find(one.ids, a)
        second = _find(two.ids, b, first + len(a))
        return Template(
            start=tuple(one.ids[:first]),
            end=tuple(one.ids[first + len(a) :]),
            between=tuple(two.ids[first + len(a) : second]),
            pair_end=tuple(two.ids[second + len(b) :]),
            pair_segment=two.type_ids[second],
        )

    @cached_property
    def _space(self) -> str:
        """How the vocabulary marks a space before a piece: ``Ġ``, ``▁``, or not at all."""
        vocabulary = self._tokenizer.get_vocab()
        return next((m for m in ("Ġ", "▁") if sum(p.startswith(m) for p in vocabulary) > len(vocabulary) // 20), "")

    @cached_property
    def _first_has_space(self) -> bool:
        return self.spelt(self.pieces(["a"])[0].ids)[0].startswith(self._space)

    def is_glued(self, text: str, start: int) -> bool:
        """Whether a word at this character of *text* follows no space, in a vocabulary in which that makes another piece."""
        if not self._space or text[start : start + 1].isspace():  # some masks take the space before them along
            return False
        return not text[start - 1].isspace() if start else not self._first_has_space

    @cached_property
    def whole_words(self) -> tuple[Ids, list[str]]:
        """The ids (N,) of the pieces that are a whole word by themselves, and those words.

        In WordPiece they lack ``##``; in byte-level BPE and SentencePiece they begin with the mark of a space.
        """
        return self._words_of({n: p for p, n in self._vocabulary.items() if p.startswith(self._space)})

    @cached_property
    def glued_words(self) -> tuple[Ids, list[str]]:
        """`whole_words` for a place that `is_glued`, where a word's piece has no mark of a space.

        It is told from the middle of a word by its twin with that mark, or by a script without upper and lower case.
        """
        numbers, forms = self._words_of({n: p for p, n in self._vocabulary.items() if not p.startswith(self._space)})
        twins = set(self.whole_words[1])
        kept = [i for i, form in enumerate(forms) if form in twins or form.lower() == form.upper()]
        return numbers[kept], [forms[i] for i in kept]

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """Without special pieces and without what only continues a word."""
        added = set(self._tokenizer.get_added_tokens_decoder())
        return {p: n for p, n in self._tokenizer.get_vocab().items() if n not in added and not p.startswith("##")}

    def _words_of(self, pieces: dict[int, str]) -> tuple[Ids, list[str]]:
        found = []
        for number, piece in sorted(pieces.items()):
            word = self._tokenizer.decode([number]).strip() if self._space == "Ġ" else piece.removeprefix(self._space)
            if word.isalpha() or WORD.fullmatch(word):  # the first is quick, and nearly always enough
                found.append((number, word))
        return np.array([n for n, _ in found], np.int64), [w for _, w in found]

    @cached_property
    def spellings(self) -> list[bytes | None] | None:
        """The bytes of UTF-8 that each piece adds to a running text, its space included; None for a special piece.

        The whole is None for a tokenizer whose pieces do not say where a space stands, such as WordPiece.
        """
        rules = json.loads(self._definition)
        steps = json.dumps([rules[part] for part in ("normalizer", "pre_tokenizer", "decoder")], ensure_ascii=False)
        vocabulary = self._tokenizer.get_vocab()
        spelled: list[bytes | None] = [None] * (max(vocabulary.values()) + 1)
        if "ByteLevel" in steps:
            for piece, number in vocabulary.items():
                spelled[number] = bytes(_BYTE_OF[c] for c in piece) if all(c in _BYTE_OF for c in piece) else piece.encode()
        elif "▁" in steps:
            for piece, number in vocabulary.items():
                byte = _BYTE_PIECE.fullmatch(piece)
                spelled[number] = bytes([int(byte[1], 16)]) if byte else piece.replace("▁", " ").encode()
        else:
            return None
        for number, added in self._tokenizer.get_added_tokens_decoder().items():
            spelled[number] = None if added.special else added.content.encode()
        return spelled

    def number_of(self, piece: str) -> int | None:
        """The id of *piece*; None where the vocabulary lacks it."""
        number: int | None = self._tokenizer.token_to_id(piece)
        return number

    def word_ids(self, word: str, glued: bool = False) -> list[int]:
        """The pieces of *word* as it stands after a space, or *glued* to what is before it; none where one is unknown."""
        (probe,) = self.pieces([f"({word}" if glued else f"a {word}"])
        found: list[int] = probe.ids[probe.offsets[:, 1] > 1].tolist()
        return [] if self._unknown in found else found


def _plain(definition: str) -> Tokenizer:
    tokenizer: Tokenizer = Tokenizer.from_str(definition)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _find(ids: list[int], part: list[int], at: int = 0) -> int:
    return next(i for i in range(at, len(ids)) if ids[i : i + len(part)] == part)


def _cased_like_its_vocabulary(definition: dict[str, Any]) -> dict[str, Any]:
    """*definition*, but a WordPiece vocabulary with capitals reads text as it is written.

    Several cased checkpoints of the Hub lack the file that says so, and BERT's tokenizer then lower-cases: all their
    capitals are lost (github.com/dmis-lab/biobert-pytorch/issues/24, github.com/allenai/scibert/issues/79).
    """
    normalizer, vocabulary = definition.get("normalizer") or {}, definition["model"]["vocab"]
    if normalizer.get("type") != "BertNormalizer" or not normalizer["lowercase"] or not isinstance(vocabulary, dict):
        return definition
    capitals = sum(CAPITAL.match(piece) is not None for piece in vocabulary)
    if capitals <= len(vocabulary) // 50:
        return definition
    log.warning("the tokenizer lower-cases, but its vocabulary has %d capitalised words: text is read as written", capitals)
    return definition | {"normalizer": normalizer | {"lowercase": False}}
