from __future__ import annotations

from textwrap import dedent

import pytest
from read_documents import CODE, passages

from senselens.documents import source_code


def test_python() -> None:
    document = dedent('''\
        #!/usr/bin/env python
        # -*- coding: utf-8 -*-
        # Copyright the bank
        # of rivers.

        """The *module* with ``code``.

            >>> bank(1)
            2

        Its end.
        """
        import x  # why

        # x = bank(1)
        # bank.x(2)
        y = "the string"  # noqa: E501
        def f(x):
            r\'\'\'Do it.

            Args:
                x: The river
                    bank.
            \'\'\'
            g(
                """SELECT bank""",
                # One
                #
                # - two
            )
        ''')
    expected = ["Copyright the bank of rivers.", f"The module with {CODE}.", "Its end.", "why", "Do it.", "Args:"]
    assert passages(document, "python") == [*expected, "The river bank.", "One", "two"]
    assert passages(document.replace("\n", "\r\n"), "python") == [*expected, "The river bank.", "One", "two"]


def test_javascript() -> None:
    document = dedent("""\
        /**
         * The **bank** of {@link Foo}
         * goes on.
         *
         *     code(1)
         *
         * @param {string} x - The river
         *   goes on
         * @returns {number} A bank
         * @see nothing
         */
        // One
        //   two
        let x = "// no"; // three
        /* four
           five */
        // eslint-disable-next-line no-x
        // return x;
        """)
    expected = [f"The bank of {CODE} goes on.", "The river goes on", "A bank", "One two", "three", "four five"]
    assert passages(document, "javascript") == expected
    assert passages(document, "typescriptreact") == expected


@pytest.mark.parametrize(
    ("language", "document", "expected"),
    [
        (
            "rust",
            "/// Of `x`.\n///\n/// ```\n/// let a = 1;\n/// ```\n/// # End\nfn x() {} /* a /* b */ c */",
            [f"Of {CODE}.", "End", "a /* b */ c"],
        ),
        ("c", "#include <x.h>\n/* The bank\n * \\param x the river\n */\n", ["The bank", "the river"]),
        ("sql", "-- a\n-- b\nSELECT 1 /* c */", ["a b", "c"]),
        ("haskell", "{- | a\n   b -}\nx = 1 -- c", ["a b", "c"]),
        ("lua", "--[[ a\nb ]] x = 1 -- c", ["a b", "c"]),
        ("ruby", "=begin\na\n=end\n# b", ["a", "b"]),
        ("yaml", "# a\n\n# b\nx: c # d", ["a", "b", "d"]),
        ("ocaml", "(* a\n * b *)", ["a b"]),
        ("common-lisp", ";;; a\n;;; b\n(x)", ["a b"]),
        ("vbnet", "' a\n' b", ["a b"]),
        ("xml", "<!-- a -->\n<x>b</x>", ["a"]),
        ("elixir", "# a\n# b", ["a b"]),
        ("csharp", "/// <summary>\n/// The bank.\n/// </summary>\nint x;", ["The bank."]),
        ("cpp", "// a {\n// };\n// x = 1\n// import y\n// f(x, y)\n// It is (not) code.", ["a {", "It is (not) code."]),
        (
            "java",
            "// It is a bank (of the river) or not;\n// public static final String X = y(1);",
            ["It is a bank (of the river) or not;"],
        ),
        ("json", '{"a": "b"}', []),
        ("c", "/* a", ["a"]),
        ("c", "x = 1;", []),
    ],
)
def test_comments(language: str, document: str, expected: list[str]) -> None:
    assert passages(document, language) == expected


def test_what_pygments_takes_too_long_for_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_code, "_SECONDS", float("-inf"))
    assert passages("# a", "python") == []


def test_pages_with_code_in_them_are_read_as_pages() -> None:
    document = "<script>a</script>\n<template>\n<p>The {{ b }}</p>\n</template>\n<style>c</style>"
    assert passages(document, "vue") == passages(document, "svelte") == [f"The {CODE}"]
