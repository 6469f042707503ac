"""The kinds of documents, as editors call them (LSP language ids), and which reader each has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from pathlib import PurePath

from senselens.documents.prose import Passage

Reader = Callable[[str], Iterable[Passage]]

_READERS = {
    "git-commit": "git_commit",
    "html": "html_text",
    "latex": "latex",
    "markdown": "markdown",
    "notebook": "notebook",
    "plaintext": "plain_text",
    "restructuredtext": "restructuredtext",
}
_ALIASES = {
    kind: name
    for name, kinds in {
        # Formats without a reader of their own are read as plain text, markup and all.
        "plaintext": "text txt asciidoc help mail mediawiki norg org textile typst",
        "markdown": "gfm ghmarkdown md mdx myst pandoc quarto rmarkdown rmd",
        "latex": "context doctex plaintex tex",
        "restructuredtext": "rest rst",
        "html": "htm xhtml astro django-html erb eruby handlebars html-eex jinja jinja-html svelte vue",
        "git-commit": "gitcommit jjdescription",
        "notebook": "ipynb jupyter",
        # what editors call otherwise than Pygments does
        "bash": "shellscript",
        "javascript": "javascriptreact jsx",
        "objective-c": "objectivec",
        "typescript": "tsx typescriptreact",
        "yaml": "dockercompose github-actions-workflow",
        "json": "jsonc jsonl",
        # what has no prose, though Pygments reads it
        "": "bibtex csv diff git-rebase gitrebase log output tsv",
    }.items()
    for kind in kinds.split()
}
_NAMES = {
    "COMMIT_EDITMSG": "git-commit",
    "MERGE_MSG": "git-commit",
    "SQUASH_MSG": "git-commit",
    "TAG_EDITMSG": "git-commit",
}
_SUFFIXES = {
    suffix: kind
    for kind, suffixes in {
        "plaintext": ".txt .text .adoc .asciidoc .org .textile .typ .csv .tsv .log",
        "markdown": ".md .markdown .mdown .mkd .mdx .qmd .rmd",
        "latex": ".tex .ltx",
        "restructuredtext": ".rst .rest",
        "html": ".html .htm .xhtml .astro .svelte .vue",
        "notebook": ".ipynb",
    }.items()
    for suffix in suffixes.split()
}


def document_kind(path: str | os.PathLike[str]) -> str:
    """The kind of the document at *path*, by its name alone; ``plaintext`` for a name that says nothing."""
    name = PurePath(path)
    found = _NAMES.get(name.name) or _SUFFIXES.get(name.suffix.lower())
    return found or _language(name.name) or "plaintext"


def kind_of(language: str) -> str:
    """The kind of document that an editor calls *language*: ``markdown``, ``latex`` …, ``code`` for a programming language.

    "" is what has no prose. Whether there is a programming language of that name is not asked.
    """
    name = _ALIASES.get(language.lower(), language.lower())
    return name if name in _READERS or not name else "code"


@lru_cache(256)
def reader(kind: str) -> Reader | None:
    """The reader of documents of this kind; None for a kind that has no prose or is not known."""
    name = kind.lower()
    name = _ALIASES.get(name, name)
    if name in _READERS:
        read: Reader = import_module(f"senselens.documents.{_READERS[name]}").read
        return read
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    from senselens.documents import source_code

    try:
        return source_code.reader(find_lexer_class_by_name(name))
    except ClassNotFound:
        return None


def _language(name: str) -> str:
    """The language of the source file called *name*, as Pygments calls it; "" for any other file."""
    from pygments.lexers import get_all_lexers

    for _, aliases, patterns, _ in get_all_lexers(plugins=False):
        if aliases and any(fnmatchcase(name, pattern) for pattern in patterns):
            return str(aliases[0])
    return ""
