"""An index of a small corpus: its uses, senses and sentences, and what is asked wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from quick_model import QuickModel
from samples import BANKS

import senselens as sl
from senselens.index.rows import stored
from senselens.index.sense_groups import clustered, silhouette, typical_words
from senselens.index.store import Store
from senselens.measures import unit

RIVER = [
    "We sat by the river bank.",
    "Willows grew on the banks of the river.",
    "The bank of the river was muddy.",
    "They fished from the river bank.",
]
MONEY = [
    "I deposited money at the bank.",
    "The banks lend money to small firms.",
    "My bank charges a fee for each account.",
    "The bank raised interest rates on loans.",
    "She withdrew cash from the bank.",
]
PLACES = {"river": RIVER, "money": MONEY}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, mini: sl.Model) -> sl.Index:
    records = [
        {"text": text, "place": place, "year": 1800 + 10 * i}
        for place, texts in PLACES.items()
        for i, text in enumerate([*texts, "The plane will bank left."])
    ]
    return sl.Index.build(records, mini, tmp_path_factory.mktemp("index") / "banks.lance", name="banks")


def test_the_uses_most_alike_come_first(built: sl.Index, mini: sl.Model) -> None:
    found = built.uses("bank", like="They walked along the bank of the stream", k=len(RIVER), where={"pos": "n"})
    assert {u.sentence for u in found} == set(RIVER)
    similarities = [u.similarity for u in found]
    assert all(similarities)
    best = similarities[0]
    assert best
    use = mini.encode("They walked along the bank of the stream").word("bank")
    stored_use = mini.encode(found[0].sentence).word(found[0].word)
    assert best.cosine == pytest.approx(sl.similarity(use, stored_use).cosine, abs=0.005)  # int8
    assert best.baseline == sl.similarity(use, stored_use).baseline
    assert best.same_sense == pytest.approx(sl.similarity(use, stored_use).same_sense, abs=0.01)


def test_every_use_in_one_sense(built: sl.Index, mini: sl.Model) -> None:
    like = "They walked along the bank of the stream"
    every = built.uses("bank", like=like, k=100)
    for least in (0.5, 0.9):
        found = built.same_sense("banks", like, least)
        these = [u for uses in found.uses.values() for u in uses]
        those = sorted((u for u in every if u.similarity and u.similarity.same_sense >= least), key=lambda u: u.document)
        assert [replace(u, similarity=None) for u in these] == [replace(u, similarity=None) for u in those]
        assert [u.similarity.same_sense for u in these if u.similarity] == pytest.approx(
            [u.similarity.same_sense for u in those if u.similarity]
        )
        assert all({u.document for u in uses} == {name} for name, uses in found.uses.items())
    assert {u.sentence for (u,) in built.same_sense("bank", mini.encode(like).word("bank")).uses.values()} >= set(RIVER)
    assert built.same_sense("nothing", "nothing").uses == {}


def test_a_search_in_one_sense_stops_at_a_step(built: sl.Index) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built.same_sense("bank", "A bank", step=stop)


def test_an_index_of_another_layer_is_not_compared_with(tmp_path: Path) -> None:
    sl.Index.build(RIVER, QuickModel(), tmp_path / "i")
    other = QuickModel()
    other.sense_layer = 1
    with pytest.raises(sl.IndexUnavailable, match=r"holds vectors of layer 3 of quick, which .* by 1: build anew"):
        sl.Index.open(tmp_path / "i", other)


def test_every_inflection_is_a_use_and_stands_where_it_says(built: sl.Index) -> None:
    found = built.uses("banks", k=100)
    assert Counter(u.word for u in found) == {"bank": 9, "banks": 2}
    for use in found:
        assert use.lemma == "bank"
        assert use.span.of(use.sentence) == use.word
        assert use.place == use.span  # each record is one sentence
        assert use.similarity is None
    assert [u.document for u in found] == sorted(u.document for u in found)


def test_a_use_is_given_as_one(built: sl.Index, mini: sl.Model) -> None:
    use = mini.encode(BANKS["river"]).word("bank")
    assert built.uses("bank", like=use) == built.uses("bank", like=BANKS["river"])


@pytest.mark.parametrize(
    ("where", "texts"),
    [
        ({"pos": "v"}, ["The plane will bank left."]),
        ({"pos": ["n", "v"], "year": 1800}, [RIVER[0], MONEY[0]]),
        ({"place": "river", "year": range(1810, 1830)}, RIVER[1:3]),
        ({"place": {"river", "money"}, "year": 1820}, [RIVER[2], MONEY[2]]),
        ({"document": "banks:1"}, RIVER[:1]),
        ({"document": "banks:[12]"}, RIVER[:2]),
        ({"author": "Austen"}, []),
    ],
)
def test_filters(built: sl.Index, where: dict[str, object], texts: list[str]) -> None:
    assert {u.sentence for u in built.uses("bank", k=100, where=where)} == set(texts)


def test_the_senses_of_a_word(built: sl.Index) -> None:
    money, river = built.senses("bank", where={"pos": "n"})
    assert (money.sense_id, river.sense_id) == ("bank%1:14:00::", "bank%1:17:01::")
    assert (money.count, river.count) == (len(MONEY), len(RIVER))
    assert money.share == len(MONEY) / (len(MONEY) + len(RIVER))
    assert money.neighbours[0] == "money"
    assert river.neighbours[0] == "river"
    assert "bank" not in money.neighbours + river.neighbours
    assert {e.sentence for e in river.examples} <= set(RIVER)
    assert len(river.examples) == 3
    _, all_of_river = built.senses("bank", k=100, where={"pos": "n"})
    assert {e.sentence for e in all_of_river.examples} == set(RIVER)


def test_a_word_without_senses_or_uses(tmp_path: Path) -> None:
    index = sl.Index.build(["Zzyzx is a place. Zzyzx, they say."], QuickModel(), tmp_path / "i")
    (group,) = index.senses("Zzyzx")
    assert (group.count, group.sense_id, group.lemma, group.pos, group.gloss, group.probability) == (
        2,
        None,
        "zzyzx",
        None,
        None,
        0,
    )
    assert index.senses("bank") == index.uses("bank") == index.uses("bank", like="A bank", k=1) == []


def test_search(built: sl.Index, mini: sl.Model) -> None:
    texts = [*RIVER, *MONEY, *["The plane will bank left."] * 2]
    found = built.search("cash machine", k=3)
    assert [s.sentence for s in found] == [h.sentence for h in sl.search(mini, "cash machine", texts, 3)]
    query, *all_sentences = mini.embed(["cash machine", *texts])
    assert found[0].baseline == pytest.approx(float(np.mean(unit(np.stack(all_sentences)) @ unit(query))), abs=0.002)
    assert [s.metadata for s in built.search("cash machine", k=9, where={"place": "river", "year": 1800})] == [
        {"place": "river", "year": 1800}
    ]
    assert built.search("cash", where={"place": "nowhere"}) == []


def test_info(built: sl.Index) -> None:
    info = built.info()
    assert (info.documents, info.sentences, info.model, info.layer, info.width) == (11, 11, "mini", 6, 384)
    assert info.uses > info.lemmas > 10
    assert info.bytes > info.uses * info.width
    assert info.to_dict()["words"] == "content"


def test_function_words_are_stored_when_asked_for(built: sl.Index, tmp_path: Path, mini: sl.Model) -> None:
    assert built.uses("the") == []
    index = sl.Index.build(RIVER, mini, tmp_path / "i", words="all", vectors="float16")
    assert len(index.uses("the", where={"pos": "x"})) > len(RIVER)
    assert len(index.uses("river", like="A river")) == len(RIVER)


def test_values_are_json(built: sl.Index) -> None:
    use = built.uses("bank", like="A river bank", k=1)[0].to_dict()
    assert use["span"] == {"start": use["sentence"].index("bank"), "end": use["sentence"].index("bank") + len(use["word"])}
    assert use["similarity"].keys() == {"cosine", "baseline", "same_sense"}
    assert built.senses("bank")[0].to_dict()["examples"][0]["lemma"] == "bank"
    assert built.search("bank", k=1)[0].to_dict()["place"]["start"] == 0
    assert built.report
    assert built.report.to_dict() | {"seconds": 0, "uses": 0} == {
        **{"added": 1, "changed": 0, "unchanged": 0, "removed": 0},
        **{"sentences": 11, "uses": 0, "seconds": 0, "problems": []},
    }


def test_a_reader_sees_what_is_built_meanwhile(tmp_path: Path) -> None:
    place = tmp_path / "i"
    first = sl.Index.build(RIVER, QuickModel(), place, words="all")
    assert len(first.uses("bank")) == len(RIVER)
    sl.Index.build([*RIVER, *MONEY], QuickModel(), place, words="all")
    assert len(first.uses("bank")) == len(RIVER) + len(MONEY)


def test_a_query_whose_rows_are_replaced_while_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "i"
    index = sl.Index.build(RIVER, QuickModel(), place, words="all")
    read, stores = Store.batches, []

    def replaced_first(self: Store, where: str, columns: Sequence[str]) -> Iterator[pyarrow.RecordBatch]:
        if not stores:
            sl.Index.build(MONEY, QuickModel(), place, words="all")
        stores.append(self)
        yield from read(self, where, columns)

    monkeypatch.setattr(Store, "batches", replaced_first)
    assert {u.sentence for u in index.uses("bank")} == set(MONEY)
    assert len(stores) == 2
    monkeypatch.setattr(Store, "batches", lambda *_: (_ for _ in ()).throw(sl.IndexUnavailable("broken")))
    with pytest.raises(sl.IndexUnavailable, match="broken"):
        index.uses("bank")


def test_an_index_loads_its_model(tmp_path: Path) -> None:
    place = tmp_path / "i"
    sl.Index.build(BANKS, "mini-int8", place)
    opened = sl.Index.open(place)
    assert opened.report is None
    assert opened.model is sl.load("mini-int8")
    assert opened.uses("bank", like=BANKS["river"])[0].document == "texts:river"
    with pytest.raises(sl.IndexUnavailable, match=r"built with mini-int8 .* and this is quick"):
        sl.Index.open(place, QuickModel())
    with pytest.raises(sl.IndexUnavailable, match="vectors cannot be compared"):
        opened.uses("bank", like=sl.load("mini").encode(BANKS["river"]).word("bank"))


def test_what_is_asked_wrongly(built: sl.Index) -> None:
    with pytest.raises(sl.WordNotFound, match="'bank' is not a word of 'A dog barks'"):
        built.uses("bank", like="A dog barks")
    with pytest.raises(ValueError, match="a part of speech is one of n, v, a, r, x, not 'noun'"):
        built.uses("bank", where={"pos": "noun"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vectors": "int4"}, "vectors='int8' or 'float16', not 'int4'"),
        ({"words": "few"}, "words='content' or 'all', not 'few'"),
        ({"engine": "spark"}, "the engine 'local' or 'ray', not 'spark'"),
        ({"encoding": "utf-99"}, "no encoding is called 'utf-99'"),
    ],
)
def test_options_that_there_are_not(tmp_path: Path, options: dict[str, str], message: str) -> None:
    with pytest.raises(sl.Unsupported, match=message):
        sl.Index.build(["A bank"], QuickModel(), tmp_path / "i", **options)  # type: ignore[arg-type]


def test_without_the_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from senselens.index import index

    def absent(name: str) -> None:
        raise ImportError(name="lance")

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(sl.IndexUnavailable, match=r"an index needs lance: pip install 'senselens\[index\]'"):
        index.Index.open(tmp_path)


def test_vectors_in_eight_bits_keep_their_direction() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    vectors[0] = 0
    kept = stored(vectors, "int8")
    assert kept.dtype == np.int8
    assert not kept[0].any()
    assert (np.abs(kept[1:]).max(1) == 127).all()
    cosines = (unit(kept.astype(np.float32)) * unit(vectors)).sum(1)[1:]
    steps = np.abs(vectors[1:]).max(1) / 127  # the error of each part is even over one step: a variance of step² / 12
    assert cosines == pytest.approx(1 / np.sqrt(1 + steps**2 / 12), abs=1e-5)


def test_silhouette_is_rousseeuws() -> None:
    distances = np.array([[0, 1, 4, 6], [1, 0, 5, 5], [4, 5, 0, 2], [6, 5, 2, 0]], np.float32)
    expected = np.mean([(5 - 1) / 5, (5 - 1) / 5, (4.5 - 2) / 4.5, (5.5 - 2) / 5.5])
    assert silhouette(distances, np.array([0, 0, 1, 1])) == pytest.approx(expected)
    assert silhouette(distances, np.array([0, 1, 1, 1])) == pytest.approx(np.mean([0, 1 / 5 - 1, (4 - 3.5) / 4, (6 - 3.5) / 6]))


@pytest.mark.parametrize(("apart", "groups"), [(0.2, 2), (0.8, 1)])
def test_groups_likelier_of_one_sense_than_not_are_one(apart: float, groups: int) -> None:
    """Two bundles of uses; the cosine between them is *apart*, and the calibration turns at 0.5."""
    rng = np.random.default_rng(0)
    middles = np.zeros((2, 64), np.float32)
    middles[0, 0], middles[1, 0], middles[1, 1] = 1, apart, np.sqrt(1 - apart**2)
    vectors = unit(np.repeat(middles, 10, 0) + rng.normal(scale=0.01, size=(20, 64)).astype(np.float32))
    labels = clustered(vectors, lambda cosine: float(cosine > 0.5))
    assert len(set(labels)) == groups
    assert [len(set(labels[:10])), len(set(labels[10:]))] == [1, 1]


def test_one_use_is_a_group() -> None:
    assert clustered(np.ones((1, 4), np.float32), lambda _: 0.0).tolist() == [0]


def test_typical_words_are_commoner_here_than_anywhere_else() -> None:
    money, river = Counter(money=5, the=9, loan=2), Counter(river=4, the=8, money=1)
    typical = typical_words([money, river], [Counter(the=900, money=10, river=10, loan=1, other=500)])
    assert typical == [("money", "loan"), ("river",)]
