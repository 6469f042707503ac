"""The language server: what is open, what is set, the worker, and the model that is being loaded."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcRequestCancelled
from pygls.lsp.server import LanguageServer

import senselens as sl
from senselens_lsp.ahead import Ahead
from senselens_lsp.configuration import Configuration, Start
from senselens_lsp.documents import Documents, Snapshot
from senselens_lsp.engine import Engine, Place
from senselens_lsp.loading import Loading
from senselens_lsp.protocol import Protocol
from senselens_lsp.upkeep import SmallBlocks
from senselens_lsp.worker import Dropped, Step, Worker

T = TypeVar("T")
Handler = TypeVar("Handler", bound=Callable[..., Any])

STATUS = "senselens/status"
CREATE = 1.0  # seconds that a client has to agree to show progress
WATCH = 5  # seconds between two looks whether the client's process is there
NOTEBOOKS = types.NotebookDocumentSyncOptions([types.NotebookDocumentFilterWithNotebook(notebook="*")])
HANDLERS: dict[str, tuple[Callable[..., Any], Any]] = {}
COMMANDS: dict[str, Callable[..., Any]] = {}
log = logging.getLogger(__name__)


def on(method: str, options: object = None) -> Callable[[Handler], Handler]:
    """Every server answers *method* with the function below. It is given the server and the request's parameters."""

    def register(handler: Handler) -> Handler:
        HANDLERS[method] = handler, options
        return handler

    return register


def command(name: str) -> Callable[[Handler], Handler]:
    """Every server runs the function below for the command *name*, with the command's arguments."""

    def register(handler: Handler) -> Handler:
        COMMANDS[name] = handler
        return handler

    return register


