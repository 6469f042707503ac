"""Commands about whole texts: search, matrix, next, surprisal, compare, answer."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import Any

from senselens.cli.arguments import UsageError, command, count, print_json, read_prose, read_text

CAUSAL = "smollm2"


def add(commands: Any) -> None:
    search = command(commands, "search", _search, "the sentences of texts or files that are nearest in meaning to a query")
    search.add_argument("query")
    search.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")
    search.add_argument("-k", type=count, default=5, help="how many (default 5)")

    matrix = command(commands, "matrix", _matrix, "how alike the sentences of texts or files are, every pair of them")
    matrix.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")
    matrix.add_argument("--html", action="store_true", help="print an HTML table")

    following = command(commands, "next", _next, "the words that come next in a text, or before it", model=False)
    following.add_argument("text", metavar="TEXT_OR_FILE")
    following.add_argument("-k", type=count, default=5, help="how many (default 5)")
    following.add_argument("--model", help="a model that predicts words (default smollm2, with --previous elmo)")
    end = following.add_mutually_exclusive_group()
    end.add_argument("--previous", action="store_true", help="the words before the text instead")
    end.add_argument("--complete", action="store_true", help="the text ends in the middle of a word: how it goes on")

    surprisal = command(commands, "surprisal", _surprisal, "how surprising each word of a text is, in bits", model=False)
    surprisal.add_argument("text", metavar="TEXT_OR_FILE")
    surprisal.add_argument("--model", default=CAUSAL, help=f"a causal language model (default {CAUSAL})")

    comparison = command(commands, "compare", _compare, "models side by side, and the uses of one word under each", model=False)
    comparison.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")
    comparison.add_argument("--models", nargs="+", default=["mini"], metavar="MODEL", help="which (default mini)")
    comparison.add_argument("--word", help="the word whose uses are compared (default: the longest that most texts share)")
    comparison.add_argument("--html", action="store_true", help="print an HTML table")

    answer = command(commands, "answer", _answer, "the stretches of a text that answer a question", model=False)
    answer.add_argument("question")
    answer.add_argument("text", metavar="TEXT_OR_FILE")
    answer.add_argument("--model", required=True, help="one that answers questions: roberta-squad2, a folder, or a Hub id")
    answer.add_argument("-k", type=count, default=1, help="how many answers (default 1)")


def _search(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_hits
    from senselens.registry import load
    from senselens.semantic_search import search

    found = search(load(options.model), options.query, _sentences(options.texts), options.k)
    print_json([h.to_dict() for h in found]) if options.json else show_hits(found)


def _matrix(options: argparse.Namespace) -> None:
    from senselens.pairwise import similarity_matrix
    from senselens.registry import load

    found = similarity_matrix(load(options.model), _sentences(options.texts))
    print_json(found.to_dict()) if options.json else print(found.to_html() if options.html else found.to_text())


def _sentences(arguments: Sequence[str]) -> list[str]:
    from senselens.text import sentences

    texts = [read_prose(argument) for argument in arguments]
    return [sentence.of(text) for text in texts for sentence in sentences(text)]


def _next(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_guesses
    from senselens.registry import load

    text = read_text(options.text)
    model = load(options.model or ("elmo" if options.previous else CAUSAL))
    if options.complete:
        found = model.next_words(text, options.k, complete=True)
    else:
        found = (model.previous_words if options.previous else model.next_words)(text, options.k)
    print_json([g.to_dict() for g in found]) if options.json else show_guesses([found])


def _surprisal(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_surprisal
    from senselens.registry import load

    text = read_text(options.text)
    model = load(options.model)
    values = [(span, -value / math.log(2)) for span, value in model.word_log_probabilities(text)]
    if not values:
        raise UsageError("the text holds no word; give a sentence")
    total, perplexity = model.log_probability(text), model.perplexity(text)
    if options.json:
        rows = [{"word": s.of(text), "span": s.to_dict(), "bits": bits} for s, bits in values]
        print_json({"words": rows, "log_probability": total, "perplexity": perplexity})
    else:
        show_surprisal(text, values, total, perplexity)


def _compare(options: argparse.Namespace) -> None:
    from senselens.comparison import compare

    found = compare(options.models, [read_prose(t) for t in options.texts], options.word)
    print_json(found.to_dict()) if options.json else print(found.to_html() if options.html else found.to_text())


def _answer(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_answers
    from senselens.question_answering import answer

    found = answer(options.model, options.question, read_prose(options.text), options.k)
    print_json([a.to_dict() for a in found]) if options.json else show_answers(found)
