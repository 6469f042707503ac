import { commands, type Disposable, type LogOutputChannel, type QuickPickItem, window } from "vscode";
import type { Comparer } from "./compare";
import { choosePython, type Installer } from "./install";
import { chooseModel } from "./models";
import type { Panel } from "./panel";
import { NoServer } from "./python";
import { peek } from "./reveal";
import type { Cursor, Place, Server } from "./server";

interface Parts {
  readonly server: Server;
  readonly installer: Installer;
  readonly panel: Panel;
  readonly comparer: Comparer;
  readonly log: LogOutputChannel;
}

/** The commands of the manifest. */
export function registerCommands({ server, installer, panel, comparer, log }: Parts): Disposable[] {
  const table: Record<string, (place?: Cursor) => unknown> = {
    choosePython,
    chooseModel: () => chooseModel(server),
    colourWord: () => atCursor((place) => server.execute("senselens.server.colourWord", place)),
    compareModels: () => atCursor((place) => comparer.run(place)),
    findInWorkspace: () => atCursor((cursor) => findInWorkspace(server, cursor)),
    installServer: () => installer.run(),
    menu: () => menu(server),
    restart: () => server.restart(),
    showOutput: () => log.show(),
    showPanel: (place) => panel.open(place),
  };
  return Object.entries(table).map(([name, run]) => commands.registerCommand(`senselens.${name}`, run));
}

/** What a click on the status item offers, the way on first. */
async function menu({ status: { server } }: Server): Promise<void> {
  const entry = (label: string, command: string): QuickPickItem & { command: string } => ({ label, command });
  const missing = server.phase === "failed" && server.error instanceof NoServer;
  const entries = [
    ...(missing ? [entry("$(cloud-download) Install the server …", "senselens.installServer")] : []),
    ...(server.phase === "running"
      ? [
          entry("$(layout-sidebar-right) Show the panel", "senselens.showPanel"),
          entry("$(list-selection) Choose the model …", "senselens.chooseModel"),
        ]
      : []),
    entry("$(debug-restart) Restart the server", "senselens.restart"),
    entry("$(snake) Choose the server’s Python …", "senselens.choosePython"),
    entry("$(output) Show the log", "senselens.showOutput"),
  ];
  const chosen = await window.showQuickPick(entries, { title: "Senselens" });
  if (chosen) await commands.executeCommand(chosen.command);
}

async function findInWorkspace(server: Server, cursor: Cursor): Promise<void> {
  const places = await server.execute<Place[] | null>("senselens.server.findInWorkspace", cursor);
  if (places?.length) await peek(cursor, places);
  else void window.showInformationMessage("Senselens found no use of this word in the same sense.");
}

/** Run *ask* for the word at the cursor. */
async function atCursor(ask: (place: Cursor) => Promise<unknown>): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) {
    void window.showInformationMessage("Put the cursor on a word of a text first.");
    return;
  }
  const { line, character } = editor.selection.active;
  await ask({ uri: editor.document.uri.toString(), position: { line, character } });
}
