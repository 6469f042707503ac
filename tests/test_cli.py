"""The command as a newcomer types it: what it prints, where, and how it fails."""

from __future__ import annotations

import io
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samples import BANKS
from tiny_causal import causal_checkpoint

import senselens as sl
from senselens import cli, places, sense_building
from senselens.cli import terminal, words

Capture = pytest.CaptureFixture[str]


def run(*arguments: str) -> int:
    return cli.main(arguments)


def printed(capsys: Capture, *arguments: str) -> str:
    assert run(*arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_look_at_a_word(capsys: Capture) -> None:
    out = printed(capsys, "look", BANKS["river"], "--word", "bank")
    assert "sloping land (especially the slope beside a body of water)" in out
    assert "most frequent" in out
    assert "what else fits here" in out
    assert "\x1b" not in out


def test_look_at_three_readings_side_by_side(capsys: Capture) -> None:
    out = printed(capsys, "look", BANKS["money"], BANKS["river"], BANKS["plane"], "--word", "bank")
    first = out.splitlines()[0]
    assert all(part in first for part in ("deposited", "river", "plane"))
    assert max(map(len, out.splitlines())) <= terminal.PIPE_WIDTH
    assert all(f"{i} - {j}" in out for i, j in ((1, 2), (1, 3), (2, 3)))


def test_look_at_every_word_of_a_file(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "essay.txt"
    file.write_text(f"{BANKS['river']}. {BANKS['cash']}.", encoding="utf-8")
    out = printed(capsys, "look", str(file))
    assert out.count("\n") > 5
    assert "withdrew" in out
    assert "--word" in out


def test_look_shows_the_other_uses_and_near_sentences(capsys: Capture) -> None:
    text = ". ".join(BANKS.values()) + "."
    out = printed(capsys, "look", text, "--word", "bank", "--occurrence", "3")
    assert "the other uses of bank" in out
    assert "same sense" in out
    assert "random words" in out
    assert "sentences nearest to this one" in out


def test_look_gives_json(capsys: Capture) -> None:
    one = json.loads(printed(capsys, "look", BANKS["river"], "--word", "bank", "--json"))
    assert one["words"][0]["readings"]["mini"]["senses"][0]["sense_id"] == "bank%1:17:01::"
    two = json.loads(printed(capsys, "look", BANKS["river"], BANKS["money"], "--json"))
    assert [i["text"] for i in two] == [BANKS["river"], BANKS["money"]]


def test_a_file_is_read_as_the_document_it_is(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "essay.md"
    file.write_text(
        "---\ntitle: no\n---\n# The `code`\n\nWe sat by the **river** [bank](http://no.org).\n\n    no code\n", encoding="utf-8"
    )
    assert run("look", str(file), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [w["word"] for w in found["words"]] == ["The", "We", "sat", "by", "the", "river", "bank"]
    assert [found["text"][s["start"] : s["end"]] for s in found["sentences"]] == ["The \ufffc", "We sat by the river bank."]
    empty = tmp_path / "empty.py"
    empty.write_text("x = 1\n")
    assert run("look", str(empty)) == 2
    assert "there is nothing to read in" in capsys.readouterr().err


def test_look_writes_a_page(capsys: Capture, tmp_path: Path) -> None:
    target = tmp_path / "bank.html"
    assert printed(capsys, "look", BANKS["river"], "--html", str(target)).strip() == str(target)
    assert "sloping land" in target.read_text(encoding="utf-8")
    assert run("look", BANKS["river"], "--html", str(tmp_path)) == 2
    assert "cannot be written: Is a directory" in capsys.readouterr().err


def test_look_when_nothing_has_a_sense(capsys: Capture) -> None:
    assert "no word of this text is in the inventory" in printed(capsys, "look", "Zzyzx the")
    assert "by has no sense to tell here" in printed(capsys, "look", BANKS["river"], "--word", "by")


def test_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("The naïve bank".encode())))
    assert json.loads(printed(capsys, "look", "-", "--json"))["text"] == "The naïve bank"


def test_a_long_text_leaves_out_near_sentences(capsys: Capture) -> None:
    assert run("look", "It rained. " * 301 + "A bank.", "--word", "bank") == 0
    out, err = capsys.readouterr()
    assert "near sentences are left out" in err
    assert "nearest to this one" not in out


def test_a_long_text_is_looked_at_from_its_start(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_WORDS", 3)
    assert run("look", "The river bank by the shore", "--json") == 0
    out, err = capsys.readouterr()
    assert "first 3 words; look at any other with --word" in err
    assert [w["word"] for w in json.loads(out)["words"]] == ["The", "river", "bank"]


def test_predict(capsys: Capture) -> None:
    assert len(printed(capsys, "predict", "The cat sat on the [MASK].", "-k", "3").splitlines()) == 3
    two = printed(capsys, "predict", "The [MASK] sat on the ___.")
    assert "mask 1" in two
    assert "mask 2" in two
    joint = json.loads(printed(capsys, "predict", "The [MASK] sat on the ___.", "--jointly", "--json"))
    assert len(joint[0]["words"]) == 2
    assert "The " in printed(capsys, "predict", "The [MASK] sat.", "--jointly")
    weighed = json.loads(printed(capsys, "predict", BANKS["river"], "--word", "bank", "--targets", "shore", "pizzeria", "--json"))
    assert {g["word"] for g in weighed[0]} == {"shore", "pizzeria"}


def test_similar(capsys: Capture) -> None:
    arguments = ("similar", "bank", BANKS["money"], BANKS["river"], BANKS["cash"])
    rows = json.loads(printed(capsys, *arguments, "--json"))
    assert len(rows) == 3
    assert {"cosine", "baseline", "same_sense"} <= rows[0].keys()
    out = printed(capsys, *arguments)
    assert "1 - 3" in next(line for line in out.splitlines() if " - " in line and "%" in line)


def test_senses(capsys: Capture) -> None:
    out = printed(capsys, "senses", BANKS["river"], "--word", "bank")
    assert "bank%1:17:01::" in out
    assert "“he sat on the bank of the river and watched the currents”" in out
    assert len(json.loads(printed(capsys, "senses", BANKS["river"], "--word", "bank", "--json"))) == 18


def test_substitutes(capsys: Capture) -> None:
    text = "They bought a small house."
    first = printed(capsys, "substitutes", text, "--word", "house", "-k", "3").splitlines()
    assert len(first) == 3
    assert re.fullmatch(r"\d+\N{NO-BREAK SPACE}% +They bought an? (small )?\w+( \w+)?\.\s*", first[0])
    rows = json.loads(printed(capsys, "substitutes", text, "--word", "house", "--json"))
    assert len(rows) == 8
    assert rows[0]["text"] in first[0]


def test_senses_are_built_ahead(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(sense_building, "build_senses", lambda *given: asked.append(given[:3]) or 7)
    assert printed(capsys, "senses", "build", "--corpus", "semcor.data.xml") == "the vectors of 7 senses under mini are on disk\n"
    assert asked == [(sl.load("mini"), Path("semcor.data.xml"), "wordnet")]
    assert json.loads(printed(capsys, "senses", "build", "--json")) == {"senses": 7}


def test_search(capsys: Capture) -> None:
    out = printed(capsys, "search", "cash machine", "Turtles live long. You can withdraw money from an ATM.", "-k", "1")
    assert "ATM" in out
    assert json.loads(printed(capsys, "search", "cash", "An ATM. A turtle.", "--json"))[0]["cosine"]


def test_models(capsys: Capture) -> None:
    assert "bert-base-uncased" in printed(capsys, "models")
    assert [m["name"] for m in json.loads(printed(capsys, "models", "--json"))] == [m.name for m in sl.models()]


def test_setup_says_where_wordnet_is(capsys: Capture) -> None:
    assert run("setup") == 0
    assert Path(capsys.readouterr().out.strip()).is_file()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(causal_checkpoint("gpt2", tmp_path_factory.mktemp("command") / "gpt2"))


def test_next(capsys: Capture, tiny: str) -> None:
    assert len(printed(capsys, "next", "The cat sat on the", "--model", tiny, "-k", "3").splitlines()) == 3
    rows = json.loads(printed(capsys, "next", "The cat sat on the", "--model", tiny, "--json"))
    assert [{*row} for row in rows] == [{"word", "probability"}] * 5
    begun = json.loads(printed(capsys, "next", "The cat sat by the riv", "--model", tiny, "--complete", "--json"))
    assert all(row["word"].startswith("riv") for row in begun)


def test_surprisal(capsys: Capture, tiny: str) -> None:
    text = "The cat sat, by the river"
    model = sl.load(tiny)
    found = json.loads(printed(capsys, "surprisal", text, "--model", tiny, "--json"))
    values = model.word_log_probabilities(text)
    assert [row["word"] for row in found["words"]] == text.replace(",", "").split()
    assert [row["bits"] for row in found["words"]] == pytest.approx([-value / math.log(2) for _, value in values])
    assert found["log_probability"] == pytest.approx(model.log_probability(text))
    assert found["perplexity"] == pytest.approx(model.perplexity(text))
    shown = printed(capsys, "surprisal", text, "--model", tiny)
    assert [line.split()[0] for line in shown.splitlines()[:6]] == text.replace(",", "").split()
    assert f"log probability {found['log_probability']:.1f} nats" in shown


def test_a_text_without_words_has_no_surprisal(capsys: Capture, tiny: str) -> None:
    assert run("surprisal", "?!", "--model", tiny) == 2
    assert "the text holds no word" in capsys.readouterr().err


def test_compare(capsys: Capture) -> None:
    arguments = ("compare", BANKS["money"], BANKS["river"])
    assert "bank 1-2" in printed(capsys, *arguments)
    assert printed(capsys, *arguments, "--html", "--word", "the").startswith("<div")
    found = json.loads(printed(capsys, *arguments, "--models", "mini", "--json"))
    assert found["word"] == "bank"
    assert len(found["rows"][0]["similarities"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["next", "The cat", "--model", "mini"], 1, "mini cannot predict the next word; .*smollm2"),
        (["next", "The cat", "--previous", "--model", "mini"], 1, "mini cannot predict the previous word"),
        (["surprisal", "The cat", "--model", "mini"], 1, "mini cannot tell how probable a text is"),
        (["compare", "A bank", "--word", "bank"], 1, "'bank' does not stand twice"),
        (["compare", "A bank", "--models", "nonesuch"], 1, "no model is called 'nonesuch'"),
        (["look", "A bank", "--model", "nonesuch"], 1, "no model is called 'nonesuch': there are mini"),
        (["look", "A bank", "--word", "shore"], 1, "'shore' is not a word of the text; its words are A, bank"),
        (["look", "A bank", "--word", "bank", "--occurrence", "4"], 1, "has no occurrence 4 .* the last is 0"),
        (["look", ""], 2, "the text is empty"),
        (["look", " \n"], 2, "the text is empty"),
        (["look", "no/such/file.txt"], 2, "there is no file no/such/file.txt"),
        (["look", "essay.md"], 2, "there is no file essay.md"),
        (["look", "A bank", "--inventory", "oewn:1999"], 1, "oewn:1999"),
        (["predict", "The cat sat on the mat."], 1, r"write \[MASK\] or ___"),
        (["predict", "The [MASK]", "--jointly", "--targets", "a"], 2, "leave out --word and --targets"),
        (["similar", "bank", "A bank"], 2, "'bank' stands there once"),
        (["senses", "A bank", "--word", "zzyzx"], 1, "not a word of the text"),
        (["senses", "A bank"], 2, "name the word with --word; `senselens senses build`"),
        (["substitutes", "A bank", "--word", "shore"], 1, "not a word of the text"),
    ],
)
def test_errors_are_one_line_and_say_how_to_go_on(capsys: Capture, arguments: list[str], code: int, message: str) -> None:
    assert run(*arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("senselens: ")
    assert err.count("\n") == 1
    assert re.search(message, err)


@pytest.mark.parametrize("content", [b"\x00\x01binary", b"caf\xe9", bytes(range(256))])
def test_binary_files(capsys: Capture, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(content)
    assert run("look", str(file)) == 2
    assert "text file" in capsys.readouterr().err


def test_a_file_that_cannot_be_read(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "locked.txt"
    file.write_text("A bank")

    def refuse(self: Path, encoding: str) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert run("look", str(file)) == 2
    assert "cannot be read: Permission denied" in capsys.readouterr().err


def test_missing_weights(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from senselens import mini, registry

    registry.load.cache_clear()
    monkeypatch.setattr(mini, "FOLDER", tmp_path)
    assert run("look", "A bank") == 1
    assert "model.safetensors cannot be read" in capsys.readouterr().err
    registry.load.cache_clear()


def test_no_wordnet(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path))
    monkeypatch.setattr(places, "PACKAGE_DATA", tmp_path)
    assert run("look", "A bank") == 1
    assert "run `senselens setup wordnet`" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["look"], ["look", "x", "-k", "0"], ["look", "x", "--occurrence", "-1"], ["fly"], []])
def test_wrong_usage(capsys: Capture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2
    assert "usage: senselens" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["look", "--help"], ["--version"]])
def test_help_and_version(capsys: Capture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 0
    assert "senselens" in capsys.readouterr().out


def test_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(words, "read_prose", interrupt)
    assert run("look", "A bank") == 130


def test_as_a_process_with_a_reader_that_leaves() -> None:
    command = [sys.executable, "-m", "senselens.cli", "models", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(60)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True

    def reconfigure(self, **_: object) -> None:
        """As a terminal's stream has it."""


@pytest.mark.parametrize(
    "arguments",
    [
        ["look", ". ".join(BANKS.values()), "--word", "bank"],
        ["look", BANKS["river"]],
        ["similar", "bank", BANKS["money"], BANKS["river"]],
        ["models"],
    ],
)
def test_a_terminal_gets_colours_and_bars(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    assert run(*arguments) == 0
    assert "\x1b[" in screen.getvalue()


def test_surprisal_has_bars_in_a_terminal(monkeypatch: pytest.MonkeyPatch, tiny: str) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert run("surprisal", BANKS["river"], "--model", tiny) == 0
    assert "█" * 30 in screen.getvalue()


def test_what_a_terminal_would_obey_is_not_printed(capsys: Capture) -> None:
    out = printed(capsys, "look", "The \x1b]0;title\x07 river \x1b[31m bank", "--word", "bank")
    assert "\x1b" not in out
    assert "\x07" not in out


def test_progress_shows_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    clock = iter([0.0, 0.5, 2.0, 2.1])
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    with terminal.progress("looking") as step:
        step(1, 10)
        quiet = screen.getvalue()
        step(5, 10)
    assert quiet == ""
    assert "looking" in screen.getvalue()


@pytest.mark.parametrize(("share", "shown"), [(0, "0 %"), (0.001, "<1 %"), (0.007, "1 %"), (0.42, "42 %"), (1, "100 %")])
def test_percent(share: float, shown: str) -> None:
    assert terminal.percent(share) == shown.replace(" ", "\u00a0")
