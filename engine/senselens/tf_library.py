"""TensorFlow and TensorFlow Hub, imported when a SavedModel is asked for. They are the extra ``tfhub``."""

from __future__ import annotations

import os
import warnings
from types import ModuleType

from senselens.errors import ModelUnavailable


def tensorflow_hub(name: str) -> ModuleType:
    """The library, for the model *name*, without its notices. Raises `ModelUnavailable` where it is not installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # or it reports on the processor, and that there is no GPU
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # or it takes a GPU's whole memory, and torch finds none
    try:
        import tensorflow  # noqa: F401  # first: tensorflow_hub prints advice where it is missing

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
            import tensorflow_hub as hub
    except ImportError as error:
        raise ModelUnavailable(f"{name} needs TensorFlow ({error}): pip install 'senselens[tfhub]'") from None
    module: ModuleType = hub
    return module
