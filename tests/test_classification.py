"""Classification heads against transformers' own, and a classifier's figures against scikit-learn's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, f1_score, log_loss
from tiny import ENCODERS, KINDS, LONGEST, checkpoint

import senselens as sl
from senselens.classification import ranked

NAMES = ("bad", "good", "naïve 😀")
TEXTS = ["The cat sat by the river bank 😀, didn\u2019t it?", "tea", "", "I deposited money at the bank; don't ask why."]
LONG = "the cat and the dog sat by the river bank " * 12


def classifier(kind: str, folder: Path, labels: tuple[str, ...] = NAMES, **values: object) -> str:
    """The tiny checkpoint of a *kind* with a classification head, and *values* set in its config.json."""
    name = KINDS[kind][0].__name__.replace("ForMaskedLM", "").replace("ForPreTraining", "")
    own = getattr(transformers, f"{name}ForSequenceClassification")

    class WithLabels(own):  # `tiny.checkpoint` knows nothing of labels
        def __init__(self, config: object) -> None:
            config.id2label = dict(enumerate(labels))
            config.label2id = {label: i for i, label in enumerate(labels)}
            super().__init__(config)

    WithLabels.__name__ = own.__name__
    checkpoint(kind, folder, WithLabels)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "architectures": [own.__name__], **values}), encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def classifiers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    root, made = tmp_path_factory.mktemp("classifiers"), {}

    def folder(kind: str) -> str:
        if kind not in made:
            made[kind] = classifier(kind, root / kind)
        return made[kind]

    return folder


def logits_of(folder: str, *texts: str) -> np.ndarray:
    """By transformers alone."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    segments = getattr(model.config, "type_vocab_size", 0) > 1  # transformers 5 leaves those of ALBERT out unless asked
    with torch.no_grad():
        return model(**tokenizer(*texts, return_tensors="pt", return_token_type_ids=segments)).logits[0].double().numpy()


def softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum()


@pytest.mark.parametrize("kind", ENCODERS)
def test_labels_are_those_of_transformers(classifiers: Callable[[str], str], kind: str) -> None:
    model = sl.load(classifiers(kind))
    assert model.labels == NAMES
    for text, found in zip(TEXTS, model.classify_all(TEXTS), strict=True):
        expected = softmax(logits_of(classifiers(kind), text))
        assert [label.label for label in found] == [NAMES[i] for i in np.argsort(-expected)]
        assert [label.probability for label in found] == pytest.approx(sorted(expected, reverse=True), abs=1e-5)
        assert [label.label for label in model.classify(text)] == [label.label for label in found]


@pytest.mark.parametrize("kind", ENCODERS)
def test_a_pair_is_read_as_transformers_reads_it(classifiers: Callable[[str], str], kind: str) -> None:
    found = sl.load(classifiers(kind)).classify(TEXTS[0], "It was tea.")
    expected = softmax(logits_of(classifiers(kind), TEXTS[0], "It was tea."))
    assert [label.probability for label in found] == pytest.approx(sorted(expected, reverse=True), abs=1e-5)


def test_a_classifier_has_vectors_too(classifiers: Callable[[str], str]) -> None:
    model = sl.load(classifiers("bert"))
    assert set(model.card.capabilities) == {"vectors", "sentence", "attention", "input", "classify"}
    assert model.encode(TEXTS[0]).layers.shape == (4, 9, 32)
    with pytest.raises(sl.Unsupported, match="cannot predict masked words"):
        model.predict("a [MASK]")


