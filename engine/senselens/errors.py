"""What can go wrong, as exceptions whose message says how to go on."""

from __future__ import annotations


class SenselensError(Exception):
    """Any error of this library's own."""


class UnknownModel(SenselensError):
    """No model has this name."""


class Unsupported(SenselensError):
    """The model lacks this capability; the message names models that have it."""


class WordNotFound(SenselensError):
    """The text does not hold this word, or the span holds no word."""


class ModelUnavailable(SenselensError):
    """The model is known, but its weights or the library that runs it cannot be reached here."""


class BadModelFile(SenselensError):
    """A model's file is missing, damaged or not what its name says."""


class BadExamples(SenselensError):
    """Labelled texts that nothing can be learnt from or measured on; the message says what is wrong with them."""


class OutputExists(SenselensError):
    """What was to be written is there already; nothing was written."""


class NoInventory(SenselensError):
    """The sense inventory is not installed, or not readable."""


class IndexUnavailable(SenselensError):
    """A corpus index is absent, damaged, of another model or version, or cannot be written now."""
