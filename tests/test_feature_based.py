"""Classifiers on a model's vectors: scikit-learn's numbers, every family, saved and read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Without
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tiny_elmo import write

import senselens as sl
from senselens.cards import Card
from senselens.feature_based import DESCRIPTION, TENSORS, spread_of
from senselens.sentence_model import SentenceModel

MONEY = [
    "I deposited money at the bank",
    "She withdrew cash from the bank",
    "The bank raised its interest rates",
    "My bank lost two hundred million dollars",
    "He asked the bank for a loan",
    "The bank closed my account",
]
RIVER = [
    "We sat by the river bank",
    "Willows grew along the muddy bank",
    "The boat drifted towards the far bank",
    "Otters slid down the bank into the water",
    "They fished from the grassy bank of the stream",
    "The flood washed the bank away",
]
TEXTS, LABELS = MONEY + RIVER, ["money"] * 6 + ["river"] * 6
USES = [(text, "bank") for text in TEXTS]
THREE = [*LABELS[:4], "fish", "fish", *LABELS[6:]]


@pytest.fixture(scope="module")
def trained(mini: sl.Model) -> sl.FeatureClassifier:
    return sl.feature_classifier(mini, USES, LABELS)


@pytest.mark.parametrize("labels", [LABELS, THREE], ids=["two", "three"])
def test_it_is_scikit_learns_logistic_regression(mini: sl.Model, labels: list[str]) -> None:
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=2000)).fit(mini.embed(TEXTS), labels)
    found = sl.feature_classifier("mini", TEXTS, labels, C=0.5)
    unseen = ["The bank is steep.", "Money!", ""]
    assert found.labels == tuple(reference.classes_)
    np.testing.assert_allclose(found.predict_proba(unseen), reference.predict_proba(mini.embed(unseen)), atol=1e-4)
    assert found.predict(unseen) == reference.predict(mini.embed(unseen)).tolist()
    assert found.parameters == len(set(labels)) * (384 + 1)


def test_a_word_in_context_is_told_apart_in_sentences_never_seen(trained: sl.FeatureClassifier) -> None:
    unseen = [("The bank lent us the money for our house", "bank"), ("Reeds covered the bank of the lake", sl.Span(18, 22))]
    assert trained.predict(unseen) == ["money", "river"]
    best, other = trained.classify(unseen[0])
    assert (best.label, other.label) == ("money", "river")
    assert best.probability + other.probability == pytest.approx(1)
    assert sl.evaluate(trained, unseen, ["money", "river"]).accuracy == 1
    assert trained.layer_shares is None


def test_features_are_what_they_say(mini: sl.Model) -> None:
    text, use = TEXTS[0], USES[0]
    enc = mini.encode(text)
    np.testing.assert_allclose(sl.features(mini, TEXTS), mini.embed(TEXTS), atol=1e-5)
    for kwargs, of_text, of_word in (
        ({}, enc.sentence, enc.word("bank").vector()),
        ({"layer": 2}, enc.layers[2].mean(0), enc.layers[2, -1]),
        ({"mix": [0.5] * 7}, enc.layers.mean((0, 1)), enc.layers[:, -1].mean(0)),
    ):
        found = sl.features(mini, [use, text, use], **kwargs)
        np.testing.assert_allclose(found, np.stack([of_word, of_text, of_word]), atol=1e-5)
    assert sl.features(mini, [], layer=1).shape == (0, 384)
    np.testing.assert_array_equal(sl.features(mini, ["", "🙂"], layer=1), np.zeros((2, 384)))


def test_many_texts_are_read_a_few_at_a_time(mini: sl.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sl.features(mini, USES)
    monkeypatch.setattr("senselens.feature_vectors.AT_ONCE", 5)
    np.testing.assert_allclose(sl.features(mini, USES), whole, atol=1e-5)


@pytest.mark.parametrize("kind", ["glove", "elmo", "bert", "gpt2"])
def test_any_family_will_do(kind: str, tiny: Callable[[str], str], tmp_path: Path) -> None:
    name = {"glove": "glove", "elmo": str(write(tmp_path / "elmo")) if kind == "elmo" else ""}.get(kind) or tiny(kind)
    found = sl.feature_classifier(name, TEXTS, LABELS, C=100)
    assert sl.evaluate(found, TEXTS, LABELS).accuracy == 1
    again = sl.load_classifier(found.save(tmp_path / "saved"))
    assert again.model is found.model
    np.testing.assert_array_equal(again.predict_proba(TEXTS), found.predict_proba(TEXTS))


def test_under_static_vectors_every_use_of_a_word_is_one_point() -> None:
    """So that only the labels' frequencies can be learnt."""
    found = sl.feature_classifier("glove", USES[:9], LABELS[:9])
    np.testing.assert_allclose(found.predict_proba(USES), [[6 / 9, 3 / 9]] * 12, atol=1e-3)


