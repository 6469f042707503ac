"""The Hub out of reach: an error at once, and what is on this machine still loads."""

from __future__ import annotations

import socket

import pytest
from conftest import Without
from huggingface_hub import constants

import senselens as sl
from senselens import hub


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "getproxies", dict)


def test_what_listens_is_reachable_and_what_does_not_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert hub.reachable(f"https://127.0.0.1:{port}")
    assert not hub.reachable(f"https://127.0.0.1:{port}")


def test_behind_a_proxy_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "getproxies", lambda: {"https": "http://proxy"})
    assert hub.reachable("https://nowhere.invalid")


@pytest.mark.parametrize("there", [True, False])
def test_the_hub_is_off_within_only(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub, "reachable", lambda address: there)
    with hub.hub_or_cache():
        assert there is not constants.HF_HUB_OFFLINE
    assert constants.HF_HUB_OFFLINE is False


def test_without_the_library_the_loader_speaks(without: Without) -> None:
    without("huggingface_hub")
    with hub.hub_or_cache():
        pass


@pytest.mark.parametrize("name", ["nobody/nothing", "bert-large-uncased", "distilgpt2"])
def test_a_model_that_is_not_here_is_said_to_be_out_of_reach(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(hub, "reachable", lambda address: False)
    with pytest.raises(sl.ModelUnavailable, match="neither on this machine nor to be had from the Hub"):
        sl.load(name)
