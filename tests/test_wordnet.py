"""Reading WordNet's files, and the database made of them: a handful of WordNet 3.0's own lines, with fewer pointers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from senselens import wordnet_files
from senselens.places import PACKAGE_DATA
from senselens.wordnet_build import PART, VERSION, build, content_sha256
from senselens.wordnet_files import exceptions, sense_counts, synsets

FILES = {
    "data.noun": """\
  1 This software and database is being provided to you, the LICENSEE, by
08420278 14 n 04 depository_financial_institution 0 bank 0 banking_concern 0 banking_company 0 001 @ 08054721 n 0000 | a \
financial institution that accepts deposits and channels the money into lending activities; "he cashed a check at the bank"; \
"that bank holds the mortgage on my home"
09213565 17 n 01 bank 1 002 @ 09437454 n 0000 + 01587705 v 0101 | sloping land (especially the slope beside a body of water); \
"they pulled the canoe up on the bank"; "he sat on the bank of the river and watched the currents"
09270894 17 n 04 Earth 0 earth 2 world 0 globe 0 001 @i 09456369 n 0000 | the 3rd planet from the sun; the planet we live \
on; "the Earth moves around the sun"; "he sailed around the world"
09822830 18 n 01 attorney_general 0 001 ;c 08441203 n 0000 | the chief law officer of a country or state
""",
    "index.noun": """\
  1 This software and database is being provided to you, the LICENSEE, by
attorney_general n 1 2 @ ; 1 0 09822830
bank n 2 5 @ ~ #m %p + 2 2 09213565 08420278
banking_company n 1 3 @ ~ #m 1 0 08420278
banking_concern n 1 3 @ ~ #m 1 0 08420278
depository_financial_institution n 1 3 @ ~ #m 1 0 08420278
earth n 1 7 @ ~ #m #p %p + ; 1 1 09270894
globe n 1 3 @ #m + 1 0 09270894
world n 1 3 @ #m + 1 0 09270894
""",
    "data.verb": """\
00612841 31 v 02 suppress 0 repress 0 001 @ 00610167 v 0000 03 + 08 00 + 09 00 + 26 00 | put out of one's consciousness
02423762 41 v 03 inhibit 0 bottle_up 0 suppress 0 001 @ 02422663 v 0000 01 + 08 00 | control and refrain from showing; of \
emotions, desires, impulses, or behavior
""",
    "index.verb": """\
bottle_up v 1 1 @ 1 0 02423762
inhibit v 1 1 @ 1 1 02423762
repress v 1 1 @ 1 0 00612841
suppress v 2 1 @ 2 0 00612841 02423762
""",
    "data.adj": """\
00125711 00 a 01 preceding(a) 0 002 & 00125993 a 0000 ! 00126131 a 0101 | existing or coming before
00125993 00 s 01 above 0 001 & 00125711 a 0000 | appearing earlier in the same text; "flaws in the above interpretation"
00126131 00 a 01 following 0 001 ! 00125711 a 0101 | about to follow
""",
    "index.adj": """\
above a 1 1 & 1 1 00125993
following a 1 1 ! 1 0 00126131
preceding a 1 1 & 1 0 00125711
""",
    "data.adv": """\
00197182 02 r 01 o'clock 0 000 | according to the clock; "it's three o'clock in Tokyo now"
""",
    "index.adv": "o'clock r 1 0 1 1 00197182\n",
    "cntlist.rev": """\
