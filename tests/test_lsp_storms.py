"""What a server must survive: floods of requests, huge and broken documents, clients that stop or do not listen."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from lsp_editor import SECONDS, Editor, Opened, position
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcRequestCancelled

import senselens as sl
from senselens_lsp.channels import Socket
from senselens_lsp.engine import Engine, Found, Place
from senselens_lsp.transport import Writer

CONTENT_MODIFIED = -32801
BANKS = "We sat by the river bank. I deposited money at the bank. The plane will bank left."
LONG = "\n\n".join(f"{BANKS} This is paragraph number {number}." for number in range(60))


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    editor = Editor(settings={"readAhead": False}).ready()
    yield editor
    assert editor.quit() == 0


class Held:
    """The engine, which looks at its first word only when it is let go; *begun* has the places it was asked about."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[types.Position] = []
        self.running, self.go = threading.Event(), threading.Event()
        look = Engine.look

        def held(engine: Engine, place: Place, *arguments: Any) -> Found | None:
            self.begun.append(place.position)
            self.running.set()
            assert self.go.wait(SECONDS)
            return look(engine, place, *arguments)

        monkeypatch.setattr(Engine, "look", held)

    async def busy(self, editor: Editor) -> None:
        """Let it begin with a word of a document of its own."""
        document = editor.open(BANKS, "plaintext", uri="file:///first")
        editor.client.protocol.send_request("textDocument/hover", at(document, 5), msg_id=f"first{id(self)}")
        assert await asyncio.to_thread(self.running.wait, SECONDS)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held(monkeypatch)
    yield held
    held.go.set()


def at(document: Opened, number: int) -> types.HoverParams:
    """A hover over the word with this number."""
    words = sl.words(document.text)
    return types.HoverParams(document.id, position(document.text, words[number % len(words)].start))


def test_of_five_hundred_hovers_those_that_are_cancelled_are_not_computed(editor: Editor, held: Held) -> None:
    document = editor.open(LONG, "plaintext", uri="file:///storm")
    words = sl.words(LONG)
    bank = next(n for n in reversed(range(len(words))) if words[n].of(LONG) == "bank")

    async def storm() -> list[object]:
        await held.busy(editor)
        protocol = editor.client.protocol
        futures = [protocol.send_request("textDocument/hover", at(document, n), msg_id=f"h{n}") for n in range(499)]
        futures.append(protocol.send_request("textDocument/hover", at(document, bank), msg_id="last"))
        for number in range(450):
            editor.client.cancel_request(types.CancelParams(f"h{number}"))
        await editor.heard()
        held.go.set()
        return await asyncio.gather(*map(asyncio.wrap_future, futures), return_exceptions=True)

    answers = editor.do(storm())
    cancelled = [isinstance(answer, JsonRpcRequestCancelled) for answer in answers]
    assert cancelled == [True] * 450 + [False] * 50
    assert isinstance(answers[-1], types.Hover)
    _first, *others = held.begun
    assert others == [at(document, n).position for n in (bank, *range(498, 449, -1))]  # the newest first


def test_hovers_while_somebody_types(editor: Editor) -> None:
    document = editor.open(LONG, "plaintext", uri="file:///typing")
    text = LONG
    dice = random.Random(1)
    for version in range(2, 60):
        offset = dice.randrange(len(text))
        where = position(text, offset)
        editor.edit(document, types.Range(where, where), "x ", version)
        text = text[:offset] + "x " + text[offset:]
        word = dice.choice(sl.words(text))
        hover = editor.hover(document, position(text, word.start))
        if hover:
            assert hover.range == types.Range(position(text, word.start), position(text, word.end))


def test_an_answer_about_a_text_that_has_changed_is_not_computed(editor: Editor, held: Held) -> None:
    document = editor.open(LONG, "plaintext", uri="file:///stale")

    async def run() -> list[object]:
        await held.busy(editor)
        protocol = editor.client.protocol
        asked = [asyncio.wrap_future(protocol.send_request("textDocument/hover", at(document, n))) for n in range(40)]
        editor.edit(document, None, "Another text.")
        await editor.heard()
        held.go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = editor.do(run())
    assert [isinstance(a, JsonRpcException) and a.code == CONTENT_MODIFIED for a in answers] == [True] * 40
    assert len(held.begun) == 1


def test_a_document_closed_while_it_is_asked_about(editor: Editor) -> None:
    document = editor.open(LONG, "plaintext", uri="file:///closed")

    async def run() -> list[object]:
        asked = [editor.client.protocol.send_request_async("textDocument/hover", at(document, n)) for n in range(20)]
        editor.close(document)
        return await asyncio.gather(*asked, return_exceptions=True)

    for answer in editor.do(run()):
        assert answer is None or isinstance(answer, JsonRpcException | types.Hover)
    assert editor.hover(document) is None


