"""Make the pictures of the README again: ``python docs/images/make.py``. What they show is what the commands print."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from rich.console import Console

from senselens import cli
from senselens.cli import terminal

HERE = Path(__file__).parent
COMMANDS = {
    "look": [
        *("look", "--word", "bank"),
        *("I deposited money at the bank", "We sat by the river bank", "The plane will bank left"),
    ],
}


def main() -> None:
    os.environ["TERM"] = "xterm-256color"
    for name, arguments in COMMANDS.items():
        with open(os.devnull, "w") as nowhere:
            screen = Console(file=nowhere, width=104, record=True, force_terminal=True, highlight=False, markup=False)
            terminal.console = lambda *_, screen=screen: screen
            sys.stdout.isatty = lambda: True
            cli.main(arguments)
        quoted = " ".join(f'"{a}"' if " " in a else a for a in arguments)
        svg = screen.export_svg(title=f"senselens {quoted}"[:96] + "…", unique_id=name)
        svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # no picture of ours asks a network for its letters
        (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
