"""The server's life: start, settings, models, the ways to reach it, and the ways to leave it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from lsp_editor import COMMAND, MARKDOWN, SECONDS, Editor
from lsprotocol import types

import senselens as sl
from senselens_lsp import loading
from senselens_lsp.__main__ import channel, main

TEXT = "We sat by the river ba|nk."
WINDOW = {"window": {"workDoneProgress": True}}
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None}}


def framed(*messages: object) -> bytes:
    bodies = [json.dumps(message).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


class Slow:
    """`senselens.load`, held up until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def __call__(self, name: str, precision: str = "fp32") -> sl.Model:
        assert self.go.wait(SECONDS)
        return sl.load(name, precision)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """Loading a model takes as long as the test wants."""
    slow, real = Slow(), sl.load

    class Loads:
        load = staticmethod(slow)

        def __getattr__(self, name: str) -> Any:
            return getattr(sl, name)

    monkeypatch.setattr(loading, "sl", Loads())
    assert sl.load is real
    yield slow
    slow.go.set()


@pytest.mark.parametrize("how", ["stdio", "tcp"])
def test_a_server_in_a_process_of_its_own(how: str) -> None:
    editor = Editor(how, capabilities=MARKDOWN).ready()
    assert editor.shown(editor.open(TEXT)).startswith("**bank** *noun*")
    assert editor.quit() == 0


def test_a_hover_before_the_model_is_there(slow: Slow) -> None:
    editor = Editor(capabilities=WINDOW)
    document = editor.open(TEXT)
    first = editor.shown(document)
    assert first.startswith("bank – its senses, the most frequent first (the model is being loaded)")
    assert first.count("\n  noun ") == 3
    assert editor.shown(document) == first  # bench/lsp measures how soon
    assert (
        editor.ask(
            "senselens/inspect", {"textDocument": {"uri": document.id.uri}, "position": editor.place(document)["position"]}
        )
        is None
    )
    params = types.DocumentHighlightParams(document.id, document.cursor)
    assert editor.do(editor.client.text_document_document_highlight_async(params)) is None
    assert editor.statuses == ["loading"]
    editor.until(lambda: editor.progress)
    assert editor.progress[0]["title"] == "Senselens: loading mini"
    slow.go.set()
    editor.ready()
    editor.until(lambda: len(editor.progress) == 2)
    assert editor.shown(document).startswith("bank noun ▰")
    assert editor.quit() == 0


def test_an_unknown_word_before_the_model_is_there(slow: Slow) -> None:
    editor = Editor()
    assert editor.hover(editor.open("qwertzu|iop")) is None
    slow.go.set()
    assert editor.quit() == 0


def test_settings_change_live_and_wrong_ones_are_told_once() -> None:
    editor = Editor(settings={"senses": 2, "hover": 1}).ready()
    document = editor.open(TEXT)
    assert editor.messages == ["Senselens: senselens.hover is true or false, not 1; it stays True"]
    assert editor.shown(document)
    editor.settings = {"hover": False}
    change = editor.client.workspace_did_change_configuration
    change(types.DidChangeConfigurationParams(settings=None))
    editor.until(lambda: editor.hover(document) is None)
    change(types.DidChangeConfigurationParams(settings={"senselens": {"hover": 1, "ignoredWords": ["sat"]}}))
    editor.until(lambda: editor.hover(document))
    assert editor.hover(document, types.Position(0, 4)) is None
    assert len(editor.messages) == 1
    assert editor.quit() == 0


def test_kinds_of_documents_are_chosen() -> None:
    editor = Editor(options={"senselens": {"documentKinds": ["code", "markdown"], "languages": ["python"]}}).ready()
    assert editor.shown(editor.open("# the river ba|nk", "python"))
    assert not editor.shown(editor.open("# the river ba|nk", "ruby"))
    assert not editor.shown(editor.open("the river ba|nk", "plaintext"))
    change = types.DidChangeConfigurationParams(settings={"senselens": {"documentKinds": ["plaintext"]}})
    editor.client.workspace_did_change_configuration(change)
    document = editor.open("the river ba|nk", "plaintext")
    editor.until(lambda: editor.hover(document))
    assert editor.quit() == 0


def test_a_model_that_is_none_is_told_and_the_old_one_goes_on() -> None:
    editor = Editor(settings={}).ready()
    document = editor.open(TEXT)
    change = types.DidChangeConfigurationParams(settings={"senselens": {"model": "nosuchmodel"}})
    editor.client.workspace_did_change_configuration(change)
    editor.until(lambda: "error" in editor.statuses)
    editor.until(lambda: editor.messages)
    assert editor.messages[0].startswith("Senselens: no model is called 'nosuchmodel'")
    assert editor.shown(document).startswith("bank noun ▰")
    change = types.DidChangeConfigurationParams(settings={"senselens": {"precision": "fp32"}})
    editor.client.workspace_did_change_configuration(change)
    editor.until(lambda: editor.statuses[-1] == "ready")
    where = {"textDocument": {"uri": document.id.uri}, "position": editor.place(document)["position"]}
    assert editor.ask("senselens/inspect", where)["inspection"]["models"][0]["name"] == "mini"
    assert editor.quit() == 0


def test_a_workspace_that_is_not_trusted_chooses_no_model() -> None:
    options = {"trusted": False, "senselens": {"senses": 1}}
    editor = Editor(options=options, settings={"model": "evil/model", "guesses": 0}).ready()
    document = editor.open(TEXT)
    editor.until(lambda: len(editor.shown(document).split("\n\n")) == 2)
    assert editor.statuses == ["loading", "ready"]
    assert editor.command("compare", editor.place(document) | {"models": ["evil/model"]})["rows"][0]["name"] == "mini-int8"
    assert editor.quit() == 0


