"""The vectors of all senses under a model, made ahead, with and without a corpus of tagged uses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import senselens as sl
from senselens import sense_building
from senselens.inventory import WordNet
from senselens.measures import unit
from senselens.places import wordnet_files
from senselens.sense_building import build_senses
from senselens.sense_store import SenseStore, store_of
from senselens.sense_vectors import gloss_vectors, sense_vectors, shipped_table
from senselens.tagged_corpus import detokenized, read_tagged
from senselens.text import Span

RIVER, MONEY = "bank%1:17:01::", "bank%1:14:00::"
SENTENCES = [
    (["The", "river", "bank", "was", "wet", "."], [[2, 3, "bank", "NN", RIVER, ""]]),
    (["The", "bank", "lent", "money", "."], [[1, 2, "bank", "NN", MONEY, ""]]),
    (["They", "sat", "by", "the", "bank", "."], [[4, 5, "bank", "NN", RIVER, ""]]),
]


class Few(WordNet):
    """WordNet with a small vocabulary."""

    def vocabulary(self) -> tuple[tuple[str, str], ...]:
        return (("bank", "n"), ("shore", "n"))


@pytest.fixture
def few() -> Few:
    return Few(next(f for f in wordnet_files() if f.is_file()))


@pytest.fixture
def model(tiny: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> sl.Model:
    """A tiny model with no sense computed yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return sl.load(tiny("bert"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [json.dumps({"tokens": tokens, "senses": senses}) for tokens, senses in SENTENCES]
    file = tmp_path / "semcor.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(rows).encode()))
    return file


def test_every_gloss_is_computed_once(model: sl.Model, few: Few, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[int, int]] = []
    senses = [s for name, pos in few.vocabulary() for s in few.senses(name, pos)]
    assert build_senses(model, inventory=few, progress=lambda *step: steps.append(step)) == len(senses) == 12
    assert steps == [(12, 12)]
    assert store_of(model).lacking([s.sense_id for s in senses]) == []
    monkeypatch.setattr(model, "encode_all", None)
    build_senses(model, inventory=few)
    assert np.linalg.norm(gloss_vectors(model, senses), axis=1) == pytest.approx(np.ones(12), abs=1e-2)


def test_tagged_uses_join_the_glosses(model: sl.Model, few: Few, corpus: Path) -> None:
    build_senses(model, corpus, few)
    senses = [few.sense(RIVER), few.sense(MONEY), few.sense("shore%1:17:00::")]
    gloss, weight = gloss_vectors(model, senses), shipped_table().uses_weight
    uses = [model.encode(detokenized(tokens)[0]).word("bank").vector() for tokens, _ in SENTENCES]
    river = unit(unit(uses[0]) + unit(uses[2]))
    expected = [
        unit(weight / (2 + weight) * gloss[0] + 2 / (2 + weight) * river),
        unit(weight / (1 + weight) * gloss[1] + 1 / (1 + weight) * unit(uses[1])),
        gloss[2],
    ]
    vectors, tagged = sense_vectors(model, senses)
    assert tagged.tolist() == [True, True, False]
    assert vectors == pytest.approx(np.stack(expected), abs=2e-3)


def test_what_is_stopped_goes_on(model: sl.Model, few: Few, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sense_building, "AT_ONCE", 1)

    def stop(done: int, total: int) -> None:
        if done == total - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_senses(model, corpus, few, stop)
    store = store_of(model)
    assert store.sentences_read(str(corpus)) == 2
    assert {key: count for key, (_, count) in store.tagged([RIVER, MONEY]).items()} == {RIVER: 1, MONEY: 1}
    for _ in range(2):
        build_senses(model, corpus, few)
        assert {key: count for key, (_, count) in store.tagged([RIVER, MONEY]).items()} == {RIVER: 2, MONEY: 1}


def test_the_embedded_model_has_its_own_uses(mini: sl.Model, corpus: Path) -> None:
    with pytest.raises(sl.Unsupported, match="ships the means"):
        build_senses(mini, corpus)


def test_the_frameworks_format(tmp_path: Path) -> None:
    (tmp_path / "semcor.data.xml").write_text(
        '<corpus><text id="d0"><sentence id="d0.s0"><wf lemma="the" pos="DET">The</wf>'
        '<instance id="d0.s0.t0" lemma="river" pos="NOUN">river</instance> <wf lemma="bank" pos="NOUN">bank</wf>'
        '<instance id="d0.s0.t1" lemma="be" pos="VERB">was</instance><wf lemma="." pos=".">.</wf></sentence></text></corpus>',
        encoding="utf-8",
    )
    (tmp_path / "semcor.gold.key.txt").write_text(
        "d0.s0.t0 river%1:17:00::\nd0.s0.t1 be%2:42:03:: be%2:42:06::\n", encoding="utf-8"
    )
    (sentence,) = read_tagged(tmp_path / "semcor.data.xml")
    assert sentence.text == "The river bank was."
    assert sentence.tags == ((Span(4, 9), ("river%1:17:00::",)), (Span(15, 18), ("be%2:42:03::", "be%2:42:06::")))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.jsonl", None, "cannot be read"),
        ("alone.xml", b"<corpus/>", "gold.key.txt cannot be read"),
        ("prose.txt", b"The river bank.", "no sense-tagged corpus"),
        ("cut.jsonl.gz", gzip.compress(b"{}\n" * 99)[:-9], "no sense-tagged corpus"),
    ],
)
def test_a_file_that_is_no_corpus(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(sl.SenselensError, match=message):
        list(read_tagged(tmp_path / name))


def test_a_store_without_a_file_remembers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = SenseStore(tmp_path / "file" / "store.sqlite")
    store.put_glosses({"a": np.ones(2, np.float32)}, remember=False)
    assert store.lacking(["a", "b"]) == ["b"]
    store.add_tagged("corpus", 1, {"a": (np.ones(2, np.float32), 1)})
    assert store.sentences_read("corpus") == 0
    assert store.tagged(["a"]) == {}
