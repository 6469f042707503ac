"""Everything beside the hover, through a client: uses of a word, blanks, hints, colours, search, commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lsp_editor import Editor, Opened, position
from lsprotocol import types
from pygls.exceptions import JsonRpcException

import senselens as sl
from senselens_lsp.configuration import Configuration
from senselens_lsp.documents import Documents
from senselens_lsp.engine import Engine
from senselens_lsp.search import search
from senselens_lsp.uses import like

RIVER, LAKE = "We sat by the river bank.", "They walked along the muddy bank of the river."
MONEY, CASH = "I deposited money at the bank.", "She borrowed cash from the bank."
TEXT = "\n\n".join((RIVER, MONEY, LAKE, CASH))
CHANGES = {"workspace": {"workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}}}
SHOWN = {
    "workspace": {name: {"refreshSupport": True} for name in ("inlayHint", "codeLens", "semanticTokens")},
    "textDocument": {"rename": {"prepareSupport": True}},
    "window": {"workDoneProgress": True},
}


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    editor = Editor(capabilities=SHOWN, settings={"inlayHints": True, "codeLens": True}).ready()
    yield editor
    assert editor.quit() == 0


@pytest.fixture
def banks(editor: Editor) -> Iterator[Opened]:
    document = editor.open(TEXT.replace("the river bank", "the river ba|nk", 1), uri="file:///banks")
    yield document
    editor.close(document)


def words_at(text: str, ranges: list[types.Range]) -> list[int]:
    """The numbers of the sentences in which ranges are, each of which must be of "bank"."""
    found = []
    for where in ranges:
        line = text.split("\n")[where.start.line]
        assert line[where.start.character : where.end.character] == "bank"
        found.append((RIVER, MONEY, LAKE, CASH).index(line))
    return found


def same_sense(mini: sl.Model, *sentences: str) -> bool:
    a, b = (mini.encode(sentence).word("bank") for sentence in sentences)
    return sl.similarity(a, b).same_sense >= 0.5


def test_highlights_tell_senses_apart(editor: Editor, banks: Opened) -> None:
    quick = sl.load("mini", precision="int8")
    found = editor.do(editor.client.text_document_document_highlight_async(types.DocumentHighlightParams(banks.id, banks.cursor)))
    assert found
    assert words_at(banks.text, [h.range for h in found]) == [0, 1, 2, 3]
    read = [h.kind is types.DocumentHighlightKind.Read for h in found]
    assert read == [True, *(same_sense(quick, RIVER, other) for other in (MONEY, LAKE, CASH))]
    assert read[2] != read[1]


def test_references_in_the_open_documents(editor: Editor, banks: Opened) -> None:
    other = editor.open("A boat lay at the river bank.", uri="file:///other")
    for itself in (True, False):
        params = types.ReferenceParams(types.ReferenceContext(itself), banks.id, banks.cursor)
        found = editor.do(editor.client.text_document_references_async(params))
        assert found
        here = [location.range for location in found if location.uri == "file:///banks"]
        assert words_at(banks.text, here) == ([0, 2] if itself else [2])
        assert [location.uri for location in found][-1] == "file:///other"
    editor.close(other)


def test_there_is_nothing_where_no_word_is(editor: Editor) -> None:
    client, document = editor.client, editor.open("a  |  b", uri="file:///empty")
    for where in (document.id, types.TextDocumentIdentifier("file:///not-open")):
        at = (where, document.cursor)
        assert editor.do(client.text_document_document_highlight_async(types.DocumentHighlightParams(*at))) is None
        assert editor.do(client.text_document_references_async(types.ReferenceParams(types.ReferenceContext(True), *at))) is None
        assert editor.do(client.text_document_prepare_rename_async(types.PrepareRenameParams(*at))) is None
        assert editor.do(client.text_document_rename_async(types.RenameParams(*at, "x"))) is None


def test_a_rename_keeps_to_the_sense(editor: Editor, banks: Opened) -> None:
    where = editor.do(editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(banks.id, banks.cursor)))
    assert isinstance(where, types.PrepareRenamePlaceholder)
    assert where.placeholder == "bank"
    edit = editor.do(editor.client.text_document_rename_async(types.RenameParams(banks.id, banks.cursor, "shore")))
    assert edit
    assert edit.changes
    (edits,) = edit.changes.values()
    assert [e.new_text for e in edits] == ["shore", "shore"]
    assert words_at(banks.text, [e.range for e in edits]) == [0, 2]


def test_a_rename_is_previewed_where_the_editor_can() -> None:
    editor = Editor(capabilities=CHANGES).ready()
    document = editor.open(TEXT.replace("the river bank", "the river ba|nk", 1))
    edit = editor.do(editor.client.text_document_rename_async(types.RenameParams(document.id, document.cursor, "shore")))
    assert edit
    assert edit.document_changes
    (changes,) = edit.document_changes
    assert isinstance(changes, types.TextDocumentEdit)
    assert changes.text_document.version == 1
    assert all(isinstance(e, types.AnnotatedTextEdit) and e.annotation_id == "senselens" for e in changes.edits)
    assert edit.change_annotations
    assert edit.change_annotations["senselens"].needs_confirmation
    assert editor.quit() == 0


def test_a_rename_is_refused_where_it_would_lose_markup(editor: Editor) -> None:
    refused(editor, "The river ba|nk. The river b**an**k.", "there is markup inside the word in line 1")


def test_a_rename_is_refused_where_two_ways_to_tell_senses_disagree(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their likeness says that all uses are the same, their likeliest senses that they are not."""
    monkeypatch.setattr("senselens_lsp.uses.EVEN", 0)
    marked = TEXT.replace("the river bank", "the river ba|nk", 1)
    refused(editor, marked, "it is not sure in which sense “bank” is used in line 3, line 7")


