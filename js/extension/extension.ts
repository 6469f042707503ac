import { type ExtensionContext, window, workspace } from "vscode";
import { registerCommands } from "./commands";
import { Comparer } from "./compare";
import { Installer } from "./install";
import { Panel } from "./panel";
import { Server } from "./server";
import { StatusItem } from "./status";

let server: Server | undefined;

/** Everything the extension is: a server, the status of it, commands, and the panel. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Senselens", { log: true });
  const own = new Server(context, log);
  server = own;
  const installer = new Installer(own, context.extension.packageJSON.version, log);
  const panel = new Panel(context, own, log);
  const comparer = new Comparer(own);
  context.subscriptions.push(
    log,
    own,
    new StatusItem(own),
    panel,
    comparer,
    ...registerCommands({ server: own, installer, panel, comparer, log }),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("senselens.python") && void own.restart()),
    workspace.onDidGrantWorkspaceTrust(() => void own.restart()),
  );
  void own.restart().then(() => installer.offerUpdate());
}

/** The server is given the time to end. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
