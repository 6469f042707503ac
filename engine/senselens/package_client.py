"""Package clients, such as npm and apt-get, run to fetch an archive that is not installed.

Needs the standard library only: the build hook uses it before the package exists.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ERRORS = ("E:", "npm err", "npm ERR!")  # how apt-get's and npm's lines about a failure begin


def run(folder: Path, timeout: float, client: str, *arguments: str, stdout: int = subprocess.DEVNULL) -> None:
    """Run *client* in *folder*. Raises FileNotFoundError where it is not installed, and what `subprocess.run` raises."""
    program = shutil.which(client)  # on Windows npm is npm.cmd, which only the full path runs
    if program is None:
        raise FileNotFoundError(f"there is no {client} here")
    subprocess.run(
        [program, *arguments], cwd=folder, check=True, timeout=timeout,
        stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
    )  # fmt: skip


def reason(error: BaseException) -> str:
    """Why a client, or reading what it fetched, has failed, in a line."""
    if isinstance(error, subprocess.CalledProcessError):
        lines: list[str] = error.stderr.decode(errors="replace").strip().splitlines() or [str(error)]
        return next((line for line in lines if line.startswith(ERRORS)), lines[-1])
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer within {error.timeout:g} s"
    return str(error) if isinstance(error, (FileNotFoundError, ValueError)) else f"{type(error).__name__}: {error}"
