"""The files of a workspace that may hold prose: without what its ignore files leave out, and nothing binary or huge."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".ignore")
NEVER = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
LARGEST = 2**20  # bytes


def files(root: Path) -> Iterator[Path]:
    """The files below *root* in the order of their names; links are not followed."""
    yield from _below(root, [])


def read(path: Path) -> str | None:
    """The text of a file; None for one that holds none, or is gone."""
    try:
        return None if path.stat().st_size > LARGEST else path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None


def _below(folder: Path, rules: list[tuple[Path, GitIgnoreSpec]]) -> Iterator[Path]:
    from pathspec import GitIgnoreSpec

    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    own = [line for entry in entries if entry.name in IGNORE_FILES for line in (read(Path(entry)) or "").splitlines()]
    rules = [*rules, (folder, GitIgnoreSpec.from_lines(own))] if own else rules
    for entry in entries:
        path = Path(entry)
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in NEVER or _is_ignored(path, is_folder, rules):
            continue
        if is_folder:
            yield from _below(path, rules)
        elif entry.is_file(follow_symlinks=False):
            yield path


def _is_ignored(path: Path, is_folder: bool, rules: list[tuple[Path, GitIgnoreSpec]]) -> bool:
    """The rules nearest to the file decide, as in git; one of them may take a file in again."""
    for folder, spec in reversed(rules):
        found = spec.check_file(path.relative_to(folder).as_posix() + ("/" if is_folder else "")).include
        if found is not None:
            return found
    return False
