"""A word's uses in the files of a workspace: ignore files are respected, and what was read once is not read again."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsp_editor import SECONDS, Editor, plain
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled
from pygls.uris import from_fs_path

import senselens as sl
from senselens_lsp import workspace
from senselens_lsp.engine import Engine
from senselens_lsp.files import LARGEST, files, read
from senselens_lsp.reading import Reading

RIVER, LAKE = "We sat by the river bank.\n", "They walked along the muddy river banks.\n"
TREE = {
    "notes.md": f"# Notes\n\n{LAKE}",
    "src/main.py": f"# {LAKE}bank = 1\n",
    "src/.gitignore": "*.log\n!kept.log\n",
    "src/other.log": LAKE,
    "src/kept.log": LAKE,
    "build/out.txt": LAKE,
    "private/secret.txt": LAKE,
    "empty.txt": "",
    "no-bank.txt": "Nothing of the kind.\n",
    ".gitignore": "build/\n# a comment\n/private\n",
    ".git/config": LAKE,
    "node_modules/x/readme.md": LAKE,
    "other.lance/_versions/1.txt": LAKE,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "binary.bin").write_bytes(b"\xff\xfe\x00bank")
    (tmp_path / "large.txt").write_bytes(b"bank " * (LARGEST // 5 + 1))
    return tmp_path


def test_the_files_of_a_workspace(root: Path) -> None:
    (root / "loop").symlink_to(root, target_is_directory=True)
    found = [path.relative_to(root).as_posix() for path in files(root)]
    above = [".gitignore", "binary.bin", "empty.txt", "large.txt", "no-bank.txt", "notes.md"]
    assert found == [*above, "src/.gitignore", "src/kept.log", "src/main.py"]


def test_a_part_of_a_repository_goes_by_the_rules_of_all_of_it(root: Path) -> None:
    (root / ".git/info").mkdir()
    (root / ".git/info/exclude").write_text("no-*\nsrc/main.py\n", encoding="utf-8")
    (root / ".ignore").write_text("*.tmp\n/notes.md\n", encoding="utf-8")
    for name in ("src/x.tmp", "src/notes.md", "src/build/out.txt", "build/deep/in.txt", "build/deep/x.tmp"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(LAKE, encoding="utf-8")
    above = [".gitignore", ".ignore", "binary.bin", "empty.txt", "large.txt"]
    below = ["src/.gitignore", "src/kept.log", "src/notes.md"]
    assert [path.relative_to(root).as_posix() for path in files(root)] == above + below
    assert [path.relative_to(root).as_posix() for path in files(root / "src")] == below
    # Whoever opens a folder that is left out wants what is in it.
    assert [path.name for path in files(root / "build/deep")] == ["in.txt", "x.tmp"]


def test_what_is_no_text_or_gone_is_not_read(root: Path) -> None:
    assert read(root / "notes.md") == TREE["notes.md"]
    assert read(root / "binary.bin") is None
    assert read(root / "large.txt") is None
    assert read(root / "nowhere") is None
    assert list(files(root / "nowhere")) == []


@pytest.fixture
def editor(root: Path) -> Iterator[Editor]:
    folder = {"uri": from_fs_path(str(root)), "name": "root"}
    editor = Editor(capabilities={"window": {"workDoneProgress": True}}, folders=[folder]).ready()
    yield editor
    assert editor.quit() == 0


def found_in(editor: Editor, root: Path) -> dict[str, list[int]]:
    """The lines of the uses found, by file."""
    document = editor.open(RIVER.replace("bank", "ba|nk"), uri="untitled:1")
    lines: dict[str, list[int]] = {}
    for use in editor.command("findInWorkspace", editor.place(document)):
        name = use["uri"].removeprefix(from_fs_path(str(root)) or "?").lstrip("/")
        lines.setdefault(name, []).append(use["range"]["start"]["line"])
    return lines


def test_uses_in_the_files(editor: Editor, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = sl.load("mini", precision="int8")
    a, b = quick.encode(RIVER.strip()).word("bank"), quick.encode(LAKE.strip()).word("banks")
    assert sl.similarity(a, b).same_sense >= 0.5
    expected = {"untitled:1": [0], "notes.md": [2], "src/kept.log": [0], "src/main.py": [0]}
    assert found_in(editor, root) == expected
    editor.until(lambda: [p for p in editor.progress if p["kind"] == "end"][1:])
    told = [p for p in editor.progress if p["kind"] == "report"]
    assert [p["message"] for p in told][-1] == "main.py"
    assert all(0 <= p["percentage"] < 100 for p in told)

    texts: list[Path] = []
    monkeypatch.setattr(workspace, "read", lambda path: (texts.append(path), read(path))[1])
    assert found_in(editor, root) == expected
    assert {path.name for path in texts} == {
        "notes.md",
        "kept.log",
        "main.py",
        "binary.bin",
        "large.txt",
    }  # the others have no such word
    (root / "empty.txt").write_text(LAKE, encoding="utf-8")
    os.utime(root / "empty.txt", (1, 1))
    assert found_in(editor, root) == expected | {"empty.txt": [0]}


def test_only_the_kinds_that_are_set_are_read(editor: Editor, root: Path) -> None:
    every = found_in(editor, root)
    for settings, expected in (
        ({"documentKinds": ["markdown", "plaintext"]}, every.keys() - {"src/main.py"}),
        ({"languages": ["ruby"]}, every.keys() - {"src/main.py"}),
        ({"documentKinds": ["code", "markdown"], "languages": ["python"]}, every.keys() - {"src/kept.log"}),
        ({}, every.keys()),
    ):
        change = types.DidChangeConfigurationParams(settings={"senselens": settings})
        editor.client.workspace_did_change_configuration(change)
        assert found_in(editor, root).keys() == expected


def test_an_open_file_counts_as_it_is_in_the_editor(editor: Editor, root: Path) -> None:
    editor.open("Nothing any more.", uri=from_fs_path(str(root / "notes.md")) or "")
    assert found_in(editor, root) == {"untitled:1": [0], "src/kept.log": [0], "src/main.py": [0]}


ODD = "😋\r\nNaïve 😋: they sat on the **ba**nk of the *river*.\r\n"
INDEXED = ("notes.md", "no-bank.txt", "odd.md", "src/kept.log", "src/main.py")
OTHERS = [".gitignore", "binary.bin", "empty.txt", "large.txt", "src/.gitignore"]


class Searches:
    """Searches of a workspace, each by a new server; *read* is what was not found in its index, *messages* what it told."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.read: list[str] = []
        self.messages: list[str] = []
        real = workspace._reading

        def reading(engine: Engine, path: Path, *more: Any) -> Reading | None:
            self.read.append(path.relative_to(root).as_posix())
            return real(engine, path, *more)

        monkeypatch.setattr(workspace, "_reading", reading)

    def index(self, model: str = "mini-int8") -> str:
        """Where the index is that *model* makes."""
        sl.Index.build([self.root / name for name in INDEXED], model, self.root / "uses.lance")
        return "uses.lance"

    def search(self, index: str = "", encoding: str = "utf-16", times: int = 1, **more: Any) -> list[Any]:
        """The places of the uses found with an *index*."""
        able = {"general": {"positionEncodings": [encoding]}}
        folder = {"uri": from_fs_path(str(self.root)), "name": "root"}
        more = {"options": {"senselens": {"index": index}}} | more
        editor = Editor(capabilities=able, folders=[folder], **more).ready()
        document = editor.open(RIVER.replace("bank", "ba|nk"), uri="untitled:1")
        for _ in range(times):
            self.read.clear()
            found = plain(editor.command("findInWorkspace", editor.place(document)))
        assert editor.quit() == 0
        self.messages = editor.messages
        return list(found)