def test_a_long_text_has_the_mean_of_its_windows(classifiers: Callable[[str], str]) -> None:
    model = sl.load(classifiers("bert"))
    ids = model.tokenizer.pieces([LONG])[0].ids
    room = LONGEST - 2
    starts = [*range(0, len(ids) - room, room // 2), len(ids) - room]
    reference = transformers.AutoModelForSequenceClassification.from_pretrained(classifiers("bert")).eval()
    with torch.no_grad():
        windows = [torch.from_numpy(model.tokenizer.template.one(ids[a : a + room]))[None] for a in starts]
        expected = np.mean([softmax(reference(input_ids=w).logits[0].double().numpy()) for w in windows], axis=0)
    assert len(windows) >= 3
    found = {a.label: a.probability for a in model.classify(LONG)}
    assert [found[name] for name in NAMES] == pytest.approx(expected, abs=1e-5)
    with pytest.raises(sl.Unsupported, match="takes 64 pieces at once, the pair has"):
        model.classify(LONG, "tea")


def test_independent_labels_have_a_probability_each(tmp_path: Path) -> None:
    folder = classifier("bert", tmp_path / "several", problem_type="multi_label_classification")
    expected = 1 / (1 + np.exp(-logits_of(folder, TEXTS[0])))
    found = {a.label: a.probability for a in sl.load(folder).classify(TEXTS[0])}
    assert [found[name] for name in NAMES] == pytest.approx(expected, abs=1e-5)
    assert sum(expected) != pytest.approx(1)


@pytest.mark.parametrize("values", [{"labels": ("LABEL_0",)}, {"problem_type": "regression"}])
def test_a_head_that_gives_a_number_has_no_labels(tmp_path: Path, values: dict[str, object]) -> None:
    model = sl.load(classifier("bert", tmp_path / "scorer", **values))
    assert "classify" not in model.card.capabilities
    for ask in (lambda: model.classify("tea"), lambda: model.classify("tea", "cat"), lambda: model.classify_all(["tea"])):
        with pytest.raises(sl.Unsupported, match=r"cannot sort texts into labels; .* \(its head gives a number to a text"):
            ask()


@pytest.mark.parametrize("tensor", ["classifier.weight", "bert.pooler.dense.weight"])
def test_a_classifier_with_a_part_missing_is_not_filled_with_random_numbers(
    classifiers: Callable[[str], str], tmp_path: Path, tensor: str
) -> None:
    folder = Path(classifier("bert", tmp_path / "part"))
    tensors = load_file(folder / "model.safetensors")
    save_file({k: v for k, v in tensors.items() if k != tensor}, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(sl.BadModelFile, match=f"lacks the tensor {tensor}"):
        sl.load(str(folder))


def test_the_embedded_model_names_those_that_classify(mini: sl.Model) -> None:
    with pytest.raises(
        sl.Unsupported, match=r"distilbert-sst2, finbert-sentiment can \(fine_tune teaches a model labels of your own\)"
    ):
        mini.classify("A fine film.")
    with pytest.raises(sl.Unsupported, match="no head that sorts texts into labels"):
        mini.network.label_probabilities(None)


class Says:
    """A classifier that says of each text what stands in it, with a probability of 0.7."""

    labels = ("a", "b", "c", "never")

    def classify_all(self, texts: list[str]) -> list[list[sl.Label]]:
        return [[sl.Label(text, 0.7)] + [sl.Label(label, 0.1) for label in self.labels if label != text] for text in texts]


def test_figures_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    gold, given = (rng.choice(["a", "b", "c"], 60, p=[0.6, 0.3, 0.1]).tolist() for _ in range(2))
    found = sl.evaluate(Says(), given, gold)
    assert found.count == 60
    assert found.accuracy == pytest.approx(accuracy_score(gold, given))
    shares = [[0.7 if label == text else 0.1 for label in Says.labels] for text in given]
    assert found.loss == pytest.approx(log_loss(gold, shares, labels=Says.labels))
    assert found.macro_f1 == pytest.approx(f1_score(gold, given, average="macro"))
    np.testing.assert_array_equal(found.confusion, confusion_matrix(gold, given, labels=Says.labels))
    report = classification_report(gold, given, output_dict=True, labels=Says.labels, zero_division=0)
    for s in found.scores:
        expected = {k.replace("f1-score", "f1").replace("support", "count"): v for k, v in report[s.label].items()}
        assert s.to_dict() == pytest.approx({"label": s.label, **expected}), s.label
    assert json.loads(json.dumps(found.to_dict()))["accuracy"] == found.accuracy


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ([], [], "there are 0 texts and 0 labels: give a label for each text"),
        (["a"], ["a", "b"], "there are 1 texts and 2 labels"),
        (["a", "b", "c"], ["a", "x", "y"], "the classifier knows a, b, c, never, and not x, y: leave those texts out"),
    ],
)
def test_what_cannot_be_evaluated(texts: list[str], labels: list[str], message: str) -> None:
    with pytest.raises(sl.BadExamples, match=message):
        sl.evaluate(Says(), texts, labels)


def test_one_text_is_no_list(classifiers: Callable[[str], str]) -> None:
    with pytest.raises(TypeError, match="takes a list of texts"):
        sl.load(classifiers("bert")).classify_all("tea")


def test_two_columns_of_a_data_frame_will_do() -> None:
    frame = pandas.DataFrame({"text": ["a", "b"], "label": ["a", "a"]}, index=[7, 3])
    assert sl.evaluate(Says(), frame["text"], frame["label"]).accuracy == 0.5


def test_equal_labels_keep_their_order() -> None:
    found = ranked(("x", "y", "z"), np.array([0.2, 0.4, 0.4]))
    assert [label.label for label in found] == ["y", "z", "x"]
    assert found[0].to_dict() == {"label": "y", "probability": 0.4}
