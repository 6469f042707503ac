"""The command ``senselens-lsp``."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version

from senselens_lsp.channels import Channel, Stdio, accept
from senselens_lsp.framing import BadMessage, Framing
from senselens_lsp.greeting import greet

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def main(arguments: list[str] | None = None) -> None:
    """Serve one client; the process ends with it."""
    parser = argparse.ArgumentParser(prog="senselens-lsp", description="A language server that shows what a word means here.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="speak over standard input and output (the default)")
    where.add_argument("--tcp", type=int, metavar="PORT", help="wait for one client on this port of this computer (0: any)")
    where.add_argument("--ws", type=int, metavar="PORT", help="the same, over WebSocket")
    parser.add_argument("--log", default="WARNING", choices=LEVELS, help="how much goes to standard error")
    parser.add_argument("--version", action="version", version=f"senselens-lsp {version('senselens')}")
    options = parser.parse_args(arguments)
    code = run_websocket(options.ws, options.log) if options.ws is not None else run(channel(options.tcp), options.log)
    sys.stderr.flush()
    # Whatever still runs on a thread (a model that is being loaded, a computation) has nobody left to answer.
    os._exit(code)


def channel(port: int | None) -> Channel:
    """Where the client is: a port, or standard input and output."""
    return Stdio() if port is None else accept(port, listening)


def run(channel: Channel, level: str) -> int:
    """Serve the client on *channel*; the exit code."""
    framing = Framing()
    try:
        messages = greet(channel, framing)
    except (BadMessage, OSError) as error:
        print(f"senselens-lsp: {error}", file=sys.stderr)
        return 1
    if not messages:
        return 1

    from senselens_lsp.upkeep import give_back_large_blocks, make_no_pauses

    give_back_large_blocks()
    make_no_pauses()

    import asyncio

    from senselens_lsp.app import Server
    from senselens_lsp.transport import serve

    log_to_stderr(level)

    async def answer() -> int:
        return await serve(Server(), channel, framing, messages)

    return asyncio.run(answer())


def run_websocket(port: int, level: str) -> int:
    """Serve the client that connects to *port* over WebSocket; the exit code."""
    import asyncio

    from senselens_lsp.app import Server
    from senselens_lsp.upkeep import give_back_large_blocks, make_no_pauses
    from senselens_lsp.websocket import serve_websocket

    give_back_large_blocks()
    make_no_pauses()
    log_to_stderr(level)

    async def answer() -> int:
        return await serve_websocket(Server(), port, listening)

    return asyncio.run(answer())


def log_to_stderr(level: str) -> None:
    import logging

    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("pygls").setLevel("CRITICAL")  # it logs whole documents, and every refusal with a traceback


def listening(port: int) -> None:
    print(f"listening on {port}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
