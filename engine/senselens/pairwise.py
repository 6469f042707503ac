"""Every pair of some sentences compared: the table that lectures show of the Universal Sentence Encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselens.measures import cosines
from senselens.model import Model
from senselens.text import listed, printable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SimilarityMatrix:
    """Sentences, the cosine of each pair of their vectors (n, n), and what two random sentences show in this model.

    At or below *baseline* two sentences share nothing, however large a number it is.
    """

    model: str
    sentences: tuple[str, ...]
    cosines: tuple[tuple[float, ...], ...]
    baseline: float

    def order(self) -> tuple[int, ...]:
        """The sentences' numbers in an order in which those that are alike stand together.

        It is that of the leaves of a tree by average linkage (Sokal & Michener 1958), of which each branching is turned so
        that the ends that meet are the nearest.
        """
        table = np.asarray(self.cosines)
        groups = [[i] for i in range(len(table))]
        alike = np.where(np.eye(len(table), dtype=bool), -np.inf, table)  # (groups, groups), the mean cosine between two
        while len(groups) > 1:
            a, b = sorted(divmod(int(alike.argmax()), len(groups)))
            sizes = np.array([len(groups[a]), len(groups[b])])
            alike[a] = alike[:, a] = sizes @ alike[[a, b]] / sizes.sum()
            alike[a, a] = -np.inf
            alike = np.delete(np.delete(alike, b, 0), b, 1)
            groups[a] = _joined(groups[a], groups.pop(b), table)
        return tuple(groups[0]) if groups else ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "sentences": list(self.sentences),
            "cosines": [list(row) for row in self.cosines],
            "baseline": self.baseline,
        }

    def to_text(self) -> str:
        """A table for a fixed-width font, the sentences numbered below it. Nothing in it is obeyed by a terminal."""
        width = max(6, len(str(len(self.sentences))) + 2)
        lines = [" " * width + "".join(f"{i:>{width}}" for i in range(1, len(self.sentences) + 1))]
        for i, row in enumerate(self.cosines, start=1):
            lines.append(f"{i:>{width}}" + "".join(f"{cosine:>{width}.2f}" for cosine in row))
        numbered = [f"{i:>{width}}  {printable(sentence)}" for i, sentence in enumerate(self.sentences, start=1)]
        return "\n".join([*lines, "", *numbered, "", f"random sentences: {self.baseline:.2f} ({self.model})"])

    def to_html(self) -> str:
        """The same as an HTML table, everything escaped; the more a cosine is above the baseline, the darker its cell."""
        head = "".join(f'<th scope="col" title="{escape(s)}">{i}</th>' for i, s in enumerate(self.sentences, start=1))
        rows = "".join(
            f'<tr><th scope="row">{i}. {escape(sentence)}</th>{"".join(map(self._cell, row))}</tr>'
            for i, (sentence, row) in enumerate(zip(self.sentences, self.cosines, strict=True), start=1)
        )
        return (
            f'<div class="senselens-matrix"><table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>'
            f"<p>random sentences: {self.baseline:.2f} ({escape(self.model)})</p></div>"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def _cell(self, cosine: float) -> str:
        share = min(1.0, max(0.0, (cosine - self.baseline) / max(1 - self.baseline, 1e-6)))
        return f'<td style="background: rgb(30 110 220 / {share * 70:.0f}%)">{cosine:.2f}</td>'


def _joined(left: list[int], right: list[int], table: Floats) -> list[int]:
    """Two groups as one, each turned so that the most alike of their ends meet."""
    ways = [(a, b) for a in (left, left[::-1]) for b in (right, right[::-1])]
    first, second = max(ways, key=lambda way: table[way[0][-1], way[1][0]])
    return [*first, *second]


def similarity_matrix(model: Model, sentences: Iterable[str]) -> SimilarityMatrix:
    """Compare every pair of *sentences* under *model*. Raises `Unsupported` for a model without sentence vectors."""
    model.need("sentence")
    given = listed(sentences, "similarity_matrix", "sentences")
    vectors = model.embed(given)  # (n, W)
    table = tuple(tuple(cosines(vector, vectors).tolist()) for vector in vectors)
    return SimilarityMatrix(model.card.name, tuple(given), table, model.sentence_baseline)
