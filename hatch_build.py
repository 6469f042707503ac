"""What a build makes besides copying files: the wheel's WordNet."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ENGINE = Path("engine", "senselens")
WORDNET = ENGINE / "data" / "wordnet.sqlite"


class CustomBuildHook(BuildHookInterface[BuilderConfig]):
    """Editable installs get nothing made: a Python developer needs neither network nor Node to start."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        # What the sdist carries too, such as a front-end bundle, is made here; from here on it is the wheel's alone.
        if self.target_name == "wheel" and self._wordnet():
            build_data["artifacts"].append(WORDNET.as_posix())

    def _wordnet(self) -> bool:
        """Whether WordNet's database is there, fetched if need be. Without it the wheel works, and says what to run."""
        root = Path(self.root)
        fetch = _unbuilt(root / ENGINE, "fetch_wordnet")
        if fetch.is_whole(root / WORDNET):
            return True
        try:
            fetch.fetch_wordnet(root / WORDNET, self.app.display_info)
        except fetch.NoInventory as error:
            self.app.display_warning(f"THIS WHEEL HAS NO WORDNET. After installing it, run `senselens setup wordnet`.\n{error}")
            return False
        return True


def _unbuilt(folder: Path, module: str) -> ModuleType:
    """A module of the package in *folder*, under another name: the package's own ``__init__`` needs what is not here yet."""
    package = ModuleType("senselens_unbuilt")
    package.__path__ = [str(folder)]
    sys.modules[package.__name__] = package
    return import_module(f"{package.__name__}.{module}")
