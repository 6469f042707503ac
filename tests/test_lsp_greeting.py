"""The first answer is given before pygls is there; it must say what pygls would."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from senselens_lsp.app import Server
from senselens_lsp.framing import Framing
from senselens_lsp.greeting import greet, initialized, is_greeted

CLIENTS: list[dict[str, Any]] = [
    {},
    {"general": {"positionEncodings": ["utf-8", "utf-16"]}},
    {"general": {"positionEncodings": ["utf-7", "utf-32"]}},
    {"general": {"positionEncodings": ["utf-7"]}},
    {"general": {}},
    {"textDocument": {"rename": {"prepareSupport": True}, "hover": {}}},
    {"textDocument": {"rename": {}}},
    {"notebookDocument": {"synchronization": {"executionSummarySupport": True}}},
    {"workspace": {"fileOperations": {"willRename": True}, "workspaceFolders": True}},
    {"textDocument": {"synchronization": {"willSave": True, "didSave": True}}, "window": {"workDoneProgress": True}},
]


class Client:
    """A channel on which a client has said something, in pieces."""

    def __init__(self, *said: bytes) -> None:
        self.said, self.heard = [*said], b""

    def read(self) -> bytes:
        return self.said.pop(0) if self.said else b""

    def write(self, data: bytes) -> None:
        self.heard += data

    def close(self) -> None: ...


def framed(message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.mark.parametrize("capabilities", CLIENTS)
def test_the_greeting_is_what_pygls_would_answer(capabilities: dict[str, Any]) -> None:
    server = Server()
    heard = Client()
    server.protocol.set_writer(heard)
    params = {"capabilities": capabilities, "processId": None, "rootUri": None}
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()

    async def receive() -> None:
        server.receive([message])

    asyncio.run(receive())
    server.worker.stop()
    answer = json.loads(heard.heard.partition(b"\r\n\r\n")[2])["result"]
    answer["capabilities"]["textDocumentSync"].pop("willSave", None)  # false, where it is there
    assert initialized(params) == answer


def test_the_client_is_answered_as_soon_as_its_message_is_whole() -> None:
    message = framed({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": {"capabilities": {}}})
    client = Client(message[:30], message[30:] + framed({"jsonrpc": "2.0", "method": "initialized"}))
    first, second = greet(client, Framing())
    assert is_greeted(first)
    assert not is_greeted(second)
    (answer,) = Framing().feed(client.heard)
    assert json.loads(answer) == {"jsonrpc": "2.0", "id": "a", "result": initialized({"capabilities": {}})}


@pytest.mark.parametrize(
    "message", [b"not json", b"[]", b'{"method": "shutdown", "id": 1}', b'{"method": "initialize"}', b"\xff"]
)
def test_another_first_message_is_left_to_the_server(message: bytes) -> None:
    client = Client(b"Content-Length: %d\r\n\r\n%b" % (len(message), message))
    assert greet(client, Framing()) == [message]
    assert client.heard == b""


def test_a_client_that_is_gone_said_nothing() -> None:
    assert greet(Client(), Framing()) == []


@pytest.mark.parametrize("params", [None, [], "x", {"capabilities": None}, {"capabilities": {"general": 1, "textDocument": []}}])
def test_nonsense_is_a_client_that_can_nothing(params: object) -> None:
    assert initialized(params)["capabilities"]["positionEncoding"] == "utf-16"


def test_the_greeting_imports_nothing_heavy() -> None:
    """The issue's 0.4 seconds are kept by what is not imported."""
    code = "import sys, senselens_lsp.__main__; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    loaded = {name.partition(".")[0] for name in found.stdout.split()}
    assert "senselens_lsp" in loaded
    assert not loaded & {"pygls", "lsprotocol", "cattrs", "asyncio", "numpy", "senselens", "onnxruntime"}
