"""An editor's session with a server, timed: what it asks, and how long the answers take."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from contextlib import suppress

from lsprotocol import types
from pygls.lsp.client import LanguageClient

import senselens as sl

URI = "file:///bench.md"
BUSY = 0.02  # of a core: below it a server counts as idle


class Kept:
    """A writer that keeps what is written, so that it can be sent at once."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data


class Session:
    """A server that is started with *command*, and one document that is open in it."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], text: str) -> None:
        self.command, self.environment, self.text = command, environment, text
        self.client = LanguageClient("bench", "1")
        self.document = types.TextDocumentIdentifier(URI)
        self.version = 1
        self.ready = asyncio.Event()
        self.client.feature("senselens/status")(lambda params: params.state == "ready" and self.ready.set())

    async def start(self) -> float:
        """Start the server; the seconds from there to the answer of `initialize`."""
        self.began = time.perf_counter()
        await self.client.start_io(*self.command, env=self.environment)
        hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown])
        able = types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(hover=hover))
        await self.client.initialize_async(types.InitializeParams(capabilities=able, process_id=os.getpid()))
        took = time.perf_counter() - self.began
        self.client.initialized(types.InitializedParams())
        item = types.TextDocumentItem(URI, "markdown", self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return took

    async def stop(self) -> None:
        with suppress(Exception):
            await asyncio.wait_for(self.client.shutdown_async(None), 60)
        self.client.exit(None)
        await self.client.stop()

    def at(self, offset: int) -> types.Position:
        before = self.text[:offset]
        return types.Position(before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2)

    async def hover(self, span: sl.Span) -> tuple[float, types.Hover | None]:
        """The seconds a hover takes, and what it shows."""
        params = types.HoverParams(self.document, self.at(span.start))
        began = time.perf_counter()
        shown = await self.client.text_document_hover_async(params)
        return time.perf_counter() - began, shown

    async def hovers(self, spans: Sequence[sl.Span]) -> list[float]:
        return [(await self.hover(span))[0] for span in spans]

    async def before_the_model(self, span: sl.Span) -> list[float]:
        """Hovers, one after another until the model is there: the seconds of those that are answered without it."""
        took = []
        while not self.ready.is_set():
            seconds, shown = await self.hover(span)
            if shown and "being loaded" in str(shown.contents):
                took.append(seconds)
            await asyncio.sleep(0.01)
        return took

    async def typing(self, spans: Sequence[sl.Span], rate: float, seed: int) -> list[float]:
        """Hovers while somebody types *rate* letters a second, in the middle of the text; those that no edit overtook."""
        dice = random.Random(seed)

        async def type_on() -> None:
            while True:
                offset = dice.choice(spans).end
                self.version += 1
                where = self.at(offset)
                self.text = self.text[:offset] + " x" + self.text[offset:]
                change = types.TextDocumentContentChangePartial(types.Range(where, where), " x")
                named = types.VersionedTextDocumentIdentifier(self.version, URI)
                self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))
                await asyncio.sleep(1 / rate)

        typist = asyncio.ensure_future(type_on())
        took = []
        for span in spans:
            with suppress(Exception):  # a hover that came too late for its text is answered with an error
                took.append((await self.hover(span))[0])
            await asyncio.sleep(dice.random() / rate)
        typist.cancel()
        return took

    async def storm(self, spans: Sequence[sl.Span], cancelled: int) -> tuple[float, int]:
        """Seconds to the answer of the last of many hovers sent at once, and how many that were cancelled are answered."""
        protocol, sent, futures = self.client.protocol, Kept(), []
        writer = protocol.writer
        assert writer
        protocol.set_writer(sent)
        for number, span in enumerate(spans):
            params = types.HoverParams(self.document, self.at(span.start))
            futures.append(protocol.send_request("textDocument/hover", params, msg_id=f"storm{number}"))
        for number in range(cancelled):
            self.client.cancel_request(types.CancelParams(f"storm{number}"))
        protocol.set_writer(writer)
        began = time.perf_counter()
        writer.write(bytes(sent.data))
        await asyncio.wrap_future(futures[-1])
        took = time.perf_counter() - began
        answers = await asyncio.gather(*map(asyncio.wrap_future, futures), return_exceptions=True)
        return took, sum(not isinstance(answer, BaseException) for answer in answers[:cancelled])

    async def idle(self, longest: float) -> None:
        """Wait until the server does nothing any more, but not for more seconds than *longest*."""
        end = time.perf_counter() + longest
        before = self.seconds
        while time.perf_counter() < end:
            await asyncio.sleep(1)
            now = self.seconds
            if now - before < BUSY:
                return
            before = now

    @property
    def seconds(self) -> float:
        """Of processor time that the server has used."""
        with open(f"/proc/{self._process}/stat", encoding="ascii") as status:
            fields = status.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self, what: str = "VmRSS") -> float:
        """Of memory that the server takes, or (``VmHWM``) took at most."""
        with open(f"/proc/{self._process}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 2**10 for line in status if line.startswith(what))

    @property
    def _process(self) -> int:
        assert self.client._server
        return self.client._server.pid
