import {
  ConfigurationTarget,
  commands,
  type Disposable,
  type LogOutputChannel,
  type QuickPickItem,
  window,
  workspace,
} from "vscode";
import { choosePython, type Installer } from "./install";
import type { Panel } from "./panel";
import { NoServer } from "./python";
import type { Model, Server } from "./server";

/** The commands of the manifest. */
export function registerCommands(server: Server, installer: Installer, panel: Panel, log: LogOutputChannel): Disposable[] {
  const table: Record<string, (...args: never[]) => unknown> = {
    choosePython,
    chooseModel: () => chooseModel(server),
    colourWord: () => atCursor((place) => server.execute("senselens.colourLemma", place)),
    installServer: () => installer.run(),
    menu: () => menu(server),
    restart: () => server.restart(),
    showOutput: () => log.show(),
    showPanel: panel.open.bind(panel),
  };
  return Object.entries(table).map(([name, run]) => commands.registerCommand(`senselens.${name}`, run));
}

/** What a click on the status item offers, the way on first. */
async function menu(server: Server): Promise<void> {
  const { phase } = server.status.server;
  const missing = server.status.server.phase === "failed" && server.status.server.error instanceof NoServer;
  const entries: (QuickPickItem & { command: string })[] = [
    ...(missing ? [{ label: "$(cloud-download) Install the server …", command: "senselens.installServer" }] : []),
    ...(phase === "running"
      ? [
          { label: "$(list-selection) Choose the model …", command: "senselens.chooseModel" },
          { label: "$(layout-sidebar-right) Show the panel", command: "senselens.showPanel" },
        ]
      : []),
    {
      label: phase === "stopped" ? "$(play) Start the server" : "$(debug-restart) Restart the server",
      command: "senselens.restart",
    },
    { label: "$(snake) Choose Python …", command: "senselens.choosePython" },
    { label: "$(output) Show the log", command: "senselens.showOutput" },
  ];
  const chosen = await window.showQuickPick(entries, { title: "Senselens" });
  if (chosen) await commands.executeCommand(chosen.command);
}

/** Choose among the models that the server knows, and can read words with. */
async function chooseModel(server: Server): Promise<void> {
  const settings = workspace.getConfiguration("senselens");
  const now = settings.get<string>("model");
  const models = (await server.models()).filter(({ capabilities }) => capabilities.includes("vectors"));
  const entries = models.map((model) => ({ label: model.name, ...described(model), picked: model.name === now }));
  const chosen = await window.showQuickPick(entries, { title: "The model that reads the text", matchOnDetail: true });
  if (!chosen) return;
  const inWorkspace = settings.inspect("model")?.workspaceValue !== undefined;
  await settings.update("model", chosen.label, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}

function described({ family, about, size, state, how }: Model): Pick<QuickPickItem, "description" | "detail"> {
  const where = state === "here" ? "here" : `${state}, ${Math.round(size / 1e6)} MB`;
  return { description: `${family} · ${where}`, detail: [about, how].filter(Boolean).join(" · ") };
}

/** Run *ask* for the word at the cursor. */
async function atCursor(
  ask: (place: { uri: string; position: { line: number; character: number } }) => Promise<unknown>,
): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) {
    void window.showInformationMessage("Put the cursor on a word of a text first.");
    return;
  }
  const { line, character } = editor.selection.active;
  await ask({ uri: editor.document.uri.toString(), position: { line, character } });
}
