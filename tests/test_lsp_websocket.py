"""Over WebSocket: for an editor in a browser on this computer, and for no page from elsewhere."""

from __future__ import annotations

import asyncio
import json
import queue
import socket
import threading
from functools import partial
from typing import Any

import pytest
from lsp_editor import SECONDS
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import serve
from websockets.exceptions import InvalidStatus

from senselens_lsp import __main__ as command


class Browser:
    """A server, and how to connect to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ports: queue.Queue[int] = queue.Queue()
        monkeypatch.setattr(command, "listening", ports.put)
        self.codes: list[int] = []
        self.thread = threading.Thread(target=lambda: self.codes.append(command.run_websocket(0, "WARNING")), daemon=True)
        self.thread.start()
        self.address = f"ws://127.0.0.1:{ports.get(timeout=SECONDS)}"

    def connect(self, origin: str | None = None) -> Any:
        return connect(self.address, origin=origin, open_timeout=SECONDS, proxy=None)

    def code(self) -> int:
        self.thread.join(SECONDS)
        return self.codes[0]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(monkeypatch)


async def ask(connection: ClientConnection, method: str, params: object = None, number: int = 1) -> Any:
    await connection.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
    while (answer := json.loads(await connection.recv())).get("id") != number:
        pass
    return answer["result"]


@pytest.mark.parametrize("origin", [None, "http://localhost:8080", "http://127.0.0.1"])
def test_an_editor_on_this_computer(browser: Browser, origin: str | None) -> None:
    async def run() -> None:
        async with browser.connect(origin) as connection:
            able = await ask(connection, "initialize", {"capabilities": {}})
            assert able["capabilities"]["hoverProvider"] is True
            with pytest.raises(InvalidStatus, match="403"):
                await browser.connect().__aenter__()
            item = {"uri": "file:///a", "languageId": "markdown", "version": 1, "text": "the river bank"}
            for method, params in (("initialized", {}), ("textDocument/didOpen", {"textDocument": item})):
                await connection.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))
            where = {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 11}}
            hover = await ask(connection, "textDocument/hover", where)
            assert hover["contents"]["value"].startswith("bank")
            await ask(connection, "shutdown")
            await connection.send(json.dumps({"jsonrpc": "2.0", "method": "exit"}))

    asyncio.run(asyncio.wait_for(run(), SECONDS))
    assert browser.code() == 0


def test_a_page_from_elsewhere_is_not_let_in(browser: Browser) -> None:
    async def run() -> None:
        for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
            with pytest.raises(InvalidStatus, match="403"):
                await browser.connect(origin).__aenter__()
        async with browser.connect():
            pass

    asyncio.run(asyncio.wait_for(run(), SECONDS))
    assert browser.code() == 1  # the client left without a word


def test_nobody_who_hangs_holds_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a client that no longer listens nor one that never says what it wants, however patient the library is."""
    monkeypatch.setattr("senselens_lsp.websocket.serve", partial(serve, open_timeout=None, close_timeout=None))
    browser = Browser(monkeypatch)

    async def run() -> None:
        connection = await browser.connect()
        await ask(connection, "initialize", {"capabilities": {}})
        await ask(connection, "shutdown")
        with socket.create_connection(("127.0.0.1", int(browser.address.rpartition(":")[2]))):
            connection.transport.pause_reading()
            await connection.send(json.dumps({"jsonrpc": "2.0", "method": "exit"}))
            assert await asyncio.to_thread(browser.code) == 0
        connection.transport.abort()

    asyncio.run(asyncio.wait_for(run(), 2 * SECONDS))
