"""What an index is built from, and what cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from quick_model import QuickModel

import senselens as sl
from senselens.index import parts, rows, sources
from senselens.index.parts import Part, Unreadable, blocks, stretches, whole_characters
from senselens.index.tables import Columns

RIVER = "We sat by the river bank."
MONEY = "I deposited money at the bank."


def built(source: Any, place: Path, **options: Any) -> sl.Index:
    return sl.Index.build(source, QuickModel(), place / "index.lance", **options)


def documents(index: sl.Index) -> dict[str, str]:
    return {u.document: u.sentence for u in index.uses("bank", k=100)}


def problems(index: sl.Index) -> dict[str, str]:
    assert index.report
    return {Path(p.source).name: p.reason for p in index.report.problems}


NOTEBOOK = {"cells": [{"cell_type": "markdown", "source": [f"# Notes\n\n**{RIVER[:-1]}**."]}], "nbformat": 4, "metadata": {}}


@pytest.mark.parametrize(
    ("name", "content", "written"),
    [
        ("a.txt", f"Once.\n\n{RIVER}\n", "bank"),
        ("a.md", "# One\n\nWe sat by the *river* [bank](https://example.org).\n", "bank"),
        ("a.html", "<p>We sat by the river <b>ba</b>nk.</p>", "ba</b>nk"),
        ("a.ipynb", json.dumps(NOTEBOOK), "bank"),
        ("a.py", '"""We sat by the river bank."""\nbank = 1\n', "bank"),
    ],
)
def test_documents_with_markup(tmp_path: Path, name: str, content: str, written: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    (use,) = built(file, tmp_path).uses("bank")
    assert (use.sentence, use.document, use.word) == (RIVER, file.as_posix(), "bank")
    assert use.place.of(content) == written


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.py", "long.txt"])
def test_a_file_is_known_while_it_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    text = f"# {RIVER}\r\n\r\n" * (parts.PART // len(RIVER) + 1 if name == "long.txt" else 1)
    file = tmp_path / "letters" / name
    file.parent.mkdir()
    file.write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    sl.Index.build([Path("letters") / name], QuickModel(), "i.lance")
    index = sl.Index.open("i.lance", QuickModel())
    found = index.same_sense("bank", RIVER)
    assert found.document_of(file, text) == f"letters/{name}"
    assert found.document_of(tmp_path / "other" / name, text) is None
    assert found.document_of(file, text[:-1]) is None
    assert found.document_of(file, text + RIVER) is None
    (uses,) = found.uses.values()
    assert [u.place.of(text) for u in uses] == ["bank"] * text.count(RIVER)

    file.write_bytes(text.encode() + RIVER.encode())
    sl.Index.build([Path("letters") / name], QuickModel(), "i.lance")
    assert found.document_of(file, text) == f"letters/{name}"  # it is of one state
    later = index.same_sense("bank", RIVER)
    assert later.version > found.version
    assert later.document_of(file, text) is None
    assert later.document_of(file, text + RIVER) == f"letters/{name}"


def test_a_table_is_no_file_with_places(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"text\n{RIVER}\n", encoding="utf-8")
    found = built(tmp_path / "t.csv", tmp_path).same_sense("bank", RIVER)
    assert [name.rpartition("/")[2] for name in found.uses] == ["t.csv:1"]
    assert found.document_of(tmp_path / "t.csv", f"text\n{RIVER}\n") is None


@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson", "t.csv", "t.tsv", "t.parquet"])
def test_tables(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    frame = pd.DataFrame(
        {"body": [RIVER, None, MONEY], "key": ["a", "b", "c"], "year": [1812, 1813, 1814], "by": ["Ann", "Bo", "007"]}
    )
    if name.endswith("n") or name.endswith("jsonl"):
        file.write_text(frame.to_json(orient="records", lines=True).replace("\n", "\n\n"), encoding="utf-8")
    elif name.endswith("parquet"):
        frame.to_parquet(file)
    else:
        frame.to_csv(file, index=False, sep="," if name.endswith("csv") else "\t")
    index = built(file, tmp_path, text="body", id="key")
    assert documents(index) == {f"{file.as_posix()}:a": RIVER, f"{file.as_posix()}:c": MONEY}
    assert [u.metadata for u in index.uses("bank", where={"year": 1814})] == [{"year": 1814, "by": "007"}]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: [RIVER, MONEY], id="texts"),
        pytest.param(lambda: iter([RIVER, MONEY]), id="generator"),
        pytest.param(lambda: [{"text": RIVER}, {"text": MONEY}], id="records"),
        pytest.param(lambda: pd.DataFrame({"text": [RIVER, MONEY]}, index=["x", "y"]), id="pandas"),
        pytest.param(lambda: pa.table({"text": [RIVER, MONEY]}), id="arrow"),
    ],
)
def test_what_is_in_memory(tmp_path: Path, make: Any) -> None:
    assert documents(built(make(), tmp_path, name="mine")) == {"mine:1": RIVER, "mine:2": MONEY}


def test_named_texts(tmp_path: Path) -> None:
    assert documents(built({"a": RIVER, "b": MONEY}, tmp_path)) == {"texts:a": RIVER, "texts:b": MONEY}


def test_markup_in_a_column(tmp_path: Path) -> None:
    assert documents(built(["We sat by the **river** bank."], tmp_path, kind="markdown")) == {"texts:1": RIVER}


def test_a_folder_and_what_of_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    (folder / "deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in ("a.txt", "deep/b.md", "deep/.c.md", ".git/d.txt", "e.py", "f.png"):
        (folder / name).write_text(RIVER, encoding="utf-8")
    (folder / "g.jsonl").write_text(json.dumps({"text": RIVER}), encoding="utf-8")
    found = documents(built(folder, tmp_path))
    assert found.keys() == {f"{folder.as_posix()}/{name}" for name in ("a.txt", "deep/b.md", "g.jsonl:1")}


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RIVER, encoding="utf-8")
    index = built([tmp_path / "a.txt", tmp_path / "a.txt"], tmp_path)
    assert len(index.uses("bank")) == 1


def test_files_of_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("A naïve bank".encode("utf-16"))
    assert documents(built(tmp_path / "a.txt", tmp_path, encoding="utf-16")) == {f"{tmp_path.as_posix()}/a.txt": "A naïve bank"}


def test_a_record_without_words_and_one_with_half_a_character(tmp_path: Path) -> None:
    index = built(["", "\ud800 bank \U0001f60b", "?!", "A\0bank"], tmp_path)
    assert documents(index) == {"texts:2": "\ufffd bank \U0001f60b"}


def test_a_very_long_sentence_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_CACHED", 1)
    index = built(["river bank " * 1000], tmp_path)
    assert len(index.uses("bank", k=5000)) == 1000
    assert max(len(u.sentence.split()) for u in index.uses("bank", k=5000)) == 200


def test_metadata_of_every_kind(tmp_path: Path) -> None:
    when = pd.Timestamp("1812-06-24")
    frame = pd.DataFrame(
        {"text": [RIVER], "day": [when], "by": [["a", "b"]], "n": [1.5], "ok": [True], "no": [None], "nan": [float("nan")]}
    )
    (use,) = built(frame, tmp_path).uses("bank")
    assert use.metadata == {"day": str(when), "by": "['a', 'b']", "n": 1.5, "ok": True}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"caf\xe9", r"it is not utf-8 text \(.*\); name its encoding"),
        ("a.txt", b"A bank\0\x01", "it holds binary data"),
        ("a.md", b"caf\xe9", "it is not utf-8 text"),
        ("a.jsonl", b'{"text": "A bank"}\n{"text', r"line 2 is not JSON \(.*\)"),
        ("a.jsonl", b"[1]", "line 1 is not a JSON object"),
        ("a.jsonl", b'{"text": 5}', "row 1 has no text in column 'text' but '5'"),
        ("a.jsonl", b'{"body": "A bank", "n": 1}', "row 1 has no column 'text'; its columns are body, n"),
        ("a.csv", b'text\n"A bank', r"line \d is not CSV \(.*\)"),
        ("a.parquet", b"PAR1 not", r"it is not a Parquet file \(.*\)"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_out_and_told_of(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / name).write_bytes(content)
    (tmp_path / "corpus" / "good.txt").write_text(RIVER, encoding="utf-8")
    index = built(tmp_path / "corpus", tmp_path)
    assert RIVER in documents(index).values()
    ((found, why),) = problems(index).items()
    assert found == name
    assert re.search(reason, why)


def test_what_stands_before_the_fault_is_indexed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{json.dumps({"text": RIVER})}\n{{"text', encoding="utf-8")
    assert RIVER in documents(built(tmp_path / "a.jsonl", tmp_path)).values()


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(RIVER)

    def refuse(self: Path, **_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert problems(built(tmp_path / "a.txt", tmp_path)) == {"a.txt": "it cannot be read (Permission denied)"}


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(folder: Path, onerror: Any) -> Iterator[Any]:
        onerror(PermissionError(13, "Permission denied", str(folder / "locked")))
        yield str(folder), [], []

    monkeypatch.setattr(sources.os, "walk", walk)
    assert problems(built(tmp_path, tmp_path)) == {"locked": "Permission denied"}


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 100)
    file = tmp_path / "a.txt"
    file.write_text(f"{RIVER}\n" * 50)
    reading = sources.FileSource(file, "utf-8", Columns()).parts()
    assert next(reading).number == 0
    with file.open("a") as more:
        more.write(MONEY)
    with pytest.raises(Unreadable, match="it changed while it was read"):
        next(reading)


def test_a_file_that_is_gone_when_its_turn_comes(tmp_path: Path) -> None:
    source = sources.FileSource(tmp_path / "a.txt", "utf-8", Columns())
    assert source.size == 0
    with pytest.raises(Unreadable, match="it cannot be read \\(No such file or directory\\)"):
        next(source.parts())


def test_markup_longer_than_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LIMIT", 100)
    (tmp_path / "a.md").write_text(RIVER * 10)
    assert problems(built(tmp_path / "a.md", tmp_path)) == {
        "a.md": "it is longer than 100 characters; divide it, or make plain text of it"
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("We sat by the river bank", "there is no file or folder 'We sat by the river bank'; a text to index is given in a list"),
        (Path("nowhere"), "there is no file or folder 'nowhere'"),
        ([RIVER, 5], r"from a path, or from texts \(str\), .*; not from int"),
        ([Path("tests"), "text"], "not from str"),
        (5, "not from int"),
    ],
)
def test_what_no_index_is_built_from(tmp_path: Path, source: Any, message: str) -> None:
    with pytest.raises(sl.IndexUnavailable, match=message):
        built(source, tmp_path)


def test_a_path_among_texts_is_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("essay.txt").write_text(RIVER)
    with pytest.raises(sl.IndexUnavailable, match=r"'essay.txt' is a file: .* files as pathlib.Path\('essay.txt'\)"):
        built(["essay.txt"], tmp_path)


def test_a_long_text_is_cut_between_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 40)
    text = "one two three\n\nfour five six\n\nseven\neight nine ten eleven twelve\nthirteen\r\n\r\n" + "x" * 90
    found = [part.documents[0] for part in stretches("s", [text[:7], text[7:50], text[50:]])]
    assert [d.text for d in found] == [
        "one two three\n\nfour five six\n\n",
        "seven\neight nine ten eleven twelve\n",
        "thirteen\r\n\r\n" + "x" * 28,  # a cut there would leave less than half a part
        "x" * 40,
        "x" * 22,
    ]
    assert "".join(d.text for d in found) == text
    assert [text[d.offset : d.offset + len(d.text)] for d in found] == [d.text for d in found]


def test_blocks_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 10)
    found = list(blocks("s", Columns().documents("s", ({"text": t} for t in ("a" * 6, "b" * 6, "c" * 20, "d")))))
    assert [[d.text[0] for d in part.documents] for part in found] == [["a", "b"], ["c"], ["d"]]
    assert [part.number for part in found] == [0, 1, 2]
    assert len({part.id for part in found} | {Part("t", 0, ()).id}) == 4


def test_a_digest_changes_with_all_that_a_part_holds() -> None:
    document = parts.Document("a", "text")
    others = [
        parts.Document("b", "text"),
        parts.Document("a", "other"),
        parts.Document("a", "text", "markdown"),
        parts.Document("a", "text", metadata={"year": 1812}),
    ]
    digests = [Part("s", 0, (d,)).digest for d in (document, *others)]
    assert len(set(digests)) == len(digests)
    assert digests[0] == Part("s", 0, (parts.Document("a", "text"),)).digest


def test_lone_surrogates_are_no_characters() -> None:
    assert whole_characters("a\ud800b\U0001f60b") == "a\ufffdb\U0001f60b"
    assert whole_characters("naïve") == "naïve"
