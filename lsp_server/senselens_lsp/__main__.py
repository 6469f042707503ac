"""The command ``senselens-lsp``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from importlib.metadata import version

from senselens_lsp.framing import Framing


def main(arguments: list[str] | None = None) -> None:
    """Serve one client; the process ends with it."""
    parser = argparse.ArgumentParser(prog="senselens-lsp", description="A language server that shows what a word means here.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="speak over standard input and output (the default)")
    where.add_argument(
        "--tcp", type=int, metavar="PORT", help="wait for one client on this port of this computer (0: any free one)"
    )
    where.add_argument("--ws", type=int, metavar="PORT", help="the same, over WebSocket (needs the extra lsp-ws)")
    parser.add_argument(
        "--log", default="WARNING", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="what goes to standard error"
    )
    parser.add_argument("--version", action="version", version=f"senselens-lsp {version('senselens')}")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=options.log, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("pygls").setLevel("ERROR")  # it logs whole documents
    code = _run(options)
    # Whatever still runs on a thread (a model that is being loaded, a computation) has nobody left to answer.
    logging.shutdown()
    os._exit(code)


def _run(options: argparse.Namespace) -> int:
    from senselens_lsp import transport
    from senselens_lsp.app import Server

    if options.tcp is not None:
        channel: transport.Channel = transport.accept(
            options.tcp, lambda port: print(f"listening on {port}", file=sys.stderr, flush=True)
        )
    else:
        channel = transport.Stdio()

    async def run() -> int:
        return await transport.serve(Server(), channel, Framing())

    return asyncio.run(run())


def _listening(port: int) -> None:
    print(f"listening on {port}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
