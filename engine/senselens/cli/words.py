"""Commands about a word of a text: look, predict, substitutes, similar, senses."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens.cli.arguments import UsageError, command, count, find_span, print_json, read_prose, read_text, word_options

if TYPE_CHECKING:
    from senselens.encoding import Use
    from senselens.inspection import Inspection
    from senselens.likeness import Similarity
    from senselens.text import Span

FEW_SENTENCES = 300  # up to here every sentence is compared with the one looked at
MOST_WORDS = 2000  # looked at when none is named: a screen, or a page, that someone may still read


def add(commands: Any) -> None:
    look = command(commands, "look", _look, "what a word means here: senses, masked words, its other uses, near sentences")
    look.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE", help="a text, a file, or - for standard input")
    word_options(look)
    look.add_argument("-k", type=count, default=5, help="how many guesses and senses to show (default 5)")
    look.add_argument("--html", type=Path, metavar="FILE", help="write a page that needs no server and no script instead")

    predict = command(commands, "predict", _predict, "what a masked model puts at [MASK] or ___, or in the place of a word")
    predict.add_argument("text", metavar="TEXT_OR_FILE")
    word_options(predict)
    predict.add_argument("-k", type=count, default=5, help="how many guesses (default 5)")
    predict.add_argument("--targets", nargs="+", metavar="WORD", help="weigh these words instead, of any number of pieces")
    predict.add_argument("--jointly", action="store_true", help="fill all masks together")

    substitutes = command(commands, "substitutes", _substitutes, "words that could stand in the place of a word, likeliest first")
    substitutes.add_argument("text", metavar="TEXT_OR_FILE")
    word_options(substitutes, required=True)
    substitutes.add_argument("-k", type=count, default=8, help="how many (default 8)")

    similar = command(commands, "similar", _similar, "how alike the uses of a word in several texts are")
    similar.add_argument("word")
    similar.add_argument("texts", nargs="+", metavar="TEXT_OR_FILE")

    senses = command(commands, "senses", _senses, "the senses of a word, ranked for this text; or all their vectors, ahead")
    senses.add_argument("text", metavar="TEXT_OR_FILE|build", help="build, without --word, makes the vectors of all senses")
    word_options(senses)
    senses.add_argument("--corpus", type=Path, help="for build: uses tagged with senses, as semcor.data.xml or JSON lines")


def _look(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_looks, show_similarities

    texts = [read_prose(t) for t in options.texts]
    inspections = [_inspected(text, options) for text in texts]
    if options.html:
        _write_page(inspections, options.html)
    elif options.json:
        print_json([i.to_dict() for i in inspections] if len(inspections) > 1 else inspections[0].to_dict())
    else:
        show_looks(inspections, options.k)
        if options.word and len(texts) > 1:
            show_similarities(*_pairs(texts, options))


def _inspected(text: str, options: argparse.Namespace) -> Inspection:
    """The word that the options name, or the first words there are."""
    from senselens.cli.terminal import progress
    from senselens.inspection import inspect
    from senselens.text import sentences, words

    chosen = [find_span(text, options.word, options.occurrence)] if options.word else words(text)
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
    from senselens.cli.terminal import show_guesses, show_texts
    from senselens.registry import load

    text = read_text(options.text)
    if options.jointly and (options.word or options.targets):
        raise UsageError("--jointly fills the masks of the text; leave out --word and --targets")
    model = load(options.model)
    if options.jointly:
        joint = model.predict_jointly(text, options.k)
        print_json([g.to_dict() for g in joint]) if options.json else show_texts(joint)
        return
    span = find_span(text, options.word, options.occurrence) if options.word else None
    found = model.predict(text, span, options.k, options.targets)
    print_json([[g.to_dict() for g in guesses] for guesses in found]) if options.json else show_guesses(found)


def _substitutes(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_texts
    from senselens.lexical_substitution import substitutes
    from senselens.registry import load

    text = read_prose(options.text)
    span = find_span(text, options.word, options.occurrence)
    found = substitutes(load(options.model), text, span, options.k, options.inventory)
    print_json([s.to_dict() for s in found]) if options.json else show_texts(found)


def _similar(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import show_similarities

    uses, pairs = _pairs([read_prose(t) for t in options.texts], options)
    if options.json:
        print_json([{"a": uses[i].encoding.text, "b": uses[j].encoding.text, **s.to_dict()} for i, j, s in pairs])
    else:
        show_similarities(uses, pairs)


def _pairs(texts: Sequence[str], options: argparse.Namespace) -> tuple[list[Use], list[tuple[int, int, Similarity]]]:
    """Every use of the word in the texts, each in its sentence, and every pair of them compared."""
    from senselens.likeness import similarity
    from senselens.registry import load
    from senselens.text import sentences, words

    places: list[tuple[str, Span]] = []
    for text in texts:
        find_span(text, options.word, 0)
        for sentence in sentences(text):
            own = sentence.of(text)
            places.extend((own, w) for w in words(own) if w.of(own).casefold() == options.word.casefold())
    if len(places) < 2:
        raise UsageError(f"{options.word!r} stands there once; give texts in which it stands twice or more")
    encodings = load(options.model).encode([own for own, _ in places])
    uses = [encoding.word(span) for encoding, (_, span) in zip(encodings, places, strict=True)]
    return uses, [(i, j, similarity(uses[i], uses[j])) for i in range(len(uses)) for j in range(i + 1, len(uses))]


def _senses(options: argparse.Namespace) -> None:
    if options.text == "build" and not options.word:
        _build_senses(options)
        return
    if not options.word:
        raise UsageError("name the word with --word; `senselens senses build` makes the vectors of all senses")
    from senselens.cli.terminal import show_senses
    from senselens.disambiguation import senses
    from senselens.registry import load

    text = read_prose(options.text)
    span = find_span(text, options.word, options.occurrence)
    found = senses(load(options.model), text, span, options.inventory)
    print_json([s.to_dict() for s in found]) if options.json else show_senses(span.of(text), found)


def _build_senses(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import progress
    from senselens.registry import load
    from senselens.sense_building import build_senses

    with progress("senses") as step:
        count = build_senses(load(options.model), options.corpus, options.inventory, step)
    print_json({"senses": count}) if options.json else print(f"the vectors of {count} senses under {options.model} are on disk")
