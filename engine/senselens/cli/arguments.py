"""What the commands' arguments have in common: texts and files, words, numbers."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens.errors import SenselensError, WordNotFound

if TYPE_CHECKING:
    from senselens.text import Span


class UsageError(SenselensError):
    """The command's words do not fit together."""


def command(commands: Any, name: str, run: Any, about: str, model: bool = True) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    parser.add_argument("--json", action="store_true", help="print JSON")
    if model:
        parser.add_argument("--model", default="mini", help="a model of `senselens models`, a folder, or a Hub id (default mini)")
        parser.add_argument("--inventory", default="wordnet", help="wordnet, or a lexicon of the wn package such as oewn:2024")
    parser.set_defaults(run=run)
    return parser


def word_options(parser: argparse.ArgumentParser, required: bool = False) -> None:
    parser.add_argument("--word", required=required, help="the word to look at")
    parser.add_argument("--occurrence", type=index, default=0, help="which of its occurrences, counted from 0 as in Python")


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def index(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def read_text(argument: str) -> str:
    """The text that an argument gives: standard input for ``-``, a file's content, or itself.

    Raises `UsageError` for a file that is absent or holds no UTF-8 text, and for an empty text.
    """
    looks_like_file = _may_be_name(argument)
    try:
        if argument == "-":
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        elif looks_like_file and os.path.isfile(argument):  # unlike Path.is_file, no error for what can be no name
            text = Path(argument).read_text(encoding="utf-8-sig")
        elif looks_like_file and " " not in argument and (os.sep in argument or Path(argument).suffix in (".txt", ".md")):
            raise UsageError(f"there is no file {argument}")
        else:
            text = argument
    except UnicodeDecodeError as error:
        raise UsageError(f"{argument} is not UTF-8 text (byte {error.start} cannot be read); give a text file") from None
    except OSError as error:
        raise UsageError(f"{argument} cannot be read: {error.strerror}") from None
    if "\0" in text:
        raise UsageError(f"{argument if len(argument) < 80 else 'the text'} holds binary data; give a text file")
    if not text.strip():
        raise UsageError("the text is empty; give a sentence or a file that holds one")
    return text


def read_prose(argument: str) -> str:
    """As `read_text`, but of a file only what there is to read in a document of its kind (`senselens.prose`).

    Raises `UsageError` too for a file in which there is nothing.
    """
    from senselens.documents.kinds import document_kind
    from senselens.documents.reading import prose

    text = read_text(argument)
    if argument == "-" or not _may_be_name(argument) or not os.path.isfile(argument):
        return text
    kind = document_kind(argument)
    found = prose(text, kind, limit=None).text
    if not found:
        raise UsageError(f"there is nothing to read in {argument} as {kind}; pass it on standard input (-) to read all of it")
    return found


def _may_be_name(argument: str) -> bool:
    return len(argument) < 4096 and "\n" not in argument and "\0" not in argument


def find_span(text: str, word: str, occurrence: int) -> Span:
    """The span of *word* in *text*, any case; *occurrence* counts from 0. Raises `WordNotFound`."""
    from senselens.text import words

    matches = [w for w in words(text) if w.of(text).casefold() == word.casefold()]
    if occurrence < len(matches):
        return matches[occurrence]
    if matches:
        last = len(matches) - 1
        raise WordNotFound(f"{word!r} has no occurrence {occurrence} in the text; they are counted from 0 and the last is {last}")
    some = list(dict.fromkeys(w.of(text) for w in words(text)))[:12]
    raise WordNotFound(f"{word!r} is not a word of the text; its words are {', '.join(some)}{', …' if len(some) == 12 else ''}")


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
