"""Commands about what is installed: models, setup."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from senselens.cli.arguments import command, print_json


def add(commands: Any) -> None:
    command(commands, "models", _models, "the models there are", model=False)
    setup = commands.add_parser("setup", help="fetch what is not in the package: wordnet, smollm2, use-lite")
    setup.add_argument("what", nargs="?", default="wordnet", choices=["wordnet", "smollm2", "use-lite"])
    setup.set_defaults(run=_setup)


def _models(options: argparse.Namespace) -> None:
    from senselens.availability import availability_of
    from senselens.cli.terminal import show_models
    from senselens.registry import models

    rows = [(card, availability_of(card)) for card in models()]
    if options.json:
        print_json([card.to_dict() | {"now": now.to_dict()} for card, now in rows])
    else:
        show_models(rows)


def _setup(options: argparse.Namespace) -> None:
    from senselens.fetch_smollm2 import setup_smollm2
    from senselens.fetch_use_lite import setup_use_lite
    from senselens.fetch_wordnet import setup_wordnet

    fetch = {"wordnet": setup_wordnet, "smollm2": setup_smollm2, "use-lite": setup_use_lite}[options.what]
    print(fetch(lambda line: print(line, file=sys.stderr)))
