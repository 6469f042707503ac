"""What holds for the prose of any document, whatever its kind and however broken it is; plain text."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from read_documents import CODE, passages, word_under

import senselens as sl
from senselens.documents.kinds import document_kind
from senselens.documents.prose import Piece, Prose, through, whole, woven
from senselens.documents.reading import LIMIT, prose
from senselens.text import Span, sentences, words

MARKUP = ("plaintext", "markdown", "html", "latex", "restructuredtext", "git-commit", "notebook")
LANGUAGES = ("python", "javascript", "rust", "c", "haskell", "lua", "sql", "yaml")
CHARACTERS = "aZé5 .,:;'\"`*_~#-=+|\\/{}[]()<>$%&@!?^\t\n\r\u2028\u0301\x0b😋\ufeff"
SCRAPS = (
    *("the bank", "of river", "\n\n", "\r\n", "\n- ", "\n1. ", "\n> ", "\n# ", "\n    ", "\n\t", "\n---\n", "```", ":::", "$$"),
    *(
        "[a](b",
        "](http://x.org/y)",
        "![",
        "[^1]: ",
        "[[a|b]]",
        "<!--",
        "-->",
        "<b>",
        "</b>",
        "<code>",
        "<pre>",
        "<script>",
        "&amp;",
    ),
    *("| a | b |\n|---|---|\n| c\\|d | e |\n", "\nTerm\n: def\n", "{{ x }}", "{ref}`x <y>`", "```{note} x\n", "+++\n", "(x)=\n"),
    *("---\na: b\n---\n", "&eacute;", "&#x1F60B;", "\n% c\n", "<br>", "</p>", "{%", "%}", "\\\n"),
    *(
        r"\begin{",
        "{verbatim}",
        "{equation}",
        r"\end{document}",
        r"\begin{document}",
        r"\footnote{",
        r"\section{",
        r"\cite[p]{x}",
    ),
    *(r"\'e", r"\item", r"\\", r"\(", r"\[", r"\title{", r"\verb|", "{tabular}{ll}", "``", "''", "~", "---"),
    *("\n.. note:: ", "\n.. code::\n\n  x\n", "::\n\n", ":role:`x <y>`", "\n====\n", "\n+---+\n| a |\n+---+\n", ">>> x\n"),
    *("Args:\n  x: y", ":param x:", "== ==\na  b\n== ==\n", "`x`_", "\\ "),
    *("/*", "*/", "//", "# ", '"""', "'''", "-- ", "{-", "-}", "@param x y", "def f():", "x = 1\n", "\n * ", "--[["),
    *("\n# ---- >8 ----\n", "Signed-off-by: x"),
    *('{"cells": [{"cell_type": "markdown", "source": ["', '"a\\n", "b', "\\u00e9", "\\ud83d\\ude0b", '"]}]}'),
)
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from([*CHARACTERS, *SCRAPS]), max_size=40).map("".join))
WHOLE_NOTEBOOK = '{"cells": [{"cell_type": "markdown", "source": ["# a\\n", "b \\u00e9"]}]}'


