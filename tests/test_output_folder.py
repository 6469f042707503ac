"""A folder is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

import senselens as sl
from senselens.output_folder import output_folder


def _write(folder: Path, content: str, overwrite: bool = False) -> None:
    with output_folder(folder, "mark.json", overwrite) as new:
        (new / "mark.json").write_text(content)


@pytest.mark.parametrize("exists", [True, False])
def test_nothing_is_left_of_what_failed(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "deep" / "model"
    if exists:
        _write(target, "first")
    for reason in (KeyboardInterrupt, ValueError):
        with pytest.raises(reason), output_folder(target, "mark.json", overwrite=True) as new:  # noqa: PT012
            (new / "mark.json").write_text("half")
            raise reason
    assert [p.name for p in target.parent.iterdir()] == ["model"] * exists
    assert not exists or (target / "mark.json").read_text() == "first"


def test_an_empty_folder_is_used_and_a_folder_of_ours_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "model"
    target.mkdir()
    _write(target, "first")
    (target / "more").write_text("old")
    _write(target, "second", overwrite=True)
    assert [(p.name, p.read_text()) for p in target.iterdir()] == [("mark.json", "second")]


def test_a_file_in_its_place_is_kept(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    for target in (tmp_path / "notes", tmp_path / "notes" / "model"):
        with pytest.raises(sl.OutputExists, match="give another folder"):
            _write(target, "x", overwrite=True)
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.parametrize("exists", [True, False])
def test_the_old_folder_is_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    target = tmp_path / "model"
    if exists:
        _write(target, "first")
    rename = Path.rename

    def fails(self: Path, to: Path) -> Path:
        if self.name == "new":
            raise OSError("busy")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="busy"):
        _write(target, "second", overwrite=True)
    assert [p.name for p in tmp_path.iterdir()] == ["model"] * exists
    assert not exists or (target / "mark.json").read_text() == "first"
