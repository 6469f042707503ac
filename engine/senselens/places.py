"""Where files outside the package's code live on this computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE_DATA = Path(__file__).resolve().parent / "data"


def data_folder() -> Path:
    """What is kept until somebody removes it: ``$SENSELENS_HOME``, or the platform's folder for a program's data."""
    return _folder("", "XDG_DATA_HOME", "~/.local/share", "~/Library/Application Support")


def cache_folder() -> Path:
    """What can be fetched or computed again: ``$SENSELENS_HOME/cache``, or the platform's folder for caches."""
    return _folder("cache", "XDG_CACHE_HOME", "~/.cache", "~/Library/Caches")


def _folder(name: str, variable: str, unix: str, mac: str) -> Path:
    if home := os.environ.get("SENSELENS_HOME"):
        return Path(home).expanduser().absolute() / name
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local").expanduser() / "senselens" / name
    base = mac if sys.platform == "darwin" else os.environ.get(variable) or unix
    return Path(base).expanduser().absolute() / "senselens"


def wordnet_files() -> tuple[Path, Path]:
    """Where the embedded WordNet is looked for, in this order: beside the code, and among the user's data."""
    return PACKAGE_DATA / "wordnet.sqlite", data_folder() / "wordnet.sqlite"