@pytest.mark.parametrize("kind", [*MARKUP, *LANGUAGES])
@settings(deadline=None, max_examples=40)
@given(document=TEXTS)
@example(document="")
@example(document="\ufeff---\r\na: b\r\n---\r\n\r\n**a**\r\n\tb")
@example(document=WHOLE_NOTEBOOK)
def test_every_document_is_read_and_every_character_has_its_place(kind: str, document: str) -> None:
    found = prose(document, kind)
    pieces = list(found.pieces(Span(0, len(found.text))))
    assert "".join(piece.text for piece in pieces) == found.text
    for piece in pieces:
        assert 0 <= piece.start <= piece.end <= len(document)
        if len(piece.text) == piece.end - piece.start:
            pairs = zip(piece.text, document[piece.start : piece.end], strict=True)
            assert all(mine in (its, CODE) or (mine == " " and (its.isspace() or its == "~")) for mine, its in pairs)
    places = sorted((piece.start, piece.end) for piece in pieces if piece.start < piece.end)
    assert all(a[1] <= b[0] for a, b in pairwise(places))
    assert [p.of(found.text) for p in found.passages] == [p for p in found.text.split("\n\n") if p]
    for passage in found.passages:
        starts = [piece.start for piece in found.pieces(passage)]
        assert starts == sorted(starts)
    for word in words(found.text):
        place = found.to_document(word)
        assert place.start < place.end
        at = found.at(place.start)
        assert at is not None
        assert at <= word.start
    assert all(at is None or 0 <= at <= len(found.text) for at in map(found.at, range(-1, len(document) + 2)))
    assert not [s for s in sentences(found.text) if not any(p.start <= s.start and s.end <= p.end for p in found.passages)]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("We sat by\n  the river \nbank. Then\twe ate.", ["We sat by the river bank. Then\twe ate."]),
        ("One.\n\nTwo.\r\n\r\nThree.\r\rFour.\n \t\nFive.", ["One.", "Two.", "Three.", "Four.", "Five."]),
        ("Things:\n- one\n- two\n  goes on\n1. three", ["Things:", "one", "two goes on", "1. three"]),
        ("# Title\ntext\n-----\n...\n", ["Title", "text"]),
        ("a\u2028b\x0bc\x85d\re", ["a b c d e"]),
        ("\ufeffThe 😋 nai\u0308ve bank", ["The 😋 nai\u0308ve bank"]),
        ("", []),
        (" \n\n…\n", []),
    ],
)
def test_plain_text(document: str, expected: list[str]) -> None:
    assert passages(document, "plaintext") == expected


@pytest.mark.parametrize(
    ("marked", "kind", "expected"),
    [
        ("the **ri‸ver** bank", "markdown", "river"),
        ("the **river‸** bank", "markdown", "river"),
        ("the *‸*river** bank", "markdown", None),
        ("the ‸**river** bank", "markdown", None),
        ("[ba‸nk](http://river.org)", "markdown", "bank"),
        ("[bank](http://ri‸ver.org)", "markdown", None),
        ("**ba**n‸k", "markdown", "ba**nk"),
        ("the ca‸f&eacute;s", "markdown", "caf&eacute;s"),
        ("the caf&eac‸ute;s", "markdown", "caf&eacute;s"),
        ("run `the ba‸nk` now", "markdown", None),
        ("run `the bank`‸ now", "markdown", None),
        ("> the\r\n> 😋 ba‸nk", "markdown", "bank"),
        ("the river\n>‸ bank", "markdown", None),
        ("---\ntitle: ba‸nk\n---\n", "markdown", None),
        (r"the com\-p‸u\-ter", "latex", r"com\-pu\-ter"),
        (r"a bank\footnote{of a ri‸ver} here", "latex", "river"),
        (r"a ba‸nk\footnote{of a river} here", "latex", "bank"),
        (r"see \cite{ba‸nk}", "latex", None),
        ("# the ba‸nk\nx = river", "python", "bank"),
        ("# the bank\nx = ri‸ver", "python", None),
        ("‸", "plaintext", None),
    ],
)
def test_a_position_maps_to_the_word_that_is_read_there(marked: str, kind: str, expected: str | None) -> None:
    assert word_under(marked, kind) == expected


def test_a_span_of_the_text_maps_to_the_document_with_the_markup_inside() -> None:
    document = "the **river** [bank](x)"
    found = prose(document, "markdown")
    assert found.text == "the river bank"
    assert found.to_document(Span(4, 14)).of(document) == "river** [bank"
    assert found.to_document(Span(6, 6)) == Span(8, 8)
    assert found.to_document(Span(0, 0)) == Span(0, 0)
    assert prose("").to_document(Span(0, 0)) == Span(0, 0)