def test_a_missing_inventory_is_told_with_the_way_on() -> None:
    editor = Editor(options={"senselens": {"inventory": "nosuch:1"}})
    editor.until(lambda: editor.messages)
    assert editor.statuses == ["loading", "error"]
    assert "nosuch" in editor.messages[0]
    assert editor.hover(editor.open(TEXT)) is None
    assert editor.quit() == 0


def test_a_failure_while_loading_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a broken library")

    monkeypatch.setattr(loading.sl, "inspect", fail)
    editor = Editor()
    editor.until(lambda: editor.messages)
    assert editor.messages[0].startswith("Senselens: mini could not be loaded (a broken library)")
    assert editor.quit() == 0


def test_the_model_is_loaded_again_on_request() -> None:
    editor = Editor().ready()
    editor.command("reload")
    editor.until(lambda: editor.statuses == ["loading", "ready"] * 2)
    assert editor.quit() == 0


def test_an_error_of_ours_in_an_answer_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise sl.NoInventory("it is gone; get it back")

    editor = Editor().ready()
    monkeypatch.setattr(sl, "inspect", fail)
    for text in (TEXT, "Money at the ba|nk."):
        assert editor.hover(editor.open(text)) is None
    assert editor.messages == ["Senselens: it is gone; get it back"]
    assert editor.quit() == 0


def test_a_bug_is_an_error_of_the_request_and_no_window(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    editor = Editor().ready()
    document = editor.open(TEXT)
    monkeypatch.setattr(sl, "word_at", fail)
    with pytest.raises(Exception, match="ZeroDivisionError"):
        editor.hover(document)
    monkeypatch.undo()
    assert editor.hover(document)
    assert editor.messages == []
    assert "could not be answered" in caplog.text
    assert editor.quit() == 0


def test_notifications_that_make_no_sense_are_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    editor = Editor().ready()
    assert editor.client.protocol.writer
    for method, params in (("textDocument/didOpen", {"textDocument": 1}), ("senselens/no-such-thing", {})):
        editor.client.protocol.writer.write(framed({"jsonrpc": "2.0", "method": method, "params": params}))
    unopened = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier("file:///x"))
    editor.client.text_document_did_close(unopened)
    assert editor.hover(editor.open(TEXT))
    assert editor.messages == []
    assert "could not be handled" in caplog.text
    assert editor.quit() == 0


def test_an_exit_without_shutdown_is_no_success() -> None:
    editor = Editor("stdio")
    editor.client.exit(None)
    assert editor.gone() == 1


def test_it_ends_while_a_model_is_being_loaded(slow: Slow) -> None:
    editor = Editor()
    assert editor.quit() == 0
    assert not slow.go.is_set()


@pytest.mark.parametrize(
    "said", [b"", framed(INITIALIZE), b"GET / HTTP/1.1\r\n\r\n", framed(INITIALIZE) + b"\x00\xff\r\n", b"Content-Le"]
)
def test_it_ends_when_the_client_is_gone_or_none(said: bytes) -> None:
    found = subprocess.run(COMMAND, input=said, capture_output=True, timeout=SECONDS, check=False)
    assert found.returncode == 1
    assert b"Traceback" not in found.stderr


def test_it_ends_when_its_pipes_break() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdin
        assert server.stdout
        server.stdout.close()
        server.stdin.write(framed(INITIALIZE))
        server.stdin.flush()
        assert server.wait(SECONDS) == 1


@pytest.mark.skipif(os.name != "posix", reason="elsewhere only the pipes tell")
def test_it_ends_with_the_editors_process_even_if_another_holds_the_pipes() -> None:
    client = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    editor = Editor("stdio", process_id=client.pid)
    client.send_signal(signal.SIGKILL)
    client.wait()
    assert editor.gone() == 1


def test_only_one_client_is_served_and_only_from_this_computer() -> None:
    editor = Editor("tcp").ready()
    assert editor.process
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port_of(editor)), timeout=5)
    assert editor.quit() == 0


def port_of(editor: Editor) -> int:
    assert isinstance(editor.client.protocol.writer, asyncio.StreamWriter)
    port: int = editor.client.protocol.writer.get_extra_info("peername")[1]
    return port


def test_standard_output_is_the_protocols_alone() -> None:
    code = (
        "from senselens_lsp.channels import Stdio; c = Stdio(); print('printed', flush=True); c.write(b'written'); "
        "c.write(c.read()); c.close()"
    )
    found = subprocess.run([sys.executable, "-c", code], input=b"read", capture_output=True, timeout=SECONDS, check=True)
    assert found.stdout == b"writtenread"
    assert found.stderr.strip() == b"printed"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"senselens-lsp {sl.__version__}\n"
    with pytest.raises(SystemExit):
        main(["--tcp", "1", "--ws", "2"])
    assert "not allowed with" in capsys.readouterr().err


def test_the_process_ends_with_the_servers_code(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    monkeypatch.setattr("senselens_lsp.__main__.channel", lambda port: port)
    monkeypatch.setattr("senselens_lsp.__main__.run", lambda channel, level: 3 if channel is None else channel)
    monkeypatch.setattr("senselens_lsp.__main__.run_websocket", lambda port, level: 5)
    main([])
    main(["--tcp", "4"])
    main(["--ws", "0"])
    assert codes == [3, 4, 5]


def test_a_port_is_chosen_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.append(channel(0)))
    waiting.start()
    told = ""
    while not told:
        told += capsys.readouterr().err
        time.sleep(0.01)
    with socket.create_connection(("127.0.0.1", int(told.split()[-1]))) as client:
        waiting.join(SECONDS)
        found[0].write(b"hello")
        assert client.recv(5) == b"hello"
    assert found[0].read() == b""
    found[0].close()
