"""A folder that is written whole or not at all, and never over another one without being told to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from senselens.errors import OutputExists


def free(folder: str | Path, mark: str, overwrite: bool = False) -> Path:
    """*folder*, when it may be written: nothing is there, or an empty folder, or with *overwrite* one that holds a file *mark*.

    *mark* tells our own folders: no other is ever deleted. Raises `OutputExists`.
    """
    target = Path(folder).expanduser().absolute()
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return target
    if not (target / mark).is_file():
        raise OutputExists(f"{target} is there already and is not one that senselens wrote: give another folder")
    if not overwrite:
        raise OutputExists(f"{target} is there already: give another folder, or overwrite=True to replace it")
    return target


@contextmanager
def output_folder(folder: str | Path, mark: str, overwrite: bool = False) -> Iterator[Path]:
    """An empty folder beside *folder* to write in; it becomes *folder* when the block ends, and is gone when the block fails.

    Raises `OutputExists` as `free` does.
    """
    target = free(folder, mark, overwrite)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputExists(f"{target} cannot be written ({error.strerror}): give another folder") from None
    new, old = beside / "new", beside / "old"
    try:
        new.mkdir()
        yield new
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