def test_the_value_is_made_of_plain_data() -> None:
    found = prose("a *b*", "markdown")
    assert found == Prose("a b", (Span(0, 3),), 0, (0, 2), ((0, 2), (3, 4)), (0, 1))
    assert found.to_dict() == {
        "text": "a b",
        "passages": [{"start": 0, "end": 3}],
        "unread": 0,
        "starts": [0, 2],
        "places": [[0, 2], [3, 4]],
    }


def test_what_is_read_of_a_text_is_read_of_the_document_it_was_made_from() -> None:
    document = "x&lt;\n * yz"
    outer = whole([Piece("x", 0, 1), Piece("<", 1, 5), Piece("\n", 5, 9), Piece("yz", 9, 11)])
    assert outer.text == "x<\nyz"
    inner = [Piece("x<", 0, 2), Piece(" ", 2, 3), Piece("y", 3, 4), Piece("!", 4, 4)]
    found = woven(through(outer, [inner]))
    assert found.text == "x< y!"
    assert [found.to_document(Span(i, i + 1)).of(document) for i in range(5)] == ["x", "&lt;", "\n * ", "y", ""]


def test_a_long_document_is_read_up_to_its_limit() -> None:
    assert prose("One two three.", limit=7).text == "One two"
    assert prose("One two three.", limit=7).unread == 7
    assert prose("x" * (LIMIT + 1)).unread == 1
    assert prose("x" * (LIMIT + 1), limit=None).unread == 0


@pytest.mark.parametrize(
    ("document", "kind"), [("the bank", "no-such-language"), ("a,b", "csv"), ("the\0bank", "plaintext"), ("a", "")]
)
def test_what_is_no_document_of_words_has_no_prose(document: str, kind: str) -> None:
    assert prose(document, kind) == woven([])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("notes/essay.md", "markdown"),
        ("ESSAY.MD", "markdown"),
        ("paper.tex", "latex"),
        ("index.html", "html"),
        ("docs/index.rst", "restructuredtext"),
        ("a.ipynb", "notebook"),
        (".git/COMMIT_EDITMSG", "git-commit"),
        ("a.py", "python"),
        ("a.rs", "rust"),
        ("Makefile", "make"),
        ("a.json", "json"),
        ("README", "plaintext"),
        ("a.no-such-suffix", "plaintext"),
        ("data.csv", "plaintext"),
    ],
)
def test_the_kind_of_a_document_by_its_name(path: str, kind: str) -> None:
    assert document_kind(path) == kind


@pytest.mark.parametrize(
    "kind", ["Markdown", "gitcommit", "tex", "typescriptreact", "javascriptreact", "shellscript", "csharp", "rst"]
)
def test_a_language_has_the_names_that_editors_give_it(kind: str) -> None:
    assert prose("the bank\n# a\n// b\n/* c */", kind).text


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = "import sys, senselens as sl; sl.prose('a b'); sl.document_kind('a.md'); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "senselens.documents.plain_text" in loaded
    assert not {m.partition(".")[0] for m in loaded} & {"markdown_it", "mdit_py_plugins", "pygments", "numpy"}


@pytest.mark.parametrize("kind", MARKUP)
def test_time_grows_with_the_length_not_with_its_square(kind: str) -> None:
    for scrap in ("[", "](", "*a", "`", "``a `", "$x ", "<!--", "<a ", "{", "\\[", "\\begin{x}", "- a\n", "> ", "|", '"', "&a"):
        document = scrap * (20_000 // len(scrap))
        begun = process_time()
        prose(document, kind)
        assert process_time() - begun < 4, scrap  # it takes less than one, and many if the time grows with the square


def test_the_public_names() -> None:
    assert sl.prose("# The *bank*", "markdown").text == "The bank"
    assert sl.document_kind("a.md") == "markdown"
    assert isinstance(sl.prose(""), sl.Prose)
