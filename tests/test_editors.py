"""Real editors, headless, with the configuration that docs/editors hands out: hover, highlights, a command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it

from senselens_lsp.configuration import Configuration, manifest
from senselens_lsp.greeting import COMMANDS

ROOT = Path(__file__).parents[1]
RIVER, MONEY, LAKE = (
    "We sat by the river bank.",
    "I deposited money at the bank.",
    "They walked along the muddy bank of the river.",
)
SECONDS = 600  # the machine may be busy


def seen_by(command: list[str], config: str, folder: Path) -> Any:
    """What the script that an editor runs has reported."""
    if shutil.which(command[0]) is None:
        missing = f"{command[0]} is not installed: `make hosts` installs it where it may"
        assert "CI" not in os.environ, missing
        pytest.skip(missing)
    report, file = folder / "report.json", folder / "text.txt"
    file.write_text("\n\n".join(("A text.", RIVER, MONEY, LAKE)) + "\n", encoding="utf-8")
    environment = {
        **os.environ,
        "REPORT": str(report),
        "FILE": str(file),
        "CONFIG": str(ROOT / "docs" / "editors" / config),
        "PYTHON": sys.executable,
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("engine", "lsp_server")),
    }
    found = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert report.exists(), found.stdout + found.stderr
    seen = json.loads(report.read_text(encoding="utf-8"))
    assert not seen.get("problem"), seen["problem"]
    return seen


def gloss(shown: str) -> str:
    """The line after the title: the likeliest sense."""
    return [line for line in shown.splitlines() if line.strip()][1]


def test_neovim(tmp_path: Path) -> None:
    script = ROOT / "tests" / "editors" / "neovim.lua"
    seen = seen_by(["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-c", f"luafile {script}"], "senselens.lua", tmp_path)
    assert seen["filetype"] == "text"
    assert seen["river"].startswith("**bank** *noun* ▰")  # Neovim conceals the marks
    assert gloss(seen["river"]) != gloss(seen["money"])
    assert "sloping land" in gloss(seen["river"])
    groups = {(mark["line"], mark["group"]) for mark in seen["highlights"]}
    assert {(2, "LspReferenceRead"), (4, "LspReferenceText"), (6, "LspReferenceRead")} == groups
    assert seen["found"] == 2


def test_emacs(tmp_path: Path) -> None:
    script = ROOT / "tests" / "editors" / "emacs.el"
    seen = seen_by(["emacs", "--batch", "-q", "-l", str(script)], "senselens.el", tmp_path)
    assert seen["river"].startswith("bank")
    assert "sloping land" in seen["river"]
    assert "financial institution" in gloss(seen["money"])
    assert seen["highlights"] == [[2, 2], [4, 1], [6, 2]]
    assert seen["found"] == 2


def test_helixs_settings_exist() -> None:
    found = tomllib.loads((ROOT / "docs" / "editors" / "helix.toml").read_text(encoding="utf-8"))
    section = found["language-server"]["senselens"]["config"]["senselens"]
    assert Configuration().updated(section) == (Configuration(), [])
    assert all("senselens" in language["language-servers"] for language in found["language"])


def test_the_page_has_every_setting_and_command() -> None:
    page = (ROOT / "docs" / "editors" / "README.md").read_text(encoding="utf-8")
    for name, setting in manifest().items():
        assert f"`{name.partition('.')[2]}`" in page
        assert setting["markdownDescription"] in page
    assert all(f"`senselens.server.{name}`" in page for name in COMMANDS)
