"""Inspectors in pages that Sphinx builds, with no kernel and no network: ``extensions = ["senselens_widget.sphinx"]``.

    .. senselens::
       :models: glove, mini
       :words: bank

       I deposited money at the bank.

       We sat by the river bank.

In MyST the same stands between ``:::{senselens}`` and ``:::``. Blank lines part paragraphs. ``:words:`` (all, unless told) are
the words that have a card, ``:theme:`` is auto, light or dark, ``:models:`` are names as for `senselens.load`; a page set has
its default in ``senselens_models``. Where there is no HTML (LaTeX, text, EPUB) the text stands with what its words mean below.

Outputs of MyST-NB that hold a view of ours are shown without the widget libraries that MyST-NB would fetch from the network.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from senselens import Inspection, SenselensError, Span, WordNotFound, inspect, words
from senselens_widget.bundle import script
from senselens_widget.card import percent
from senselens_widget.embedding import LOADER, let_kernels_wait, view
from senselens_widget.export import FALLBACK
from senselens_widget.markup import Html, tag
from senselens_widget.static_page import lens_of

SCRIPT = "senselens.js"
_WIDGET, _HTML = "application/vnd.jupyter.widget-view+json", "text/html"
log = logging.getLogger(__name__)


class Lens(nodes.General, nodes.Element):
    """An inspector in a document: its ``html``, and its ``meanings`` as pairs of a word and what it means."""


def names(argument: str) -> tuple[str, ...]:
    """What stands between commas or spaces."""
    return tuple(re.split(r"[,\s]+", directives.unchanged_required(argument).strip(", \n")))


class LensDirective(SphinxDirective):
    """``.. senselens::``"""

    has_content = True
    option_spec: ClassVar = {
        "models": names,
        "words": names,
        "theme": lambda argument: directives.choice(argument, ("auto", "light", "dark")),
    }

    def run(self) -> list[nodes.Node]:
        """The text as an inspector; where it cannot be inspected, the text, and a warning."""
        self.assert_has_content()
        text = "\n".join(self.content)
        models = self.options.get("models", tuple(self.config.senselens_models))
        try:
            made = self._cached(text, models, self.options.get("words"))
        except SenselensError as error:
            log.warning("senselens: %s", error, location=self.get_location(), type="senselens")
            return [nodes.paragraph(text, part) for part in _paragraphs(text)]
        traits = made["traits"] | {"theme": self.options.get("theme", "auto")}
        own = f"{made['prefix']}-{self.env.new_serialno('senselens')}"
        html = tag("div", view(traits, Html(made["without"].replace(made["prefix"], own))), class_="senselens")
        lens = Lens(text, html=str(html), meanings=made["meanings"])
        self.set_source_info(lens)
        return [lens]

    def _cached(self, text: str, models: Sequence[str], wanted: Sequence[str] | None) -> dict[str, Any]:
        """What is inspected stays in a file, so that a page whose text did not change costs nothing when it is built again."""
        key = sha256(json.dumps([version("senselens"), text, models, wanted]).encode()).hexdigest()
        file = Path(self.env.doctreedir, "senselens", f"{key}.json")
        if file.is_file():
            return cast("dict[str, Any]", json.loads(file.read_text(encoding="utf-8")))
        made = _made(inspect(text, models, _spans(text, wanted)), f"word-{key[:8]}")
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(f".{os.getpid()}")  # another process may build a page with the same text
        whole.write_text(json.dumps(made), encoding="utf-8")
        whole.replace(file)
        return made


def _made(found: Inspection, prefix: str) -> dict[str, Any]:
    meanings = []
    for word in sorted(found.words, key=lambda word: word.span):
        tops = [reading.senses[0] for reading in word.readings.values() if reading.senses]
        meanings += [[word.word, f"{top.gloss} ({percent(top.probability)})"] for top in tops[-1:]]  # the last model's come first
    return {
        "traits": {"_view": "inspector", "live": False, "inspection": found.to_dict()},
        "prefix": prefix,
        "without": "".join(lens_of([found], prefix, FALLBACK)),
        "meanings": meanings,
    }


def _spans(text: str, wanted: Sequence[str] | None) -> list[Span] | None:
    if wanted is None:
        return None
    forms = {form.casefold() for form in wanted}
    spans = [span for span in words(text) if span.of(text).casefold() in forms]
    if absent := forms - {span.of(text).casefold() for span in spans}:
        raise WordNotFound(f"not in the text: {', '.join(sorted(absent))}; :words: has words of it as they stand there")
    return spans


def _paragraphs(text: str) -> list[str]:
    return re.split(r"\n\s*\n", text)


def make_readable(app: Sphinx, document: nodes.document, page: str) -> None:
    """Without HTML, and in a book that runs no script, an inspector is its text and a list of what the words mean."""
    if _runs_scripts(app):
        return
    for lens in list(document.findall(Lens)):
        quoted = nodes.block_quote("", *(nodes.paragraph("", part) for part in _paragraphs(lens.rawsource)))
        items = (
            nodes.list_item("", nodes.paragraph("", "", nodes.strong("", word), nodes.Text(f": {meaning}")))
            for word, meaning in lens["meanings"]
        )
        listed = nodes.bullet_list("", *items)
        lens.replace_self([quoted, listed] if listed.children else [quoted])


def without_widgets(app: Sphinx, document: nodes.document) -> None:
    """Let MyST-NB show our outputs as what they are without a kernel; its widget libraries only where others need them."""
    ours, others = [], 0
    for bundle in document.findall(lambda node: isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"):
        kinds = {part["mime_type"]: part for part in bundle.children if isinstance(part, nodes.container)}
        raws = list(kinds[_HTML].findall(nodes.raw)) if _HTML in kinds else []
        if _WIDGET in kinds and any("data-senselens=" in raw.astext() for raw in raws):
            ours.append((kinds[_WIDGET], raws))
        else:
            others += _WIDGET in kinds
    for widget, raws in ours:
        widget.parent.remove(widget)
        for raw in raws:
            raw.children = [nodes.Text(LOADER.sub("", raw.astext()))]
    if ours and not others:
        files = app.env.nb_metadata[app.env.docname].get("js_files", {})  # type: ignore[attr-defined]
        for name in [name for name in files if name.startswith("ipywidgets")]:
            del files[name]


def add_script(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """The views' script, once, on a page that has views."""
    if document is not None and (next(document.findall(Lens), None) or _has_views(document.findall(nodes.raw))):
        app.add_js_file(SCRIPT, loading_method="defer")


def _has_views(raws: Iterable[nodes.raw]) -> bool:
    return any("data-senselens=" in raw.astext() for raw in raws)


def _runs_scripts(app: Sphinx) -> bool:
    return app.builder.format == "html" and app.builder.name != "epub"


def copy_script(app: Sphinx) -> None:
    """The views' script to where a builder's pages find it."""
    if not _runs_scripts(app):
        return
    try:
        code = script("page")
    except SenselensError as error:
        log.warning("senselens: %s", error, type="senselens")
        return
    folder = Path(app.outdir, "_static")
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath(SCRIPT).write_text(code, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    let_kernels_wait()
    app.add_config_value("senselens_models", ("mini",), "env", (list, tuple))
    app.add_node(Lens, html=(lambda self, node: self.body.append(node["html"]), lambda self, node: None))
    app.add_directive("senselens", LensDirective)
    app.connect("builder-inited", copy_script)
    app.connect("doctree-read", without_widgets)
    app.connect("doctree-resolved", make_readable)
    app.connect("html-page-context", add_script)
    return {"version": version("senselens"), "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
