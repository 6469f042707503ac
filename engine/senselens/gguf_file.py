"""The GGUF format: facts by key, and tensors by name, multiplied out to float32. Nothing in a file is run.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian. The package gguf has a reader as
well; it takes twenty times as long over a vocabulary, and cannot say which tensor is cut short.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from senselens.encoding import Vectors
from senselens.errors import BadModelFile, ModelUnavailable

NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
DEEPEST_ARRAY = 4
MOST_AXES = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in the file: rows of *shape* (…, columns) in the numbers of type *kind*, *start* bytes after the header."""

    shape: tuple[int, ...]
    kind: int
    start: int


class GgufFile:
    """An open file. *facts* are its keys and values, *stored* its tensors. Raises `BadModelFile`, `ModelUnavailable`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data = np.memmap(path, np.uint8, "r")
        except FileNotFoundError:
            raise ModelUnavailable(f"there is no file {path}") from None
        except (OSError, ValueError) as error:
            raise BadModelFile(f"{path} cannot be read: {error}") from None
        self._buffer, self._at = memoryview(self._data.data), 0
        try:
            self.facts, self.stored = self._header()
        except (struct.error, UnicodeDecodeError, KeyError, RecursionError) as error:
            raise BadModelFile(f"{path} is no whole GGUF file ({type(error).__name__}: {error}): fetch it again") from None
        alignment = self.facts.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1:
            raise BadModelFile(f"{path} misstates 'general.alignment', {alignment!r}: fetch it again")
        self._tensors_at = -(-self._at // alignment) * alignment

    def tensor(self, name: str) -> Vectors:
        """The tensor called *name* in float32.

        Raises `BadModelFile` where it is absent, cut short, of an unknown kind or not finite.
        """
        try:
            from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, dequantize
        except ImportError:
            raise ModelUnavailable(f"{self.path.name} needs the package gguf: pip install 'senselens[models]'") from None
        if name not in self.stored:
            raise BadModelFile(f"{self.path} lacks the tensor {name}: fetch the file again, whole")
        stored = self.stored[name]
        try:
            kind = GGMLQuantizationType(stored.kind)
            block, size = GGML_QUANT_SIZES[kind]
            width, odd = divmod(stored.shape[-1], block)
            if odd:
                raise ValueError(f"{stored.shape[-1]} columns are no whole blocks of {block}")
            start = self._tensors_at + stored.start
            rows, bytes_of_row = prod(stored.shape[:-1]), width * size
            raw = self._data[start : start + rows * bytes_of_row]
            if raw.size != rows * bytes_of_row:
                raise ValueError("the file ends inside it")
            weights = dequantize(np.asarray(raw).reshape(*stored.shape[:-1], bytes_of_row), kind)
        except (ValueError, LookupError, NotImplementedError) as error:
            raise BadModelFile(f"{self.path}: the tensor {name} cannot be read: {error}; fetch the file again") from None
        array = np.array(weights, np.float32).reshape(stored.shape)
        if not np.isfinite(array).all():
            raise BadModelFile(f"{self.path}: the tensor {name} holds numbers that are not finite; fetch the file again")
        return array

    def _header(self) -> tuple[dict[str, Any], dict[str, Stored]]:
        magic, version, tensors, facts = self._take("<4sIQQ")
        if magic != b"GGUF" or version not in (2, 3):
            raise struct.error(f"it begins with {magic!r} and version {version}")
        found = {}
        for _ in range(facts):
            key = self._string()
            found[key] = self._value(*self._take("<I"))
        stored = {}
        for _ in range(tensors):
            name = self._string()
            (axes,) = self._take("<I")
            if not 1 <= axes <= MOST_AXES:
                raise struct.error(f"the tensor {name} has {axes} axes")
            *columns_first, kind, start = self._take(f"<{axes}QIQ")
            stored[name] = Stored(tuple(reversed(columns_first)), kind, start)
        return found, stored

    def _value(self, kind: int, depth: int = 0) -> Any:
        if kind == STRING:
            return self._string()
        if kind != ARRAY:
            return self._take(f"<{NUMBERS[kind]}")[0]
        of, count = self._take("<IQ")
        if of in NUMBERS:
            return list(self._take(f"<{count}{NUMBERS[of]}"))
        if depth == DEEPEST_ARRAY:
            raise struct.error("arrays of arrays of arrays")
        return [self._value(of, depth + 1) for _ in range(count)]

    def _string(self) -> str:
        (length,) = self._take("<Q")
        if length > len(self._buffer) - self._at:
            raise struct.error("it ends inside a string")
        self._at += length
        return bytes(self._buffer[self._at - length : self._at]).decode()

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self._buffer, self._at)
        self._at += struct.calcsize(form)
        return values
