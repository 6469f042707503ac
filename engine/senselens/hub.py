"""The Hugging Face Hub: what its cache has; when it cannot be reached, known at once, not after half a minute of retries."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies

PATIENCE = 3.0  # seconds to wait for a connection


@contextmanager
def hub_or_cache() -> Iterator[None]:
    """Within, a Hub that cannot be reached counts as switched off: what is in the cache still loads, the rest fails at once."""
    try:
        from huggingface_hub import constants
    except ImportError:
        yield  # the loader says what is missing
        return
    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not reachable(constants.ENDPOINT)
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def hub_address() -> str:
    """Where the Hub is: a mirror where the user has named one."""
    return os.environ.get("HF_ENDPOINT") or "https://huggingface.co"


def in_hub_cache(hub_id: str) -> bool:
    """Whether the Hub's cache on this computer has the checkpoint *hub_id*; False without the extra ``models``."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return False
    return isinstance(try_to_load_from_cache(hub_id, "config.json"), str)


def reachable(address: str) -> bool:
    """Whether something listens at *address*; True without a look where a proxy stands between."""
    place = urlsplit(address)
    if place.scheme in getproxies():
        return True
    try:
        socket.create_connection((place.hostname or "", place.port or 443), PATIENCE).close()
    except OSError:
        return False
    return True
