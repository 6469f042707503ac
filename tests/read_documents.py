"""Documents for tests: what is read of one, checked word for word against where it stands."""

from __future__ import annotations

from senselens.documents.prose import PLACEHOLDER
from senselens.documents.reading import prose
from senselens.text import words

CODE = PLACEHOLDER


def passages(document: str, kind: str, respelled: tuple[str, ...] = ()) -> list[str]:
    """The passages of a document; each word but the *respelled* stands in the document as it is read."""
    found = prose(document, kind)
    differing = [w.of(found.text) for w in words(found.text) if found.to_document(w).of(document) != w.of(found.text)]
    assert differing == list(respelled)
    return [p.of(found.text) for p in found.passages]


def word_under(marked: str, kind: str) -> str | None:
    """The characters of the document that hold the word at the caret ``‸``, which is no part of it."""
    document, offset = marked.replace("‸", ""), marked.index("‸")
    found = prose(document, kind)
    at = found.at(offset)
    touched = [w for w in words(found.text) if at is not None and w.start <= at <= w.end]
    return found.to_document(touched[-1]).of(document) if touched else None