above%5:00:00:preceding(a):00 1 13
bank%1:14:00:: 2 20
bank%1:17:01:: 1 25
earth%1:17:00:: 1 51
inhibit%2:41:00:: 3 0
""",
}
EXCEPTIONS = "# Irregular forms\nn\tattorneys_general\tattorney_general\na\tbetter\tgood well\n"

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "dict", FILES)


@pytest.fixture
def query(tmp_path: Path, folder: Path) -> Query:
    file = made(tmp_path, folder)

    def ask(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(file)) as db:
            return db.execute(sql, values).fetchall()

    return ask


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def made(tmp_path: Path, folder: Path) -> Path:
    (tmp_path / "exceptions.tsv").write_text(EXCEPTIONS, encoding="utf-8")
    (tmp_path / "licence.txt").write_text("WordNet Release 3.0", encoding="utf-8")
    file = tmp_path / f"{folder.name}.sqlite"
    build(folder, tmp_path / "exceptions.tsv", tmp_path / "licence.txt", file)
    return file


def test_a_line_of_a_data_file_is_a_synset(folder: Path) -> None:
    bank = next(s for s in synsets(folder, "noun") if s.offset == 9213565)
    assert (bank.pos, bank.lex_file, bank.words, bank.parents) == ("n", 17, (("bank", 1),), (9437454,))
    assert bank.definition == "sloping land (especially the slope beside a body of water)"
    assert bank.examples == (
        "they pulled the canoe up on the bank",
        "he sat on the bank of the river and watched the currents",
    )


@pytest.mark.parametrize(
    ("gloss", "definition", "examples"),
    [
        ('in fear, "she hurried down the stairs fearfully"', "in fear", ("she hurried down the stairs fearfully",)),
        ('set down according to a plan:"a carefully laid table"', "set down according to a plan", ("a carefully laid table",)),
        ('at no time; "Quoth the raven, nevermore!"  -E.A.Poe', "at no time", ("Quoth the raven, nevermore!",)),
        ('an appearance; "in summary form"; used in combination', "an appearance", ("in summary form",)),
        ('a workplace; as in the expression "on the job";', 'a workplace; as in the expression "on the job"', ()),
        ('the exact words (e.g., "he said `I am a fool\'")', 'the exact words (e.g., "he said `I am a fool\'")', ()),
        ('(language) of ancient authors; "classical Greek', "(language) of ancient authors", ("classical Greek",)),
        ('utter casually; "drop a hint"; drop names"', "utter casually", ("drop a hint",)),
    ],
)
def test_a_gloss_is_a_definition_and_examples(tmp_path: Path, gloss: str, definition: str, examples: tuple[str, ...]) -> None:
    folder = write(tmp_path / "dict", {"data.adv": f"00000001 02 r 01 so 0 000 | {gloss}  \n"})
    (synset,) = synsets(folder, "adv")
    assert (synset.definition, synset.examples) == (definition, examples)


def test_sense_keys_are_those_of_index_sense(query: Query) -> None:
    keys = {key for (key,) in query("select key from sense")}
    assert {"bank%1:17:01::", "o'clock%4:02:00::", "attorney_general%1:18:00::", "preceding%3:00:00::"} < keys
    assert "above%5:00:00:preceding:00" in keys, "a satellite's key ends with the head of its cluster"


def test_a_word_spelled_twice_in_a_synset_is_one_sense(query: Query) -> None:
    assert query("select key, count from sense where lemma = 'earth'") == [("earth%1:17:00::", 51)]
    assert query("select form, lemma from word where synset = ? order by number", PART + 9270894) == [
        ("Earth", "earth"), (None, "world"), (None, "globe"),
    ]  # fmt: skip


def test_ranks_are_the_order_of_the_index(query: Query) -> None:
    found = query("select rank, synset, count from sense where lemma = 'bank' order by rank")
    assert found == [(0, PART + 9213565, 25), (1, PART + 8420278, 20)]


def test_counts_are_found_under_keys_with_syntactic_markers(query: Query) -> None:
    assert query("select count from sense where lemma = 'above'") == [(13,)]


def test_counts_come_from_index_sense_where_there_is_no_cntlist(folder: Path) -> None:
    (folder / "cntlist.rev").unlink()
    with pytest.raises(FileNotFoundError, match="neither cntlist"):
        sense_counts(folder)
    (folder / "index.sense").write_text("bank%1:17:01:: 09213565 1 25\nbank%1:17:02:: 09213828 7 0\n", encoding="utf-8")
    assert sense_counts(folder) == {"bank%1:17:01::": 25}


def test_a_parent_is_a_hypernym_or_the_head_of_a_satellite(query: Query) -> None:
    assert query("select parent from parent where synset = ?", PART + 9213565) == [(PART + 9437454,)]
    assert query("select parent from parent where synset = ?", PART + 9270894) == [(PART + 9456369,)], "an instance's"
    assert query("select parent from parent where synset = ?", 3 * PART + 125993) == [(3 * PART + 125711,)]
    assert query("select parent from parent where synset = ?", 3 * PART + 125711) == [], "a head has no head"


def test_synsets_with_antonyms_are_opposites(query: Query) -> None:
    before, after = 3 * PART + 125711, 3 * PART + 126131
    assert query("select * from opposite order by synset") == [(before, after), (after, before)]


def test_hypernyms_that_went_in_a_circle_are_mended(query: Query) -> None:
    assert query("select parent from parent where synset = ?", 2 * PART + 2423762) == [(2 * PART + 612841,)]


def test_the_database_carries_its_licence_and_its_version(query: Query) -> None:
    assert query("select * from meta") == [("licence", "WordNet Release 3.0"), ("version", "3.0")]
    assert query("pragma user_version") == [(VERSION,)]


def test_exceptions_are_kept_in_their_order(tmp_path: Path, query: Query) -> None:
    rows = [("attorneys_general", "n", "attorney_general"), ("better", "a", "good well")]
    assert query("select form, pos, lemmas from exception order by form") == rows
    assert list(exceptions(tmp_path / "exceptions.tsv")) == [(pos, form, lemmas) for form, pos, lemmas in rows]


def test_the_exceptions_in_the_package_are_wordnets() -> None:
    found = {(form, pos): lemmas for pos, form, lemmas in exceptions(PACKAGE_DATA / "exceptions.tsv")}
    assert (found["mice", "n"], found["went", "v"], found["better", "a"]) == ("mouse", "go", "good well")
    assert found["gas", "n"] == "gas", "which keeps the rules from finding Georgia in it"
    assert "Princeton University" in (PACKAGE_DATA / "WORDNET-LICENSE.txt").read_text(encoding="utf-8")


def test_offsets_that_debian_moved_are_princetons_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian adds a pointer to the first synset, and with it 18 bytes to every offset up to and including the third's."""

    def lines(pointers: str, *offsets: int) -> dict[str, str]:
        a, b, c, d = (f"{o:08d}" for o in offsets)
        data = (
            f"{a} 31 v 01 suppress 0 {pointers}00 | put out of mind\n{b} 31 v 01 forget 0 001 @ {a} v 0000 00 | dismiss\n"
            f"{c} 41 v 01 restrain 0 001 @ {b} v 0000 00 | keep in check\n{d} 41 v 01 stop 0 001 @ {c} v 0000 00 | end\n"
        )
        words = {"forget": b, "restrain": c, "stop": d, "suppress": a}
        index = "".join(f"{word} v 1 1 @ 1 0 {offset}\n" for word, offset in words.items())
        empty = {f"{kind}.{part}": "" for kind in ("data", "index") for part in ("noun", "adj", "adv")}
        return empty | {"data.verb": data, "index.verb": index, "cntlist.rev": ""}

    princeton = write(tmp_path / "princeton", lines("000 ", 0, 50, 114, 200))
    debian = write(tmp_path / "debian", lines("001 ~ 00000132 v 0000 ", 0, 68, 132, 200))
    assert (debian / "data.verb").read_bytes().find(b"00000132 41") == 132
    monkeypatch.setitem(wordnet_files.MOVED, "verb", (0, 132, 18))
    assert [s.offset for s in synsets(debian, "verb")] == [0, 50, 114, 200]
    assert content_sha256(made(tmp_path, debian)) == content_sha256(made(tmp_path, princeton))


def test_the_content_has_another_digest_when_a_row_changes(tmp_path: Path, folder: Path) -> None:
    first, *rest = [content_sha256(made(tmp_path, folder))]
    for name, old, new in (("data.noun", "sloping", "slopping"), ("index.noun", "09213565 08420278", "08420278 09213565")):
        copy = write(tmp_path / name, FILES | {name: FILES[name].replace(old, new)})
        rest.append(content_sha256(made(tmp_path, copy)))
    assert len({first, *rest}) == 3
