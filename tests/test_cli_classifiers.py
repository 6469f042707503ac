"""The commands finetune and classify: from a file of labelled texts to labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from test_feature_based import LABELS, TEXTS

import senselens as sl
from senselens import cli

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def banks(tmp_path: Path) -> str:
    rows = [f"{text}\t{label}" for text, label in zip(TEXTS, LABELS, strict=True)]
    (tmp_path / "banks.tsv").write_text("\n".join(["text\tlabel", *rows]), encoding="utf-8")
    return str(tmp_path / "banks.tsv")


def test_from_a_file_to_labels(banks: str, tmp_path: Path, capsys: Capture) -> None:
    to = str(tmp_path / "out")
    assert cli.main(["finetune", banks, "--way", "features", "--to", to, "--test", banks]) == 0
    out, err = capsys.readouterr()
    assert out == f'test: 100.0% of 12 texts right, macro-F1 1.000\nnext: senselens classify "some text" --model {to}\n'
    assert err == ""
    assert cli.main(["classify", "My bank lent me the money", "--model", to]) == 0
    best, other = (line.split() for line in capsys.readouterr().out.splitlines())
    assert (best[-1], other[-1]) == ("money", "river")


def test_lines_of_a_file_are_texts(banks: str, tmp_path: Path, capsys: Capture) -> None:
    to, file = str(tmp_path / "out"), tmp_path / "new.txt"
    cli.main(["finetune", banks, "--way", "features", "--to", to])
    file.write_text("The bank lent me the money.\n\nReeds grew [red]by[/] the water.\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["classify", str(file), "--lines", "-k", "1", "--model", to, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["text"][-6:], [a["label"] for a in row["labels"]]) for row in found] == [
        ("money.", ["money"]),
        ("water.", ["river"]),
    ]
    assert cli.main(["classify", str(file), "--lines", "--model", to]) == 0
    assert "Reeds grew [red]by[/] the water." in capsys.readouterr().out


def test_all_weights(banks: str, tmp_path: Path, tiny: Callable[[str], str], capsys: Capture) -> None:
    to = str(tmp_path / "out")
    recipe = ["--epochs", "1", "--batch-size", "4", "--patience", "2", "--seed", "3", "--dev", "0.25", "--model", tiny("bert")]
    assert cli.main(["finetune", banks, "--to", to, *recipe]) == 0
    assert "numbers trained in 3 steps, " in capsys.readouterr().out
    assert set(sl.load(to).labels) == {"money", "river"}
    assert cli.main(["finetune", banks, "--to", to, *recipe]) == 1
    assert "is there already: give another folder" in capsys.readouterr().err
    assert cli.main(["finetune", banks, "--to", to, "--overwrite", "--json", "--dev", banks, *recipe[:-4], *recipe[-2:]]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["examples"], told["dev"]["count"], told["recipe"]["seed"]) == (12, 12, 3)
    assert cli.main(["classify", "The bank", "--model", to, "-k", "1"]) == 0
    assert capsys.readouterr().out.split()[-1] in ("money", "river")


def test_a_learnt_mix_tells_its_layers(banks: str, tmp_path: Path, capsys: Capture) -> None:
    assert cli.main(["finetune", banks, "--way", "mix", "--to", str(tmp_path / "a")]) == 0
    shares = capsys.readouterr().out.splitlines()[0].removeprefix("shares of the layers: ").split(", ")
    assert sum(map(float, shares)) == pytest.approx(1, abs=0.05)
    assert len(shares) == 7
    assert cli.main(["finetune", banks, "--way", "mix", "--to", str(tmp_path / "b"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["layer_shares"]) == 7


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--patience", "2"], 2, "--patience needs --dev"),
        (["--label", "stars"], 1, "there is no text in the column 'stars'; the columns are text, label"),
        (["--dev", "1.5"], 1, "12 texts cannot be divided at 1.5"),
        (["--model", "glove"], 1, "glove cannot be fine-tuned: it is a table of vectors"),
        (["--learning-rate", "7"], 1, "a learning rate between 0 and 1"),
    ],
)
def test_errors_are_one_line(banks: str, tmp_path: Path, capsys: Capture, arguments: list[str], code: int, message: str) -> None:
    assert cli.main(["finetune", banks, "--to", str(tmp_path / "out"), *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("senselens: ")
    assert message in err
    assert err.count("\n") == 1


def test_an_existing_folder_is_told_before_training(banks: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    for way in ("features", "full"):
        options = ["--to", str(tmp_path / "out"), "--way", way, "--model", "mini", "--overwrite"]
        assert cli.main(["finetune", banks, *options]) == 1
        assert "is not one that senselens wrote" in capsys.readouterr().err


def test_a_model_without_labels(capsys: Capture) -> None:
    assert cli.main(["classify", "A fine film", "--model", "mini"]) == 1
    assert (
        "mini cannot sort texts into labels; distilbert-sst2, finbert-sentiment can (fine_tune teaches" in capsys.readouterr().err
    )
