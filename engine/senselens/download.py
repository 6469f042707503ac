"""Files from the web: over https only, whole or not at all, and checked before they are used."""

from __future__ import annotations

import hashlib
import logging
import os
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any

from senselens.errors import BadModelFile, ModelUnavailable

log = logging.getLogger(__name__)

BLOCK, TIMEOUT = 1 << 20, 60.0  # bytes; seconds without an answer


def cached(address: str, folder: Path, sha256: str | None = None) -> Path:
    """The file at *address*, kept in *folder* under its own name and fetched there when it is absent.

    Its SHA-256 is compared before every use: with *sha256*, or, where its publisher gives none, with the one it had when it
    was fetched, and that it is unverified is logged. Raises `ModelUnavailable`; `BadModelFile` for another checksum.
    """
    target = folder / address.rpartition("/")[2]
    noted = target.with_name(f"{target.name}.sha256")
    if not target.exists():
        _fetch(address, target, sha256)
    found = sha256_of(target)
    if sha256 is None:
        log.warning("%s is not verified: its publisher gives no checksum (SHA-256 %s)", target.name, found)
        with suppress(OSError):  # a folder that cannot be written to
            if not noted.exists():
                noted.write_text(found, encoding="ascii")
        sha256 = noted.read_text(encoding="ascii").strip() if noted.exists() else found
    if found != sha256:
        raise BadModelFile(f"{target} has the SHA-256 {found}, not {sha256}: delete it and load again")
    return target


def _fetch(address: str, target: Path, sha256: str | None) -> None:
    """Write what is at *address* to *target*; a partial or a wrong file never has that name."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    total, size, told = hashlib.sha256(), 0, 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _open(address) as answer, open(partial, "wb") as out:
            length = int(answer.headers.get("Content-Length") or 0)
            while block := answer.read(BLOCK):
                out.write(block)
                total.update(block)
                size += len(block)
                if length and size * 10 // length > told:
                    told = size * 10 // length
                    log.info("%s: %d %% of %.1f MB", target.name, told * 10, length / 1e6)
        if length and size != length:
            raise OSError(f"{size} of {length} bytes came")
        if sha256 and total.hexdigest() != sha256:
            raise BadModelFile(f"{address} has the SHA-256 {total.hexdigest()}, not {sha256}; it was not kept")
        partial.replace(target)
    except (OSError, HTTPException, ValueError) as error:
        raise ModelUnavailable(
            f"{address} could not be fetched ({error}); with a browser's copy in {target.parent} it loads without a network"
        ) from None
    finally:
        partial.unlink(missing_ok=True)


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> Any:
        if not newurl.startswith("https://"):
            raise urllib.error.URLError(f"it leads to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(address: str) -> Any:
    if not address.startswith("https://"):
        raise ValueError("only https is used")
    return urllib.request.build_opener(_OnlyHttps).open(address, timeout=TIMEOUT)


def sha256_of(file: Path) -> str:
    """The SHA-256 of what *file* holds, in hexadecimal."""
    total = hashlib.sha256()
    with open(file, "rb") as source:
        while block := source.read(BLOCK):
            total.update(block)
    return total.hexdigest()
