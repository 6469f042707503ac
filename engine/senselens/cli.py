"""The command ``senselens``. Only the answer goes to standard output; an error is one line that says how to go on."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens import __version__
from senselens.errors import SenselensError, WordNotFound

if TYPE_CHECKING:
    from senselens.encoding import Use
    from senselens.inspection import Inspection
    from senselens.measures import Similarity
    from senselens.text import Span

EXAMPLES = """examples:
  senselens look "We sat by the river bank" --word bank
  senselens look "I left money at the bank" "We sat by the river bank" --word bank
  senselens look essay.txt --word interest --occurrence 2 --json
  senselens predict "The cat sat on the [MASK]"
  senselens predict "We sat by the river bank" --word bank --targets shore pizzeria
  senselens similar bank "Money at the bank" "The river bank" "Cash from the bank"
  senselens search "cash machine" essay.txt
  senselens next "The cat sat on the" -k 10
  senselens surprisal "The cat sat on the bicycle"
  senselens compare "Money at the bank" "The river bank" --models mini smollm2
  senselens answer "Where did they sit?" essay.txt --model roberta-squad2
"""
FEW_SENTENCES = 300  # up to here every sentence is compared with the one looked at
CAUSAL = "smollm2"
MOST_WORDS = 2000  # looked at when none is named: a screen, or a page, that someone may still read


class UsageError(SenselensError):
    """The command's words do not fit together."""


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

    look = _command(commands, "look", _look, "what a word means here: senses, masked words, its other uses, near sentences")
    look.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE", help="a text, a file, or - for standard input")
    _word_options(look)
    look.add_argument("-k", type=_count, default=5, help="how many guesses and senses to show (default 5)")
    look.add_argument("--html", type=Path, metavar="FILE", help="write a page that needs no server and no script instead")

    predict = _command(commands, "predict", _predict, "what a masked model puts at [MASK] or ___, or in the place of a word")
    predict.add_argument("text", metavar="TEXT_OR_FILE")
    _word_options(predict)
    predict.add_argument("-k", type=_count, default=5, help="how many guesses (default 5)")
    predict.add_argument("--targets", nargs="+", metavar="WORD", help="weigh these words instead, of any number of pieces")
    predict.add_argument("--jointly", action="store_true", help="fill all masks together")

    similar = _command(commands, "similar", _similar, "how alike the uses of a word in several texts are")
    similar.add_argument("word")
    similar.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")

    senses = _command(commands, "senses", _senses, "the senses of a word, ranked for this text")
    senses.add_argument("text", metavar="TEXT_OR_FILE")
    _word_options(senses, required=True)

    search = _command(commands, "search", _search, "the sentences of texts or files that are nearest in meaning to a query")
    search.add_argument("query")
    search.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")
    search.add_argument("-k", type=_count, default=5, help="how many (default 5)")

    following = _command(commands, "next", _next, "the words that come next in a text, or before it", model=False)
    following.add_argument("text", metavar="TEXT_OR_FILE")
    following.add_argument("-k", type=_count, default=5, help="how many (default 5)")
    following.add_argument("--model", help="a model that predicts words (default smollm2, with --previous elmo)")
    end = following.add_mutually_exclusive_group()
    end.add_argument("--previous", action="store_true", help="the words before the text instead")
    end.add_argument("--complete", action="store_true", help="the text ends in the middle of a word: how it goes on")

    surprisal = _command(commands, "surprisal", _surprisal, "how surprising each word of a text is, in bits", model=False)
    surprisal.add_argument("text", metavar="TEXT_OR_FILE")
    surprisal.add_argument("--model", default=CAUSAL, help=f"a causal language model (default {CAUSAL})")

    comparison = _command(commands, "compare", _compare, "models side by side, and the uses of one word under each", model=False)
    comparison.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")
    comparison.add_argument("--models", nargs="+", default=["mini"], metavar="MODEL", help="which (default mini)")
    comparison.add_argument("--word", help="the word whose uses are compared (default: the longest that most texts share)")
    comparison.add_argument("--html", action="store_true", help="print an HTML table")

    answer = _command(commands, "answer", _answer, "the stretches of a text that answer a question", model=False)
    answer.add_argument("question")
    answer.add_argument("text", metavar="TEXT_OR_FILE")
    answer.add_argument("--model", required=True, help="one that answers questions: roberta-squad2, a folder, or a Hub id")
    answer.add_argument("-k", type=_count, default=1, help="how many answers (default 1)")

    _command(commands, "models", _models, "the models there are", model=False)
    setup = commands.add_parser("setup", help="fetch what is not in the package: wordnet, smollm2")
    setup.add_argument("what", nargs="?", default="wordnet", choices=["wordnet", "smollm2"])
    setup.set_defaults(run=_setup)
    return parser


