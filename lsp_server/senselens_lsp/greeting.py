"""The answer to `initialize`, given before anything is imported that takes long.

The protocol's types alone take longer to import than a whole reply may take, so that what the server can do is written here
once more, as plain JSON. A test holds it equal to what the server's own handlers amount to.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from senselens_lsp.channels import Channel
from senselens_lsp.framing import Framing

ENCODINGS = ("utf-8", "utf-16", "utf-32")
COLOURS = ("type", "string", "number", "function", "keyword", "macro", "comment", "variable")  # of senses; every theme has these
COMMANDS = ("colourWord", "compare", "findInWorkspace", "reload", "search")
CAPABILITIES = {
    "textDocumentSync": {"openClose": True, "change": 2, "save": False},
    "hoverProvider": True,
    "documentHighlightProvider": True,
    "referencesProvider": True,
    "completionProvider": {"triggerCharacters": ["_", "]"]},
    "codeActionProvider": {"codeActionKinds": ["refactor.rewrite"]},
    "codeLensProvider": {"resolveProvider": False},
    "inlayHintProvider": {"resolveProvider": False},
    "semanticTokensProvider": {"legend": {"tokenTypes": [*COLOURS], "tokenModifiers": []}, "full": True},
    "workspaceSymbolProvider": {"resolveProvider": False},
    "executeCommandProvider": {"commands": [f"senselens.server.{name}" for name in COMMANDS]},
    "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}, "fileOperations": {}},
}
NOTEBOOKS = {"notebookSelector": [{"notebook": "*"}]}  # all cells: those of code are only counted


def greet(channel: Channel, framing: Framing) -> list[bytes]:
    """Answer the client's `initialize`; the messages that have come in by then, that one first.

    None have where the client is gone at once. A first message that is another is left to the server.
    """
    messages: list[bytes] = []
    while not messages and (data := channel.read()):
        messages += framing.feed(data)
    if messages and (request := _initialize(messages[0])):
        answer = {"jsonrpc": "2.0", "id": request["id"], "result": initialized(request.get("params"))}
        body = json.dumps(answer).encode()
        channel.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    return messages


def initialized(params: object) -> dict[str, Any]:
    """The result of `initialize` for a client with these parameters."""
    client = _at(params, "capabilities")
    wanted = _at(client, "general", "positionEncodings")
    capabilities = {
        "positionEncoding": next((encoding for encoding in wanted or () if encoding in ENCODINGS), "utf-16"),
        **CAPABILITIES,
        "renameProvider": {"prepareProvider": True} if _at(client, "textDocument", "rename", "prepareSupport") else True,
    }
    if _at(client, "notebookDocument") is not None:
        capabilities["notebookDocumentSync"] = NOTEBOOKS
    return {"capabilities": capabilities, "serverInfo": {"name": "senselens-lsp", "version": version("senselens")}}


def is_greeted(message: bytes) -> bool:
    """Whether `greet` has answered *message*."""
    return _initialize(message) is not None


def options_of(message: bytes) -> object:
    """The ``initializationOptions`` of a message that may be `initialize`."""
    params = (_initialize(message) or {}).get("params")
    return params.get("initializationOptions") if isinstance(params, dict) else None


def _at(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _initialize(message: bytes) -> dict[str, Any] | None:
    try:
        request = json.loads(message)
    except ValueError:
        return None
    return request if isinstance(request, dict) and request.get("method") == "initialize" and "id" in request else None
