"""What the tests share: the embedded default, and a cache of their own."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from samples import BANKS

import senselens as sl

if TYPE_CHECKING:
    from browser import Tab
    from playwright.sync_api import Browser

settings.register_profile("patient", deadline=None)  # the machine may be busy
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Caches go to a folder of the tests' own; WordNet is looked for beside the code first."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


Without = Callable[[str], None]


def anew(name: str) -> sl.Model:
    """The model called *name*, loaded again whether or not it has been."""
    sl.load.cache_clear()
    return sl.load(name)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Without:
    """``without("torch")``: from here on importing it fails, as where it is not installed."""

    def hide(library: str) -> None:
        real = builtins.__import__

        def importing(name: str, *args: Any, **kwargs: Any) -> object:
            if f"{name}.".startswith(f"{library}."):
                raise ImportError(name)
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", importing)

    return hide


@pytest.fixture(scope="session")
def mini() -> sl.Model:
    return sl.load("mini")


@pytest.fixture(scope="session")
def bank_uses(mini: sl.Model) -> dict[str, sl.Use]:
    return {name: mini.encode(text).word("bank") for name, text in BANKS.items()}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Where the tiny checkpoint of a kind (`tiny.KINDS`) is; each is made once. Not to be changed by a test."""
    from tiny import checkpoint

    root = tmp_path_factory.mktemp("tiny")
    return cache(lambda kind: str(checkpoint(kind, root / kind)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one module: its driver's event loop would stand in the way of asynchronous tests in others."""
    from browser import launched

    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def one_tab(browser: Browser) -> Tab:
    from browser import Tab

    return Tab(browser)


@pytest.fixture
def tab(one_tab: Tab) -> Iterator[Tab]:
    """An empty tab, in which nothing may go wrong."""
    one_tab.clear()
    yield one_tab
    one_tab.settle()
