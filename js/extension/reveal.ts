import { NotebookRange, Range, Uri, window, workspace } from "vscode";
import type { Location } from "./server";

/** Put the cursor on a place, in the editor that shows it already if there is one. */
export async function reveal({ uri, range: { start, end } }: Location): Promise<void> {
  const selection = new Range(start.line, start.character, end.line, end.character);
  await showCell(uri);
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
  await window.showTextDocument(editor?.document.uri ?? Uri.parse(uri), {
    selection,
    ...(editor?.viewColumn && { viewColumn: editor.viewColumn }),
  });
}

/** The cell of a notebook has no editor until it is shown. */
async function showCell(uri: string): Promise<void> {
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri);
    if (cell) await window.showNotebookDocument(notebook, { selections: [new NotebookRange(cell.index, cell.index + 1)] });
  }
}