class Server(LanguageServer):
    """The server of one client. Its methods run on the event loop's thread, which never waits for the engine."""

    def __init__(self, loading: Loading | None = None) -> None:
        super().__init__("senselens-lsp", sl.__version__, notebook_document_sync=NOTEBOOKS, protocol_cls=Protocol)
        self.documents = Documents()
        self.configuration = loading.configuration if loading else Configuration()
        self.engine = Engine(self.configuration)
        self.ahead = Ahead(self.engine)
        self.small_blocks = SmallBlocks()
        self.worker = Worker(self._prepare)
        self.start = Start.of(None)
        self.folders: list[str] = []  # of the workspace, as URIs
        self.coloured: set[str] = set()  # the lemmas whose uses are coloured by sense
        self.finished: asyncio.Future[int] | None = None  # the process's exit code, once it is to end
        self._loading = loading
        self._received: deque[bytes | None] = deque()  # and not handled yet; None after those that came in together
        self._complaints: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        for method, (handler, options) in HANDLERS.items():
            self.feature(method, options)(handler)
        for name, handler in sorted(COMMANDS.items()):  # whichever module came first
            self.command(name)(handler)

    async def ask(self, question: Callable[[Step], T], about: Snapshot | None = None, patient: bool = False) -> T | None:
        """What the engine answers, in its own time. An error of ours is told to the user, once, and the answer is None.

        It is about the open text *about*, if anything; a *patient* question lets others pass.
        """

        def asked(step: Step) -> T:
            self.engine.configure(self.configuration)  # as it is now: the newest question comes first
            return question(step)

        try:
            return await self.worker.ask(asked, lambda: bool(about and not self.documents.is_current(about)), patient)
        except Dropped:
            raise JsonRpcContentModified("the text has changed since") from None
        except sl.SenselensError as error:
            self.complain(str(error))
            return None
        except Exception as error:
            if not isinstance(error, JsonRpcException):
                log.exception("a question could not be answered")
            raise

    def place(self, document: types.TextDocumentIdentifier, position: types.Position) -> Place | None:
        """None for a document that is not open."""
        snapshot = self.documents.snapshot(document.uri)
        return Place(snapshot, document.uri, position) if snapshot else None

    def changed(self) -> None:
        """Documents were opened, edited or closed."""
        self.ahead.open = self.documents.snapshots
        self.worker.prepare()

    def _prepare(self) -> bool:
        """Read ahead a little. False: nothing is left to read."""
        is_more = self.ahead.step()
        if not is_more:
            self.small_blocks.give_back()
        return is_more

    def closed(self, uri: str) -> None:
        """A document, or notebook, was closed: what was read of it is forgotten."""
        self.changed()
        self.spawn(self.ask(partial(self.engine.forget, uri)))

    def begin(self, start: Start) -> None:
        """What the client says at first; only `load` may speak to it, later."""
        self.start, self.configuration = start, start.configuration

    def configure(self, settings: object) -> None:
        """Take over the section of settings as the editor has it now; what it does not name is as it was at the start."""
        before = self.configuration
        self.configuration, wrong = self.start.configuration.updated(settings, self.start.trusted)
        for complaint in wrong:
            self.complain(complaint)
        self.spawn(self.ask(lambda step: None))  # so that reading ahead goes by it
        if self._loading and not self._loading.serves(self.configuration):
            self.load()
        if self.configuration != before:
            self.refresh()

    def load(self, again: bool = False) -> None:
        """Load the model that is set, unless it is being loaded, in the background; the one at hand answers until then."""
        for complaint in self.start.wrong:
            self.complain(complaint)
        if again or self._loading is None or not self._loading.serves(self.configuration):
            self._loading = Loading(self.configuration)
        self.spawn(self._load(self._loading))

    async def _load(self, loading: Loading) -> None:
        name = loading.configuration.model
        self._tell("loading", name)
        try:
            async with self.working(f"Senselens: loading {name}"):
                model = await asyncio.wrap_future(loading.model)
        except Exception as error:
            if loading is self._loading:
                known = isinstance(error, sl.SenselensError)
                message = str(error) if known else f"{name} could not be loaded ({error}); the server's log has more"
                log.error(message, exc_info=None if known else error)
                self._tell("error", name, message)
                self.complain(message)
            return
        if loading is self._loading:
            await self.ask(partial(self.engine.use, model))
            self._tell("ready", name)
            self.refresh()

    @asynccontextmanager
    async def working(self, title: str, cancellable: bool = False) -> AsyncIterator[Callable[[str, int], None]]:
        """Show *title* as work being done, where the client can; what is given tells it how far: a message and percents.

        The user cancels the task that is in this block.
        """
        token = str(uuid4())
        window, task = self.client_capabilities.window, asyncio.current_task()
        shown = bool(window and window.work_done_progress) and await self._shown(token)
        stopped = False

        def stop(future: Future[Any]) -> None:
            nonlocal stopped
            if future.cancelled() and task:
                stopped = task.cancel()

        def report(message: str, percentage: int) -> None:
            if shown:
                self.work_done_progress.report(token, types.WorkDoneProgressReport(message=message, percentage=percentage))

        if shown:
            self.work_done_progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=cancellable, percentage=0))
            self.work_done_progress.tokens[token].add_done_callback(stop)
        try:
            yield report
        except asyncio.CancelledError:
            if stopped:  # pygls never answers a command whose task is cancelled
                raise JsonRpcRequestCancelled("it was cancelled") from None
            raise
        finally:
            if shown:
                self.work_done_progress.end(token, types.WorkDoneProgressEnd())
                self.work_done_progress.tokens.pop(token, None)

    async def _shown(self, token: str) -> bool:
        """Whether the client agrees to show progress under *token*, soon."""
        try:
            await asyncio.wait_for(self.work_done_progress.create_async(token), CREATE)
        except (JsonRpcException, asyncio.TimeoutError):
            return False
        return True

    def refresh(self) -> None:
        """Ask the client to ask again for what it keeps on the screen."""
        workspace = self.client_capabilities.workspace
        for able, ask in (
            (workspace and workspace.inlay_hint, self.workspace_inlay_hint_refresh),
            (workspace and workspace.code_lens, self.workspace_code_lens_refresh),
            (workspace and workspace.semantic_tokens, self.workspace_semantic_tokens_refresh),
        ):
            if able and able.refresh_support:
                ask(None)

    def complain(self, message: str) -> None:
        """Tell the user, once."""
        if message not in self._complaints:
            self._complaints.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Senselens: {message}"))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do *work* beside everything else."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def receive(self, messages: Iterable[bytes]) -> None:
        """Handle messages that have come in together, of which the worker has heard: one after another, the first now.

        What one asks has begun before the next is handled. So a position is one of the text that the client saw.
        """
        is_handling = bool(self._received)
        self._received += (*messages, None)
        if not is_handling:
            self._handle()

    def _handle(self) -> None:
        message = self._received.popleft()
        if message is None:
            self.worker.heard()
        else:
            try:
                self.protocol.handle_message(json.loads(message, object_hook=self.protocol.structure_message))
            except Exception:
                log.exception("a message could not be handled")
        if self._received:
            asyncio.get_running_loop().call_soon(self._handle)  # after the first step of the task that it may have made

    def watch(self, process: int | None) -> None:
        """End when the client's process ends; closing its pipes does not tell where another process holds them too."""
        if process and os.name == "posix":
            self.spawn(self._watch(process))

    async def _watch(self, process: int) -> None:
        while _is_alive(process):
            await asyncio.sleep(WATCH)
        self.finish(1)

    def finish(self, code: int) -> None:
        """End the process with *code*."""
        if self.finished and not self.finished.done():
            self.finished.set_result(code)

    def report_server_error(self, error: Exception, source: object) -> None:
        """To the log, where pygls would open a window. An answer that is an error is none of the server's."""
        if not isinstance(error, JsonRpcException):
            log.error("%s", error)

    def _tell(self, state: str, model: str, message: str = "") -> None:
        self.protocol.notify(STATUS, {"state": state, "model": model, "message": message})


def place_of(ls: Server, arguments: Sequence[Any]) -> Place | None:
    """The place that a command's first argument, ``{uri, position}``, names; None where it names none that is open."""
    try:
        where = arguments[0]
        position = types.Position(int(where["position"]["line"]), int(where["position"]["character"]))
        return ls.place(types.TextDocumentIdentifier(str(where["uri"])), position)
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)  # it is somebody else's
    return True
