"""Writing one English word in the place of another: its case, its possessive, and the article before it."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from senselens.text import Span

_ARTICLE = regex.compile(r"(?ir)\b(an?)\s+$")  # searched backwards
_POSSESSIVE = regex.compile(r"['’]s?$")
# Spelling and sound part here: an hour, an heir; a one-way street, a European, a university (but an uninvited guest).
_SILENT = regex.compile(r"(?i)hours?\b|hourly|honest|hono[u]?r|heir|8|1[18]\b")
_SEMIVOWEL = regex.compile(r"(?i)one|once|e[uw]|u(?:ni(?![dmn])|[bcfhjkqrst][aeiou])")
_INITIALS = regex.compile(r"\p{Lu}{1,3}(?!\p{L})")  # an MP, an X-ray


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters *span* of a text, and what is written there instead."""

    span: Span
    text: str

    def of(self, text: str) -> str:
        """*text* after the edit."""
        return text[: self.span.start] + self.text + text[self.span.end :]


def replacing(text: str, span: Span, word: str) -> Edit:
    """*word* in the place of the one at *span*, in its case, its possessive, and in tune with an article right before it."""
    written = like(span.of(text), word)
    swap = other_article(text, span)
    if swap is None or article(written) != swap.text.lower():
        return Edit(span, written)
    return Edit(Span(swap.span.start, span.end), swap.text + text[swap.span.end : span.start] + written)


def other_article(text: str, span: Span) -> Edit | None:
    """The edit that makes ``a`` right before the word at *span* an ``an``, or the other way round; None without either."""
    if (found := _ARTICLE.search(text, 0, span.start)) is None:
        return None
    other = "a" if found[1].lower() == "an" else "an"
    return Edit(Span(*found.span(1)), other.capitalize() if found[1][0].isupper() else other)


def like(old: str, new: str) -> str:
    """*new* with the capitals and the possessive ending of *old*: Bank’s, shore → Shore’s."""
    stem = without_possessive(old)
    if stem.isupper() and len(stem) > 1:
        new = new.upper()
    elif stem[:1].isupper():
        new = new[:1].upper() + new[1:]
    if stem == old:
        return new
    mark = old[len(stem)]
    return new + (mark if new.lower().endswith("s") and stem.lower().endswith("s") else f"{mark}s")


def without_possessive(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def article(word: str) -> str:
    """``a`` or ``an``, by how English says *word*."""
    if _INITIALS.match(word):
        return "an" if word[0] in "AEFHILMNORSX" else "a"
    vowel = word[:1].lower() in "aeiouàáâäæèéêëìíîïòóôöœùúûü" and not _SEMIVOWEL.match(word)
    return "an" if vowel or _SILENT.match(word) else "a"
