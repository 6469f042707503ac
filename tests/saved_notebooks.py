"""Notebooks as they are saved after they were run, made by hand."""

from __future__ import annotations

import json
from typing import Any

from made import banks

from senselens_widget.embedding import output
from senselens_widget.markup import tag
from senselens_widget.static_page import lens_of

WIDGET, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"


def shown(widget: str, html: str) -> dict[str, Any]:
    """The output of a cell that ends in a widget."""
    data = {WIDGET: {"model_id": widget}, "text/html": html, "text/plain": "a widget"}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def output_of_banks() -> str:
    traits = {"_view": "inspector", "live": False, "inspection": banks().to_dict()}
    return output(traits, tag("div", *lens_of([banks()], "word"), class_="senselens"))


def notebook(*outputs: dict[str, Any], **metadata: Any) -> str:
    """A title, and a cell for each of *outputs*; with the state of widgets, as nbconvert and VS Code save it."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "source": "view", "metadata": {}, "execution_count": 1, "outputs": [output]}
        for n, output in enumerate(outputs)
    ]
    title = {"cell_type": "markdown", "id": "t", "source": "# Notebook\n\n## senselens", "metadata": {}}
    metadata |= {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "widgets": {STATE: {"state": {"ours": {}}, "version_major": 2, "version_minor": 0}},
    }
    return json.dumps({"cells": [title, *cells], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
