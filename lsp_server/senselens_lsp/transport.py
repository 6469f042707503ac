"""How messages come in and go out: over standard input and output or a socket, with threads that do the waiting.

Neither a client that reads nothing nor one that is gone can hold up the event loop or the end of the process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from senselens_lsp.framing import BadMessage, Framing

if TYPE_CHECKING:
    from senselens_lsp.server import Server

CHUNK = 2**16
LOOPBACK = "127.0.0.1"
log = logging.getLogger(__name__)


class Channel(Protocol):
    """Where bytes come from and go to; both wait, and `read` gives none at the end."""

    def read(self) -> bytes: ...
    def write(self, data: bytes) -> None: ...


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


class Socket:
    """A connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def read(self) -> bytes:
        return self._connection.recv(CHUNK)

    def write(self, data: bytes) -> None:
        self._connection.sendall(data)


def accept(port: int, listening: Callable[[int], None] = lambda port: None) -> Socket:
    """The first client that connects to *port* (0: any) of this computer, and no other."""
    with socket.create_server((LOOPBACK, port)) as waiting:
        listening(waiting.getsockname()[1])
        connection, _ = waiting.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Socket(connection)


class Writer:
    """Writes to *channel* in the order of `write`, on a thread of its own; calls *lost* when that fails."""

    def __init__(self, channel: Channel, lost: Callable[[], None]) -> None:
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(channel, lost), name="senselens-writing", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        self._waiting.put(data)

    def close(self, seconds: float = 1.0) -> None:
        """Write what is waiting, but for no longer than that."""
        self._waiting.put(None)
        self._thread.join(seconds)

    def _run(self, channel: Channel, lost: Callable[[], None]) -> None:
        while (data := self._waiting.get()) is not None:
            try:
                channel.write(data)
            except OSError:
                return lost()


async def serve(server: Server, channel: Channel, framing: Framing, first: bytes = b"") -> int:
    """Answer the client until it says `exit`, or is gone; the exit code. *first* are messages that have come in already."""
    loop = asyncio.get_running_loop()
    server.finished = loop.create_future()

    def lost() -> None:
        loop.call_soon_threadsafe(server.finish, 1)

    def read() -> None:
        try:
            while data := channel.read():
                messages = list(framing.feed(data))
                loop.call_soon_threadsafe(server.receive, messages)
        except BadMessage as error:
            log.error("%s: the connection is closed", error)
        except OSError:
            pass  # gone, which is told in any case
        lost()

    writer = Writer(channel, lost)
    server.protocol.set_writer(writer)
    threading.Thread(target=read, name="senselens-reading", daemon=True).start()
    code = await server.finished
    server.worker.stop()
    writer.close()
    return code
