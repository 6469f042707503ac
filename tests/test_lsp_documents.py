"""Open documents against a plain model of them: edits, notebooks, snapshots, and where words are."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lsp_editor import position
from lsprotocol import types

import senselens as sl
from senselens_lsp.documents import Documents, Snapshot
from senselens_lsp.reading import Reading

TEXTS = st.lists(
    st.sampled_from(
        ["bank", "river bank", "Two mice ran.", "na\u00efve", "👩🏽\u200d🔬", "😋", "x\u0308", "\ud83d", "don’t", "中国", "U.S."]
    )
    | st.sampled_from(
        [" ", "\n", "\r\n", "\r", "\t", "\u2028", "\v", "\x85", ".", "\n\n", "_", "*", "`", "#", "- ", "<b>", "\0"]
    ),
    max_size=12,
).map("".join)
URI = "file:///a"


class Editing(RuleBasedStateMachine):
    """Random edits at random places, some of them beyond the text; the text is always what a plain copy of it is."""

    @initialize(
        text=TEXTS, encoding=st.sampled_from(["utf-8", "utf-16", "utf-32"]), kind=st.sampled_from(["plaintext", "markdown"])
    )
    def begin(self, text: str, encoding: str, kind: str) -> None:
        self.encoding, self.text, self.kind, self.version = encoding, text, kind, 1
        self.documents = Documents(encoding)
        self.documents.open(types.TextDocumentItem(URI, kind, 1, text))
        self.reading: Reading | None = None

    @rule(data=st.data(), new=TEXTS)
    def edit(self, data: st.DataObject, new: str) -> None:
        inside = st.sampled_from([o for o in range(len(self.text) + 1) if self.text[o - 1 : o + 1] != "\r\n"])
        start, end = sorted((data.draw(inside), data.draw(inside)))
        where = types.Range(position(self.text, start, self.encoding), position(self.text, end, self.encoding))
        self.change(types.TextDocumentContentChangePartial(where, new))
        self.text = self.text[:start] + new + self.text[end:]

    @rule(line=st.integers(0, 99), character=st.integers(0, 2**31 - 1), new=TEXTS)
    def append(self, line: int, character: int, new: str) -> None:
        """A place beyond the last line is the end of the text."""
        end = types.Position(line + self.text.count("\n") + self.text.count("\r") + 1, character)
        self.change(types.TextDocumentContentChangePartial(types.Range(end, end), new))
        self.text += new

    @rule(new=TEXTS)
    def replace(self, new: str) -> None:
        self.change(types.TextDocumentContentChangeWholeDocument(new))
        self.text = new

    def change(self, *changes: types.TextDocumentContentChangeEvent) -> None:
        self.version += 1
        self.documents.change(types.VersionedTextDocumentIdentifier(self.version, URI), changes)

    @invariant()
    def the_text_is_that_of_the_model(self) -> None:
        snapshot = self.documents.snapshot(URI)
        assert snapshot
        (document,) = snapshot.documents
        assert (document.text, document.version) == (self.text, self.version)

    @rule(data=st.data())
    def a_word_is_found_where_it_stands(self, data: st.DataObject) -> None:
        snapshot = self.documents.snapshot(URI)
        assert snapshot
        self.reading = Reading(snapshot, sl.open_inventory(), self.reading)
        offset = data.draw(st.integers(0, len(self.text)))
        if self.text[offset - 1 : offset + 1] == "\r\n":
            return  # no position lies between the two
        span = self.reading.word_at(URI, position(self.text, offset, self.encoding))
        if self.kind == "plaintext" and "\0" not in self.text:
            assert (span is None) == (sl.word_at(self.text, offset) is None)
        if span:
            uri, where = self.reading.location(span)
            document, own = self.reading.place(span)
            assert uri == URI
            read = sl.prose(self.text, self.kind)  # where nothing but markup stands between, the word is touched too
            assert own.start <= offset <= own.end or read.at(offset) == read.at(own.start)
            assert where == types.Range(*(position(self.text, o, self.encoding) for o in (own.start, own.end)))
            if self.reading.is_plain(span):
                assert own.of(document.text) == span.of(self.reading.text)
            assert span in self.reading.words(URI, where)


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=220, stateful_step_count=50, deadline=None)  # over ten thousand steps


def test_what_is_not_open_is_passed_over() -> None:
    documents = Documents()
    assert documents.snapshot(URI) is None
    change = types.TextDocumentContentChangeWholeDocument("x")
    documents.change(types.VersionedTextDocumentIdentifier(1, URI), [change])
    documents.change_notebook(URI, types.NotebookDocumentCellChanges())
    documents.close(URI)
    assert documents.snapshots == []


def test_a_snapshot_is_current_until_its_document_is_edited_or_closed() -> None:
    documents = Documents()
    documents.open(types.TextDocumentItem(URI, "markdown", 1, "one"))
    documents.open(types.TextDocumentItem("file:///b", "markdown", 1, "two"))
    first, other = documents.snapshot(URI), documents.snapshot("file:///b")
    assert first
    assert other
    assert documents.snapshots == [first, other]
    documents.change(types.VersionedTextDocumentIdentifier(2, URI), [types.TextDocumentContentChangeWholeDocument("one more")])
    assert not documents.is_current(first)
    assert documents.is_current(other)
    assert first.documents[0].text == "one"
    documents.close("file:///b")
    assert not documents.is_current(other)


CELLS = ["cell:0", "cell:1", "cell:2"]


def notebook(*texts: str) -> Documents:
    documents = Documents()
    cells = [types.NotebookCell(types.NotebookCellKind.Markup, uri) for uri in CELLS[: len(texts)]]
    items = [types.TextDocumentItem(uri, "markdown", 1, text) for uri, text in zip(CELLS, texts, strict=False)]
    documents.open_notebook(types.NotebookDocument(URI, "jupyter-notebook", 1, cells), items)
    return documents


def texts_of(documents: Documents) -> list[str]:
    snapshot = documents.snapshot(URI)
    return [document.text for document in snapshot.documents] if snapshot else []


def changed(start: int, delete: int, new: list[str], opened: list[str], closed: list[str]) -> types.NotebookDocumentCellChanges:
    array = types.NotebookCellArrayChange(start, delete, [types.NotebookCell(types.NotebookCellKind.Markup, uri) for uri in new])
    return types.NotebookDocumentCellChanges(
        structure=types.NotebookDocumentCellChangeStructure(
            array,
            did_open=[types.TextDocumentItem(uri, "markdown", 1, f"new {uri}") for uri in opened],
            did_close=[types.TextDocumentIdentifier(uri) for uri in closed],
        )
    )


def test_a_notebook_is_read_as_one() -> None:
    documents = notebook("The river bank.", "", "Money at the bank.")
    snapshot = documents.snapshot("cell:2")
    assert snapshot is documents.snapshot("cell:0") is documents.snapshot(URI)
    assert isinstance(snapshot, Snapshot)
    assert snapshot.is_notebook
    assert documents.snapshots == [snapshot]
    reading = Reading(snapshot, sl.open_inventory())
    word = reading.word_at("cell:2", types.Position(0, 14))
    assert word
    (other,) = reading.outline.others(word)
    assert reading.location(other) == ("cell:0", types.Range(types.Position(0, 10), types.Position(0, 14)))
    assert reading.line(other) == "cell 1, line 1"
    assert reading.line(word, snapshot.documents[2]) == "line 1"
    assert reading.lines([word, other], 1) == "cell 3, line 1 and 1 more"
    assert reading.word_at("cell:9", types.Position(0, 0)) is None
    assert reading.words("cell:9", types.Range(types.Position(0, 0), types.Position(0, 9))) == ()
    assert [w.of(reading.text) for w in reading.words("cell:2", types.Range(types.Position(0, 0), types.Position(9, 0)))] == [
        "Money", "at", "the", "bank"
    ]  # fmt: skip


def test_cells_come_go_and_move() -> None:
    documents = notebook("zero", "one")
    documents.change_notebook(URI, changed(1, 0, ["cell:2"], ["cell:2"], []))
    assert texts_of(documents) == ["zero", "new cell:2", "one"]
    documents.change_notebook(URI, changed(0, 2, ["cell:2", "cell:0"], [], []))
    assert texts_of(documents) == ["new cell:2", "zero", "one"]
    documents.change_notebook(URI, changed(1, 1, [], [], ["cell:0"]))
    assert texts_of(documents) == ["new cell:2", "one"]
    content = types.NotebookDocumentCellContentChanges(
        types.VersionedTextDocumentIdentifier(2, "cell:1"), [types.TextDocumentContentChangeWholeDocument("edited")]
    )
    documents.change_notebook(URI, types.NotebookDocumentCellChanges(text_content=[content]))
    assert texts_of(documents) == ["new cell:2", "edited"]
    documents.close_notebook(URI, [types.TextDocumentIdentifier(uri) for uri in ("cell:1", "cell:2")])
    assert documents.snapshot(URI) is None
    assert documents.snapshot("cell:1") is None
    assert documents.snapshots == []


def test_only_the_document_that_changed_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = notebook("The river bank.", "Money at the bank.")
    before = documents.snapshot(URI)
    assert before
    first = Reading(before, sl.open_inventory())
    assert first.outline.words
    read: list[str] = []
    real = sl.prose
    monkeypatch.setattr(sl, "prose", lambda text, kind: (read.append(text), real(text, kind))[1])
    change = types.TextDocumentContentChangeWholeDocument("Cash at the bank.")
    documents.change(types.VersionedTextDocumentIdentifier(2, "cell:1"), [change])
    after = documents.snapshot(URI)
    assert after
    second = Reading(after, sl.open_inventory(), first)
    assert second.text == "The river bank.\n\nCash at the bank."
    assert read == ["Cash at the bank."]
    third = Reading(after, sl.open_inventory(), second)  # in between no outline was asked for
    assert [w.of(third.text) for w in third.outline.words][-1] == "bank"
