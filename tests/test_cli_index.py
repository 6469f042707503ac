"""The commands of an index, as a newcomer types them."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
from samples import BANKS

from senselens import cli
from senselens.cli.arguments import UsageError
from senselens.cli.index import where

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli")
    rows = [{"body": text, "year": 1800 + i} for i, text in enumerate(BANKS.values())]
    (folder / "banks.jsonl").write_text("\n".join(map(json.dumps, rows)))
    target = str(folder / "index.lance")
    build = ["build", target, str(folder / "banks.jsonl"), "--model", "mini-int8", "--text", "body"]
    assert cli.main(["index", *build]) == 0
    return target


def printed(capsys: Capture, *arguments: str) -> str:
    capsys.readouterr()
    assert cli.main(["index", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_build_tells_what_it_did(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A bank.")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    arguments = ["index", "build", str(tmp_path / "i"), str(tmp_path), "--model", "mini-int8"]
    assert cli.main(arguments) == 0
    out, err = capsys.readouterr()
    assert re.search(r"parts: 1 new\n1 sentences and 1 uses of words were added in \d+ s", out)
    assert re.fullmatch(r"senselens: '.*b.txt' is not indexed, or not to its end: it is not utf-8 text .*\n", err)
    assert cli.main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["unchanged"], len(report["problems"])) == (0, 1, 1)


def test_many_problems_are_cut(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    for i in range(25):
        (tmp_path / "texts" / f"{i}.txt").write_bytes(b"caf\xe9")
    assert cli.main(["index", "build", str(tmp_path / "i"), str(tmp_path / "texts"), "--model", "mini-int8"]) == 0
    err = capsys.readouterr().err
    assert err.count("\n") == 21
    assert "and 5 more; --json lists all" in err


def test_query(capsys: Capture, place: str) -> None:
    out = printed(capsys, "query", place, "bank", "--like", "They walked along the bank of the stream", "-k", "2")
    assert BANKS["river"] in out.splitlines()[0]
    assert "same sense" in out
    assert "random words" in out
    rows = json.loads(printed(capsys, "query", place, "bank", "--where", "year=1801..1802", "-w", "pos=n", "--json"))
    assert [row["sentence"] for row in rows] == [BANKS["river"]]
    assert "banks.jsonl:1:25" in printed(capsys, "query", place, "bank", "-k", "1")
    assert "the index holds no such use of zzyzx" in printed(capsys, "query", place, "zzyzx")


def test_senses(capsys: Capture, place: str) -> None:
    out = printed(capsys, "senses", place, "bank", "-k", "1")
    assert "a financial institution that accepts deposits" in out
    assert re.search(r"^2 \(50 %\)  .* noun, \d+ % sure", out.replace("\u00a0", " "), re.MULTILINE)
    assert sum(g["count"] for g in json.loads(printed(capsys, "senses", place, "bank", "--json"))) == 4
    assert "the index holds no use of zzyzx" in printed(capsys, "senses", place, "zzyzx")


def test_search(capsys: Capture, place: str) -> None:
    out = printed(capsys, "search", place, "cash machine", "-k", "2")
    assert BANKS["money"] in out
    assert BANKS["cash"] in out
    assert "all sentences have" in out
    assert json.loads(printed(capsys, "search", place, "cash", "-k", "1", "--json"))[0]["baseline"]
    assert printed(capsys, "search", place, "cash", "-w", "year=1066") == ""


def test_info(capsys: Capture, place: str) -> None:
    out = printed(capsys, "info", place)
    assert re.search(r"^sentences  4$", out, re.MULTILINE)
    assert re.search(r"^size       0\.\d MB$", out, re.MULTILINE)
    assert json.loads(printed(capsys, "info", place, "--json"))["documents"] == 4


def test_a_terminal(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

        def reconfigure(self, **_: object) -> None:
            """As a terminal's stream has it."""

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert cli.main(["index", "senses", place, "bank"]) == 0
    assert "\x1b[" in screen.getvalue()


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        ([], {}),
        (["pos=n"], {"pos": ["n"]}),
        (["year=1812", "year=1900..1902"], {"year": ["1812", 1812, 1900, 1901, 1902]}),
        (["author=Jane Austen", "document=letters/*"], {"author": ["Jane Austen"], "document": "letters/*"}),
    ],
)
def test_conditions(conditions: list[str], wanted: dict[str, object]) -> None:
    assert where(conditions) == wanted


@pytest.mark.parametrize("conditions", [["year"], ["=1"], ["document=a", "document=b"]])
def test_conditions_that_are_none(conditions: list[str]) -> None:
    with pytest.raises(UsageError, match="--where"):
        where(conditions)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["info", "nowhere"], "there is no index at nowhere"),
        (["build", "i", "nowhere"], "there is no file or folder 'nowhere'"),
        (["build", "i", "nowhere", "--encoding", "utf-99"], "no encoding is called 'utf-99'"),
    ],
)
def test_errors_are_one_line(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["index", *arguments]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
