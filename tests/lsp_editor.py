"""An editor for tests of the language server: it speaks the protocol through pygls' client, and reads as if nothing waited."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from senselens_lsp.__main__ import run
from senselens_lsp.channels import accept

T = TypeVar("T")
SECONDS = 180  # that anything may take before it counts as hanging; the machine may be busy
COMMAND = (sys.executable, "-m", "senselens_lsp")
NOT_OPEN = types.TextDocumentIdentifier("file:///not-open")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
MARKDOWN = {"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}}


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that is open, and where ``|`` stood in it."""

    id: types.TextDocumentIdentifier
    text: str
    cursor: types.Position


class Editor:
    """One client with a server: in this process (``inside``), or in another over ``stdio`` or ``tcp``.

    *capabilities* are JSON; *settings* are what the editor answers when asked for its configuration (None: it cannot be).
    """

    def __init__(
        self,
        how: str = "inside",
        capabilities: dict[str, Any] | None = None,
        options: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        arguments: Sequence[str] = (),
        process_id: int | None = None,
        folders: list[dict[str, Any]] | None = None,
    ) -> None:
        self.loop = asyncio.new_event_loop()
        self.client = LanguageClient("tests", "1")
        self.messages: list[str] = []
        self.statuses: list[str] = []
        self.progress: list[dict[str, Any]] = []
        self.tokens: list[str] = []  # of progress that the server asked to show
        self.notes: list[str] = []  # refreshes and registrations that the server asked for
        self.settings = settings
        self._listen()
        self.thread: threading.Thread | None = None
        self.code: int | None = None
        self.do(self._connect(how, arguments))
        asked: dict[str, Any] = {"capabilities": deepcopy(capabilities or {}), "processId": process_id}
        asked |= {"initializationOptions": options, "workspaceFolders": folders}
        if settings is not None:
            able = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
            asked["capabilities"].setdefault("workspace", {}).update(able)
        params = self.client.protocol._converter.structure(asked, types.InitializeParams)
        self.able = self.do(self.client.initialize_async(params)).capabilities
        self.client.initialized(types.InitializedParams())

    def do(self, work: Awaitable[T], seconds: float = SECONDS) -> T:
        """What *work* gives; TimeoutError if it takes too long."""
        return self.loop.run_until_complete(asyncio.wait_for(work, seconds))

    def until(self, happened: Callable[[], object], seconds: float = SECONDS) -> None:
        """Let time pass until something has happened; TimeoutError if it does not."""
        end = self.loop.time() + seconds
        while not happened():
            if self.loop.time() > end:
                raise TimeoutError
            self.loop.run_until_complete(asyncio.sleep(0.01))

    def ready(self) -> Editor:
        """This, once the model is there, and the settings if there are any."""
        self.until(lambda: "ready" in self.statuses)
        if self.settings is not None:
            self.until(lambda: "workspace/didChangeConfiguration" in self.notes)
        return self

    def open(self, marked: str, kind: str = "markdown", uri: str = "file:///a", encoding: str = "utf-16") -> Opened:
        text = marked.replace("|", "")
        item = types.TextDocumentItem(uri, kind, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        cursor = position(text, marked.index("|"), encoding) if "|" in marked else types.Position(0, 0)
        return Opened(types.TextDocumentIdentifier(uri), text, cursor)

    def edit(self, document: Opened, where: types.Range | None, text: str, version: int = 2) -> None:
        change = (
            types.TextDocumentContentChangePartial(where, text) if where else types.TextDocumentContentChangeWholeDocument(text)
        )
        named = types.VersionedTextDocumentIdentifier(version, document.id.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))

    def close(self, document: Opened) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document.id))

    async def heard(self) -> None:
        """Wait until the server has handled all that was sent: what is not open is answered about at once."""
        await self.client.text_document_hover_async(types.HoverParams(NOT_OPEN, types.Position(0, 0)))

    def hover(self, document: Opened, at: types.Position | None = None) -> types.Hover | None:
        return self.do(self.client.text_document_hover_async(types.HoverParams(document.id, at or document.cursor)))

    def shown(self, document: Opened, at: types.Position | None = None) -> str:
        """The text of a hover; "" where there is none."""
        hover = self.hover(document, at)
        return hover.contents.value if hover else ""

    def ask(self, method: str, params: Any) -> Any:
        """The answer to any request, in which objects are dictionaries again."""

        async def answer() -> Any:
            return await self.client.protocol.send_request_async(method, params)

        return plain(self.do(answer()))

    def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(f"senselens.server.{name}", list(arguments))
        return self.do(self.client.workspace_execute_command_async(params))

    def place(self, document: Opened) -> dict[str, Any]:
        at = document.cursor
        return {"uri": document.id.uri, "position": {"line": at.line, "character": at.character}}

    def quit(self) -> int | None:
        """Say goodbye; the server's exit code."""
        self.do(self.client.shutdown_async(None))
        self.client.exit(None)
        return self.gone()

    def gone(self) -> int | None:
        """The exit code of the server, once it has ended."""
        if self.thread:
            self.thread.join(SECONDS)
            assert not self.thread.is_alive()
        elif self.process:
            self.code = self.do(self.process.wait())
        self.do(self._leave())
        self.loop.close()
        return self.code

    async def _leave(self) -> None:
        """Close everything that would otherwise be found unclosed later."""
        await self.client.stop()
        writer, process = self.client.protocol.writer, self.process
        if isinstance(writer, asyncio.StreamWriter):
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        if process:
            process._transport.close()  # type: ignore[attr-defined]
        await asyncio.sleep(0.01)

    @property
    def process(self) -> asyncio.subprocess.Process | None:
        """The server's process, where it has one of its own."""
        return self.client._server or self._process

    _process: asyncio.subprocess.Process | None = None

    async def _connect(self, how: str, arguments: Sequence[str]) -> None:
        if how == "stdio":
            await self.client.start_io(*COMMAND, *arguments)
        elif how == "tcp":
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND, "--tcp", "0", *arguments, stderr=asyncio.subprocess.PIPE
            )
            assert self._process.stderr
            told = await self._process.stderr.readline()
            await self.client.start_tcp("127.0.0.1", int(told.split()[-1]))
        else:
            ports: queue.Queue[int] = queue.Queue()
            self.thread = threading.Thread(target=self._serve, args=(ports,), daemon=True)
            self.thread.start()
            await self.client.start_tcp("127.0.0.1", await asyncio.to_thread(ports.get))

    def _serve(self, ports: queue.Queue[int]) -> None:
        self.code = run(accept(0, ports.put), "WARNING")

    def _listen(self) -> None:
        feature = self.client.feature
        feature("window/showMessage")(lambda params: self.messages.append(params.message))
        feature("senselens/status")(lambda params: self.statuses.append(params.state))
        feature("window/workDoneProgress/create")(lambda params: self.tokens.append(params.token))
        feature("$/progress")(lambda params: self.progress.append(params.value))
        feature("workspace/configuration")(lambda params: [self.settings] * len(params.items))
        feature("client/registerCapability")(lambda params: self.notes.extend(r.method for r in params.registrations))
        for what in ("inlayHint", "codeLens", "semanticTokens"):
            feature(f"workspace/{what}/refresh")(lambda *_, what=what: self.notes.append(what))


def position(text: str, offset: int, encoding: str = "utf-16") -> types.Position:
    """Where a character is, counted naively."""
    codec, width = CODECS[encoding]
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line = before.rpartition("\n")[2]
    return types.Position(before.count("\n"), len(line.encode(codec, "surrogatepass")) // width)


def plain(answer: Any) -> Any:
    """*answer* with dictionaries for the tuples that pygls makes of unknown objects."""
    if hasattr(answer, "_asdict"):
        return {key: plain(value) for key, value in answer._asdict().items()}
    return [plain(part) for part in answer] if isinstance(answer, list | tuple) else answer
