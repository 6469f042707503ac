"""Labelled texts: what is one, files of them, parts of them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pandas
import pytest

import senselens as sl
from senselens.labelled import teachable

TEXTS = ("“Fine”, she said", 'a "quoted" word', "naïve 😀", "two\u2028lines")


def test_two_columns_of_a_data_frame_will_do() -> None:
    frame = pandas.DataFrame({"text": TEXTS, "label": ["b", "a", "b", "c"]})
    found = sl.Labelled(frame["text"], frame["label"])
    assert found == sl.Labelled(TEXTS, ("b", "a", "b", "c"))
    assert (len(found), found.names) == (4, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ("one", ["a"], "give a list of texts and a list of as many labels, not one string"),
        (["one"], "a", "not one string"),
        (["one"], ["a", "b"], "there are 1 texts and 2 labels"),
        (["one", float("nan")], ["a", "b"], "text 1 is nan: give a string"),
        ([("one", 2)], ["a"], r"text 0 is \('one', 2\): give a string, or a pair of a string and a word of it"),
        (["one", "two"], ["a", 1], r"label 1 is 1: give names, such as str\(1\)"),
        (["one"], [""], "label 0 is ''"),
    ],
)
def test_what_is_no_text_or_no_label(texts: object, labels: object, message: str) -> None:
    with pytest.raises(sl.BadExamples, match=message):
        sl.Labelled(texts, labels)


def test_parts_have_the_labels_in_proportion_and_hold_everything_once() -> None:
    whole = sl.Labelled([f"text {i}" for i in range(100)], ["a"] * 60 + ["b"] * 30 + ["c"] * 10)
    train, test = whole.split(0.8, seed=3)
    assert Counter(train.labels) == {"a": 48, "b": 24, "c": 8}
    assert sorted(train.texts + test.texts) == sorted(whole.texts)
    assert whole.split(0.8, seed=3) == (train, test)
    assert whole.split(0.8, seed=4)[0] != train
    assert list(train.texts) == sorted(train.texts, key=whole.texts.index)
    assert Counter(whole.split(20)[0].labels) == {"a": 12, "b": 6, "c": 2}


def test_rare_labels_are_now_in_one_part_and_now_in_the_other() -> None:
    whole = sl.Labelled([str(i) for i in range(10)], ["a"] * 9 + ["rare"])
    inside = [("rare" in whole.split(0.5, seed)[0].labels) for seed in range(200)]
    assert np.mean(inside) == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("size", [0.0, 1.0, 4, -1, 0.1])
def test_no_part_is_empty(size: float) -> None:
    with pytest.raises(sl.BadExamples, match=f"4 texts cannot be divided at {size}"):
        sl.Labelled(TEXTS, list("abab")).split(size)


def test_one_label_teaches_nothing() -> None:
    with pytest.raises(sl.BadExamples, match="there are 2 texts with all of them 'a': give texts of two labels or more"):
        teachable(sl.Labelled(["x", "y"], ["a", "a"]))
    with pytest.raises(sl.BadExamples, match="there are 0 texts with no label at all"):
        teachable(sl.Labelled([], []))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("reviews.csv", 'id,text,label\n1,"“Fine”, she said",b\n2,"a ""quoted"" word",a\n3,naïve 😀,b\n4,two\u2028lines,c\n'),
        ("reviews.tsv", '\ufefftext\tlabel\n“Fine”, she said\tb\r\na "quoted" word\ta\nnaïve 😀\tb\ntwo\u2028lines\tc'),
        (
            "reviews.JSONL",
            '{"text": "“Fine”, she said", "label": "b"}\n\n{"text": "a \\"quoted\\" word", "label": "a"}\n'
            '{"label": "b", "text": "naïve 😀"}\n{"text": "two\\u2028lines", "label": "c", "more": [1]}\n',
        ),
    ],
)
def test_files(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    assert sl.read_labelled(tmp_path / name) == sl.Labelled(TEXTS, ("b", "a", "b", "c"))


def test_columns_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("review,stars\nFine.,five\n", encoding="utf-8")
    assert sl.read_labelled(str(tmp_path / "a.csv"), text="review", label="stars") == sl.Labelled(["Fine."], ["five"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.csv",
            b"text,stars\nFine.,five\n",
            r"a\.csv, line 2: there is no text in the column 'label'; the columns are text, st",
        ),
        ("a.csv", b"text,label\nFine.\n", "line 2: there is no text in the column 'label'; the columns are text, label$"),
        ("a.csv", b"text,label\nFine.,\n", "label 0 is ''"),
        ("a.csv", b"text,label\nFine, very,five\n", "line 2: there are more cells than columns; is one unquoted"),
        ("a.tsv", b'text\tlabel\n"Fine\tfive\nBad\tone\tx\n', "line 3: there are more cells"),
        ("a.csv", b"text,label\n", r"a\.csv holds no texts: give a line of column names"),
        ("a.csv", b"text,label\nFine\xff,five\n", r"a\.csv is not UTF-8 \(byte 15 cannot be read\)"),
        ("a.csv", b"text,label\n" + b"x" * 200_000 + b",a\n", r"a\.csv is no \.csv file: field larger"),
        ("a.jsonl", b'{"text": "a", "label": 1}\n', "line 1: there is no text in the column 'label'"),
        ("a.jsonl", b"\n{'text'}\n", "line 2 is not JSON"),
        ("a.jsonl", b"[1]\n", "line 1 is not a JSON object"),
        ("a.xlsx", b"", r"give a file that ends in \.csv, \.tsv, \.jsonl, \.ndjson"),
    ],
)
def test_files_that_are_wrong_name_the_line_and_the_cure(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    csv.field_size_limit(1 << 17)  # the default; reading a corpus raises it for the whole process
    (tmp_path / name).write_bytes(content)
    with pytest.raises(sl.BadExamples, match=message):
        sl.read_labelled(tmp_path / name)


def test_a_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(sl.BadExamples, match=r"none\.csv cannot be read: No such file"):
        sl.read_labelled(tmp_path / "none.csv")
