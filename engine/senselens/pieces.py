"""A tokenizer as the models need it: word pieces with their characters, special pieces, and which pieces are whole words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ids = NDArray[np.int64]

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


@dataclass(frozen=True, slots=True)
class Template:
    """The special pieces around one text, ``start A end``, and around a pair, ``start A between B pair_end``."""

    start: tuple[int, ...]
    end: tuple[int, ...]
    between: tuple[int, ...]
    pair_end: tuple[int, ...]
    pair_segment: int


class PieceTokenizer:
    """A `tokenizers.Tokenizer` under our rules: nothing is cut or padded, and special pieces in a text are only text.

    *mask* is the piece that stands for a hidden word (None when the model has none).
    """

    def __init__(self, definition: str, mask: str | None) -> None:
        self._tokenizer = _plain(Tokenizer.from_str(definition))
        self._definition = definition
        self.mask = mask
        self.mask_id = None if mask is None else self._tokenizer.token_to_id(mask)

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text; offsets are characters of the text as given."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [Pieces(np.array(e.ids, np.int64), np.array(e.offsets, np.int64).reshape(-1, 2)) for e in encodings]

    def masked_pieces(self, text: str) -> Pieces:
        """The pieces of a text in which the *mask* piece, wherever it stands, is the model's mask."""
        encoding = self._with_masks.encode(text, add_special_tokens=False)
        return Pieces(np.array(encoding.ids, np.int64), np.array(encoding.offsets, np.int64).reshape(-1, 2))

    @cached_property
    def _with_masks(self) -> Tokenizer:
        tokenizer = _plain(Tokenizer.from_str(self._definition))
        tokenizer.encode_special_tokens = False
        return tokenizer

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
    def whole_words(self) -> tuple[Ids, list[str]]:
        """The ids (N,) of the pieces that are a whole word by themselves, and those words.

        In WordPiece they lack ``##``; in byte-level BPE and SentencePiece they begin with the mark of a space.
        """
        vocabulary = sorted(self._tokenizer.get_vocab().items(), key=lambda item: item[1])
        mark = next((m for m in ("Ġ", "▁") if sum(p.startswith(m) for p, _ in vocabulary) > len(vocabulary) // 20), "")
        added = set(self._tokenizer.get_added_tokens_decoder())
        found = []
        for piece, number in vocabulary:
            if number in added or not piece.startswith(mark) or piece.startswith("##"):
                continue
            word = self._tokenizer.decode([number]).strip() if mark == "Ġ" else piece.removeprefix(mark)
            if word and word[0].isalpha() and all(c.isalpha() or c in "'’-" for c in word):
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

    def word_ids(self, word: str) -> list[int]:
        """The pieces of *word* as it stands after a space."""
        probe = self._tokenizer.encode(f"a {word}", add_special_tokens=False)
        return [i for i, (_, end) in zip(probe.ids, probe.offsets, strict=True) if end > 1]


def _plain(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _find(ids: list[int], part: list[int], at: int = 0) -> int:
    return next(i for i in range(at, len(ids)) if ids[i : i + len(part)] == part)
