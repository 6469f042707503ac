"""Files of word vectors that are damaged, odd or something else: each is told by its place and how to go on."""

from __future__ import annotations

import gzip
import logging
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import senselens as sl
from senselens import static_files

ROW = struct.Struct("<3f")
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def binary(rows: dict[str, tuple[float, float, float]], header: str | None = None) -> bytes:
    body = b"".join(word.encode() + b" " + ROW.pack(*numbers) for word, numbers in rows.items())
    return (header or f"{len(rows)} 3\n").encode() + body


RIVER = {"river": (1.0, 2.0, 3.0), "bank": (0.5, -1.0, 0.0)}

BAD_TEXT = {
    "empty": (b"", "is empty"),
    "only a header": (b"2 3\n", "line 1: it tells of 2 words, but 0 follow"),
    "a header of no words": (b"0 3\n", "line 1: there is no word with its numbers"),
    "a header of no numbers": (b"3 0\n", "line 1: there is no word with its numbers"),
    "fewer lines than the header says": (b"3 2\na 1 2\nb 3 4\n", "line 1: it tells of 3 words, but 2 follow"),
    "more lines than the header says": (b"1 2\na 1 2\nb 3 4\n", "line 1: it tells of 1 words, but 2 follow"),
    "narrower than the header says": (b"2 3\na 1 2\nb 3 4\n", "line 2: a word and 3 numbers are due, as in line 1, but .* are 2"),
    "wider than the header says": (
        b"2 2\na 1 2 3\nb 3 4 5\n",
        "line 2: a word and 2 numbers are due, as in line 1, but .* are 3",
    ),
    "cut short within a line": (b"a 1 2\nb 3 4\nc 5", "line 3: a word and 2 numbers are due, as in line 1, but .* are 1"),
    "an empty line": (b"a 1 2\n\nb 3 4\n", "line 2: a word and 2 numbers are due"),
    "a line with no word": (b"a 1 2\n 3 4\n", "line 2: a word and 2 numbers are due"),
    "a line with no numbers": (b"a 1 2\nb\n", "line 2: a word and 2 numbers are due"),
    "not UTF-8": ("a 1 2\nnaïve 3 4\n".encode("latin-1"), r"line 2: .*na\\xefve.* is not UTF-8; save text as UTF-8"),
    "binary": (binary(RIVER), r"line 2: .* is not UTF-8; .* let a binary file end in \.bin"),
    "not a number": (b"a 1 2\nb 3 x4\n", "line 2: 'x4' is no number"),
    "NaN": (b"a 1 2\nb 3 nan\n", "line 2: nan is no finite float32"),
    "infinite": (b"a 1 2\nb -inf 4\n", "line 2: -inf is no finite float32"),
    "too large": (b"a 1 2\nb 1e39 4\n", "line 2: 1e[+]39 is no finite float32"),
    "twice the same word": (b"3 2\na 1 2\nb 3 4\na 5 6\n", "line 4: 'a' is in line 2 already"),
    "prose": (b"We sat by the river\nand it rained.\n", "line 1: 'sat' is no number, so this is no file of word vectors"),
    "one word": (b"word\n", "line 1: there is no word with its numbers"),
}

BAD_BINARY = {
    "empty": (b"", "is empty"),
    "text": (b"a 1 2 3\nb 4 5 6\n", r"neither a word2vec nor a fastText \.bin; .* text ends in \.txt or \.vec"),
    "a pickle": (b"\x80\x04\x95\x00\x00", r"neither a word2vec nor a fastText \.bin"),
    "no words": (binary({}, "0 3\n"), "line 1: 0 words of 3 numbers do not fit"),
    "cut short": (binary(RIVER)[:-1], "word 2 of 2 .byte 22.: the file is cut short, or line 1 has the wrong width"),
    "cut short by much": (binary(RIVER)[:-9], "line 1: 2 words of 3 numbers do not fit in its 30 bytes"),
    "more words than there are": (binary(RIVER, "9 3\n"), "line 1: 9 words of 3 numbers do not fit in its 39 bytes"),
    "a petabyte": (binary(RIVER, "999999999999 300\n"), "line 1: 999999999999 words of 300 numbers do not fit"),
    "fewer words than there are": (binary(RIVER, "1 3\n"), "line 1: the file goes on after the 1 words it tells of .byte 22."),
    "too narrow": (binary(RIVER, "2 2\n"), "line 1: the file goes on after the 2 words it tells of .byte 35."),
    "too wide": (binary(RIVER, "1 4\n"), "line 1: the file goes on after the 1 words"),
    "not UTF-8": (
        "1 3\nnaïve ".encode("latin-1") + ROW.pack(1, 2, 3),
        r"word 1 of 1 .byte 4.: b'na\\xefve' is not UTF-8, or line 1 has the wrong width",
    ),
    "no end of the word": (b"1 3\n" + b"\x00" * 30, "word 1 of 1 .byte 4.: the file is cut short, or line 1 has the wrong width"),
    "NaN": (binary(RIVER | {"bank": (0, np.nan, 0)}), "word 2 of 2: a number of 'bank' is not finite"),
    "twice the same word": (binary(RIVER) + b"river " + ROW.pack(1, 1, 1), "the file goes on"),
    "twice the same word, counted": (
        binary(RIVER, "3 3\n") + b"river " + ROW.pack(1, 1, 1),
        "word 3 of 3 .byte 39.: 'river' is word 1 already",
    ),
}


