"""Changes of documents as the client can take them."""

from __future__ import annotations

from lsprotocol import types

from senselens_lsp.documents import Snapshot
from senselens_lsp.server import Server


def workspace_edit(
    ls: Server, edits: dict[str, list[types.TextEdit]], about: Snapshot, confirm: types.ChangeAnnotation | None = None
) -> types.WorkspaceEdit:
    """*edits* by document, for the versions in *about*; with *confirm* the user looks at each first, where the client can."""
    workspace = ls.client_capabilities.workspace
    able = workspace and workspace.workspace_edit
    if not (able and able.document_changes):
        return types.WorkspaceEdit(changes=edits)
    annotated = confirm if able.change_annotation_support else None
    changes = []
    for uri, some in edits.items():
        document = about.document(uri)
        named = types.OptionalVersionedTextDocumentIdentifier(uri, document.version if document else None)
        marked = [types.AnnotatedTextEdit("senselens", e.range, e.new_text) for e in some] if annotated else some
        changes.append(types.TextDocumentEdit(named, list(marked)))
    return types.WorkspaceEdit(document_changes=list(changes), change_annotations={"senselens": annotated} if annotated else None)
