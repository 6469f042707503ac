"""The obvious server: a synchronous pygls handler that asks transformers' pipelines, on the same weights.

    python bench/lsp/obvious_server.py FOLDER      # the embedded model as a folder, see senselens.export

It does less than senselens-lsp: the word's senses by the likeness of their glosses, and masked words, but no other uses,
no calibration and no parts of a document that are no prose.
"""

from __future__ import annotations

import re
import sys

import numpy as np
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from transformers import pipeline

import senselens as sl

folder = sys.argv[1]
server = LanguageServer("obvious", "1")
fill = pipeline("fill-mask", model=folder, tokenizer=folder)
features = pipeline("feature-extraction", model=folder, tokenizer=folder)
SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


def vector(text: str, start: int, end: int) -> np.ndarray:
    """The mean of the last layer's vectors of the characters from *start* to *end*."""
    offsets = features.tokenizer(text, return_offsets_mapping=True, truncation=True)["offset_mapping"]
    inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
    mean = np.array(features(text, truncation=True))[0, inside].mean(0)
    return mean / np.linalg.norm(mean)


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(params: types.HoverParams) -> types.Hover | None:
    document = server.workspace.get_text_document(params.text_document.uri)
    offset = document.offset_at_position(params.position)
    word = document.word_at_position(params.position)
    sentence = next((m for m in SENTENCE.finditer(document.source) if m.start() <= offset <= m.end()), None)
    if not word or sentence is None:
        return None
    start = sentence[0].index(word)
    here = vector(sentence[0], start, start + len(word))
    senses = sl.open_inventory().senses(word)
    scored = sorted(((float(here @ vector(f"{word}: {s.gloss}", 0, len(word))), s.gloss) for s in senses), reverse=True)
    masked = sentence[0][:start] + fill.tokenizer.mask_token + sentence[0][start + len(word) :]
    guesses = [guess["token_str"] for guess in fill(masked, top_k=5)]
    lines = [f"**{word}**", *(f"- {score:.2f} {gloss}" for score, gloss in scored[:3]), ", ".join(guesses)]
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n".join(lines)))


server.start_io()
