"""The files of a workspace that may hold prose: without what its ignore files leave out, and nothing binary or huge."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Rules: TypeAlias = "tuple[Path, GitIgnoreSpec]"  # of the files below a folder
State: TypeAlias = "tuple[int, int]"  # a file's time and size
IGNORE_FILES = (".gitignore", ".ignore")
EXCLUDE = ".git/info/exclude"  # rules that are no part of the repository
NEVER = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
INDEX = ".lance"  # how the folder of an index ends
LARGEST = 2**20  # bytes


def files(root: Path) -> Iterator[Path]:
    """The files below *root* in the order of their names; links are not followed."""
    yield from _below(root, _above(root))


def read(path: Path) -> str | None:
    """The text of a file; None for one that holds none, or is gone."""
    try:
        return None if path.stat().st_size > LARGEST else path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None


def state_of(path: Path) -> State | None:
    """What changes when the file is written; None for one that is gone."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_mtime_ns, now.st_size


def _above(root: Path) -> list[Rules]:
    """The rules for *root* of the repository that it is a part of, outermost first; none where they leave out *root* itself."""
    rules: list[Rules] = []
    for folder in (root, *root.parents):
        if folder != root:
            rules = [*_of(folder, IGNORE_FILES), *rules]
        if (folder / ".git").exists():
            rules = [*_of(folder, (EXCLUDE,)), *rules]
            return [] if folder != root and _is_ignored(root, True, rules) else rules
    return []


def _of(folder: Path, names: Iterable[str]) -> list[Rules]:
    """The rules that the files called *names* in *folder* give, if any."""
    from pathspec import GitIgnoreSpec

    lines = [line for name in names for line in (read(folder / name) or "").splitlines()]
    return [(folder, GitIgnoreSpec.from_lines(lines))] if lines else []


def _below(folder: Path, rules: list[Rules]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    rules = [*rules, *_of(folder, IGNORE_FILES)]
    for entry in entries:
        path = Path(entry)
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in NEVER or (is_folder and path.suffix == INDEX) or _is_ignored(path, is_folder, rules):
            continue
        if is_folder:
            yield from _below(path, rules)
        elif entry.is_file(follow_symlinks=False):
            yield path


def _is_ignored(path: Path, is_folder: bool, rules: list[Rules]) -> bool:
    """The rules nearest to the file decide, as in git; one of them may take a file in again."""
    for folder, spec in reversed(rules):
        found = spec.check_file(path.relative_to(folder).as_posix() + ("/" if is_folder else "")).include
        if found is not None:
            return found
    return False
