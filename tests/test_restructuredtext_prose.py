from __future__ import annotations

import pytest
from read_documents import CODE, passages


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("the *river* **bank** 2 * 3 * 4", ["the river bank 2 * 3 * 4"]),
        ("``a b`` and `c` and :func:`d` e", [f"{CODE} and {CODE} and {CODE} e"]),
        ("`the link <http://x>`_ and `a name`_ and b_ and c__ d", ["the link and a name and b and c d"]),
        (":term:`bank` :doc:`the title <path>` :py:class:`~x.Y`", [f"bank the title {CODE}"]),
        ("|sub| [1]_ [#]_ [CIT2020]_ \\*a\\* b", [f"{CODE}    *a* b"]),
        ("a\n   b\nc", ["a", "b", "c"]),
        ("a ``b\n\nc`` d `e", ["a ``b", "c`` d `e"]),
    ],
)
def test_in_a_line(document: str, expected: list[str]) -> None:

    assert passages(document, "restructuredtext") == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("=====\nTitle\n=====\n\na\nb\n\nTwo\n---\nc", ["Title", "a b", "Two", "c"]),
        ("- a\n  b\n- c\n\n  d\n\n1. e\n2. f\n\n(a) g\n\n| h\n| i", ["a b", "c", "d", "e", "f", "g", "h", "i"]),
        ("in the year\n1986. It was", ["in the year 1986. It was"]),
        ("A term\n   The definition\n   goes on", ["A term", "The definition goes on"]),
        ("See::\n\n    code\n\n  code\n\nb", ["See:", "b"]),
        ("- a::\n\n      code\n\n  b", ["a:", "b"]),
        (">>> a\nb\n\nc", ["c"]),
        (".. note:: a\n   b\n\n   c\n\nd", ["a b", "c", "d"]),
        (".. code-block:: py\n   :linenos:\n\n   a\n\nb", ["b"]),
        (".. figure:: a.png\n   :alt: b\n\n   The *caption*", ["The caption"]),
        (".. admonition:: A title\n   :class: x\n\n   a", ["A title", "a"]),
        (".. [1] A note\n   goes on\n.. _target: http://x\n.. a comment\n   b\n\nc", ["A note goes on", "c"]),
        (":Author: The Me\n:Date: today\n:param int x: The bank\n   of a river\n:rtype: int", ["The Me", "The bank of a river"]),
        ("+---+-----+\n| a | b c |\n+===+=====+\n| d | e   |\n+---+-----+\n\n|f|", ["a", "b c", "d", "e"]),
        ("== ===\na  b c\n== ===\nd  e\n   f\n== ===\n\ng  h", ["a", "b c", "d", "e", "f", "g  h"]),
    ],
)
def test_blocks(document: str, expected: list[str]) -> None:
    assert passages(document, "restructuredtext") == expected
    assert passages(document.replace("\n", "\r\n"), "restructuredtext") == expected


def test_arguments_of_a_function_in_googles_style() -> None:
    document = "Sum up.\n\nArgs:\n    x (int): The bank\n        of a river.\n    *args: note: this.\nReturns:\n    A sum.\n\nEnd"
    assert passages(document, "rst") == ["Sum up.", "Args:", "The bank of a river.", "note: this.", "Returns:", "A sum.", "End"]
