"""One text as a masked model meets it in training."""

from __future__ import annotations

import json
import math
from collections import Counter

import pytest

import senselens as sl

TEXT = "My dog is hairy and he likes to play in the garden of the old house by the river every single day of the year."


def test_fifteen_in_a_hundred_pieces_are_selected_and_none_that_is_special(mini: sl.Model) -> None:
    found = mini.pretraining_example(TEXT)
    assert len(found.targets) == round(0.15 * len(found.pieces))
    assert all(found.spans[target.place] for target in found.targets)
    assert [target.place for target in found.targets] == sorted({target.place for target in found.targets})


def test_one_piece_is_selected_of_a_text_of_two(mini: sl.Model) -> None:
    assert len(mini.pretraining_example("Hello there").targets) == 1
    with pytest.raises(sl.WordNotFound, match="no piece to hide"):
        mini.pretraining_example("")


def test_eight_in_ten_are_masked_one_is_replaced_and_one_stays(mini: sl.Model) -> None:
    targets = [
        (found, target) for seed in range(60) for found in [mini.pretraining_example(TEXT, seed)] for target in found.targets
    ]
    counts = Counter(target.action for _, target in targets)
    for action, share in (("mask", 0.8), ("replace", 0.1), ("keep", 0.1)):
        spread = math.sqrt(len(targets) * share * (1 - share))
        assert abs(counts[action] - share * len(targets)) < 3 * spread
    assert {target.seen for _, target in targets if target.action == "mask"} == {"[MASK]"}
    assert all(target.seen == found.pieces[target.place] for found, target in targets if target.action == "keep")
    assert any(target.seen != found.pieces[target.place] for found, target in targets if target.action == "replace")


def test_the_same_seed_selects_the_same_and_another_one_others(mini: sl.Model) -> None:
    assert mini.pretraining_example(TEXT, 3) == mini.pretraining_example(TEXT, 3)
    assert mini.pretraining_example(TEXT, 3) != mini.pretraining_example(TEXT, 4)


def test_a_masked_word_is_predicted_as_predict_does(mini: sl.Model) -> None:
    text = "The capital of France is Paris ."
    examples = (mini.pretraining_example(text, seed, k=3) for seed in range(20))
    found = next(e for e in examples if [t.action for t in e.targets] == ["mask"])
    (target,) = found.targets
    span = found.spans[target.place]
    assert span
    ((own,),) = mini.predict(f"{text[: span.start]}[MASK]{text[span.end :]}", targets=[found.pieces[target.place]])
    assert target.probability == pytest.approx(own.probability, rel=1e-4)
    assert found.loss == pytest.approx(-math.log(target.probability))
    assert len(target.guesses) == 3


def test_json_holds_it(mini: sl.Model) -> None:
    found = mini.pretraining_example(TEXT)
    written = json.loads(json.dumps(found.to_dict()))
    assert written["pieces"] == list(found.pieces)
    assert written["targets"][0] == found.targets[0].to_dict()


def test_only_masked_models_have_it() -> None:
    with pytest.raises(sl.Unsupported, match="glove cannot predict masked words"):
        sl.load("glove").pretraining_example(TEXT)


def test_masks_are_found_however_they_are_written() -> None:
    text = "A [MASK], a ___ and a <mask>; not a __ or [mask]."
    assert [span.of(text) for span in sl.masks(text)] == ["[MASK]", "___", "<mask>"]
