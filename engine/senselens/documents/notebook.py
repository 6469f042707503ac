"""Jupyter notebooks as the JSON they are kept in: Markdown cells, and the comments of code cells.

The format is that of nbformat 4 (https://nbformat.readthedocs.io). json does not say where a string stands, so the few keys that
matter are found here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import regex

from senselens.documents.kinds import reader
from senselens.documents.prose import Passage, Piece, through, whole

_TOKEN = regex.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]')
_ESCAPE = regex.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
