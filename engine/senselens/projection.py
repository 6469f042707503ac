"""Vectors as points in the plane, to be drawn: principal components, t-SNE or UMAP.

Principal components keep distances and directions as well as a plane can, and say how much of the variance is kept. t-SNE
(van der Maaten & Hinton 2008) and UMAP (McInnes et al. 2018) keep who is near whom; the distance between groups and their
size mean nothing there. Those two need the extra ``projection``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from senselens.encoding import Vectors
from senselens.errors import ModelUnavailable, Unsupported

METHODS = ("pca", "tsne", "umap")
PERPLEXITY = 30.0  # of t-SNE, about the number of neighbours a point keeps near, where there are enough points
NEIGHBOURS = 15  # of UMAP, the same
MANY = 4  # times as many vectors as they are wide
FEWEST = {"pca": 2, "tsne": 2, "umap": 3}
INSTALL = "pip install 'senselens[projection]'"


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Vectors brought down to few dimensions.

    points:    (n, dimensions) float32, a row for each vector.
    explained: the share of the variance each dimension holds, for pca; None where there is no such thing.
    """

    points: Vectors = field(repr=False)
    explained: tuple[float, ...] | None
    method: str

    def to_dict(self) -> dict[str, Any]:
        explained = None if self.explained is None else list(self.explained)
        return {"points": self.points.tolist(), "explained": explained, "method": self.method}


def project(vectors: ArrayLike | Sequence[Vectors], method: str = "pca", seed: int = 0, dimensions: int = 2) -> Projection:
    """Bring *vectors* (n, W) down to *dimensions*, by ``pca``, ``tsne`` or ``umap``; the same every time for one *seed*.

    Vectors that are all equal are one point, at the origin: so are all uses of a word under static vectors.
    Raises `Unsupported` for what cannot be projected, `ModelUnavailable` where the method's library is not installed.
    """
    if method not in METHODS:
        raise Unsupported(f"there is no projection {method!r}; there are {', '.join(METHODS)}")
    table = np.asarray(vectors, np.float32)
    if table.ndim != 2 or len(table) < FEWEST[method] or not table.shape[1]:
        raise Unsupported(f"{method} takes {FEWEST[method]} vectors or more, as rows (n, width), and not the shape {table.shape}")
    if not np.isfinite(table).all():
        raise Unsupported("vectors with numbers that are not finite cannot be projected; leave them out")
    if dimensions < 1:
        raise Unsupported(f"a projection has 1 dimension or more, not {dimensions}")
    if (table == table[0]).all():
        explained = (0.0,) * dimensions if method == "pca" else None
        return Projection(np.zeros((len(table), dimensions), np.float32), explained, method)
    if method == "pca":
        return _pca(table, dimensions)
    points = (_tsne if method == "tsne" else _umap)(table, seed, dimensions)
    return Projection(np.asarray(points, np.float32), None, method)


def _pca(table: Vectors, dimensions: int) -> Projection:
    """By singular value decomposition. An axis points to where its largest loading is positive, as in scikit-learn."""
    centred = table.astype(np.float64) - table.mean(axis=0, dtype=np.float64)
    if len(table) > MANY * table.shape[1]:  # then the eigenvectors of the scatter matrix (W, W) are a tenth of the work
        squares, columns = np.linalg.eigh(centred.T @ centred)  # (W,), (W, W), the smallest first
        lengths, axes = np.sqrt(np.maximum(squares[::-1], 0)), columns.T[::-1]
    else:
        _, lengths, axes = np.linalg.svd(centred, full_matrices=False)  # (m,), (m, W); m = min(n, W)
    kept = min(dimensions, len(lengths))
    axes = axes[:kept] * np.sign(axes[np.arange(kept), np.abs(axes[:kept]).argmax(axis=1)])[:, None]
    points = np.zeros((len(table), dimensions), np.float32)
    points[:, :kept] = centred @ axes.T
    shares = np.zeros(dimensions)
    shares[:kept] = lengths[:kept] ** 2 / (lengths**2).sum()
    return Projection(points, tuple(shares.tolist()), "pca")


def _tsne(table: Vectors, seed: int, dimensions: int) -> ArrayLike:
    try:
        from sklearn.manifold import TSNE
    except ImportError:
        raise ModelUnavailable(f"tsne needs scikit-learn: {INSTALL}") from None
    found: ArrayLike = TSNE(
        dimensions,
        perplexity=min(PERPLEXITY, max(1.0, (len(table) - 1) / 3)),
        init="pca" if dimensions <= min(table.shape) else "random",
        method="barnes_hut" if dimensions < 4 else "exact",
        random_state=seed,
    ).fit_transform(table)
    return found


def _umap(table: Vectors, seed: int, dimensions: int) -> ArrayLike:
    try:
        from umap import UMAP
    except ImportError:
        raise ModelUnavailable(f"umap needs umap-learn: {INSTALL}") from None
    found: ArrayLike = UMAP(
        n_components=dimensions,
        n_neighbors=min(NEIGHBOURS, len(table) - 1),
        init="spectral" if len(table) > dimensions + 2 else "random",  # it takes more points than that to start from
        random_state=seed,
        n_jobs=1,  # what a seed forces anyway, without the warning
    ).fit_transform(table)
    return found