def test_a_model_of_sentences_has_no_words_to_classify() -> None:
    def vectors(sentences: list[str]) -> np.ndarray:
        return np.array([[len(s), s.count("river")] for s in sentences], np.float32)

    model = SentenceModel(Card("sentences", "unheard-of", ("sentence",), 0, 2, "none", 0, "here"), "", vectors)
    assert sl.feature_classifier(model, TEXTS, LABELS).predict(["river river"]) == ["river"]
    for options in ({"layer": 0}, {"mix": []}):
        with pytest.raises(sl.Unsupported, match="sentences cannot "):
            sl.feature_classifier(model, TEXTS, LABELS, **options)
    with pytest.raises(sl.Unsupported, match="sentences cannot "):
        sl.feature_classifier(model, USES, LABELS)


@pytest.mark.parametrize("options", [{}, {"layer": 3}, {"mix": (0, 1, 0, 0, 0, 0, 2)}], ids=str)
def test_saved_and_read_again_it_gives_the_same(mini: sl.Model, tmp_path: Path, options: dict[str, object]) -> None:
    found = sl.feature_classifier(mini, USES, THREE, **options)
    again = sl.load_classifier(found.save(tmp_path / "banks"))
    assert (again.labels, again.layer, again.mix) == (found.labels, found.layer, found.mix)
    np.testing.assert_array_equal(again.predict_proba(USES), found.predict_proba(USES))
    assert {p.suffix for p in (tmp_path / "banks").iterdir()} == {".json", ".safetensors"}


def test_it_is_not_put_on_top_of_another_models_vectors(trained: sl.FeatureClassifier, tmp_path: Path, tiny: object) -> None:
    trained.save(tmp_path / "banks")
    for other in (sl.load("glove"), sl.load(tiny("bert"))):
        with pytest.raises(sl.BadModelFile, match=r"was trained on the vectors of mini, and those of .* here are others"):
            sl.load_classifier(tmp_path / "banks", other)
    assert sl.load_classifier(tmp_path / "banks", trained.model).predict(USES) == LABELS


def test_words_are_not_taken_for_texts(mini: sl.Model, trained: sl.FeatureClassifier, tmp_path: Path) -> None:
    for classifier in (trained, sl.load_classifier(trained.save(tmp_path / "banks"))):
        with pytest.raises(sl.BadExamples, match=r"was trained on words in their contexts: give \(text, word\)"):
            classifier.predict(TEXTS)
    with pytest.raises(sl.BadExamples, match="was trained on whole texts: give strings"):
        sl.feature_classifier(mini, TEXTS, LABELS).classify(USES[0])
    with pytest.raises(sl.BadExamples, match="some are whole texts and some are words in their contexts"):
        sl.feature_classifier(mini, [*TEXTS[:6], *USES[6:]], LABELS)
    with pytest.raises(TypeError, match="features are of a list of texts"):
        sl.features(mini, "The bank")


