"""Looking words up: in the whole embedded WordNet, and in tiny lexicons of the `wn` package."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senselens import inventory
from senselens.errors import NoInventory, WordNotFound
from senselens.inventory import Sense, WordNet, open_inventory
from senselens.lemmas import POS, base_forms, spellings
from senselens.places import cache_folder, data_folder, wordnet_files
from senselens.wn_lexicon import WnLexicon


@pytest.fixture(scope="module")
def wordnet() -> WordNet:
    """The embedded WordNet; its absence is an error that says what to run."""
    found = open_inventory()
    assert isinstance(found, WordNet)
    return found


def test_bank_has_eighteen_senses(wordnet: WordNet) -> None:
    senses = wordnet.senses("bank")
    assert [s.pos for s in senses] == ["n"] * 10 + ["v"] * 8
    assert [s.rank for s in senses] == [*range(10), *range(8)]
    assert len({s.sense_id for s in senses}) == 18
    assert wordnet.senses("bank", "v") == senses[10:]


def test_opposites_are_the_synsets_of_antonyms(wordnet: WordNet) -> None:
    def opposed(form: str, pos: str) -> set[str]:
        return {word for o in wordnet.opposites(wordnet.senses(form, pos)[0]) for word in wordnet.words(o)}

    assert "unhappy" in opposed("happy", "a")
    assert "fall" in opposed("rise", "v")
    assert opposed("moist", "a") == {"dry"}, "moist is a satellite of wet"
    assert opposed("bank", "n") == set()


def test_words_of_a_synset_are_spelled_as_wordnet_has_them(wordnet: WordNet) -> None:
    assert wordnet.words(wordnet.sense("earth%1:17:00::").synset) == ("Earth", "world", "globe")


def test_the_vocabulary_is_every_lemma(wordnet: WordNet) -> None:
    found = wordnet.vocabulary()
    assert len(found) == len(set(found)) == 155_287  # "unique strings" of wnstats(7WN), each part of speech by itself
    assert {("bank", "n"), ("bank", "v"), ("give up", "v"), ("earth", "n")} < set(found)


def test_a_sense_says_what_wordnet_says(wordnet: WordNet) -> None:
    river, money, *_ = wordnet.senses("bank")
    assert river == Sense(
        sense_id="bank%1:17:01::",
        lemma="bank",
        pos="n",
        gloss="sloping land (especially the slope beside a body of water)",
        examples=("they pulled the canoe up on the bank", "he sat on the bank of the river and watched the currents"),
        synonyms=(),
        count=25,
        rank=0,
        synset="09213565-n",
    )
    assert money.synonyms == ("depository financial institution", "banking concern", "banking company")
    assert json.loads(json.dumps(money.to_dict()))["lemma"] == "bank"


@pytest.mark.parametrize(
    ("form", "lemmas"),
    [
        ("banks", ["bank.n", "bank.v"]),
        ("BANK", ["bank.n", "bank.v"]),
        ("went", ["go.v"]),
        ("mice", ["mouse.n"]),
        ("better", ["better.n", "better.v", "better.a", "better.r", "good.a", "well.a", "well.r"]),
        ("left", ["left.n", "left.a", "left.r", "leave.v"]),
        ("bases", ["base.n", "basis.n", "base.v"]),
        ("gas", ["gas.n", "gas.v"]),
        ("running", ["running.n", "running.a", "run.v"]),
        ("boxesful", ["boxful.n"]),
        ("is", ["be.v"]),
        ("grass", ["grass.n", "grass.v"]),
        # possessives are nouns
        ("bank's", ["bank.n"]),
        ("banks’", ["bank.n"]),
        ("women's", ["woman.n"]),
        ("o’clock", ["o'clock.r"]),
        # words of several words
        ("ice cream", ["ice cream.n"]),
        ("ice_cream", ["ice cream.n"]),
        ("ice-cream", ["icecream.n"]),
        ("well read", ["well-read.a"]),
        ("set-up", ["setup.n"]),
        ("set up", ["set up.v"]),
        ("attorneys general", ["attorney general.n"]),
        ("mothers-in-law", ["mother-in-law.n"]),
        ("heads of state", ["head of state.n"]),
        ("took  off", ["take off.v"]),
        ("looking forward", ["look forward.v"]),
        # accents and full stops
        ("naïve", ["naive.a"]),
        ("C.E.O.", ["ceo.n"]),
        # a lemma that is only ever a name
        ("Banks", ["bank.n", "bank.v", "banks.n"]),
        ("americans", ["american.n"]),
        ("Earth", ["earth.n", "earth.v"]),
        # nothing
        ("xyzzy", []),
        ("don’t", []),
        ("😋", []),
        ("", []),
        (" _ ", []),
        ("'s", []),
        ("\ud83d", []),
    ],
)
def test_lemmas_of_a_form(wordnet: WordNet, form: str, lemmas: list[str]) -> None:
    assert [f"{lemma}.{pos}" for lemma, pos in wordnet.lemmas(form)] == lemmas
    assert list(dict.fromkeys(f"{s.lemma}.{s.pos}" for s in wordnet.senses(form))) == lemmas


def test_one_part_of_speech(wordnet: WordNet) -> None:
    assert wordnet.lemmas("left", "v") == (("leave", "v"),)
    assert wordnet.lemmas("better", "s") == wordnet.lemmas("better", "a"), "a satellite is an adjective"
    with pytest.raises(ValueError, match="one of n, v, a, r, not 'noun'"):
        wordnet.senses("bank", "noun")


@given(form=st.text(max_size=12) | st.from_regex(r"([a-z]{1,3}[-_ '.]){0,12}(s|es|ed|ing|men|ful)", fullmatch=True))
def test_any_text_can_be_looked_up(wordnet: WordNet, form: str) -> None:
    for lemma, pos in wordnet.lemmas(form):
        assert pos in POS
        assert "_" not in lemma
        assert all(s.lemma == lemma for s in wordnet.senses(lemma, pos) if s.lemma == lemma)


def test_a_sense_is_found_by_its_key(wordnet: WordNet) -> None:
    for form in ("bank", "above", "o'clock", "head of state"):
        for sense in wordnet.senses(form):
            assert wordnet.sense(sense.sense_id) == sense


@pytest.mark.parametrize("sense_id", ["bank%1:99:01::", "bank", "", "xyzzy%1:17:01::"])
def test_a_key_that_no_sense_has(wordnet: WordNet, sense_id: str) -> None:
    with pytest.raises(WordNotFound, match="has no sense key"):
        wordnet.sense(sense_id)


def test_hypernyms(wordnet: WordNet) -> None:
    assert wordnet.hypernyms(wordnet.sense("bank%1:17:01::")) == (wordnet.sense("slope%1:17:00::").synset,)
    assert wordnet.hypernyms(wordnet.sense("above%5:00:00:preceding:00")) == (wordnet.sense("preceding%3:00:00::").synset,)
    assert wordnet.hypernyms(wordnet.sense("entity%1:03:00::")) == ()


def test_no_hypernyms_go_in_a_circle(wordnet: WordNet) -> None:
    above = {(wordnet.sense(f"{key}::")).synset: key for key in ("inhibit%2:41:00", "restrain%2:41:01", "suppress%2:31:00")}
    chain = [wordnet.sense("restrain%2:41:01::")]
    while parents := wordnet.hypernyms(chain[-1]):
        if parents[0] not in above:
            break
        chain.append(wordnet.sense(f"{above[parents[0]]}::"))
        assert len(chain) <= len(above)
    assert [s.lemma for s in chain] == ["restrain", "inhibit", "suppress"]


def test_lemmas_with_examples(wordnet: WordNet) -> None:
    found = wordnet.lemmas_with_examples()
    assert ("bank", "n") in found
    assert all(sum(bool(s.examples) for s in wordnet.senses(lemma, pos) if s.lemma == lemma) > 1 for lemma, pos in found[::500])


def test_it_says_what_it_is(wordnet: WordNet) -> None:
    assert (wordnet.name, wordnet.version, wordnet.language) == ("wordnet", "3.0", "en")
    assert "Princeton University" in wordnet.licence


def test_it_is_opened_in_no_time_and_not_written_to(wordnet: WordNet) -> None:
    file = next(f for f in wordnet_files() if f.is_file())
    before = file.stat().st_mtime_ns

    def seconds() -> float:
        start = perf_counter()
        WordNet(file)
        return perf_counter() - start

    assert min(seconds() for _ in range(20)) < 0.005
    assert open_inventory() is open_inventory()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        wordnet._rows("delete from word")
    assert file.stat().st_mtime_ns == before


def test_threads_share_it(wordnet: WordNet) -> None:
    words = ["bank", "left", "mice", "better", "went", "spring", "head of state", "xyzzy"] * 20
    fresh = WordNet(next(f for f in wordnet_files() if f.is_file()))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fresh.senses, words)) == [wordnet.senses(word) for word in words]


class TestFiles:
    """Where WordNet is looked for, and what is said when it is not there."""

    @pytest.fixture(autouse=True)
    def files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
        places = tmp_path / "a b%20ü" / "packaged.sqlite", tmp_path / "kept.sqlite"  # a URI has to escape the first
        places[0].parent.mkdir()
        monkeypatch.setattr(inventory, "wordnet_files", lambda: places)
        inventory._wordnet.cache_clear()
        yield places
        inventory._wordnet.cache_clear()

    def test_none(self) -> None:
        with pytest.raises(NoInventory, match="WordNet is not installed here; run `senselens setup wordnet`"):
            open_inventory()

    def test_the_packages_own_comes_first(self, wordnet: WordNet, files: tuple[Path, Path]) -> None:
        with sqlite3.connect(files[0]) as copy:
            wordnet._db.backup(copy)
        copy.close()
        files[1].write_text("not looked at", encoding="utf-8")
        assert len(open_inventory().senses("bank")) == 18

    def test_not_a_database(self, files: tuple[Path, Path]) -> None:
        files[1].write_text("not a database, but long enough to be taken for one" * 20, encoding="utf-8")
        with pytest.raises(NoInventory, match=r"kept\.sqlite cannot be read \(file is not a database\); run `senselens setup"):
            open_inventory()

    def test_a_database_of_another_version(self, files: tuple[Path, Path]) -> None:
        with sqlite3.connect(files[1]) as db:
            db.execute("pragma user_version = 99")
        db.close()
        with pytest.raises(NoInventory, match=r"kept\.sqlite is of another version of senselens; remove it and run"):
            open_inventory()


class Lexicon:
    """The lemmas and irregular forms of a toy dictionary."""

    def __init__(self, lemmas: str, **irregular: str) -> None:
        self.lemmas = set(lemmas.split())
        self.forms = irregular

    def has(self, lemma: str, pos: str) -> bool:
        return f"{lemma}.{pos}" in self.lemmas

    def irregular(self, form: str, pos: str) -> tuple[str, ...]:
        return tuple(self.forms.get(f"{form}_{pos}", "").split())


@pytest.mark.parametrize(
    ("form", "pos", "lemmas"),
    [
        ("foxes", "n", ["fox"]),
        ("axes", "n", ["ax", "axis"]),  # the list settles it: no "axe" by rule
        ("buzzes", "v", ["buzz"]),
        ("boxes", "v", []),
        ("finest", "a", ["fine"]),
        ("soon", "r", []),
        ("took_place", "v", ["take_place"]),
        ("took-place", "v", []),
        ("s", "n", []),
        ("a-b-c-d-e-f-g-h-i-foxes", "n", []),  # longer than any lemma is
    ],
)
def test_base_forms(form: str, pos: str, lemmas: list[str]) -> None:
    toy = Lexicon("fox.n ax.n axe.n axis.n buzz.v fine.a take_place.v take.v soon.r", axes_n="ax axis", took_v="take")
    assert [lemma for lemma in base_forms(form, pos, toy) if lemma != form] == lemmas


def test_spellings_go_from_near_to_far() -> None:
    assert [s for s, _ in spellings("Ice Cream")] == ["ice_cream", "ice-cream", "icecream"]
    assert list(spellings("Café’s")) == [("café's", POS), ("cafe's", POS), ("cafe", ("n",))]
    assert [s for s, _ in spellings("a.m.")] == ["a.m.", "am"]


@given(st.text())
def test_spellings_are_each_tried_once(form: str) -> None:
    found = [spelling for spelling, _ in spellings(form)]
    assert len(found) == len(set(found))
    assert "" not in found


@pytest.mark.parametrize(
    ("platform", "environment", "data", "cache"),
    [
        ("linux", {}, "~/.local/share/senselens", "~/.cache/senselens"),
        ("linux", {"XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/c"}, "/d/senselens", "/c/senselens"),
        ("darwin", {}, "~/Library/Application Support/senselens", "~/Library/Caches/senselens"),
        ("win32", {}, "~/AppData/Local/senselens", "~/AppData/Local/senselens/cache"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/senselens", "/l/senselens/cache"),
        ("linux", {"SENSELENS_HOME": "~/lens"}, "~/lens", "~/lens/cache"),
        ("win32", {"SENSELENS_HOME": "/s", "LOCALAPPDATA": "/l"}, "/s", "/s/cache"),
    ],
)
def test_places(platform: str, environment: dict[str, str], data: str, cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    for variable in ("SENSELENS_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert data_folder() == Path(data).expanduser()
    assert cache_folder() == Path(cache).expanduser()


LEXICONS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.0.dtd">
<LexicalResource>
  <Lexicon id="tiny" label="Tiny" language="en" email="a@example.org" license="https://example.org/by" version="1">
    <LexicalEntry id="e-bank"><Lemma writtenForm="bank" partOfSpeech="n"/>
      <Sense id="bank-1" synset="tiny-1-n"><Example>the bank of this river</Example><Count>25</Count></Sense>
      <Sense id="bank-2" synset="tiny-2-n"/></LexicalEntry>
    <LexicalEntry id="e-bank-2"><Lemma writtenForm="bank" partOfSpeech="n"/><Sense id="bank-3" synset="tiny-6-n"/></LexicalEntry>
    <LexicalEntry id="e-Bank"><Lemma writtenForm="Bank" partOfSpeech="n"/><Sense id="Bank-1" synset="tiny-2-n"/></LexicalEntry>
    <LexicalEntry id="e-bank-v"><Lemma writtenForm="bank" partOfSpeech="v"/><Sense id="bank-v" synset="tiny-3-v"/></LexicalEntry>
    <LexicalEntry id="e-depot"><Lemma writtenForm="savings bank" partOfSpeech="n"/>
      <Sense id="savings-1" synset="tiny-2-n"/></LexicalEntry>
    <LexicalEntry id="e-slope"><Lemma writtenForm="slope" partOfSpeech="n"/><Sense id="slope-1" synset="tiny-6-n"/></LexicalEntry>
    <LexicalEntry id="e-mouse"><Lemma writtenForm="mouse" partOfSpeech="n"/><Form writtenForm="mice"/>
      <Sense id="mouse-1" synset="tiny-7-n"/></LexicalEntry>
    <LexicalEntry id="e-past"><Lemma writtenForm="past" partOfSpeech="a"/>
      <Sense id="past-1" synset="tiny-4-a"><SenseRelation relType="antonym" target="future-1"/></Sense></LexicalEntry>
    <LexicalEntry id="e-late"><Lemma writtenForm="late" partOfSpeech="s"/><Sense id="late-1" synset="tiny-5-s"/></LexicalEntry>
    <LexicalEntry id="e-future"><Lemma writtenForm="future" partOfSpeech="a"/>
      <Sense id="future-1" synset="tiny-8-a"><SenseRelation relType="antonym" target="past-1"/></Sense></LexicalEntry>
    <Synset id="tiny-1-n" ili="" partOfSpeech="n"><Definition>sloping land</Definition>
      <SynsetRelation relType="hypernym" target="tiny-6-n"/><Example>they sat on the bank</Example></Synset>
    <Synset id="tiny-2-n" ili="" partOfSpeech="n"><Definition>a financial institution</Definition></Synset>
    <Synset id="tiny-3-v" ili="" partOfSpeech="v"><Definition>tip laterally</Definition></Synset>
    <Synset id="tiny-4-a" ili="" partOfSpeech="a"><Definition>earlier than now</Definition>
      <SynsetRelation relType="similar" target="tiny-5-s"/></Synset>
    <Synset id="tiny-5-s" ili="" partOfSpeech="s"><Definition>having died</Definition>
      <SynsetRelation relType="similar" target="tiny-4-a"/></Synset>
    <Synset id="tiny-6-n" ili="" partOfSpeech="n"/>
    <Synset id="tiny-8-a" ili="" partOfSpeech="a"/>
    <Synset id="tiny-7-n" ili="" partOfSpeech="n"><Definition>a small rodent</Definition></Synset>
  </Lexicon>
  <Lexicon id="klein" label="Klein" language="de" email="a@example.org" license="https://example.org/by" version="1">
    <LexicalEntry id="k-Bank"><Lemma writtenForm="Bank" partOfSpeech="n"/><Form writtenForm="Bänke"/>
      <Sense id="Bank-de" synset="klein-1-n"/></LexicalEntry>
    <Synset id="klein-1-n" ili="" partOfSpeech="n"><Definition>Sitzgelegenheit</Definition></Synset>
  </Lexicon>
  <Lexicon id="klein" label="Klein" language="de" email="a@example.org" license="https://example.org/by" version="2"/>
</LexicalResource>
"""


