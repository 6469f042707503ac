"""Where messages come from and go to: standard input and output, or a socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

CHUNK = 2**16
LOOPBACK = "127.0.0.1"


class Channel(Protocol):
    """Both wait; `read` gives no bytes at the end, and either may raise OSError when the other side is gone."""

    def read(self) -> bytes: ...
    def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...


class Stdio:
    """Standard input and output. What else is printed goes to standard error from now on."""

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        os.dup2(2, 1)

    def read(self) -> bytes:
        return os.read(self._in, CHUNK)

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._out, left) :]

    def close(self) -> None:
        """The end of the process does it."""


class Socket:
    """A connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def read(self) -> bytes:
        return self._connection.recv(CHUNK)

    def write(self, data: bytes) -> None:
        self._connection.sendall(data)

    def close(self) -> None:
        with suppress(OSError):  # the client may have been first
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()


def accept(port: int, listening: Callable[[int], None] = lambda port: None) -> Socket:
    """The first client that connects to *port* (0: any free one) of this computer; *listening* is told which it is."""
    with socket.create_server((LOOPBACK, port)) as waiting:
        listening(waiting.getsockname()[1])
        connection, _ = waiting.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Socket(connection)
