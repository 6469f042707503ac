"""fastText's own ``.bin``: words, character n-grams, and vectors for words it never saw.

Bojanowski et al. 2017, Enriching Word Vectors with Subword Information. The format and the hashing are those of
https://github.com/facebookresearch/fastText (``args.cc``, ``dictionary.cc``, ``densematrix.cc``, ``fasttext.cc``), version 12.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from senselens.align import Alignment
from senselens.encoding import Vectors
from senselens.errors import BadModelFile, Unsupported
from senselens.static_files import AGAIN, TOLD, Bytes
from senselens.word_table import mean_of_known

log = logging.getLogger(__name__)

MAGIC, VERSION = 793_712_314, 12
# magic, version; dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate; t
HEAD = struct.Struct("<2i 12i d")
SIZES = struct.Struct("<3i 2q")  # of the dictionary: entries, words, labels; tokens, pruned n-grams (-1: never pruned)
MATRIX = struct.Struct("<? 2q")  # quantized; rows, columns
SUPERVISED = 3
END_OF_SENTENCE = "</s>"  # the one word without n-grams
OFFSET, PRIME = np.uint32(2_166_136_261), np.uint32(16_777_619)  # FNV-1a, 32 bits
AT_ONCE = 1024  # words whose vectors are computed together


class SubwordTable:
    """Words and n-grams: a word's vector is the mean of its own row and those of its n-grams, or of the n-grams alone.

    *matrix* (words + buckets, W) stays in its file until a row is asked for. Every form has a vector, so nothing is looked
    up in lower case; the zero vector is left for forms shorter than the shortest n-gram.
    """

    def __init__(self, path: Path, rows: Mapping[str, int], matrix: Vectors, shortest: int, longest: int) -> None:
        self._path, self._rows, self._matrix = path, rows, matrix
        self._shortest, self._longest = shortest, longest
        self.words = list(rows)
        self.width = matrix.shape[1]

    @cached_property
    def vectors(self) -> Vectors:
        """Computed for the whole vocabulary when it is first searched."""
        found = np.empty((len(self.words), self.width), np.float32)
        for start in range(0, len(self.words), AT_ONCE):
            stop = start + AT_ONCE
            found[start:stop] = self.of(self.words[start:stop])
            if start // TOLD < stop // TOLD:
                log.info("%s: the vectors of %d of %d words are put together", self._path, stop, len(self.words))
        return found

    def row(self, form: str) -> int | None:
        return self._rows.get(form)

    def of(self, forms: Sequence[str]) -> Vectors:
        rows = [self._rows.get(form, -1) for form in forms]
        known = np.flatnonzero(np.array(rows, np.intp) >= 0)
        plain = ["" if form == END_OF_SENTENCE else form for form in forms]
        which, bucket = ngram_buckets(plain, self._shortest, self._longest, len(self._matrix) - len(self.words))
        which = np.concatenate([known, which])
        rows_of = np.concatenate([np.array(rows, np.intp)[known], len(self.words) + bucket])
        order = np.argsort(which, kind="stable")
        found: Vectors = Alignment(rows_of[order], which[order], len(forms)).mean(self._matrix)
        if len(bad := np.flatnonzero(~np.isfinite(found).all(axis=1))):
            raise BadModelFile(f"{self._path}: the vector of {forms[bad[0]]!r} is not finite; {AGAIN}")
        return found

    def sentence(self, text: str, vectors: Vectors) -> Vectors:
        return mean_of_known(vectors)


def is_fasttext(data: Bytes) -> bool:
    return data[:4] == MAGIC.to_bytes(4, "little")


def read_fasttext(path: Path, data: Bytes) -> SubwordTable:
    """A fastText ``.bin`` from its bytes. Raises `BadModelFile`; `Unsupported` for a classifier and for quantized vectors."""
    try:
        _, version, width, *_, model, buckets, shortest, longest, _, _ = HEAD.unpack_from(data)
        entries, count, _, _, pruned = SIZES.unpack_from(data, HEAD.size)
        if version > VERSION or min(width, entries, count, buckets + 1) < 1 or count > entries:
            raise BadModelFile(f"{path} has a header that cannot be read (format {version}; formats up to {VERSION} are read)")
        if model == SUPERVISED:
            raise Unsupported(f"{path} is a fastText classifier; give a model trained with fasttext skipgram or cbow")
        rows, at = _dictionary(path, data, HEAD.size + SIZES.size, entries, count)
        quantized, height, columns = MATRIX.unpack_from(data, at + 8 * max(0, pruned))
        if quantized or pruned >= 0:
            raise Unsupported(f"{path} holds quantized vectors; give the .bin from before fasttext quantize")
        if (height, columns) != (count + buckets, width):
            raise BadModelFile(
                f"{path}: the input matrix is {height} x {columns}, and {count} words with {buckets} buckets need"
                f" {count + buckets} x {width}; {AGAIN}"
            )
        matrix = np.frombuffer(data, "<f4", height * columns, at + MATRIX.size).reshape(height, columns)
        end = at + MATRIX.size + matrix.nbytes
        _, height, columns = MATRIX.unpack_from(data, end)  # the output matrix is not needed, but belongs to a whole file
        if end + MATRIX.size + 4 * height * columns > len(data):
            raise ValueError
    except (struct.error, ValueError):
        raise BadModelFile(f"{path} is cut short: it ends at byte {len(data)}; {AGAIN}") from None
    return SubwordTable(path, rows, matrix, shortest, longest)


def _dictionary(path: Path, data: Bytes, at: int, entries: int, count: int) -> tuple[dict[str, int], int]:
    """The words and their rows from byte *at* on, and where they end. Labels come after the words and are left out."""
    rows: dict[str, int] = {}
    for number in range(entries):
        start, at = at, data.find(b"\0", at) + 1
        if not at:
            raise BadModelFile(f"{path} is cut short in word {number + 1} of {entries} (byte {start}); {AGAIN}")
        # released models do hold words cut inside a character; gensim shows them in the same way
        word = data[start : at - 1].decode(errors="backslashreplace")
        if number < count and rows.setdefault(word, number) != number:
            raise BadModelFile(f"{path}, word {number + 1}: {word!r} is word {rows[word] + 1} already; {AGAIN}")
        at += 9  # how often it was seen, int64, and whether it is a label, int8
    return rows, at


def ngram_buckets(words: Sequence[str], shortest: int, longest: int, buckets: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The n-grams of *shortest* to *longest* characters of ``<word>``: for each, which word it is of, and its bucket.

    All words are hashed together, an n-gram's hash growing by a character at each step. The boundaries ``<`` and ``>`` alone
    are no n-grams, and an empty word has none.
    """
    written = [f"<{word}>".encode(errors="surrogatepass") if word else b"" for word in words]
    data = np.frombuffer(b"".join(written), np.uint8)  # (bytes,)
    signed = data.view(np.int8).astype(np.int32).view(np.uint32)  # as C++ has it: char is signed, and so is what is hashed
    start = np.flatnonzero(data & 0xC0 != 0x80)  # (characters,) where each begins
    stop = np.append(start[1:], len(data))
    word = np.repeat(np.arange(len(words)), [len(w) for w in written])[start]  # (characters,) the word of each
    boundary = np.ones(len(start), bool)
    boundary[1:-1] = (word[1:-1] != word[:-2]) | (word[1:-1] != word[2:])
    hashes = np.full(len(start), OFFSET)  # of the n-grams that begin at each character
    first = np.arange(len(start) if buckets else 0)
    which, bucket = [first[:0]], [first[:0]]
    for n in range(1, longest + 1):
        first = first[first + n <= len(start)]
        first = first[word[first] == word[first + n - 1]]
        last = first + n - 1
        for byte in range(4):
            more = start[last] + byte < stop[last]
            hashes[first[more]] = (hashes[first[more]] ^ signed[start[last[more]] + byte]) * PRIME
        if n >= shortest:
            inner = first if n > 1 else first[~boundary[first]]
            which.append(word[inner])
            bucket.append((hashes[inner] % np.uint32(max(1, buckets))).astype(np.intp))
    return np.concatenate(which), np.concatenate(bucket)
