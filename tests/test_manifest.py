"""The extension's manifest says of the settings what the server says, and keeps what may choose code from the workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from senselens_lsp.app import Server
from senselens_lsp.configuration import manifest, restricted
from senselens_lsp.server import COMMANDS

MANIFEST = json.loads(Path(__file__).parents[1].joinpath("package.json").read_text(encoding="utf-8"))
CONTRIBUTED = MANIFEST["contributes"]
OWN = {"senselens.python"}  # settings of the extension, of which the server is not told


def test_settings_are_those_of_the_server() -> None:
    settings = {name: schema for name, schema in CONTRIBUTED["configuration"]["properties"].items() if name not in OWN}
    assert settings == manifest()


def test_an_untrusted_workspace_chooses_neither_python_nor_model() -> None:
    trust = MANIFEST["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert set(trust["restrictedConfigurations"]) == {*OWN, *restricted()}


def test_commands_are_not_called_what_those_of_the_server_are_called() -> None:
    assert Server is not None
    assert COMMANDS
    assert not COMMANDS.keys() & {command["command"] for command in CONTRIBUTED["commands"]}


def named_files(value: Any) -> list[str]:
    """Every file of ours that *value* names, however deep."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [name for part in value for name in named_files(part)]
    return [value] if isinstance(value, str) and value.startswith(("js/", "docs/")) else []


@pytest.mark.parametrize("name", sorted({*named_files(CONTRIBUTED), MANIFEST["icon"]}))
def test_files_that_are_named_are_there(name: str) -> None:
    assert Path(__file__).parents[1].joinpath(name).is_file()
