"""Commands about an index of a corpus: index build, query, senses, search, info."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senselens.cli.arguments import UsageError, command, count, print_json

if TYPE_CHECKING:
    from senselens.index.values import BuildReport, CorpusSentence, CorpusUse, IndexInfo, SenseGroup

PROBLEMS_SHOWN = 20


def add(commands: Any) -> None:
    parser = commands.add_parser("index", help="the uses of every word of a corpus: build, query, senses, search, info")
    group = parser.add_subparsers(required=True, metavar="COMMAND")

    build = command(group, "build", _build, "index documents, or bring an index up to date with them", model=False)
    build.add_argument("index", metavar="INDEX", help="the index's folder, or its address in an object store")
    build.add_argument(
        "sources", nargs="+", type=Path, metavar="PATH", help="text, Markdown, notebooks, JSONL, CSV, Parquet, folders"
    )
    build.add_argument(
        "--model", default="mini", help="a model of `senselens models`, a folder, or a Hub id; mini-int8 is twice as fast"
    )
    build.add_argument("--inventory", default="wordnet", help="wordnet, or a lexicon of the wn package such as oewn:2024")
    build.add_argument(
        "--text", default="text", metavar="COLUMN", help="the column of a table that holds the texts (default text)"
    )
    build.add_argument("--id", metavar="COLUMN", help="the column that names them (default: the row's number)")
    build.add_argument("--kind", default="plaintext", help="what a table's texts are: plaintext, markdown, html, …")
    build.add_argument("--encoding", default="utf-8-sig", help="of text files and CSV (default UTF-8)")
    build.add_argument("--words", default="content", choices=["content", "all"], help="which words are stored (default content)")
    build.add_argument("--vectors", default="int8", choices=["int8", "float16"], help="how they are stored (default int8)")
    build.add_argument("--prune", action="store_true", help="remove from the index what is not under the paths")
    build.add_argument("--engine", default="local", choices=["local", "ray"], help="ray: on all nodes of a Ray cluster")
    build.add_argument("--address", help="of the Ray cluster; auto finds the one this machine belongs to")

    query = _query_command(group, "query", _query, "the uses of a word, those most alike to a use first")
    query.add_argument("word")
    query.add_argument("--like", metavar="TEXT", help="a text with the use to compare with")
    query.add_argument("-k", type=count, default=20, help="how many (default 20)")

    senses = _query_command(group, "senses", _senses, "the senses a word is used in, with how often, typical words and examples")
    senses.add_argument("word")
    senses.add_argument("-k", type=count, default=3, help="how many examples of each (default 3)")

    search = _query_command(group, "search", _search, "the sentences nearest in meaning to a query")
    search.add_argument("query")
    search.add_argument("-k", type=count, default=10, help="how many (default 10)")

    info = command(group, "info", _info, "what an index holds", model=False)
    info.add_argument("index", metavar="INDEX")


def _query_command(group: Any, name: str, run: Any, about: str) -> argparse.ArgumentParser:
    parser = command(group, name, run, about, model=False)
    parser.add_argument("index", metavar="INDEX")
    parser.add_argument(
        *("--where", "-w"),
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="only uses with pos=n, document=letters/*, or a column of the table: year=1812, year=1800..1850; may be repeated",
    )
    return parser


def where(conditions: list[str]) -> dict[str, Any]:
    """``NAME=VALUE`` and ``NAME=FIRST..LAST`` as `Index.uses` takes them; values of one name are alternatives."""
    wanted: dict[str, list[Any]] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals or not name:
            raise UsageError(f"--where takes NAME=VALUE, not {condition!r}")
        values = wanted.setdefault(name, [])
        if bounds := re.fullmatch(r"(-?\d+)\.\.(-?\d+)", value):
            values += range(int(bounds[1]), int(bounds[2]) + 1)
        else:
            values += [value, int(value)] if re.fullmatch(r"-?\d+", value) else [value]
    if len(wanted.get("document", [])) > 1:
        raise UsageError("--where document=… is one pattern: name a common one, with * for what differs")
    return {name: values[0] if name == "document" else values for name, values in wanted.items()}


def _build(options: argparse.Namespace) -> None:
    from senselens.cli.terminal import progress
    from senselens.index.index import Index

    with progress("indexing") as step:
        built = Index.build(
            options.sources,
            options.model,
            options.index,
            text=options.text,
            id=options.id,
            kind=options.kind,
            encoding=options.encoding,
            words=options.words,
            vectors=options.vectors,
            inventory=options.inventory,
            prune=options.prune,
            step=step,
            engine=options.engine,
            address=options.address,
        )
    assert built.report
    print_json(built.report.to_dict()) if options.json else _show_report(built.report)


def _query(options: argparse.Namespace) -> None:
    found = _open(options).uses(options.word, options.like, options.k, where(options.where))
    print_json([u.to_dict() for u in found]) if options.json else _show_uses(found, options.word)


def _senses(options: argparse.Namespace) -> None:
    found = _open(options).senses(options.word, options.k, where(options.where))
    print_json([g.to_dict() for g in found]) if options.json else _show_groups(found, options.word)


def _search(options: argparse.Namespace) -> None:
    found = _open(options).search(options.query, options.k, where(options.where))
    print_json([s.to_dict() for s in found]) if options.json else _show_sentences(found)


def _info(options: argparse.Namespace) -> None:
    info = _open(options).info()
    print_json(info.to_dict()) if options.json else _show_info(info)


def _open(options: argparse.Namespace) -> Any:
    from senselens.index.index import Index

    return Index.open(options.index)


def _show_report(report: BuildReport) -> None:
    parts = {"new": report.added, "changed": report.changed, "unchanged": report.unchanged, "removed": report.removed}
    print("parts: " + ", ".join(f"{n:,} {what}" for what, n in parts.items() if n or what == "new"))
    print(f"{report.sentences:,} sentences and {report.uses:,} uses of words were added in {report.seconds:,.0f} s")
    for problem in report.problems[:PROBLEMS_SHOWN]:
        print(f"senselens: {problem.source!r} is not indexed, or not to its end: {problem.reason}", file=sys.stderr)
    if len(report.problems) > PROBLEMS_SHOWN:
        print(f"senselens: and {len(report.problems) - PROBLEMS_SHOWN:,} more; --json lists all", file=sys.stderr)


def _show_uses(found: list[CorpusUse], word: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from senselens.cli.terminal import console, excerpt, marked, percent

    out = console()
    if not found:
        out.print(Text(f"the index holds no such use of {word}", style="dim"))
        return
    table = Table.grid(padding=(0, 1))
    for use in found:
        s = use.similarity
        share = Text(f"{percent(s.same_sense)} same sense" if s else "", style="green" if s and s.same_sense >= 0.5 else "yellow")
        figures = f"cosine {s.cosine:.2f}, random words {s.baseline:.2f}  " if s else ""
        table.add_row(share, marked(use.sentence, use.span))
        table.add_row(Text(""), Text(excerpt(f"{figures}{use.document}:{use.place.start}", 100), style="dim"))
    out.print(table)


def _show_groups(found: list[SenseGroup], word: str) -> None:
    from rich.text import Text

    from senselens.cli.terminal import PARTS, console, excerpt, marked, percent

    out = console()
    if not found:
        out.print(Text(f"the index holds no use of {word}", style="dim"))
    for group in found:
        gloss = group.gloss or "not in the inventory"
        sure = f"  {PARTS[group.pos]}, {percent(group.probability)} sure" if group.pos else ""
        out.print(Text.assemble((f"{group.count:,} ({percent(group.share)})  ", "cyan"), (gloss, "bold"), (sure, "dim")))
        if group.neighbours:
            out.print(Text(excerpt(f"    with {', '.join(group.neighbours)}", 200), style="dim"))
        for use in group.examples:
            out.print(Text("    ") + marked(use.sentence, use.span))


def _show_sentences(found: list[CorpusSentence]) -> None:
    from rich.table import Table
    from rich.text import Text

    from senselens.cli.terminal import console, excerpt

    table = Table.grid(padding=(0, 1))
    for s in found:
        table.add_row(Text(f"{s.cosine:.2f}", style="dim"), Text(excerpt(s.sentence, 400)))
        table.add_row(Text(""), Text(excerpt(f"{s.document}:{s.place.start}", 100), style="dim"))
    if found:
        out = console()
        out.print(table)
        out.print(Text(f"cosines; all sentences have {found[0].baseline:.2f} on average", style="dim"))


def _show_info(info: IndexInfo) -> None:
    shown = info.to_dict()
    shown["bytes"] = f"{info.bytes / 1e6:,.1f} MB" if info.bytes else "in an object store"
    for name, value in shown.items():
        print(f"{'size' if name == 'bytes' else name:10} {f'{value:,}' if isinstance(value, int) else value}")
