"""The command that makes pages which are alive with no kernel and no network: export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from senselens.cli.arguments import UsageError, command, print_json, read_prose

NOTEBOOK = ".ipynb"


def add(commands: Any) -> None:
    export = command(commands, "export", _export, "texts or a notebook as one HTML file that is alive anywhere", model=False)
    export.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE", help="texts and text files, or one notebook")
    export.add_argument("--to", type=Path, metavar="FILE", help="the file to write (default: the name of the first, .html)")
    export.add_argument("--models", nargs="+", default=["mini"], metavar="MODEL", help="for texts: which models (default mini)")
    export.add_argument("--inventory", default="wordnet", help="for texts: wordnet, or a lexicon of the wn package")
    export.add_argument("--title", default="What the words mean here", help="for texts: the page's heading")
    export.add_argument("--theme", choices=("light", "dark"), help="default: for texts the reader's, for a notebook light")
    export.add_argument("--execute", action="store_true", help="for a notebook: run its code first")
    export.add_argument("--slides", action="store_true", help="for a notebook: slides (reveal.js)")


def _export(options: argparse.Namespace) -> None:
    target = options.to or Path(_stem(options.texts[0])).with_suffix(".html")
    html = _notebook(options) if any(map(_is_notebook, options.texts)) else _texts(options)
    try:
        target.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from None
    size = len(html.encode())
    print_json({"file": str(target), "bytes": size}) if options.json else print(f"{target} ({size / 1000:,.0f} kB)")


def _is_notebook(argument: str) -> bool:
    return argument.endswith(NOTEBOOK)


def _stem(argument: str) -> str:
    return Path(argument).name if len(argument) < 256 and Path(argument).is_file() else "senselens"


def _notebook(options: argparse.Namespace) -> str:
    from senselens_widget import notebook_page

    if len(options.texts) > 1:
        raise UsageError("a notebook makes a page of its own; give one at a time, and no text with it")
    if not Path(options.texts[0]).is_file():
        raise UsageError(f"there is no file {options.texts[0]}")
    return notebook_page(options.texts[0], execute=options.execute, slides=options.slides, theme=options.theme or "light")


def _texts(options: argparse.Namespace) -> str:
    from senselens.cli.terminal import progress
    from senselens.inspection import inspect
    from senselens_widget import live_page

    if options.execute or options.slides:
        raise UsageError("--execute and --slides are for notebooks")
    text = "\n\n".join(map(read_prose, options.texts))
    with progress("reading") as step:
        found = inspect(text, options.models, inventory=options.inventory, step=step)
    return live_page(found, options.title, {"theme": options.theme or "auto"})
