"""Answering a client over WebSocket, on this computer only: an editor in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from pygls.io_ import WebSocketWriter
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from senselens_lsp.channels import LOOPBACK
from senselens_lsp.framing import LARGEST
from senselens_lsp.server import Server

LOCAL = (LOOPBACK, "localhost", "::1")
FAREWELL = 1  # seconds that those who are connected have to take leave; one that hangs never does


async def serve_websocket(server: Server, port: int, listening: Callable[[int], None] = lambda port: None) -> int:
    """Answer the first client that connects to *port* (0: any free one), and no other; the exit code."""
    server.finished = asyncio.get_running_loop().create_future()
    taken = False

    def admit(connection: ServerConnection, request: Request) -> Response | None:
        """Any page may open a WebSocket to this computer; only those that come from it are let in."""
        origin = request.headers.get("Origin")
        if taken or (origin is not None and urlsplit(origin).hostname not in LOCAL):
            return connection.respond(HTTPStatus.FORBIDDEN, "this server is for one editor on its own computer\n")
        return None

    async def answer(connection: ServerConnection) -> None:
        nonlocal taken
        if taken:
            return
        taken = True
        server.protocol.set_writer(WebSocketWriter(connection), include_headers=False)
        try:
            while True:
                message = await connection.recv(decode=False)
                server.worker.hear()
                server.receive([message])
        except ConnectionClosed:
            server.finish(1)

    waiting = await serve(answer, LOOPBACK, port, process_request=admit, max_size=LARGEST)
    listening(next(iter(waiting.sockets)).getsockname()[1])
    code = await server.finished
    server.worker.stop()
    waiting.close()
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(waiting.wait_closed(), FAREWELL)
    return code