@pytest.fixture(scope="module")
def lexicons(tmp_path_factory: pytest.TempPathFactory) -> None:
    wn = pytest.importorskip("wn", reason="wn is not installed: pip install -e .[wn]")
    folder = tmp_path_factory.mktemp("wn")
    (folder / "lexicons.xml").write_text(LEXICONS, encoding="utf-8")
    wn.config.data_directory = folder / "data"
    wn.config.allow_multithreading = True
    wn.add(folder / "lexicons.xml", progress_handler=None)


@pytest.fixture(scope="module")
def tiny(lexicons: None) -> WnLexicon:
    return WnLexicon("tiny:1")


@pytest.mark.usefixtures("lexicons")
class TestWn:
    """The same answers from lexicons of the `wn` package."""

    def test_a_sense(self, tiny: WnLexicon) -> None:
        assert tiny.senses("bank")[0] == Sense(
            sense_id="bank-1",
            lemma="bank",
            pos="n",
            gloss="sloping land",
            examples=("the bank of this river", "they sat on the bank"),
            synonyms=(),
            count=25,
            rank=0,
            synset="tiny-1-n",
        )
        assert tiny.senses("bank")[1].synonyms == ("Bank", "savings bank")
        assert tiny.senses("slope")[0].gloss == ""

    def test_entries_of_one_lemma_are_ranked_together(self, tiny: WnLexicon) -> None:
        assert [(s.sense_id, s.rank) for s in tiny.senses("bank", "n") if s.lemma == "bank"] == [
            ("bank-1", 0), ("bank-2", 1), ("bank-3", 2),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("form", "lemmas"),
        [
            ("bank", ["bank.n", "Bank.n", "bank.v"]),
            ("Bank", ["Bank.n", "bank.n", "bank.v"]),
            ("banks", ["Bank.n", "bank.n", "bank.v"]),
            ("banking", ["bank.v"]),
            ("bank’s", ["Bank.n", "bank.n"]),
            ("mice", ["mouse.n"]),
            ("savings-bank", ["savings bank.n"]),
            ("late", ["late.a"]),
            ("xyzzy", []),
        ],
    )
    def test_lemmas_of_a_form(self, tiny: WnLexicon, form: str, lemmas: list[str]) -> None:
        assert [f"{lemma}.{pos}" for lemma, pos in tiny.lemmas(form)] == lemmas
        assert list(dict.fromkeys(f"{s.lemma}.{s.pos}" for s in tiny.senses(form))) == lemmas

    def test_other_languages_have_no_english_endings(self) -> None:
        klein = WnLexicon("klein:1")
        assert klein.lemmas("bank") == klein.lemmas("Bänke") == (("Bank", "n"),)
        assert klein.lemmas("Banks") == ()

    def test_a_sense_is_found_by_its_id(self, tiny: WnLexicon) -> None:
        assert all(tiny.sense(s.sense_id) == s for s in (*tiny.senses("bank"), *tiny.senses("late")))
        with pytest.raises(WordNotFound, match="tiny:1 has no sense 'bank%1:17:01::'"):
            tiny.sense("bank%1:17:01::")

    def test_hypernyms(self, tiny: WnLexicon) -> None:
        assert tiny.hypernyms(tiny.sense("bank-1")) == ("tiny-6-n",)
        assert tiny.hypernyms(tiny.sense("bank-2")) == ()
        assert tiny.hypernyms(tiny.sense("late-1")) == ("tiny-4-a",)

    def test_opposites_of_a_satellite_are_its_heads(self, tiny: WnLexicon) -> None:
        assert tiny.opposites(tiny.sense("past-1")) == ("tiny-8-a",)
        assert tiny.opposites(tiny.sense("late-1")) == ("tiny-8-a",)
        assert tiny.opposites(tiny.sense("bank-1")) == ()

    def test_words_of_a_synset_and_of_all(self, tiny: WnLexicon) -> None:
        assert tiny.words("tiny-2-n") == ("bank", "Bank", "savings bank")
        assert {("Bank", "n"), ("bank", "v"), ("late", "a")} < set(tiny.vocabulary())

    def test_it_says_what_it_is(self, tiny: WnLexicon) -> None:
        assert (tiny.name, tiny.version, tiny.language, tiny.licence) == ("tiny:1", "1", "en", "https://example.org/by")

    def test_threads_share_it(self, tiny: WnLexicon) -> None:
        fresh, words = WnLexicon("tiny:1"), ["bank", "mice", "banking", "late"] * 10
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(fresh.senses, words)) == [tiny.senses(word) for word in words]

    def test_open_inventory_opens_it_once(self) -> None:
        assert open_inventory("tiny:1") is open_inventory("tiny:1")

    def test_without_a_version_it_says_which_it_is(self) -> None:
        assert open_inventory("klein").name in ("klein:1", "klein:2")

    @pytest.mark.parametrize("name", ["oewn:1999", "klein:*", "a:b:c"])
    def test_a_lexicon_that_is_not_there_or_not_one(self, name: str) -> None:
        with pytest.raises(NoInventory) as error:
            open_inventory(name)
        assert f"is called {name!r}" in str(error.value)
        assert str(error.value).endswith(f": `pip install wn`, then `python -m wn download {name}`")

    def test_without_the_wn_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "wn", None)
        with pytest.raises(NoInventory, match="the lexicon 'oewn:2024' needs the wn package: `pip install wn`"):
            open_inventory("oewn:2024")
