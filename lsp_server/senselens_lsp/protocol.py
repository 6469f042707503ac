"""pygls' protocol with our own copy of the documents, and an exit that only says so.

pygls keeps documents too, but copies a whole text at each edit and breaks lines where the protocol does not (U+2028, form
feeds). Errors in a notification are for the log: a pop-up tells the user nothing he could do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from senselens_lsp.server import Server


class Protocol(LanguageServerProtocol):
    _server: Server

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._server.documents.open(params.text_document)
        self._server.changed()

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self._server.documents.change(params.text_document, params.content_changes)
        self._server.changed()

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.documents.close(params.text_document.uri)
        self._server.closed(params.text_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: types.DidOpenNotebookDocumentParams) -> None:
        self._server.documents.open_notebook(params.notebook_document, params.cell_text_documents)
        self._server.changed()

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: types.DidChangeNotebookDocumentParams) -> None:
        if params.change.cells:
            self._server.documents.change_notebook(params.notebook_document.uri, params.change.cells)
            self._server.changed()

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: types.DidCloseNotebookDocumentParams) -> None:
        self._server.documents.close_notebook(params.notebook_document.uri, params.cell_text_documents)
        self._server.closed(params.notebook_document.uri)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_params: Any) -> None:  # type: ignore[override]  # pygls' is a generator
        self._server.finish(0 if self._shutdown else 1)
