"""The registry and loading."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

import senselens as sl


def test_rows() -> None:
    rows = {card.name: card for card in sl.models()}
    assert rows["mini"].layers == 7
    assert rows["mini"].where == "in the package"
    assert all(card.licence and card.size and card.capabilities for card in rows.values())
    assert json.dumps([card.to_dict() for card in rows.values()])


@pytest.mark.parametrize("name", ["no-such-model", "", "a/b/c", "BERT", "x" * 5000, "a\0b"])
def test_unknown_models_name_the_known_ones(name: str) -> None:
    with pytest.raises(sl.UnknownModel, match=r"there are mini, .*any folder, and any Hub id"):
        sl.load(name)


def test_a_model_is_loaded_once() -> None:
    assert sl.load("mini") is sl.load("mini")


def test_a_folder_may_be_a_path(tiny: Callable[[str], str]) -> None:
    assert sl.load(Path(tiny("bert"))) is sl.load(tiny("bert"))


def test_values_are_frozen_and_slotted_and_errors_have_one_root() -> None:
    for kind in (value for value in map(sl.__getattr__, sl.__all__) if isinstance(value, type)):
        if dataclasses.is_dataclass(kind):
            assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
            assert "__slots__" in vars(kind), kind
            assert callable(kind.to_dict), kind  # type: ignore[attr-defined]
        assert not issubclass(kind, Exception) or issubclass(kind, sl.SenselensError)


def test_a_folder_that_was_written_anew_is_loaded_anew(tiny: Callable[[str], str], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny("bert"), folder)
    first = sl.load(str(folder))
    assert sl.load(str(folder)) is first
    shutil.rmtree(folder)
    shutil.copytree(tiny("distilbert"), folder)
    assert sl.load(str(folder)).card.about == "distilbert"


def test_the_version_has_one_place() -> None:
    manifest = json.loads((Path(__file__).parents[1] / "package.json").read_text(encoding="utf-8"))
    assert sl.__version__ == version("senselens") == manifest["version"]


def test_public_names() -> None:
    for name in sl.__all__:
        assert getattr(sl, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sl.nothing


def test_a_family_answers_what_it_can_and_names_others_for_the_rest() -> None:
    class Bare(sl.Model):
        card = sl.Card("bare", "bare", ("vectors",), 1, 1, "none", 1, "nowhere")

    model = Bare()
    for ask in (model.input_representation, model.attention, model.embed, model.next_words, model.previous_words, model.predict):
        with pytest.raises(sl.Unsupported, match="bare cannot "):
            ask(["text"] if ask == model.embed else "text")
    for pair in (model.next_sentence, model.answer, model.classify):
        with pytest.raises(sl.Unsupported, match="bare cannot "):
            pair("a", "b")
    with pytest.raises(sl.Unsupported, match=r"mini.* can$"):
        model.predict_jointly("[MASK]")
    with pytest.raises(sl.Unsupported, match=r"mini.* can$"):
        model.predict_words([])
    with pytest.raises(sl.Unsupported, match="bare cannot sort texts into labels; distilbert-sst2, finbert-sentiment can"):
        model.classify_all([])


def test_every_public_name_is_offered_lazily() -> None:
    assert set(sl.__all__) == set(sl._MODULE_OF)