def refused(editor: Editor, marked: str, reason: str) -> None:
    document = editor.open(marked, uri="file:///refused")
    prepare = types.PrepareRenameParams(document.id, document.cursor)
    with pytest.raises(JsonRpcException, match=f"Senselens changes nothing: {reason}"):
        editor.do(editor.client.text_document_prepare_rename_async(prepare))
    with pytest.raises(JsonRpcException, match=reason):
        editor.do(editor.client.text_document_rename_async(types.RenameParams(document.id, document.cursor, "shore")))
    editor.close(document)


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "a\u2028b"])
def test_a_rename_to_no_word_is_refused(editor: Editor, banks: Opened, name: str) -> None:
    with pytest.raises(JsonRpcException, match="Senselens changes nothing: the new name has to be a word"):
        editor.do(editor.client.text_document_rename_async(types.RenameParams(banks.id, banks.cursor, name)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("bank", "shore", "shore"), ("Bank", "shore", "Shore"), ("BANK", "shore", "SHORE"), ("I", "we", "We")],
)
def test_a_new_word_takes_over_the_capitals(old: str, new: str, expected: str) -> None:
    assert like(old, new) == expected


def completed(editor: Editor, marked: str, kind: str = "plaintext") -> list[types.CompletionItem] | None:
    document = editor.open(marked, kind, uri="file:///blank")
    found = editor.do(editor.client.text_document_completion_async(types.CompletionParams(document.id, document.cursor)))
    assert not isinstance(found, types.CompletionList)
    return list(found) if found else None


@pytest.mark.parametrize(
    ("marked", "blank"),
    [
        ("The cat sat on the ___| today.", "___"),
        ("😋 The cat sat on the [MASK]|", "[MASK]"),
        ("The cat sat on the <mask>|.", "<mask>"),
    ],
)
def test_a_blank_is_completed(editor: Editor, marked: str, blank: str) -> None:
    items = completed(editor, marked)
    text = marked.replace("|", "")
    sentence = text.replace(blank, "[MASK]")
    (guesses,) = sl.load("mini", precision="int8").predict(sentence, k=10)
    assert items
    assert [item.label for item in items] == [g.word for g in guesses]
    assert [item.sort_text for item in items] == sorted(item.sort_text or "" for item in items)
    start = text.index(blank)
    for item in items:
        assert item.filter_text == blank
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.range == types.Range(position(text, start), position(text, start + len(blank)))