def test_a_folder_is_not_written_over(trained: sl.FeatureClassifier, tmp_path: Path) -> None:
    trained.save(tmp_path / "banks")
    with pytest.raises(sl.OutputExists, match="banks is there already: give another folder, or overwrite=True"):
        trained.save(tmp_path / "banks")
    trained.save(tmp_path / "banks", overwrite=True)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("mine")
    with pytest.raises(sl.OutputExists, match="thesis is there already and is not one that senselens wrote"):
        trained.save(tmp_path / "thesis", overwrite=True)
    assert (tmp_path / "thesis" / "chapter.tex").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["banks", "thesis"]


def _describe(**values: object) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        file = folder / DESCRIPTION
        file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | values), encoding="utf-8")

    return change


def _cut(folder: Path) -> None:
    tensors = load_file(folder / TENSORS)
    save_file(tensors | {"weight": tensors["weight"][:, :9].copy()}, folder / TENSORS)


@pytest.mark.parametrize(
    ("damage", "error", "message"),
    [
        (lambda folder: (folder / TENSORS).unlink(), sl.BadModelFile, "banks is not a whole feature classifier"),
        (lambda folder: (folder / TENSORS).write_bytes(b"not tensors"), sl.BadModelFile, "not a whole feature classifier"),
        (lambda folder: (folder / DESCRIPTION).write_text("{"), sl.BadModelFile, "not a whole feature classifier"),
        (_describe(labels=["one"]), sl.BadModelFile, r"a weight of shape \(2, 384\) for 1 labels"),
        (_describe(layer="last"), sl.BadModelFile, "not a whole feature classifier"),
        (_describe(mix=[None]), sl.BadModelFile, "not a whole feature classifier"),
        (_cut, sl.BadModelFile, r"a weight of shape \(2, 9\) for 2 labels"),
        (_describe(model="nonesuch"), sl.UnknownModel, "banks was trained on nonesuch, which cannot be had: no model is called"),
    ],
)
def test_damaged_files(
    trained: sl.FeatureClassifier, tmp_path: Path, damage: Callable[[Path], object], error: type[Exception], message: str
) -> None:
    damage(trained.save(tmp_path / "banks"))
    with pytest.raises(error, match=message):
        sl.load_classifier(tmp_path / "banks")


def test_what_cannot_be_learnt(mini: sl.Model) -> None:
    with pytest.raises(sl.BadExamples, match="give texts of two labels or more"):
        sl.feature_classifier(mini, TEXTS[:6], LABELS[:6])
    with pytest.raises(sl.BadExamples, match="there are 12 texts and 3 labels"):
        sl.feature_classifier(mini, TEXTS, LABELS[:3])
    with pytest.raises(sl.WordNotFound, match="'river' is not a word of"):
        sl.feature_classifier(mini, [(text, "river") for text in TEXTS], LABELS)
    with pytest.raises(sl.Unsupported, match="mini has layers 0 to 6, not 7"):
        sl.feature_classifier(mini, TEXTS, LABELS, layer=7)
    with pytest.raises(sl.Unsupported, match="mini has 7 layers: a mix takes a list of as many weights"):
        sl.feature_classifier(mini, TEXTS, LABELS, mix=[1, 2])


def test_a_column_without_variance_is_left_at_its_scale() -> None:
    x = np.array([[0.1, 0.0, 1.0], [0.1, 0.0, 3.0], [0.1, 0.0, 2.0]])
    assert spread_of(x).tolist() == pytest.approx([1, 1, (2 / 3) ** 0.5])


def test_without_scikit_learn_the_extra_is_named(mini: sl.Model, without: Without) -> None:
    without("sklearn")
    with pytest.raises(sl.ModelUnavailable, match=r"needs scikit-learn: pip install 'senselens\[finetune\]'"):
        sl.feature_classifier(mini, TEXTS, LABELS)
