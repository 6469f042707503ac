"""Vectors as points: the numbers of scikit-learn, the same points every time, and small or odd sets of vectors."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import Without
from samples import BANKS
from sklearn.decomposition import PCA

import senselens as sl

METHODS = ["pca", "tsne", "umap"]


def clouds(n: int = 40, width: int = 12, seed: int = 0) -> np.ndarray:
    """Two groups of *n* vectors, far apart."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(size=(n, width)), rng.normal(size=(n, width)) + 6]).astype(np.float32)


@pytest.mark.parametrize("shape", [(2, 5), (30, 5), (5, 30)])
def test_pca_is_that_of_scikit_learn(shape: tuple[int, int]) -> None:
    vectors = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found, reference = sl.project(vectors), PCA(2, svd_solver="full").fit(vectors)
    np.testing.assert_allclose(found.points, reference.transform(vectors), atol=1e-4)
    assert found.explained == pytest.approx(reference.explained_variance_ratio_, abs=1e-5)


def test_pca_is_the_singular_value_decomposition() -> None:
    vectors = clouds()
    centred = vectors - vectors.mean(axis=0)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    found = sl.project(vectors, dimensions=3)
    np.testing.assert_allclose(np.abs(found.points), np.abs(left * lengths)[:, :3], atol=1e-3)
    assert found.explained == pytest.approx((lengths**2 / (lengths**2).sum())[:3], rel=1e-4)
    assert sum(sl.project(vectors, dimensions=12).explained) == pytest.approx(1)


def test_pca_of_points_in_a_plane_keeps_their_distances() -> None:
    plane = np.array([[3, 0], [0, 4], [0, 0]], np.float32) @ np.linalg.qr(np.random.default_rng(0).normal(size=(6, 2)))[0].T
    a, b, c = sl.project(plane).points
    assert [np.linalg.norm(a - b), np.linalg.norm(a - c), np.linalg.norm(b - c)] == pytest.approx([5, 3, 4], abs=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_points(method: str) -> None:
    vectors = clouds()
    first, again = sl.project(vectors, method, seed=3), sl.project(vectors, method, seed=3)
    assert first.points.shape == (80, 2)
    assert first.points.dtype == np.float32
    np.testing.assert_array_equal(first.points, again.points)
    assert (first.explained is None) == (method != "pca")


@pytest.mark.parametrize("method", METHODS)
def test_groups_stay_apart(method: str) -> None:
    points = sl.project(clouds(), method).points
    one, other = points[:40], points[40:]
    centres = one.mean(axis=0), other.mean(axis=0)
    own = [np.linalg.norm(group - centre, axis=1) for group, centre in zip((one, other), centres, strict=True)]
    cross = [np.linalg.norm(group - centre, axis=1) for group, centre in zip((one, other), centres[::-1], strict=True)]
    assert all((near < far).all() for near, far in zip(own, cross, strict=True))


@pytest.mark.filterwarnings("ignore:.*disconnected:UserWarning")
@pytest.mark.parametrize("dimensions", [1, 2, 3, 4])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 20])
@pytest.mark.parametrize("method", METHODS)
def test_few_vectors(method: str, n: int, dimensions: int) -> None:
    if (method, n) == ("umap", 2):
        with pytest.raises(sl.Unsupported, match="umap takes 3 vectors or more"):
            sl.project(clouds()[:2], method)
        return
    found = sl.project(clouds(10)[:n, :3], method, dimensions=dimensions)
    assert found.points.shape == (n, dimensions)
    assert np.isfinite(found.points).all()


@pytest.mark.parametrize("method", METHODS)
def test_equal_vectors_are_one_point(method: str) -> None:
    glove = sl.load("glove")
    found = sl.project([glove.encode(text).word("bank").vector() for text in BANKS.values()], method)
    assert found.points.tolist() == [[0, 0]] * len(BANKS)
    assert found.explained == ((0.0, 0.0) if method == "pca" else None)


def test_it_is_json() -> None:
    found = json.loads(json.dumps(sl.project(clouds(2)).to_dict()))
    assert (len(found["points"]), len(found["explained"]), found["method"]) == (4, 2, "pca")


@pytest.mark.parametrize(
    ("vectors", "options", "message"),
    [
        (clouds(), {"method": "lda"}, "there is no projection 'lda'; there are pca, tsne, umap"),
        ([[1.0, 2.0]], {}, r"pca takes 2 vectors or more, as rows \(n, width\), and not the shape \(1, 2\)"),
        ([1.0, 2.0, 3.0], {}, r"not the shape \(3,\)"),
        ([], {"method": "tsne"}, r"tsne takes 2 vectors or more.* not the shape \(0,\)"),
        (np.zeros((3, 0)), {}, r"not the shape \(3, 0\)"),
        ([[1.0, np.nan], [1.0, 2.0]], {}, "numbers that are not finite"),
        (clouds(), {"dimensions": 0}, "1 dimension or more, not 0"),
    ],
)
def test_what_cannot_be_projected(vectors: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(sl.Unsupported, match=message):
        sl.project(vectors, **options)


@pytest.mark.parametrize(
    ("method", "library", "needs"), [("tsne", "sklearn.manifold", "scikit-learn"), ("umap", "umap", "umap-learn")]
)
def test_without_its_library_the_extra_is_named(without: Without, method: str, library: str, needs: str) -> None:
    without(library)
    with pytest.raises(sl.ModelUnavailable, match=rf"{method} needs {needs}: pip install 'senselens\[projection\]'"):
        sl.project(clouds(), method)
