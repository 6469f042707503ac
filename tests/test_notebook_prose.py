from __future__ import annotations

import json

import pytest
from read_documents import passages

CELLS = [
    {
        "cell_type": "markdown",
        "id": "x",
        "metadata": {"tags": ["no"]},
        "source": ['# The "river" *bank*\n', "\n", "a\n", "> b\\c 😋"],
    },
    {"cell_type": "code", "outputs": [{"text": "no", "source": ["no"]}], "metadata": {}, "source": '# c "d"\n# e\nx = 1'},
    {"cell_type": "raw", "source": ["no"]},
]
EXPECTED = ['The "river" bank', "a", "b\\c 😋", 'c "d" e']


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_notebook_is_read_cell_by_cell(indent: int | None, ascii_only: bool) -> None:
    notebook = {"cells": CELLS, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4}
    assert passages(json.dumps(notebook, indent=indent, ensure_ascii=ascii_only), "notebook") == EXPECTED


def test_the_language_of_a_notebook_is_that_of_its_code() -> None:
    cell = {"cell_type": "code", "source": "// a\n# b"}
    for metadata in ({"language_info": {"name": "rust"}}, {"kernelspec": {"language": "rust"}}):
        assert passages(json.dumps({"cells": [cell], "metadata": metadata}), "ipynb") == ["a"]


def test_a_word_with_an_escape_is_one_word() -> None:
    document = json.dumps({"cells": [{"cell_type": "markdown", "source": "café"}]})
    assert "\\u00e9" in document
    assert passages(document, "notebook", respelled=("café",)) == ["café"]


@pytest.mark.parametrize(
    ("document", "expected"), [('{"cells": [{"cell_type": "markdown", "source": ["a\\q", "b', ["a\\q"]), ("]}a", [])]
)
def test_a_broken_notebook_is_read_as_far_as_it_goes(document: str, expected: list[str]) -> None:
    assert passages(document, "notebook") == expected
