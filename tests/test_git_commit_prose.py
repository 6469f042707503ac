from __future__ import annotations

import pytest
from read_documents import CODE, passages


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("\nFix the `bank`\nThe *river*\ngoes on.\n\n- a\n  b\n* c\n", [f"Fix the {CODE}", "The river goes on.", "a b", "c"]),
        ("a\n\nb\n# c\n\n# ---- >8 ----\nd", ["a", "b"]),
        ("a\n\nb\n# ------------------------ >8 ------------------------\nc", ["a", "b"]),
        ("a\n\nb: c\n\nSigned-off-by: d\nCo-authored-by: e\n f\n", ["a", "b: c"]),
        ("a\n\nSigned-off-by: b", ["a"]),
        ("a\n\nb\nSigned-off-by: c", ["a", "b Signed-off-by: c"]),
        ("# a\n\n# b", []),
        ("", []),
    ],
)
def test_a_commit_message(document: str, expected: list[str]) -> None:
    assert passages(document, "git-commit") == expected
    assert passages(document.replace("\n", "\r\n"), "git-commit") == expected