def names(found: list[Any]) -> set[str]:
    return {place["uri"].rpartition("/")[2] for place in found}


@pytest.fixture
def searches(root: Path, monkeypatch: pytest.MonkeyPatch) -> Searches:
    (root / "odd.md").write_bytes(ODD.encode())
    return Searches(root, monkeypatch)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_an_index_has_the_same_places(searches: Searches, encoding: str) -> None:
    expected = searches.search(encoding=encoding)
    assert names(expected) == {"untitled:1", "notes.md", "kept.log", "main.py", "odd.md"}
    index = searches.index()
    for times in (1, 2):
        assert searches.search(index, encoding, times) == expected
        assert searches.read == OTHERS
    assert searches.messages == []


def test_what_has_changed_since_it_was_indexed_is_read(searches: Searches) -> None:
    index = searches.index()
    for name in ("notes.md", "no-bank.txt", "new.txt"):
        (searches.root / name).write_text(f"Once.\n\n# More\n\n{LAKE}{LAKE}", encoding="utf-8")
    (searches.root / "odd.md").unlink()
    found = searches.search(index)
    assert searches.read == sorted([*OTHERS, "notes.md", "no-bank.txt", "new.txt"])
    assert found == searches.search()
    assert names(found) == {"untitled:1", "notes.md", "no-bank.txt", "new.txt", "kept.log", "main.py"}