def test_the_blank_at_the_cursor_is_meant_and_a_sentence_begins_with_a_capital(editor: Editor) -> None:
    items = completed(editor, "___| sat on the ___ today.")
    assert items
    assert all(item.label[0].isupper() for item in items)
    assert items[0].text_edit.range.start.character == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "marked", ["The cat sat on the __|", "The cat ___ sat on the mat.|", "|___ sat", "", "`___|`", "no blank|"]
)
def test_there_is_no_completion_elsewhere(editor: Editor, marked: str) -> None:
    assert completed(editor, marked, "markdown") is None


def test_hints_tell_unusual_senses(editor: Editor, banks: Opened) -> None:
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    hints = editor.do(editor.client.text_document_inlay_hint_async(types.InlayHintParams(banks.id, everything)))
    assert hints
    for hint in hints:
        line = banks.text.split("\n")[hint.position.line]
        word = line[: hint.position.character].split()[-1]
        (first, *_) = (s for s in sl.senses(sl.load("mini", precision="int8"), line, word) if s.rank == 1)
        assert not first.first_sense
        assert isinstance(hint.label, str)
        assert first.gloss.startswith(hint.label.rstrip("…"))
        assert str(hint.tooltip).endswith(first.gloss)
        assert len(hint.label) <= 28


def test_lenses_tell_words_with_several_senses(editor: Editor, banks: Opened) -> None:
    (lens,) = editor.do(editor.client.text_document_code_lens_async(types.CodeLensParams(banks.id))) or ()
    assert lens.command
    assert lens.command.title == "bank: 2 senses in 4 uses"
    assert words_at(banks.text, [lens.range]) == [0]
    assert lens.command.command == "senselens.server.colourWord"
    assert editor.command("colourWord", *(lens.command.arguments or ())) == "bank"
    assert editor.command("colourWord", editor.place(banks)) == "bank"  # and off again


def test_colours_are_those_of_senses(editor: Editor, banks: Opened) -> None:
    ask = editor.client.text_document_semantic_tokens_full_async
    assert editor.do(ask(types.SemanticTokensParams(banks.id))) is None
    editor.notes.clear()
    assert editor.command("colourWord", editor.place(banks)) == "bank"
    editor.until(lambda: "semanticTokens" in editor.notes)
    tokens = editor.do(ask(types.SemanticTokensParams(banks.id)))
    assert tokens
    line, colours, where = 0, [], []
    for delta, character, length, colour, _ in zip(*[iter(tokens.data)] * 5, strict=True):
        line += delta
        where.append(types.Range(types.Position(line, character), types.Position(line, character + length)))
        colours.append(colour)
    assert words_at(banks.text, where) == [0, 1, 2, 3]
    assert colours[0] == colours[2] != colours[1] == colours[3]
    twice = editor.open("The river bank, the money at the bank.", uri="file:///one-line")
    assert editor.do(ask(types.SemanticTokensParams(twice.id))).data[5:7] == (0, 23)  # type: ignore[union-attr]
    editor.close(twice)
    editor.command("colourWord", editor.place(banks))
    assert editor.do(ask(types.SemanticTokensParams(banks.id))) is None


def test_sentences_are_found_by_meaning(editor: Editor, banks: Opened) -> None:
    symbols = editor.do(editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("a loan of dollars")))
    assert symbols
    assert symbols[0].name in (MONEY, CASH)
    found = editor.command("search", "a loan of dollars")
    texts = (RIVER, MONEY, LAKE, CASH)
    assert found[0]["sentence"] == symbols[0].name
    hits = sl.search(sl.load("mini", precision="int8"), "a loan of dollars", texts, k=4)
    cosines = {hit["sentence"]: hit["cosine"] for hit in found}
    assert list(cosines.values()) == sorted(cosines.values(), reverse=True)
    expected = {hit.sentence: hit.cosine for hit in hits}
    assert {text: cosines[text] for text in texts} == pytest.approx(expected, abs=0.05)  # eight bits are rounded by the batch
    line = found[0]["range"]["start"]["line"]
    assert banks.text.split("\n")[line] == found[0]["sentence"]
    assert editor.do(editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(" a "))) is None


