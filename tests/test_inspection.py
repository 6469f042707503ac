"""One value with everything: the same answers as the single calls, JSON, progress and stopping."""

from __future__ import annotations

import json

import pytest

import senselens as sl
from senselens.inventory import open_inventory

TEXT = "I deposited money at the bank. We sat by the river bank. It rained."


@pytest.fixture(scope="module")
def inspection(mini: sl.Model) -> sl.Inspection:
    return sl.inspect(TEXT, neighbours=2)


def test_every_word_is_read(inspection: sl.Inspection) -> None:
    assert [w.word for w in inspection.words] == [w.of(TEXT) for w in sl.words(TEXT)]
    assert [w.sentence for w in inspection.words] == [0] * 6 + [1] * 6 + [2] * 2
    assert all(w.readings.keys() == {"mini"} for w in inspection.words)


def test_the_answers_are_those_of_the_single_calls(inspection: sl.Inspection, mini: sl.Model) -> None:
    first, second = (w for w in inspection.words if w.word == "bank")
    reading = second.readings["mini"]
    sentence = inspection.sentences[1].of(TEXT)
    use = mini.encode(sentence).word("bank")
    assert [s.sense_id for s in reading.senses] == [s.sense_id for s in sl.senses(mini, sentence, "bank")]
    assert [g.word for g in reading.guesses] == [g.word for g in mini.predict(sentence, use.span)[0]]
    (other,) = reading.others
    expected = sl.similarity(use, mini.encode(inspection.sentences[0].of(TEXT)).word("bank"))
    assert other.span == first.span
    assert other.similarity.cosine == pytest.approx(expected.cosine, abs=1e-4)
    assert other.similarity.same_sense == pytest.approx(expected.same_sense, abs=1e-3)
    assert reading.layers[0][mini.sense_layer] == pytest.approx(expected.cosine, abs=1e-4)
    assert len(reading.layers[0]) == 7


def test_a_sentence_without_a_stop_is_read_as_if_it_had_one() -> None:
    bare, stopped = (
        sl.inspect(t).words[-1].readings["mini"].guesses for t in ("The cat sat on the mat", "The cat sat on the mat.")
    )
    assert bare == stopped


def test_other_uses_share_the_lemma(mini: sl.Model) -> None:
    inspection = sl.inspect("A mouse ran. Two mice slept. The cat hunts mice.", words=[sl.Span(2, 7)])
    (word,) = inspection.words
    assert [o.span.of(inspection.text) for o in word.readings["mini"].others] == ["mice", "mice"]


def test_a_frequent_word_is_compared_with_its_nearest_uses_only(mini: sl.Model) -> None:
    text = "The bank closed. " * 60
    span = sl.words(text)[3 * 30 + 1]
    (word,) = sl.inspect(text, words=[span], k=1).words
    others = [o.span for o in word.readings["mini"].others]
    assert len(others) == 40
    assert others[0] > sl.words(text)[1]
    assert span not in others


def test_function_words_have_no_other_uses(inspection: sl.Inspection) -> None:
    the = next(w for w in inspection.words if w.word == "the")
    assert the.readings["mini"].senses == ()
    assert the.readings["mini"].others == ()
    assert len(the.readings["mini"].guesses) == 5


def test_neighbouring_sentences(inspection: sl.Inspection) -> None:
    near = inspection.neighbours["mini"]
    assert set(near) == {0, 1, 2}
    assert all(n.sentence != number for number, found in near.items() for n in found)
    assert all(len(found) == 2 for found in near.values())
    assert sl.inspect(TEXT, words=[]).neighbours == {}


def test_it_is_json(inspection: sl.Inspection) -> None:
    found = json.loads(json.dumps(inspection.to_dict()))
    assert found["text"] == TEXT
    assert len(found["words"]) == 14
    assert found["models"][0]["name"] == "mini"
    assert len(found["models"][0]["baselines"]) == 7
    assert found["words"][5]["readings"]["mini"]["senses"][0]["gloss"]
    assert found["neighbours"]["mini"]["0"][0].keys() == {"sentence", "cosine", "baseline"}


def test_word_at(inspection: sl.Inspection) -> None:
    assert inspection.word_at(TEXT.index("bank") + 4).word == "bank"
    assert inspection.word_at(len(TEXT)) is None


def test_two_models_side_by_side(mini: sl.Model) -> None:
    quick = sl.load("mini", precision="int8")
    inspection = sl.inspect("The river bank", models=[mini, quick], inventory=open_inventory())
    assert [m.name for m in inspection.models] == ["mini", "mini-int8"]
    exact, near = (inspection.words[2].readings[m.name].senses for m in inspection.models)
    assert exact[0].sense_id == near[0].sense_id


def test_steps_are_told_and_may_stop_the_work(mini: sl.Model) -> None:
    told: list[tuple[int, int]] = []
    sl.inspect(TEXT, step=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    told.clear()
    sl.inspect("The bank. " * 40, step=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sl.inspect(TEXT, step=stop)


@pytest.mark.parametrize("text", ["", "  \n", "😀!"])
def test_nothing_to_inspect(mini: sl.Model, text: str) -> None:
    inspection = sl.inspect(text, neighbours=2)
    assert inspection.words == ()
    assert json.dumps(inspection.to_dict())
