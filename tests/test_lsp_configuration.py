"""Settings: what is right is taken over, what is wrong is told and stays as it was."""

from __future__ import annotations

import json
import runpy
from dataclasses import fields, replace
from typing import Any

import pytest

from senselens_lsp.configuration import KINDS, Configuration, Start, camel, manifest, restricted

DEFAULTS = Configuration()


@pytest.mark.parametrize(
    ("key", "value", "name", "expected"),
    [
        ("model", "/models/mine", "model", "/models/mine"),
        ("index", "letters.lance", "index", "letters.lance"),
        ("senses", 7, "senses", 7),
        ("hover", False, "hover", False),
        ("inlayHints", True, "inlay_hints", True),
        ("ignoredWords", ["Bank", "river"], "ignored_words", ("Bank", "river")),
        ("documentKinds", ["code"], "document_kinds", ("code",)),
        ("documentKinds", [], "document_kinds", ()),
    ],
)
def test_what_is_right_is_taken_over(key: str, value: object, name: str, expected: object) -> None:
    assert DEFAULTS.updated({key: value}) == (replace(DEFAULTS, **{name: expected}), [])


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"model": ""}, "senselens.model is a string that is not empty, not ''; it stays 'mini'"),
        ({"model": None}, "senselens.model is a string that is not empty, not None; it stays 'mini'"),
        ({"index": None}, "senselens.index is a string, not None; it stays ''"),
        ({"senses": 0}, "senselens.senses is a whole number from 1 to 20, not 0; it stays 3"),
        ({"senses": 2.5}, "senselens.senses is a whole number from 1 to 20, not 2.5; it stays 3"),
        ({"senses": True}, "senselens.senses is a whole number from 1 to 20, not True; it stays 3"),
        ({"hover": 1}, "senselens.hover is true or false, not 1; it stays True"),
        ({"precision": "int4"}, "senselens.precision is one of 'int8', 'fp32', not 'int4'; it stays 'int8'"),
        ({"ignoredWords": "bank"}, "senselens.ignoredWords is a list of strings, not 'bank'; it stays ()"),
        ({"ignoredWords": [1]}, "senselens.ignoredWords is a list of strings, not [1]; it stays ()"),
        ({"languages": {"a": 1}}, "senselens.languages is a list of strings, not {'a': 1}; it stays ()"),
        ({"colour": "red"}, "there is no setting senselens.colour"),
        ({"inlay_hints": True}, "there is no setting senselens.inlay_hints"),
        ([1], "the section 'senselens' holds settings by name, not [1]"),
    ],
)
def test_what_is_wrong_is_told_and_stays(settings: object, complaint: str) -> None:
    assert DEFAULTS.updated(settings) == (DEFAULTS, [complaint])


def test_a_wrong_kind_of_document_names_the_right_ones() -> None:
    found, (complaint,) = DEFAULTS.updated({"documentKinds": ["markdown", "prose"]})
    assert found == DEFAULTS
    assert all(repr(kind) in complaint for kind in KINDS)


def test_nothing_is_said_of_no_settings() -> None:
    assert DEFAULTS.updated(None) == (DEFAULTS, [])


def test_a_workspace_that_is_not_trusted_chooses_no_model() -> None:
    wanted = {"model": "evil/model", "inventory": "evil:1", "precision": "fp32", "index": "evil.lance", "senses": 5}
    assert DEFAULTS.updated(wanted, trusted=False) == (replace(DEFAULTS, senses=5), [])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (None, (DEFAULTS, (), True, None)),
        ([], (DEFAULTS, (), True, None)),
        ({"trusted": False, "panel": "x.y"}, (DEFAULTS, (), False, "x.y")),
        ({"trusted": "no", "panel": 1, "other": 2}, (DEFAULTS, (), True, None)),
        ({"senselens": {"model": "mine"}, "trusted": False}, (replace(DEFAULTS, model="mine"), (), False, None)),
        ({"senselens": {"x": 1}}, (DEFAULTS, ("there is no setting senselens.x",), True, None)),
    ],
)
def test_the_start(options: object, expected: tuple[Any, ...]) -> None:
    assert Start.of(options) == Start(*expected)


def test_the_manifest_has_every_setting_as_it_is() -> None:
    found = manifest()
    assert list(found) == [f"senselens.{camel(f.name)}" for f in fields(Configuration)]
    assert found["senselens.senses"] == {
        "type": "integer",
        "default": 3,
        "minimum": 1,
        "maximum": 20,
        "markdownDescription": "How many senses a hover shows.",
    }
    assert found["senselens.documentKinds"]["items"] == {"type": "string", "enum": list(KINDS)}
    assert found["senselens.documentKinds"]["uniqueItems"] is True
    assert found["senselens.precision"]["enum"] == ["int8", "fp32"]
    assert all(entry["markdownDescription"].endswith(".") for entry in found.values())
    for name, entry in found.items():
        assert DEFAULTS.updated({name.partition(".")[2]: entry["default"]}) == (DEFAULTS, [])


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.warns(RuntimeWarning, match="found in sys.modules"):
        runpy.run_module("senselens_lsp.configuration", run_name="__main__")
    assert json.loads(capsys.readouterr().out) == {"properties": manifest(), "restricted": restricted()}
    assert restricted() == ["senselens.model", "senselens.precision", "senselens.inventory", "senselens.index"]