def test_a_search_reads_each_sentence_once_whatever_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [f"Number {number} stood on the hill." for number in range(40)]
    documents, engine = Documents(), Engine(Configuration())
    documents.open(types.TextDocumentItem("file:///many", "plaintext", 1, "\n\n".join(sentences)))
    engine.model = model = sl.load("mini", precision="int8")
    engine.memory = sl.Memory(0.01)  # megabytes: half a dozen vectors
    read: list[str] = []
    embed = model.embed
    monkeypatch.setattr(model, "embed", lambda texts: (read.extend(texts), embed(texts))[1])
    found = search(engine, "Number 7 stood on the hill.", documents.snapshots, lambda *_: None)
    assert found[0]["sentence"] == "Number 7 stood on the hill."
    assert read == [*sentences, "Number 7 stood on the hill."]
    assert search(engine, "hill", [], lambda *_: None) == []


def test_a_long_sentence_is_cut_in_a_list(editor: Editor) -> None:
    document = editor.open("The zebra " + "very " * 60 + "striped.", uri="file:///long")
    assert any(
        hit["sentence"].startswith("The zebra very") and len(hit["sentence"]) == 120 for hit in editor.command("search", "zebra")
    )
    editor.close(document)


def test_inspection(editor: Editor, banks: Opened) -> None:
    far = editor.open("\n\n".join((TEXT, *["Nothing of the kind."] * 50)).replace("the bank", "the ba|nk", 1), uri="file:///far")
    found = editor.ask("senselens/inspect", {"textDocument": {"uri": far.id.uri}, "position": editor.place(far)["position"]})
    inspection = found["inspection"]
    assert inspection["text"].split("\n\n") == [RIVER, MONEY, LAKE, CASH]
    (word,) = inspection["words"]
    assert inspection["text"][word["span"]["start"] : word["span"]["end"]] == "bank"
    assert word["sentence"] == 1
    assert found["uri"] == "file:///far"
    assert found["version"] == 1
    ranges = [editor.client.protocol._converter.structure(use["range"], types.Range) for use in found["uses"]]
    assert words_at(far.text, ranges) == [0, 2, 3]
    assert [s["range"]["start"]["line"] for s in found["sentences"]] == [0, 2, 4, 6]
    (reading,) = (json.loads(json.dumps(r)) for r in word["readings"].values())
    assert len(reading["others"]) == 3
    for where in ({"line": 0, "character": 11}, {"line": 1, "character": 0}):
        assert editor.ask("senselens/inspect", {"textDocument": {"uri": far.id.uri}, "position": where}) is None
    assert editor.ask("senselens/inspect", {"textDocument": {"uri": "file:///x"}, "position": where}) is None
    editor.close(far)


def test_comparison(editor: Editor, banks: Opened) -> None:
    found = editor.command("compare", editor.place(banks) | {"models": ["mini"]})
    assert found["texts"] == [RIVER, MONEY, LAKE, CASH]
    assert found["word"] == "bank"
    assert [row["name"] for row in found["rows"]] == ["mini-int8", "mini"]
    alone = editor.open("A single ba|nk.", uri="file:///alone")
    assert editor.command("compare", editor.place(alone))["word"] is None
    editor.close(alone)


NOWHERE = {"line": 1, "character": 0}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [None],
        ["bank"],
        [{}],
        [{"uri": "file:///banks"}],
        [{"uri": "file:///x", "position": NOWHERE}],
        [{"uri": "file:///banks", "position": {"line": "a", "character": 0}}],
        [{"uri": "file:///banks", "position": NOWHERE}],
    ],
)
@pytest.mark.parametrize("name", ["compare", "colourWord", "findInWorkspace"])
def test_a_command_without_a_word_does_nothing(editor: Editor, banks: Opened, name: str, arguments: list[Any]) -> None:
    assert editor.command(name, *arguments) is None


def test_models(editor: Editor) -> None:
    rows = editor.ask("senselens/models", {})
    assert [row["name"] for row in rows] == [card.name for card in sl.models()]
    assert rows[0]["state"] == "here"