@pytest.mark.parametrize("case", BAD_TEXT)
@pytest.mark.parametrize("name", ["bad.txt", "bad.vec.gz"])
def test_bad_text(tmp_path: Path, name: str, case: str) -> None:
    content, message = BAD_TEXT[case]
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with pytest.raises(sl.BadModelFile, match=f"{name},? .*{message}"):
        sl.load(str(tmp_path / name))


@pytest.mark.parametrize("case", BAD_BINARY)
@pytest.mark.parametrize("name", ["bad.bin", "bad.bin.gz"])
def test_bad_binary(tmp_path: Path, name: str, case: str) -> None:
    content, message = BAD_BINARY[case]
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with pytest.raises(sl.BadModelFile, match=f"{name},? .*{message}"):
        sl.load(str(tmp_path / name))


@pytest.mark.parametrize("name", ["v.txt.gz", "v.bin.gz"])
@pytest.mark.parametrize("damage", [lambda z: z[:-12], lambda z: b"no gzip", lambda z: z[:20] + b"\0\1\2\3"])
def test_damaged_gzip(tmp_path: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    content = binary({f"w{i}": (i, 1, 1) for i in range(100)}) if "bin" in name else b"a 1 2\nb 3 4\n" * 50
    (tmp_path / name).write_bytes(damage(gzip.compress(content)))
    with pytest.raises(sl.BadModelFile, match=r"is no whole gzip file .*; download or save it again"):
        sl.load(str(tmp_path / name))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "v.txt").write_bytes(b"a 1 2\n")

    def closed(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", closed)
    with pytest.raises(sl.BadModelFile, match=r"v\.txt cannot be read \(Permission denied\)"):
        static_files.read_text(tmp_path / "v.txt")


def test_words_of_glove_840b_hold_spaces(tmp_path: Path) -> None:
    (tmp_path / "glove.txt").write_text("the 1 2\n. . . 3 4\nat name@domain.com 5 6\n", encoding="utf-8")
    table = sl.load(str(tmp_path / "glove.txt")).table
    assert table.words == ["the", ". . .", "at name@domain.com"]
    assert table.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_of_a_word_twice_in_a_glove_file_the_first_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "glove.txt").write_text("a 1 2\nb 3 4\na 5 6\nc 7 8\n", encoding="utf-8")
    table = sl.load(str(tmp_path / "glove.txt")).table
    assert table.words == ["a", "b", "c"]
    assert table.vectors.tolist() == [[1, 2], [3, 4], [7, 8]]
    assert "line 3: 'a' came before; the first counts" in caplog.text


@pytest.mark.parametrize("content", ["2 2\r\na 1 2 \r\nb 3e0 4.\r\n", "a 1 2 \nb 3 4", "2 2\na 1 2\nb 3 4"])
def test_spaces_and_line_ends_as_the_tools_write_them(tmp_path: Path, content: str) -> None:
    (tmp_path / "v.vec").write_bytes(content.encode())
    table = sl.load(str(tmp_path / "v.vec")).table
    assert table.words == ["a", "b"]
    assert table.vectors.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("width", [1, 3])
def test_words_may_look_like_anything(tmp_path: Path, width: int) -> None:
    words = ["1", "-0.5", "\u00a0", "\u2028", "#", '"', "nan", "\x85", "😀"]
    numbers = " 0.25" * width
    (tmp_path / "v.txt").write_text("".join(f"{w}{numbers}\n" for w in words), encoding="utf-8", newline="")
    table = sl.load(str(tmp_path / "v.txt")).table
    assert table.words == words
    assert (table.vectors == np.full((len(words), width), 0.25)).all()


@settings(deadline=None)
@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=9))
def test_numbers_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[tuple[float, float]]
) -> None:
    path = tmp_path_factory.mktemp("numbers") / "v.txt"
    path.write_text("".join(f"w{i} {a!r} {b!r}\n" for i, (a, b) in enumerate(numbers)), encoding="utf-8")
    np.testing.assert_array_equal(static_files.read_text(path).vectors, np.array(numbers, np.float32))


@pytest.mark.parametrize("header", ["", "1000 4\n"])
def test_a_long_text_is_read_block_by_block(
    tmp_path: Path, header: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(static_files, "BLOCK", 256)
    monkeypatch.setattr(static_files, "TOLD", 400)
    caplog.set_level(logging.INFO)
    vectors = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float32)
    lines = [f"w{i} {' '.join(str(x) for x in row)}\n" for i, row in enumerate(vectors.tolist())]
    (tmp_path / "long.txt").write_text(header + "".join(lines), encoding="utf-8")
    table = static_files.read_text(tmp_path / "long.txt")
    np.testing.assert_array_equal(table.vectors, vectors)
    assert table.words == [f"w{i}" for i in range(1000)]
    assert caplog.text.count("words read") == 2
    (tmp_path / "long.txt").write_text(header + "".join([*lines[:-1], "last 1 2 3\n"]), encoding="utf-8")
    with pytest.raises(sl.BadModelFile, match=f"line {1001 if header else 1000}: a word and 4 numbers are due"):
        static_files.read_text(tmp_path / "long.txt")
