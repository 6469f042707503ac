"""A notebook as one HTML file whose views are alive with no kernel and no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from senselens import SenselensError
from senselens_widget.bundle import inline_script
from senselens_widget.embedding import LOADER, let_kernels_wait

WIDGET, STATE = "application/vnd.jupyter.widget-view+json", "widgets"
# What nbconvert's page would fetch from servers: formulas stay in their source, and other people's widgets stay out.
_PAGE = """{% extends 'index.html.j2' %}
{% block html_head_js_requirejs %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}"""
_SLIDES = (
    _PAGE
    + """{% block html_head_js_jquery %}{% endblock %}
{% block footer_js %}{% endblock %}"""
)
_REVEAL = re.compile(r"<link\b[^>]*/reveal\.js[^>]*>")  # what nbconvert would fetch, and our own script brings


def notebook_page(path: str | Path, *, execute: bool = False, slides: bool = False, theme: str = "light") -> str:
    """The HTML of the notebook at *path*, as nbconvert makes it; our views are alive in it and fetch nothing.

    *execute* runs its code first. *slides* makes a reveal.js presentation of it.
    Raises `SenselensError` where nbconvert is not installed, the file is no notebook, or a cell fails.
    """
    try:
        import nbformat
        from nbconvert import HTMLExporter, SlidesExporter
    except ImportError:
        raise SenselensError("notebooks need nbconvert: pip install 'senselens[export]'") from None
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:  # it raises them all
        raise SenselensError(f"{path} is no notebook: {type(error).__name__}; save it anew in Jupyter") from None
    if execute:
        _run(notebook, Path(path))
    keep_views(notebook)
    if slides:
        _leave_sections_to_slides(notebook)
    notebook.metadata.setdefault("title", Path(path).stem)
    exporter = SlidesExporter(raw_template=_SLIDES) if slides else HTMLExporter(raw_template=_PAGE)
    exporter.theme = theme
    html, _ = exporter.from_notebook_node(notebook)
    before, end, after = _REVEAL.sub("", html).rpartition("</body>")
    scripts = "".join(f"<script>{inline_script(name)}</script>" for name in (["slides", "page"] if slides else ["page"]))
    return f"{before}{scripts}{end}{after}"


def keep_views(notebook: Any) -> None:
    """Show our outputs by their HTML, without the script that each brings, and leave other widgets where others are."""
    others = False
    for data in _outputs(notebook):
        if "data-senselens=" in (html := data.get("text/html", "")):
            data.pop(WIDGET, None)
            data["text/html"] = LOADER.sub("", html)
        others = others or WIDGET in data
    if not others:
        notebook.metadata.pop(STATE, None)


def _leave_sections_to_slides(notebook: Any) -> None:
    """reveal.js takes every section for a slide, those of a view that is not drawn yet too."""
    for data in _outputs(notebook):
        if "data-senselens=" in (html := data.get("text/html", "")):
            data["text/html"] = re.sub(r"<(/?)section\b", r"<\1div", html)


def _outputs(notebook: Any) -> Iterator[Any]:
    """What the cells show, by its MIME type."""
    return (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))


def _run(notebook: Any, path: Path) -> None:
    from nbclient.exceptions import CellExecutionError
    from nbconvert.preprocessors import ExecutePreprocessor

    let_kernels_wait()
    try:
        ExecutePreprocessor(timeout=None).preprocess(notebook, {"metadata": {"path": str(path.absolute().parent)}})
    except CellExecutionError as error:
        raise SenselensError(f"a cell of {path} fails with {error.ename}: {error.evalue}") from None
