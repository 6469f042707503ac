"""The project's shared data, kept outside the repository: in ``$SENSELENS_SHARED``, or in ``shared`` beside the checkout.

Where there is none of it, its tests are skipped, which the summary says; where there is some, a missing part is a failure.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared(*parts: str) -> Path:
    """A file or folder of it."""
    root = Path(os.environ.get("SENSELENS_SHARED") or Path(__file__).parents[2] / "shared")
    if not (root / "data").is_dir():
        pytest.skip(f"{root} is absent: set SENSELENS_SHARED to the shared data")
    place = root.joinpath(*parts)
    assert place.exists(), f"{place} is absent, though there is shared data"
    return place
