"""What a hover says, and where; with the cursor drawn in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lsp_editor import MARKDOWN, Editor, position
from lsprotocol import types

RIVER = "We sat by the river bank."
MONEY = "I deposited money at the bank."
TWO = f"# Banks\n\n{RIVER}\n\n{MONEY}\n"
PANEL = {"panel": "senselens.showPanel"}


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    editor = Editor(capabilities=MARKDOWN).ready()
    yield editor
    assert editor.quit() == 0


@pytest.fixture(scope="module")
def plain_editor() -> Iterator[Editor]:
    editor = Editor().ready()
    yield editor
    assert editor.quit() == 0


def test_one_word_means_two_things(editor: Editor) -> None:
    river = editor.open(TWO.replace("river bank", "river ba|nk"))
    hover = editor.hover(river)
    assert hover
    assert hover.range == types.Range(position(TWO, TWO.index("bank")), position(TWO, TWO.index("bank") + 4))
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.Markdown
    title, gloss, *_ = hover.contents.value.split("\n\n")
    assert title.startswith("**bank** *noun* ▰▰▰▰")
    assert gloss.startswith("sloping land")
    money = editor.shown(river, position(TWO, TWO.rindex("bank")))
    assert money.split("\n\n")[1].startswith("a financial institution")


def test_the_lines(editor: Editor) -> None:
    shown = editor.shown(editor.open(TWO.replace("the bank", "the |bank")))
    title, _, others, uses, fitting = shown.split("\n\n")
    assert title.endswith("%")
    assert [line[:2] for line in others.splitlines()] == ["- "] * len(others.splitlines())
    assert "*its most frequent sense*" in others  # here it is not the likeliest
    assert "Different from" in uses
    assert "line 3 (" in uses
    assert fitting.startswith("Fits here: ")
    assert fitting.count("%") == 5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We sat| by", "markdown"),
        ("We sat by `the ba|nk` today.", "markdown"),
        ("```\nthe ba|nk\n```\n", "markdown"),
        ("---\ntitle: the ba|nk\n---\n\ntext", "markdown"),
        ("[here](http://the.ba|nk)", "markdown"),
        ("ba|nk = 1  # a river\n", "python"),
        ('{"ba|nk": 1}', "json"),
        ("We sat by t|he bank", "plaintext"),  # no sense worth telling
        ("  | \n", "plaintext"),
        ("|", "markdown"),
        ("😀|😀", "markdown"),
        ("the bank|", "no-such-language"),
        ("the ba|nk\0", "plaintext"),
    ],
)
def test_nothing_to_say(editor: Editor, text: str, kind: str) -> None:
    shown = editor.hover(editor.open(text, kind))
    assert (shown is None) != (text == "We sat| by")


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("# the river ba|nk\n", "python", "bank"),
        ("\\section{The river ba|nk}", "latex", "bank"),
        ("<p>the river <b>ba|nk</b>", "html", "bank"),
        ("the river **ba|nk**", "markdown", "bank"),
        ("the river b**an|k**", "markdown", "b**ank"),
        ("\t👩🏽\u200d🔬 the r\u0069\u0308ver |bank\u2028next", "plaintext", "bank"),
        ("one\r\n\r\nthe river bank|\r\n", "plaintext", "bank"),
        ("one\rthe river |bank", "plaintext", "bank"),
        ("Fix the river ba|nk\n\n# Please enter the commit message", "git-commit", "bank"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_prose_in_every_kind_of_document(text: str, kind: str, word: str, encoding: str) -> None:
    editor = Editor(capabilities={"general": {"positionEncodings": [encoding]}}).ready()
    assert editor.able.position_encoding == encoding
    document = editor.open(text, kind, encoding=encoding)
    hover = editor.hover(document)
    start = document.text.index(word)
    assert hover
    ends = (position(document.text, offset, encoding) for offset in (start, start + len(word)))
    assert hover.range == types.Range(*ends)
    assert editor.quit() == 0


EVIL = [
    "[x](command:workbench.action.quit)",
    "`code` **bold** _it_ ~~del~~",
    "| a | b |\n|---|---|",
    "<img src=x onerror=alert(1)> &lt;b&gt; &amp;",
    "<command:senselens.showPanel> http://evil.example/x www.evil.example me@evil.example",
    "![i](http://evil.example/i.png) \\[x\\](y) $x$ ^",
    "one\n\n# head\n- item\r\n\u2028> quote\t\x1b[31m",
]


@pytest.mark.parametrize("evil", EVIL)
def test_a_document_cannot_write_markdown(evil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever text there is in glosses, guesses and words: rendered, it is that text and nothing else."""
    from markdown_it import MarkdownIt

    from senselens_lsp.markup import Markdown, printable

    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for written in (
        Markdown().text(evil),
        Markdown().item(Markdown().text(evil)),
        f"a {Markdown().emphasis('x' + evil + 'x')} b",
    ):
        tokens = parser.parse(written)
        kinds = {child.type for token in tokens for child in token.children or ()}
        assert kinds <= {"text", "text_special", "em_open", "em_close"}
        text = "".join(child.content for token in tokens for child in token.children or ())
        assert printable(evil) in text