def test_what_is_switched_off_is_not_answered() -> None:
    off = dict.fromkeys(
        ("hover", "highlight", "references", "rename", "substitutes", "completion", "semanticTokens", "workspaceSymbols"), False
    )
    editor = Editor(settings=off, capabilities={"textDocument": {"rename": {"prepareSupport": True}}}).ready()
    d = editor.open("The river ba|nk by ___ and the bank.")
    place = (d.id, d.cursor)
    everything = types.Range(types.Position(0, 0), types.Position(9, 0))
    client = editor.client
    for answer in (
        client.text_document_hover_async(types.HoverParams(*place)),
        client.text_document_document_highlight_async(types.DocumentHighlightParams(*place)),
        client.text_document_references_async(types.ReferenceParams(types.ReferenceContext(True), *place)),
        client.text_document_prepare_rename_async(types.PrepareRenameParams(*place)),
        client.text_document_rename_async(types.RenameParams(*place, "x")),
        client.text_document_completion_async(types.CompletionParams(d.id, types.Position(0, 21))),
        client.text_document_inlay_hint_async(types.InlayHintParams(d.id, everything)),
        client.text_document_code_lens_async(types.CodeLensParams(d.id)),
        client.workspace_symbol_async(types.WorkspaceSymbolParams("river")),
    ):
        assert editor.do(answer) is None
    assert editor.command("colourWord", editor.place(d)) == "bank"
    assert editor.do(client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(d.id))) is None
    assert editor.quit() == 0


def actions(
    editor: Editor, marked: str, kind: str = "markdown", to: int = 0, only: list[str] | None = None
) -> list[types.CodeAction]:
    document = editor.open(marked, kind, uri="file:///actions")
    end = types.Position(document.cursor.line, document.cursor.character + to)
    context = types.CodeActionContext(diagnostics=[], only=only)  # type: ignore[arg-type]
    params = types.CodeActionParams(document.id, types.Range(document.cursor, end), context)
    found = editor.do(editor.client.text_document_code_action_async(params))
    return [action for action in found or () if isinstance(action, types.CodeAction)]


def test_substitutes_are_offered_and_fit(editor: Editor) -> None:
    text = "She bought a |new house by the river."
    found = actions(editor, text)
    model, plain = sl.load("mini", precision="int8"), text.replace("|", "")
    expected = [s for s in sl.substitutes(model, plain, "new", k=5) if s.probability >= 0.02]
    assert [a.title.partition("” (")[0] for a in found] == [f"Replace “new” with “{s.word}" for s in expected]
    for action, substitute in zip(found, expected, strict=True):
        assert action.kind == "refactor.rewrite"
        assert action.edit
        assert action.edit.changes
        ((edit,),) = action.edit.changes.values()
        start, end = edit.range.start.character, edit.range.end.character
        assert plain[:start] + edit.new_text + plain[end:] == substitute.text


def test_substitutes_asked_for_again_are_there_at_once(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor asks by itself for its light bulb, and gives up what a person asked for when the answer is late."""
    computed: list[str] = []
    substitutes = sl.substitutes
    monkeypatch.setattr(sl, "substitutes", lambda model, text, *more: (computed.append(text), substitutes(model, text, *more))[1])
    document = editor.open("She bought a |new house by the river.", uri="file:///again")
    where = types.Range(document.cursor, document.cursor)

    def ask(how: types.CodeActionTriggerKind) -> list[str]:
        params = types.CodeActionParams(document.id, where, types.CodeActionContext([], trigger_kind=how))
        return [action.title for action in editor.do(editor.client.text_document_code_action_async(params)) or ()]

    first = ask(types.CodeActionTriggerKind.Automatic)
    assert first
    assert ask(types.CodeActionTriggerKind.Invoked) == first
    assert computed == [document.text]
    editor.edit(document, types.Range(types.Position(0, 0), types.Position(0, 3)), "He")
    assert ask(types.CodeActionTriggerKind.Invoked)
    assert len(computed) == 2
    editor.close(document)


def test_no_substitutes_where_they_would_be_wrong(editor: Editor) -> None:
    assert actions(editor, "She bought a n**|ew** house.") == []
    assert actions(editor, "She bought a |new house.", to=9) == []  # two words are selected
    assert actions(editor, "She bought a |new house.", only=["quickfix"]) == []
    assert actions(editor, "She bought |the house.") == []
    assert actions(editor, "She bought a |new house.", to=3, only=["refactor"])
