"""What is read before anybody asks, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

import senselens as sl
from senselens_lsp.ahead import Ahead, outwards
from senselens_lsp.configuration import Configuration
from senselens_lsp.documents import Documents
from senselens_lsp.engine import Engine, Place
from senselens_lsp.uses import highlights

SENTENCES = [f"The {word} stood on the hill." for word in ("horse", "house", "chair", "castle", "tree", "lamp", "tower", "king")]


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ahead:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # so that no gloss is known yet
    return Ahead(Engine(Configuration()))


def opened(ahead: Ahead, *texts: str) -> Documents:
    documents = Documents()
    for number, text in enumerate(texts):
        documents.open(types.TextDocumentItem(f"file:///{number}", "plaintext", 1, text))
    ahead.open = documents.snapshots
    return documents


def finish(ahead: Ahead) -> int:
    """How many steps are left."""
    steps = 0
    while ahead.step():
        steps += 1
    return steps


def test_words_are_found_before_the_model_is_there(ahead: Ahead) -> None:
    opened(ahead, " ".join(SENTENCES))
    assert 0 < finish(ahead) < 5
    assert finish(ahead) == 0


def test_sentences_and_glosses_are_read_from_the_last_question_outwards(ahead: Ahead) -> None:
    documents = opened(ahead, "\n".join(SENTENCES))
    finish(ahead)
    engine = ahead._engine
    engine.model = model = sl.load("mini", precision="int8")
    snapshot = documents.snapshot("file:///0")
    assert snapshot
    reading = engine.reading(snapshot)
    reading.asked = reading.text.index("tower")
    order: list[str] = []
    while ahead.step():
        order += [s for s in SENTENCES if engine.memory.knows(model, s, sl.sense_layers(model)) and s not in order]
    assert len(order) == len(SENTENCES)
    assert set(order[:3]) == {SENTENCES[5], SENTENCES[6], SENTENCES[7]}
    for word in ("castle", "hill"):
        assert not sl.read_glosses(model, engine.inventory.senses(word), 0)
    assert finish(ahead) == 0
    encode = model.encode_all
    model.encode_all = lambda texts: pytest.fail(f"{texts} are read already")  # type: ignore[method-assign]
    try:
        assert highlights(engine, Place(snapshot, "file:///0", types.Position(6, 26)), lambda *_: None)
    finally:
        model.encode_all = encode  # type: ignore[method-assign]


def test_an_edit_leaves_only_what_it_touched_to_read(ahead: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = opened(ahead, "\n\n".join(SENTENCES))
    engine = ahead._engine
    engine.model = sl.load("mini", precision="int8")
    finish(ahead)
    asked: list[list[str]] = []
    encode = engine.memory.encode
    engine.memory.encode = lambda model, texts, layers: (asked.append(list(texts)), encode(model, texts, layers))[1]  # type: ignore[method-assign]
    end = types.Position(99, 0)
    change = types.TextDocumentContentChangePartial(types.Range(end, end), "\n\nA horse.")
    documents.change(types.VersionedTextDocumentIdentifier(2, "file:///0"), [change])
    ahead.open = documents.snapshots
    forms: list[str] = []
    senses = engine.inventory.senses
    monkeypatch.setattr(engine.inventory, "senses", lambda form: (forms.append(form), senses(form))[1])
    finish(ahead)
    assert asked == [["A horse."]]
    assert {*forms} == {"a", "horse"}


def test_the_document_opened_last_comes_first_and_closed_ones_are_forgotten(ahead: Ahead) -> None:
    documents = opened(ahead, *SENTENCES[:2])
    engine = ahead._engine
    engine.model = model = sl.load("mini", precision="int8")
    while not engine.memory.knows(model, SENTENCES[1], sl.sense_layers(model)):
        assert ahead.step()
        assert not engine.memory.knows(model, SENTENCES[0], sl.sense_layers(model))
    finish(ahead)
    documents.close("file:///1")
    ahead.open = documents.snapshots
    ahead.step()
    assert ahead._begun.keys() == {"file:///0"}


def test_no_more_sentences_than_there_is_room_for(ahead: Ahead) -> None:
    opened(ahead, "\n".join(SENTENCES))
    engine = ahead._engine
    engine.model = model = sl.load("mini", precision="int8")
    engine.memory = sl.Memory(0.07)
    finish(ahead)
    known = sum(engine.memory.knows(model, s, sl.sense_layers(model)) for s in SENTENCES)
    assert 0 < known < len(SENTENCES)


def test_it_can_be_switched_off(ahead: Ahead) -> None:
    opened(ahead, *SENTENCES)
    ahead._engine.configuration = Configuration(read_ahead=False)
    assert not ahead.step()


@pytest.mark.parametrize(("place", "expected"), [(0, "abcd"), (2, "bacd"), (3, "bacd"), (6, "dcba"), (99, "dcba")])
def test_outwards(place: int, expected: str) -> None:
    text = "a b c d"
    assert "".join(span.of(text) for span in outwards(sl.words(text), place)) == expected
    assert list(outwards((), place)) == []