def _command(commands: Any, name: str, run: Any, about: str, model: bool = True) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    parser.add_argument("--json", action="store_true", help="print JSON")
    if model:
        parser.add_argument("--model", default="mini", help="a model of `senselens models`, a folder, or a Hub id (default mini)")
        parser.add_argument("--inventory", default="wordnet", help="wordnet, or a lexicon of the wn package such as oewn:2024")
    parser.set_defaults(run=run)
    return parser


def _word_options(parser: argparse.ArgumentParser, required: bool = False) -> None:
    parser.add_argument("--word", required=required, help="the word to look at")
    parser.add_argument("--occurrence", type=_index, default=0, help="which of its occurrences, counted from 0 as in Python")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _index(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def read_text(argument: str) -> str:
    """The text that an argument gives: standard input for ``-``, a file's content, or itself.

    Raises `UsageError` for a file that is absent or holds no UTF-8 text, and for an empty text.
    """
    looks_like_file = len(argument) < 4096 and "\n" not in argument and "\0" not in argument
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


def _span(text: str, word: str, occurrence: int) -> Span:
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


def _look(options: argparse.Namespace) -> None:
    from senselens.terminal import show_looks, show_similarities

    texts = [read_text(t) for t in options.texts]
    inspections = [_inspected(text, options) for text in texts]
    if options.html:
        _write_page(inspections, options.html)
    elif options.json:
        _print_json([i.to_dict() for i in inspections] if len(inspections) > 1 else inspections[0].to_dict())
    else:
        show_looks(inspections, options.k)
        if options.word and len(texts) > 1:
            show_similarities(*_pairs(texts, options))


def _inspected(text: str, options: argparse.Namespace) -> Inspection:
    """The word that the options name, or the first words there are."""
    from senselens.inspection import inspect
    from senselens.terminal import progress
    from senselens.text import sentences, words

    chosen = [_span(text, options.word, options.occurrence)] if options.word else words(text)
    if len(chosen) > MOST_WORDS:
        chosen = chosen[:MOST_WORDS]
        text = text[: chosen[-1].end]
        print(f"senselens: these are the first {MOST_WORDS} words; look at any other with --word", file=sys.stderr)
    count = len(sentences(text))
    if count > FEW_SENTENCES:
        print(f"senselens: near sentences are left out of a text with {count} sentences", file=sys.stderr)
    near = 3 if 1 < count <= FEW_SENTENCES else 0
    with progress("looking") as step:
        return inspect(text, [options.model], chosen, options.k, options.inventory, near, step)


def _write_page(inspections: Sequence[Inspection], target: Path) -> None:
    from senselens_widget import page

    try:
        target.write_text(page(inspections), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from None
    print(target)


def _predict(options: argparse.Namespace) -> None:
    from senselens.registry import load
    from senselens.terminal import show_guesses, show_joint

    text = read_text(options.text)
    if options.jointly and (options.word or options.targets):
        raise UsageError("--jointly fills the masks of the text; leave out --word and --targets")
    model = load(options.model)
    if options.jointly:
        joint = model.predict_jointly(text, options.k)
        _print_json([g.to_dict() for g in joint]) if options.json else show_joint(joint)
        return
    span = _span(text, options.word, options.occurrence) if options.word else None
    found = model.predict(text, span, options.k, options.targets)
    _print_json([[g.to_dict() for g in guesses] for guesses in found]) if options.json else show_guesses(found)


def _similar(options: argparse.Namespace) -> None:
    from senselens.terminal import show_similarities

    uses, pairs = _pairs([read_text(t) for t in options.texts], options)
    if options.json:
        _print_json([{"a": uses[i].encoding.text, "b": uses[j].encoding.text, **s.to_dict()} for i, j, s in pairs])
    else:
        show_similarities(uses, pairs)


def _pairs(texts: Sequence[str], options: argparse.Namespace) -> tuple[list[Use], list[tuple[int, int, Similarity]]]:
    """Every use of the word in the texts, each in its sentence, and every pair of them compared."""
    from senselens.measures import similarity
    from senselens.registry import load
    from senselens.text import sentences, words

    places: list[tuple[str, Span]] = []
    for text in texts:
        _span(text, options.word, 0)
        for sentence in sentences(text):
            own = sentence.of(text)
            places.extend((own, w) for w in words(own) if w.of(own).casefold() == options.word.casefold())
    if len(places) < 2:
        raise UsageError(f"{options.word!r} stands there once; give texts in which it stands twice or more")
    encodings = load(options.model).encode([own for own, _ in places])
    uses = [encoding.word(span) for encoding, (_, span) in zip(encodings, places, strict=True)]
    return uses, [(i, j, similarity(uses[i], uses[j])) for i in range(len(uses)) for j in range(i + 1, len(uses))]


def _senses(options: argparse.Namespace) -> None:
    from senselens.disambiguation import senses
    from senselens.registry import load
    from senselens.terminal import show_senses

    text = read_text(options.text)
    span = _span(text, options.word, options.occurrence)
    found = senses(load(options.model), text, span, options.inventory)
    _print_json([s.to_dict() for s in found]) if options.json else show_senses(span.of(text), found)


def _search(options: argparse.Namespace) -> None:
    from senselens.registry import load
    from senselens.semantic_search import search
    from senselens.terminal import show_hits
    from senselens.text import sentences

    texts = [read_text(t) for t in options.texts]
    found = search(load(options.model), options.query, [s.of(t) for t in texts for s in sentences(t)], options.k)
    _print_json([h.to_dict() for h in found]) if options.json else show_hits(found)


def _next(options: argparse.Namespace) -> None:
    from senselens.registry import load
    from senselens.terminal import show_guesses

    text = read_text(options.text)
    model = load(options.model or ("elmo" if options.previous else CAUSAL))
    if options.complete:
        found = model.next_words(text, options.k, complete=True)
    else:
        found = (model.previous_words if options.previous else model.next_words)(text, options.k)
    _print_json([g.to_dict() for g in found]) if options.json else show_guesses([found])


def _surprisal(options: argparse.Namespace) -> None:
    from senselens.registry import load
    from senselens.terminal import show_surprisal

    text = read_text(options.text)
    model = load(options.model)
    values = [(span, -value / math.log(2)) for span, value in model.word_log_probabilities(text)]
    if not values:
        raise UsageError("the text holds no word; give a sentence")
    total, perplexity = model.log_probability(text), model.perplexity(text)
    if options.json:
        rows = [{"word": s.of(text), "span": s.to_dict(), "bits": bits} for s, bits in values]
        _print_json({"words": rows, "log_probability": total, "perplexity": perplexity})
    else:
        show_surprisal(text, values, total, perplexity)


def _compare(options: argparse.Namespace) -> None:
    from senselens.comparison import compare

    found = compare(options.models, [read_text(t) for t in options.texts], options.word)
    _print_json(found.to_dict()) if options.json else print(found.to_html() if options.html else found.to_text())


def _answer(options: argparse.Namespace) -> None:
    from senselens.question_answering import answer
    from senselens.terminal import show_answers

    found = answer(options.model, options.question, read_text(options.text), options.k)
    _print_json([a.to_dict() for a in found]) if options.json else show_answers(found)


def _models(options: argparse.Namespace) -> None:
    from senselens.registry import models
    from senselens.terminal import show_models

    _print_json([m.to_dict() for m in models()]) if options.json else show_models(models())


def _setup(options: argparse.Namespace) -> None:
    from senselens.fetch_smollm2 import setup_smollm2
    from senselens.fetch_wordnet import setup_wordnet

    fetch = {"wordnet": setup_wordnet, "smollm2": setup_smollm2}[options.what]
    print(fetch(lambda line: print(line, file=sys.stderr)))


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    sys.exit(main())
