"""Every use of a word: found, told apart by sense, and projected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from quick_model import QuickModel

import senselens as sl

TEXTS = [
    "I deposited money at the bank. Banks lend money.",
    "We sat by the river bank.",
    "A bench stood there.",
    "The plane will bank left.",
]


@pytest.fixture(scope="module")
def found(mini: sl.Model) -> sl.WordUses:
    return sl.word_uses(TEXTS, "banks", mini)


def test_every_inflection_is_a_use_in_its_sentence(found: sl.WordUses) -> None:
    assert [(u.word, u.lemma, u.pos, u.sentence, u.document) for u in found.uses] == [
        ("bank", "bank", "n", "I deposited money at the bank.", "texts:1"),
        ("Banks", "bank", "n", "Banks lend money.", "texts:1"),
        ("bank", "bank", "n", TEXTS[1], "texts:2"),
        ("bank", "bank", "v", TEXTS[3], "texts:4"),
    ]
    for use in found.uses:
        assert use.span.of(use.sentence) == use.word
        assert use.place.of(TEXTS[int(use.document[-1]) - 1]) == use.word


def test_a_form_of_another_word_is_no_use(mini: sl.Model) -> None:
    texts = ["The leaves fell from the tree.", "She leaves early today."]
    for word, form in (("leaf", 0), ("leave", 1)):
        (use,) = sl.word_uses(texts, word, mini).uses
        assert (use.sentence, use.lemma, use.pos) == (texts[form], word, "nv"[form])


def test_a_use_s_vector_is_that_of_its_sentence_read_alone(found: sl.WordUses, mini: sl.Model) -> None:
    for use, vector in zip(found.uses, found.vectors, strict=True):
        alone = mini.encode(use.sentence).word(use.span).vector()
        assert vector == pytest.approx(alone, abs=1e-4)


def test_its_sense_is_the_likeliest_of_senses(found: sl.WordUses, mini: sl.Model) -> None:
    senses, shares = found.senses()
    for use, sense, share in zip(found.uses, senses, shares, strict=True):
        best = sl.senses(mini, use.sentence, use.span)[0]
        assert sense
        assert sense.sense_id == best.sense_id
        assert share == pytest.approx(best.probability, abs=1e-3)


def test_a_word_that_the_inventory_lacks_has_no_sense() -> None:
    found = sl.word_uses(["Zorblax came.", "We saw zorblax."], "zorblax", QuickModel())
    senses, shares = found.senses()
    assert senses == [None, None]
    assert shares.tolist() == [0, 0]
    assert [(g.name, g.count, g.untold) for g in sl.sense_map(found, "zorblax").groups] == [("no sense to tell", 2, True)]


def test_a_function_word_has_no_sense(mini: sl.Model) -> None:
    assert sl.word_uses(["He may do so."], "may", mini).senses()[0] == [None]


def test_one_text_may_be_given_by_itself(mini: sl.Model) -> None:
    assert [use.document for use in sl.word_uses("The bank.", "bank", "mini", inventory=sl.open_inventory()).uses] == ["texts:1"]


def test_a_word_that_stands_nowhere_is_an_error(mini: sl.Model) -> None:
    with pytest.raises(sl.WordNotFound, match="'spring' stands in none of the texts, in any inflection"):
        sl.word_uses(TEXTS, "spring", mini)


def test_a_model_without_vectors_of_words_is_refused() -> None:
    class Sentences(QuickModel):
        card = sl.Card("use", "use", ("sentence",), 0, 512, "", 0, "")

    with pytest.raises(sl.Unsupported, match=r"use cannot give vectors of words; .*mini"):
        sl.word_uses(TEXTS, "bank", Sentences())


def test_each_step_is_told_and_may_stop_the_work() -> None:
    steps: list[float] = []
    sl.sense_map(["The bank."] * 130, "bank", QuickModel(), step=steps.append)
    assert steps == pytest.approx([0, 0.9 * 64 / 130, 0.9 * 128 / 130, 0.9])


# The map


def test_groups_are_the_senses_the_largest_first(found: sl.WordUses) -> None:
    made = sl.sense_map(found, "bank")
    senses, shares = found.senses()
    assert [made.groups[g].sense for g in made.group_of] == senses
    counts = [group.count for group in made.groups]
    assert counts == sorted(counts, reverse=True)
    assert counts == [(made.group_of == n).sum() for n in range(len(counts))]
    assert made.probabilities is not None
    assert made.probabilities.tolist() == shares.tolist()
    assert [group.name for group in made.groups] == [group.sense.gloss for group in made.groups if group.sense]


def test_points_are_those_of_the_projection(found: sl.WordUses) -> None:
    made, projection = sl.sense_map(found, "bank"), sl.project(found.vectors)
    assert made.points.tolist() == projection.points.tolist()
    assert made.explained == projection.explained
    other = made.projected("tsne", seed=3)
    assert other.points.tolist() == sl.project(found.vectors, "tsne", 3).points.tolist()
    assert (other.method, other.explained, other.groups) == ("tsne", None, made.groups)


@pytest.mark.parametrize("method", ["pca", "tsne", "umap"])
def test_a_single_use_is_at_the_origin(method: str) -> None:
    assert sl.sense_map(["The bank."], "bank", QuickModel(), method).points.tolist() == [[0, 0]]


def test_labels_are_the_texts(mini: sl.Model) -> None:
    made = sl.sense_map(TEXTS, "bank", mini, labels=["money", "river", "none", 7])
    assert [(g.name, g.count, g.sense) for g in made.groups] == [("money", 2, None), ("river", 1, None), ("7", 1, None)]
    assert made.group_of.tolist() == [0, 0, 1, 2]
    assert made.probabilities is None


def test_labels_of_uses_at_hand_are_one_each(found: sl.WordUses) -> None:
    made = sl.sense_map(found, "bank", labels=["a", "b", "b", "b"])
    assert [g.name for g in made.groups] == ["b", "a"]
    with pytest.raises(sl.BadExamples, match="a label for each of the 4 uses, not 1"):
        sl.sense_map(found, "bank", labels=["a"])


def test_labels_have_to_be_as_many_as_texts(mini: sl.Model) -> None:
    with pytest.raises(sl.BadExamples, match="a label for each of the 4 texts, not 2"):
        sl.sense_map(TEXTS, "bank", mini, labels=["a", "b"])


def test_it_is_json(found: sl.WordUses) -> None:
    made = sl.sense_map(found, "bank").to_dict()
    assert (made["word"], made["model"], made["method"]) == ("banks", "mini", "pca")
    assert len(made["points"]) == len(made["uses"]) == len(made["group_of"]) == len(made["probabilities"]) == 4
    labelled = sl.sense_map(found, "bank", "mini", "tsne", ["a"] * 4).to_dict()
    assert (labelled["explained"], labelled["probabilities"]) == (None, None)


# An index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> sl.Index:
    records = [{"text": text, "place": "here" if n else None} for n, text in enumerate(TEXTS)]
    return sl.Index.build(records, QuickModel(), tmp_path_factory.mktemp("index") / "banks.lance", name="banks", words="all")


def test_an_index_has_the_same_uses(index: sl.Index) -> None:
    read, kept = sl.word_uses(TEXTS, "bank", QuickModel()), sl.word_uses(index, "bank")
    told = [[(u.sentence, u.span, u.lemma, u.pos, u.place) for u in found.uses] for found in (read, kept)]
    assert told[0] == told[1]
    assert kept.model is index.model
    cosines = (kept.vectors * read.vectors).sum(1) / np.linalg.norm(read.vectors, axis=1)
    assert cosines == pytest.approx(1, abs=0.001)  # 8 bits


def test_its_uses_can_be_chosen_and_its_metadata_be_labels(index: sl.Index) -> None:
    assert len(index.every_use("bank", {"place": "here"}).uses) == 2
    assert len(index.every_use("spring").uses) == 0
    made = sl.sense_map(index, "bank", labels="place")
    assert [(g.name, g.count) for g in made.groups] == [("here", 2), ("no sense to tell", 2)]
    with pytest.raises(sl.BadExamples, match="no use has the metadata 'year'"):
        sl.sense_map(index, "bank", labels="year")


def test_a_list_of_texts_has_no_metadata(tmp_path: Path) -> None:
    with pytest.raises(sl.BadExamples, match="no use has the metadata 'year'"):
        sl.sense_map(TEXTS, "bank", QuickModel(), labels="year")
