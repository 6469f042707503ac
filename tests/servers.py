"""A notebook server of the tests' own: on this machine only, on a free port, gone when the tests are."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 120  # seconds until it answers, on a busy machine


@contextmanager
def served(log: Path, path: str, *command: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address at which the Python module *command*, given ``--port``, answers requests for *path*."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    arguments = [sys.executable, "-m", *command, f"--port={port}"]
    with log.open("w") as out, subprocess.Popen(arguments, env=os.environ | (env or {}), stdout=out, stderr=out) as server:
        try:
            deadline = time.monotonic() + PATIENCE
            while not _answers(address + path):
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            yield address
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5):
            return True
    except (URLError, TimeoutError):
        return False