def test_an_index_is_looked_into_as_it_is_now(searches: Searches) -> None:
    folder = {"uri": from_fs_path(str(searches.root)), "name": "root"}
    editor = Editor(options={"senselens": {"index": searches.index()}}, folders=[folder]).ready()
    assert found_in(editor, searches.root)["notes.md"] == [2]
    (searches.root / "notes.md").write_text(f"\n\n\n{LAKE}", encoding="utf-8")
    assert found_in(editor, searches.root)["notes.md"] == [3]
    assert "notes.md" in searches.read
    searches.index()
    searches.read.clear()
    assert found_in(editor, searches.root)["notes.md"] == [3]
    assert searches.read == OTHERS
    editor.open("Nothing any more.", uri=from_fs_path(str(searches.root / "notes.md")) or "")
    assert "notes.md" not in found_in(editor, searches.root)
    change = types.DidChangeConfigurationParams(settings={"senselens": {"index": "uses.lance", "documentKinds": ["markdown"]}})
    editor.client.workspace_did_change_configuration(change)
    assert found_in(editor, searches.root).keys() == {"untitled:1", "odd.md"}
    assert editor.quit() == 0


def test_an_index_that_cannot_be_used_is_told_once(searches: Searches, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = searches.search()
    index = searches.index("mini")
    is_not = "Senselens: senselens.index is not used, every file is read instead: "
    for path, reason in (
        (index, r".*uses\.lance was built with mini \(.*\), and this is mini-int8 \(.*\): .* give that model, or build anew .*"),
        ("nowhere.lance", r"there is no index at .*nowhere\.lance; build one with .*"),
        ("notes.md", r".*notes\.md is a file, and an index is a folder; give another place"),
    ):
        assert searches.search(path, times=2) == expected
        (message,) = searches.messages
        assert re.fullmatch(is_not + reason, message)
    monkeypatch.setitem(sys.modules, "lance", None)
    monkeypatch.delitem(sys.modules, "senselens.index.store")
    assert searches.search(index, times=2) == expected
    assert searches.messages == [is_not + "an index needs lance: pip install 'senselens[index]'"]
    assert searches.search() == expected
    assert searches.messages == []


def test_a_workspace_that_is_not_trusted_chooses_no_index(searches: Searches) -> None:
    chosen = {"index": "nowhere.lance"}
    searches.search(options={"trusted": False}, settings=chosen)
    assert searches.messages == []
    searches.search(options={"trusted": True}, settings=chosen)
    assert len(searches.messages) == 1


def test_an_open_notebook_counts_as_it_is_in_the_editor(editor: Editor, root: Path) -> None:
    saved = {
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": [LAKE]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (root / "n.ipynb").write_text(json.dumps(saved), encoding="utf-8")
    assert "n.ipynb" in found_in(editor, root)
    uri = from_fs_path(str(root / "n.ipynb")) or ""
    cell = types.TextDocumentItem("vscode-notebook-cell:/n.ipynb#1", "markdown", 1, "Nothing any more.")
    notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, [types.NotebookCell(types.NotebookCellKind.Markup, cell.uri)])
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, [cell]))
    assert "n.ipynb" not in found_in(editor, root)


def test_a_search_can_be_cancelled(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    running, go = threading.Event(), threading.Event()
    monkeypatch.setattr(workspace, "files", lambda root: (running.set(), go.wait(SECONDS), files(root))[2])
    document = editor.open(RIVER.replace("bank", "ba|nk"), uri="untitled:1")
    params = types.ExecuteCommandParams("senselens.server.findInWorkspace", [editor.place(document)])

    async def run() -> None:
        asked = asyncio.ensure_future(editor.client.workspace_execute_command_async(params))
        assert await asyncio.to_thread(running.wait, SECONDS)
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(editor.tokens[-1]))
        await asked

    with pytest.raises(JsonRpcRequestCancelled):
        editor.do(run())
    go.set()
