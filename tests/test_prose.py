"""What holds for the prose of any document, whatever its kind and however broken it is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from senselens.documents.kinds import document_kind
from senselens.documents.prose import PLACEHOLDER, Piece, Prose, through, whole, woven
from senselens.documents.reading import LIMIT, prose
from senselens.text import Span, sentences, words

KINDS = ("plaintext", "markdown", "html", "latex", "restructuredtext", "git-commit", "notebook")
LANGUAGES = ("python", "javascript", "rust", "c", "haskell", "lua", "sql", "yaml", "html+django")
CHARACTERS = "aZé5 .,:;'\"`*_~#-=+|\\/{}[]()<>$%&@!?^\t\n\r\u2028\u0301\x0b😋\ufeff"
SCRAPS = (
    *("the bank", "of river", "\n\n", "\r\n", "\n- ", "\n1. ", "\n> ", "\n# ", "\n    ", "\n---\n", "```", "```{note} x\n", ":::", "$$"),
    *("[a](b", "](http://x.org/y)", "![", "[^1]: ", "[[a|b]]", "<!--", "-->", "<b>", "</b>", "<code>", "<script>", "&amp;", "&eacute;"),
    *("| a | b |\n|---|---|\n| c | d |\n", "\nTerm\n: def\n", "{{ x }}", "{ref}`x <y>`", "+++\n", "---\na: b\n---\n", "(x)=\n", "% c\n"),
    *(r"\begin{", "{verbatim}", r"\end{document}", r"\begin{document}", r"\footnote{", r"\section{", r"\cite[p]{x}", r"\'e", r"\item"),
    *("\n.. note:: ", "\n.. code::\n\n  x\n", "::\n\n", ":role:`x <y>`", "``", "\n====\n", "\n+---+\n| a |\n+---+\n", ">>> x\n", "Args:\n  x: y"),
    *("/*", "*/", "//", "# ", '"""', "'''", "-- ", "{-", "-}", "@param x y", "def f():", "x = 1\n", "\n# ---- >8 ----\n", "Signed-off-by: x"),
    *('{"cells": [{"cell_type": "markdown", "source": ["', '"a\\n", "b', "\\u00e9", "\\ud83d\\ude0b", '"]}]}', "{%", "%}"),
)
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from([*CHARACTERS, *SCRAPS]), max_size=40).map("".join))


def stands_for_itself(piece: Piece, document: str) -> bool:
    return piece.text == document[piece.start : piece.end]


@pytest.mark.parametrize("kind", [*KINDS, *LANGUAGES])
@settings(deadline=None)
@given(text=TEXTS)
def test_every_text_is_read_and_every_character_has_its_place(kind: str, text: str) -> None:
    found = prose(text, kind)
    pieces = list(found.pieces(Span(0, len(found.text))))
    assert "".join(p.text for p in pieces) == found.text
    assert all(0 <= p.start <= p.end <= len(text) for p in pieces)
    for piece in pieces:
        if len(piece.text) == piece.end - piece.start:
            for mine, its in zip(piece.text, text[piece.start : piece.end], strict=True):
                assert mine == its or (mine == " " and (its.isspace() or its == "~")) or mine == PLACEHOLDER
    placed = sorted((p.start, p.end) for p in pieces if p.start < p.end)
    assert all(a[1] <= b[0] for a, b in pairwise(placed))
