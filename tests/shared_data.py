"""The project's shared data, kept outside the repository: in ``$SENSELENS_SHARED``, or in ``shared`` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared(*parts: str) -> Path:
    """A file or folder of it; the test is skipped where there is none."""
    root = Path(os.environ.get("SENSELENS_SHARED") or Path(__file__).parents[2] / "shared")
    place = root.joinpath(*parts)
    if not place.exists():
        pytest.skip(f"{place} is absent: set SENSELENS_SHARED to the shared data")
    return place
