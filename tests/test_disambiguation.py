"""The senses of a word, ranked for its sentence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from samples import BANKS

import senselens as sl
from senselens.calibration import GLOSSES
from senselens.disambiguation import POS, log_prior, part_of_speech, senses_of, weighed
from senselens.inventory import open_inventory
from senselens.measures import unit
from senselens.sense_store import SenseStore
from senselens.sense_vectors import gloss_text, gloss_vectors, key_number, sense_vectors, shipped_table
from senselens.text import Span


def test_three_banks_have_three_senses(mini: sl.Model) -> None:
    best = {name: sl.senses(mini, text, "bank")[0] for name, text in BANKS.items()}
    assert "financial institution" in best["money"].gloss
    assert "beside a body of water" in best["river"].gloss
    assert best["plane"].pos == "v"
    assert len({best[name].sense_id for name in ("money", "river", "plane")}) == 3
    assert best["cash"].sense_id == best["money"].sense_id


@pytest.mark.parametrize(
    ("text", "word", "gloss"),
    [
        ("He caught a huge bass while fishing in the lake.", "bass", "fish"),
        ("She played the guitar while he plucked the bass.", "bass", "instrument|music|voice|pitch"),
        ("The pilot had to bank sharply.", "bank", "tip laterally"),
        ("The spring in the mattress was broken.", "spring", "elastic"),
        ("Flowers bloom in spring.", "spring", "season"),
        ("Two mice ran across the kitchen floor.", "mice", "rodent"),
    ],
)
def test_other_words(mini: sl.Model, text: str, word: str, gloss: str) -> None:
    assert any(part in sl.senses(mini, text, word)[0].gloss for part in gloss.split("|"))


def test_probabilities_ranks_and_the_first_sense(mini: sl.Model) -> None:
    found = sl.senses(mini, BANKS["river"], "bank")
    assert len(found) == 18
    assert [m.rank for m in found] == list(range(1, 19))
    assert [m.probability for m in found] == sorted((m.probability for m in found), reverse=True)
    assert sum(m.probability for m in found) == pytest.approx(1)
    assert [m.sense_id for m in found if m.first_sense] == ["bank%1:17:01::"]
    assert all(m.baseline == found[0].baseline for m in found)


def test_only_the_words_own_sentence_is_read(mini: sl.Model) -> None:
    text = f"{BANKS['money']}. {BANKS['river']}."
    second = Span(text.rindex("bank"), text.rindex("bank") + 4)
    assert sl.senses(mini, text, second)[0].sense_id == sl.senses(mini, BANKS["river"] + ".", "bank")[0].sense_id
    assert "financial" in sl.senses(mini, text, "bank")[0].gloss


def test_function_words_and_unknown_words_have_no_senses(mini: sl.Model) -> None:
    for word in ("by", "the", "Zzyzx"):
        assert sl.senses(mini, "We sat by the Zzyzx river", word) == []


def test_a_word_that_is_not_in_the_text(mini: sl.Model) -> None:
    with pytest.raises(sl.WordNotFound, match="'shore' is not a word"):
        sl.senses(mini, BANKS["river"], "shore")


def test_matches_are_json(mini: sl.Model) -> None:
    row = json.loads(json.dumps(sl.senses(mini, BANKS["river"], "bank")[0].to_dict()))
    assert row["sense_id"] == "bank%1:17:01::"
    assert row["first_sense"] is True
    assert row["examples"]


def test_part_of_speech_is_a_distribution(mini: sl.Model) -> None:
    parts = np.exp(part_of_speech(mini.encode(BANKS["plane"]).word("bank")))
    assert parts.sum() == pytest.approx(1, abs=1e-5)
    assert POS[int(parts.argmax())] == "v"


def test_common_senses_weigh_more_before_reading() -> None:
    found = open_inventory().senses("bank")
    prior = np.exp(log_prior(found))
    assert {pos: round(sum(p for p, s in zip(prior, found, strict=True) if s.pos == pos), 6) for pos in "nv"} == {"n": 1, "v": 1}
    found = open_inventory().senses("bank", "n")
    prior = np.exp(log_prior(found))
    assert prior.sum() == pytest.approx(1)
    assert prior.argmax() == int(np.argmax([s.count for s in found]))
    untagged = [s for s in found if s.count == 0]
    assert np.diff(log_prior(untagged)).max() <= 0


def test_gloss_text_begins_with_the_lemma() -> None:
    sense = open_inventory().sense("bank%1:14:00::")
    assert gloss_text(sense).startswith("bank, depository financial institution, ")
    assert gloss_text(sense).endswith(f": {sense.gloss}")


def test_tagged_uses_move_the_gloss_vector(mini: sl.Model) -> None:
    found = open_inventory().senses("bank", "n")
    table = shipped_table()
    tagged = np.isin([key_number(s.sense_id) for s in found], table.keys)
    assert tagged.any()
    vectors, known = sense_vectors(mini, found)
    assert known.tolist() == tagged.tolist()
    moved = (vectors * gloss_vectors(mini, found)).sum(1)
    assert (moved[tagged] < 0.9999).all()
    assert moved[~tagged] == pytest.approx(1, abs=1e-3)


def test_the_shipped_table_is_sorted_and_whole() -> None:
    table = shipped_table()
    assert (np.diff(table.keys.astype(object)) > 0).all()
    assert table.rows.shape == (len(table.keys), 384)
    assert table.part_weights.shape == (len(POS), 384)
    assert table.counts.min() >= 1


def test_gloss_vectors_are_kept(tmp_path: Path) -> None:
    store = SenseStore(tmp_path / "deep" / "store.sqlite")
    vector = np.array([1, -0.5], np.float32)
    store.put_glosses({"a": vector})
    again = SenseStore(tmp_path / "deep" / "store.sqlite").glosses(["a", "b"])
    assert again.keys() == {"a"}
    assert again["a"].tolist() == vector.tolist()


def test_many_senses_are_looked_up(tmp_path: Path) -> None:
    """More than one query takes."""
    store = SenseStore(tmp_path / "store.sqlite")
    ids = [str(number) for number in range(2000)]
    store.put_glosses({sense: np.float32([number]) for number, sense in enumerate(ids[:1500])}, remember=False)
    assert store.lacking(ids) == ids[1500:]
    found = store.glosses(ids)
    assert [found[sense].tolist() for sense in ids[:1500]] == [[number] for number in range(1500)]
    assert store.lacking(ids) == ids[1500:]


@pytest.mark.parametrize("damage", ["a folder is a file", "no database"])
def test_a_store_that_cannot_be_used_is_done_without(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "store.sqlite" / "glosses.sqlite"
    if damage == "no database":
        path.parent.mkdir()
        path.write_bytes(b"no database at all, and longer than a header" * 9)
    else:
        path.parent.write_text("")
    store = SenseStore(path)
    store.put_glosses({"a": np.ones(2, np.float32)})
    assert store.glosses(["a"])["a"].tolist() == [1, 1]
    assert store.glosses(["b"]) == {}


def test_a_store_that_breaks_while_in_use_is_done_without(tmp_path: Path) -> None:
    store = SenseStore(tmp_path / "store.sqlite")
    with sqlite3.connect(tmp_path / "store.sqlite") as db:
        db.execute("drop table gloss")
    db.close()
    store.put_glosses({"a": np.ones(2, np.float32)})
    assert store.glosses(["a", "b"]).keys() == {"a"}


def test_tagged_uses_have_their_handicap_taken_off(mini: sl.Model) -> None:
    """The odds of two senses are those of their cosines, priors and parts of speech, and of having tagged uses."""
    use = mini.encode(BANKS["plane"]).word("bank")
    found, parts, weights = open_inventory().senses("bank", "v"), part_of_speech(use), mini.calibration
    vectors, tagged = sense_vectors(mini, found)
    a, b = (next(i for i in range(len(found)) if tagged[i] == there) for there in (True, False))
    shares = {m.sense_id: m.probability for m in weighed(mini, use.vector(), found, parts)}
    cosines, prior = vectors @ unit(use.vector()), log_prior(found)
    odds = weights.context * (cosines[a] - cosines[b]) + weights.prior * (prior[a] - prior[b]) + weights.tagged
    assert np.log(shares[found[a].sense_id] / shares[found[b].sense_id]) == pytest.approx(odds, abs=1e-3)


def test_another_model_starts_from_the_weights_of_glosses_alone(tiny: Callable[[str], str]) -> None:
    shipped = json.loads(files("senselens").joinpath("data/calibrations.json").read_text(encoding="utf-8"))
    found = sl.load(tiny("bert")).calibration
    assert {name: getattr(found, name) for name in ("context", "prior", "part", "tagged")} == shipped[GLOSSES]
    assert shipped[GLOSSES]["tagged"] == shipped["mini"]["tagged"] < 0


def test_an_inventory_may_be_given(mini: sl.Model) -> None:
    use = mini.encode(BANKS["river"]).word("bank")
    assert senses_of(use, open_inventory("wordnet")) == senses_of(use)
    with pytest.raises(sl.NoInventory, match="oewn:1999"):
        sl.senses(mini, BANKS["river"], "bank", "oewn:1999")
