"""The command ``senselens``. Only the answer goes to standard output; an error is one line that says how to go on."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from senselens import __version__
from senselens.cli import classifiers, export, index, models, texts, words
from senselens.cli.arguments import UsageError
from senselens.errors import SenselensError

EXAMPLES = """examples:
  senselens look "We sat by the river bank" --word bank
  senselens look "I left money at the bank" "We sat by the river bank" --word bank
  senselens look essay.txt --word interest --occurrence 2 --json
  senselens predict "The cat sat on the [MASK]"
  senselens predict "We sat by the river bank" --word bank --targets shore pizzeria
  senselens substitutes "We sat by the river bank" --word bank
  senselens similar bank "Money at the bank" "The river bank" "Cash from the bank"
  senselens search "cash machine" essay.txt
  senselens matrix "The cat sat." "A feline rested." "The dog ran." --model use
  senselens next "The cat sat on the" -k 10
  senselens surprisal "The cat sat on the bicycle"
  senselens compare "Money at the bank" "The river bank" --models mini smollm2
  senselens export essay.txt --models glove mini --to essay.html
  senselens answer "Where did they sit?" essay.txt --model roberta-squad2
  senselens finetune reviews.csv --dev 0.1 --to my-classifier
  senselens classify "A fine film." --model my-classifier
  senselens index build letters.lance letters/
  senselens index query letters.lance bank --like "We sat by the river bank"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code: 0, 1 for an error of ours, 2 for wrong usage, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that lacks a letter shows "?"
    try:
        options.run(options)
        sys.stdout.flush()
    except SenselensError as error:
        print(f"senselens: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except BrokenPipeError:  # the reader has seen enough, as in `senselens look … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="senselens",
        description="Put the pointer on a word and see what it means here.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"senselens {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in (words, texts, export, classifiers, index, models):
        group.add(commands)
    return parser
