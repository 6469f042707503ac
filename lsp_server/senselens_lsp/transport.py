"""Answering a client: threads wait for what comes in and until what goes out is gone, the event loop does the rest.

Neither a client that reads nothing nor one that is gone can hold up the event loop or the end of the process.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from senselens_lsp.channels import Channel
from senselens_lsp.framing import BadMessage, Framing
from senselens_lsp.greeting import is_greeted
from senselens_lsp.server import Server

log = logging.getLogger(__name__)


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
        is_open = True
        while is_open:
            # All that waits at once: the answers to a flood would each take a turn from whoever is busy in Python.
            data = [self._waiting.get()]
            while not self._waiting.empty():
                data.append(self._waiting.get())
            is_open = None not in data
            try:
                channel.write(b"".join(filter(None, data)))
            except OSError:
                return lost()


class Unheard:
    """A writer for the one answer that the client has already."""

    def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...


async def serve(server: Server, channel: Channel, framing: Framing, messages: Sequence[bytes]) -> int:
    """Answer the client until it says `exit`, or is gone; the exit code. *messages* have come in already, see `greet`."""
    loop = asyncio.get_running_loop()
    server.finished = loop.create_future()

    def lost() -> None:
        with suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(server.finish, 1)

    def read() -> None:
        try:
            while data := channel.read():
                messages = list(framing.feed(data))
                server.worker.hear()
                loop.call_soon_threadsafe(server.receive, messages)
        except BadMessage as error:
            log.error("%s: the connection is closed", error)
        except (OSError, RuntimeError):
            pass  # the client is gone, or the loop
        lost()

    if messages and is_greeted(messages[0]):
        server.protocol.set_writer(Unheard())
        server.worker.hear()
        server.receive(messages[:1])
        messages = messages[1:]
    writer = Writer(channel, lost)
    server.protocol.set_writer(writer)
    server.worker.hear()
    server.receive(messages)
    threading.Thread(target=read, name="senselens-reading", daemon=True).start()
    code = await server.finished
    server.worker.stop()
    writer.close()
    channel.close()
    return code
