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
    colourWord: () => atCursor((cursor) => server.execute("senselens.server.colourWord", cursor)),
    compareModels: () => atCursor((cursor) => comparer.run(cursor)),
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

async function findInWorkspace(server: Server, cursor: Cursor): Promise<null | undefined> {
  const places = await server.execute<Place[] | null>("senselens.server.findInWorkspace", cursor);
  if (!places) return null;
  await peek(cursor, places);
  return undefined;
}

/** Run *ask* for the word at the cursor; it gives null where there is none. */
async function atCursor(ask: (cursor: Cursor) => Promise<unknown>): Promise<void> {
  const editor = window.activeTextEditor;
  const { line = 0, character = 0 } = editor?.selection.active ?? {};
  const answer = editor ? await ask({ uri: editor.document.uri.toString(), position: { line, character } }) : null;
  if (answer === null) void window.showInformationMessage("There is no word at the cursor that Senselens reads.");
}
