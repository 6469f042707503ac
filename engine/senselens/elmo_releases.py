"""AllenNLP's releases of ELMo, and fetching one.

AllenNLP publishes no checksums. A file is therefore used unverified the first time, which is said; its SHA-256 is kept beside
it and checked before every later use. An address of your own can carry the sum: ``https://…_weights.hdf5#sha256=…``.
"""

from __future__ import annotations

import re
from pathlib import Path

from senselens.download import cached
from senselens.errors import UnknownModel
from senselens.places import cache_folder

ADDRESS = "https://s3-us-west-2.amazonaws.com/allennlp/models/elmo/{0}/elmo_{0}_weights.hdf5"
RELEASES = {
    "elmo-small": ADDRESS.format("2x1024_128_2048cnn_1xhighway"),
    "elmo-medium": ADDRESS.format("2x2048_256_2048cnn_1xhighway"),
    "elmo-original": ADDRESS.format("2x4096_512_2048cnn_2xhighway"),
    "elmo-original-5.5b": ADDRESS.format("2x4096_512_2048cnn_2xhighway_5.5B"),
}


def release_file(name: str) -> Path:
    """Where the weights of a release, or of an address that ends in ``weights.hdf5``, are kept. Raises `UnknownModel`."""
    address = _address(name)
    stem = address.removesuffix("weights.hdf5").removeprefix("https://")
    return cache_folder() / "elmo" / re.sub(r"[^\w.-]+", "_", stem).strip("_.") / address.rpartition("/")[2]


def fetch_release(name: str) -> Path:
    """The weights file of a release, or of an address that ends in ``weights.hdf5``, with its options beside it.

    Both are looked for in the cache first. Raises `UnknownModel`, `ModelUnavailable`, `BadModelFile`.
    """
    folder, address = release_file(name).parent, _address(name)
    _, _, sha256 = name.partition("#sha256=")
    cached(address.removesuffix("weights.hdf5") + "options.json", folder)
    return cached(address, folder, sha256.lower() or None)


def _address(name: str) -> str:
    address = RELEASES.get(name, name).partition("#sha256=")[0]
    if not address.endswith("weights.hdf5"):
        raise UnknownModel(f"{name} is no address of an ELMo: it ends in weights.hdf5, and options.json lies beside it")
    return address