def test_fifty_megabytes(editor: Editor) -> None:
    text = f"{BANKS}\n\n" * (50 * 2**20 // (len(BANKS) + 2))
    document = editor.open(text, "plaintext", uri="file:///huge")
    assert editor.hover(document, types.Position(0, 20))
    end = types.Position(2**31 - 1, 0)
    editor.edit(document, types.Range(end, end), "more")
    editor.edit(document, types.Range(types.Position(0, 0), types.Position(0, 3)), "They", 3)
    hover = editor.hover(document, types.Position(0, 21))
    assert hover
    assert hover.range == types.Range(types.Position(0, 21), types.Position(0, 25))
    assert editor.hover(document, end) is None  # beyond what is read
    editor.close(document)


def test_a_line_of_a_million_characters(editor: Editor) -> None:
    text = "the river bank " + "x" * 10**6
    document = editor.open(text, "plaintext", uri="file:///line")
    assert editor.hover(document, types.Position(0, 12))
    assert editor.hover(document, types.Position(0, 5 * 10**5)) is None


@pytest.mark.parametrize("kind", ["plaintext", "markdown", "latex", "html", "restructuredtext", "python", "git-commit"])
def test_broken_documents(editor: Editor, kind: str) -> None:
    dice = random.Random(kind)
    for number in range(5):
        characters = [
            chr(dice.choice([dice.randrange(32), dice.randrange(0x300), dice.randrange(0x110000)])) for _ in range(2000)
        ]
        document = editor.open("".join(c for c in characters if c != "|") + "|", kind, uri=f"file:///broken{number}")
        for _ in range(10):
            editor.hover(document, types.Position(dice.randrange(200), dice.randrange(200)))
        editor.close(document)
    assert editor.hover(editor.open("the river ba|nk", uri="file:///whole"))


def test_a_client_that_reads_nothing_holds_nobody_up() -> None:
    """Its pipe is full, and still what it sends is read and its end is seen."""
    ours, theirs = socket.socketpair()
    lost = threading.Event()
    writer = Writer(Socket(ours), lost.set)
    for _ in range(100):
        writer.write(bytes(2**20))
    writer.close(0.1)
    assert not lost.is_set()
    theirs.close()
    assert lost.wait(SECONDS)
    ours.close()


def test_answers_that_wait_are_written_together() -> None:
    written: list[bytes] = []
    writing, go = threading.Event(), threading.Event()

    class Slow:
        """A channel whose first write takes as long as the test wants."""

        def write(self, data: bytes) -> None:
            written.append(data)
            writing.set()
            assert go.wait(SECONDS)

        def read(self) -> bytes:
            return b""

        def close(self) -> None: ...

    writer = Writer(Slow(), lambda: pytest.fail("nobody is gone"))
    answers = [b"%d " % number for number in range(500)]
    writer.write(answers[0])
    assert writing.wait(SECONDS)
    for answer in answers[1:]:
        writer.write(answer)
    go.set()
    writer.close(SECONDS)
    assert written == [answers[0], b"".join(answers[1:])]


def test_a_killed_client_leaves_no_orphan() -> None:
    code = (
        "import os, subprocess, sys, time; "
        "p = subprocess.Popen([sys.executable, '-m', 'senselens_lsp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE); "
        "print(p.pid, flush=True); "
        "b = b'{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"initialize\", \"params\": {\"capabilities\": {}}}'; "
        "p.stdin.write(b'Content-Length: %d\\r\\n\\r\\n%b' % (len(b), b)); p.stdin.flush(); p.stdout.readline(); "
        "print('greeted', flush=True); time.sleep(600)"
    )  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout
        server = int(client.stdout.readline())
        assert client.stdout.readline() == "greeted\n"
        client.kill()
    end = time.monotonic() + SECONDS
    while is_running(server):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat", encoding="ascii") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_client_may_send_that_is_no_message(editor: Editor) -> None:
    writer = editor.client.protocol.writer
    assert writer
    for body in (
        b"\xff\xfe",
        b"{",
        b"[]",
        b"1",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "x"}',
        b"[" * 10**5,
    ):
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    for params in (
        {},
        {"textDocument": {"uri": 1}},
        {"textDocument": {"uri": "file:///a"}, "position": {"line": -1, "character": 0}},
    ):
        body = json.dumps({"jsonrpc": "2.0", "id": "odd", "method": "textDocument/hover", "params": params}).encode()
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert editor.hover(editor.open("the river ba|nk", uri="file:///whole"))
    assert editor.messages == []
