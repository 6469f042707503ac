"""The two ways side by side, on the embedded model's vectors and on a tiny checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from test_feature_based import LABELS, TEXTS, USES

import senselens as sl
from senselens.approaches import FULL, MIX, SENTENCE, WORD

TRAIN, TEST = sl.Labelled(USES, LABELS).split(8)


def test_every_approach_meets_the_same_examples(tiny: Callable[[str], str]) -> None:
    seen: list[sl.Trial] = []
    found = sl.compare_approaches(tiny("bert"), TRAIN, TEST, sizes=(4, 99), seeds=2, least_steps=2, progress=seen.append)
    assert [(t.approach, t.examples, t.seed) for t in found.trials] == [
        (approach, examples, seed) for approach in (SENTENCE, WORD, MIX, FULL) for examples in (4, 8) for seed in (0, 1)
    ]
    assert tuple(seen) == found.trials
    assert (found.tested, found.most_frequent) == (4, 0.5)
    model = sl.load(tiny("bert"))
    examples = TRAIN.split(4, seed=1)[0]
    expected = sl.evaluate(sl.feature_classifier(model, examples.texts, examples.labels), TEST.texts, TEST.labels)
    trial = next(t for t in found.trials if (t.approach, t.examples, t.seed) == (WORD, 4, 1))
    assert (trial.accuracy, trial.macro_f1) == (expected.accuracy, expected.macro_f1)
    assert trial.parameters == 2 * (32 + 1)
    assert found.trials[-1].parameters > 30_000
    assert json.loads(json.dumps(found.to_dict()))["trials"] == [t.to_dict() for t in found.trials]


def test_what_a_model_cannot_do_is_left_out(mini: sl.Model) -> None:
    glove = sl.compare_approaches("glove", TRAIN, TEST, sizes=[8], seeds=1)
    assert [t.approach for t in glove.trials] == [SENTENCE, WORD]
    whole = sl.Labelled(TEXTS, LABELS)
    on_texts = sl.compare_approaches("glove", whole, whole, sizes=[8], seeds=1)
    assert [t.approach for t in on_texts.trials] == [SENTENCE]


def test_the_table_has_means_and_their_spread() -> None:
    trials = [sl.Trial(WORD, 16, seed, accuracy, accuracy / 2, 10, 1.4) for seed, accuracy in enumerate((0.5, 0.7, 0.9))]
    table = sl.Approaches("mini", 200, 0.51, (*trials, sl.Trial(WORD, 64, 0, 1.0, 0.5, 22_000_000, 60.6))).to_markdown()
    assert table.splitlines() == [
        "| mini | examples | accuracy | macro-F1 | numbers trained | processor seconds |",
        "|---|---|---|---|---|---|",
        f"| {WORD} | 16 | 70.0% ± 20.0 | 35.0% ± 10.0 | 10 | 1 |",
        f"| {WORD} | 64 | 100.0% | 50.0% | 22,000,000 | 61 |",
        "| always the most frequent label |  | 51.0% |  |  |  |",
    ]


def test_texts_are_needed(mini: sl.Model) -> None:
    with pytest.raises(sl.BadExamples, match="two labels or more"):
        sl.compare_approaches(mini, sl.Labelled(TEXTS[:6], LABELS[:6]), TEST)
