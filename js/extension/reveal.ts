import { commands, Location, NotebookRange, Position, Range, Uri, window, workspace } from "vscode";
import type { Cursor, Place } from "./server";

/** Put the cursor on a place, in the editor that shows it already if there is one. */
export async function reveal({ uri, range }: Place): Promise<void> {
  await showCell(uri);
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
  await window.showTextDocument(editor?.document.uri ?? Uri.parse(uri), {
    selection: asRange(range),
    ...(editor?.viewColumn && { viewColumn: editor.viewColumn }),
  });
}

/** Show *places* in a list at *cursor*, as the editor shows references. */
export async function peek({ uri, position }: Cursor, places: readonly Place[]): Promise<void> {
  const locations = places.map((place) => new Location(Uri.parse(place.uri), asRange(place.range)));
  const at = new Position(position.line, position.character);
  await commands.executeCommand("editor.action.showReferences", Uri.parse(uri), at, locations);
}

/** The cell of a notebook has no editor until it is shown. */
async function showCell(uri: string): Promise<void> {
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri);
    if (cell) await window.showNotebookDocument(notebook, { selections: [new NotebookRange(cell.index, cell.index + 1)] });
  }
}

function asRange({ start, end }: Place["range"]): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