@pytest.mark.parametrize(
    "evil", [*EVIL, "# head", "- item", "+ item", "1. item", "12) item", "7.", "---", "===", "> quote", "    code", "~~~"]
)
def test_a_gloss_at_the_start_of_a_line_begins_no_block(evil: str) -> None:
    from markdown_it import MarkdownIt

    from senselens_lsp.markup import Markdown, printable

    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    tokens = parser.parse(f"**bank**\n\n{Markdown().text(evil)}\n\n- a sense")[3:6]
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(child.content for child in tokens[1].children or ()) == printable(evil)


def test_addresses_do_not_become_links_by_themselves() -> None:
    from senselens_lsp.markup import Markdown

    written = Markdown().text("see http://a.example, www.b.example and c@d.example: now")
    assert written == "see http\\://a.example, www\\.b.example and c\\@d.example: now"


def test_the_panels_link_is_the_only_command() -> None:
    editor = Editor(capabilities=MARKDOWN, options=PANEL).ready()
    document = editor.open("[x](command:bad) We sat by the river ba|nk command:worse", uri="file:///a%29(b")
    shown = editor.shown(document)
    assert shown.count("command:") == 1
    *_, link = shown.split("\n\n")
    target = link.removeprefix("[Open panel](").removesuffix(")")
    assert target.startswith("command:senselens.showPanel?%5B%7B%22uri%22%3A%20%22file%3A///a%2529%28b%22")
    assert not set(target) & set("()<> \n")
    assert editor.quit() == 0


def test_plain_text_for_a_client_without_markdown(plain_editor: Editor) -> None:
    hover = plain_editor.hover(plain_editor.open(f"We sat by the river ba|nk. {MONEY}"))
    assert hover
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.PlainText
    assert hover.contents.value.startswith("bank noun ▰")
    assert not set("*[]\\`") & set(hover.contents.value)


def test_a_lemma_is_told_where_the_word_is_another_form(plain_editor: Editor) -> None:
    assert plain_editor.shown(plain_editor.open("Two mi|ce ran.")).startswith("mice (mouse) noun")


def test_the_lines_of_many_uses(plain_editor: Editor) -> None:
    text = "\n\n".join(["We sat by the river ba|nk.", *[RIVER] * 8])
    shown = plain_editor.shown(plain_editor.open(text))
    assert "Same sense as line 3 (" in shown
    assert "and 4 more" in shown


def test_uses_on_one_line_are_told_together(plain_editor: Editor) -> None:
    shown = plain_editor.shown(plain_editor.open(f"We sat by the river ba|nk.\n\n{MONEY} {MONEY}"))
    (uses,) = (line for line in shown.splitlines() if line.startswith("Different from"))
    assert re.fullmatch(r"Different from line 3 \(\d+\u202f%, \d+\u202f%\)", uses)


def test_a_word_of_a_notebook_is_compared_with_the_other_cells(plain_editor: Editor) -> None:
    uri = "file:///n.ipynb"
    texts = [RIVER, f"# {MONEY}", f"# Head\n\n{MONEY}"]
    kinds = [(types.NotebookCellKind.Markup, "markdown"), (types.NotebookCellKind.Code, "python")]
    kinds.append(kinds[0])
    cells = [
        types.TextDocumentItem(f"vscode-notebook-cell:/n.ipynb#{i}", language, 1, text)
        for i, (text, (_, language)) in enumerate(zip(texts, kinds, strict=True))
    ]
    listed = [types.NotebookCell(kind, cell.uri) for cell, (kind, _) in zip(cells, kinds, strict=True)]
    notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, listed)
    plain_editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, cells))
    first = types.TextDocumentIdentifier(cells[0].uri)
    params = types.HoverParams(first, position(RIVER, RIVER.index("bank")))
    hover = plain_editor.do(plain_editor.client.text_document_hover_async(params))
    assert hover
    assert "Different from cell 3, line 3 (" in hover.contents.value  # and not from the comment: code is only counted
    comment = types.HoverParams(types.TextDocumentIdentifier(cells[1].uri), position(texts[1], texts[1].index("bank")))
    assert plain_editor.do(plain_editor.client.text_document_hover_async(comment)) is None
    plain_editor.client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(uri), [types.TextDocumentIdentifier(cell.uri) for cell in cells]
        )
    )
    assert plain_editor.do(plain_editor.client.text_document_hover_async(params)) is None


def test_settings_of_the_hover() -> None:
    settings = {"senses": 1, "guesses": 0, "functionWords": True, "ignoredWords": ["River"]}
    editor = Editor(settings=settings).ready()
    document = editor.open("We sat by the river bank|.")
    title, _ = editor.shown(document).split("\n\n")
    assert title.startswith("bank noun")
    assert editor.shown(document, position(document.text, 12)) == "the"
    assert editor.shown(document, position(document.text, 16)) == ""
    assert editor.quit() == 0
