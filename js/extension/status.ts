import { commands, type Disposable, StatusBarAlignment, ThemeColor, window } from "vscode";
import { appearance } from "./appearance";
import { NoServer } from "./python";
import type { Server, Status } from "./server";
import { isRead } from "./settings";

/** The item in the status bar. It is there while a document that Senselens reads is in front; a click opens the menu. */
export class StatusItem implements Disposable {
  readonly #item = window.createStatusBarItem("senselens.status", StatusBarAlignment.Right, 100);
  readonly #listeners: Disposable[];
  #told: Error | undefined;

  constructor(server: Server) {
    this.#item.name = "Senselens";
    this.#item.command = "senselens.menu";
    this.#listeners = [server.onChange((status) => this.#draw(status)), window.onDidChangeActiveTextEditor(() => this.#place())];
    this.#draw(server.status);
    this.#place();
  }

  dispose(): void {
    this.#item.dispose();
    for (const listener of this.#listeners) listener.dispose();
  }

  #draw(status: Status): void {
    const { icon, tooltip, severity } = appearance(status);
    this.#item.text = `$(${icon}) Senselens`;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: tooltip, role: "button" };
    void commands.executeCommand("setContext", "senselens.running", status.server.phase === "running"); // for the walkthrough
    this.#item.backgroundColor = severity && new ThemeColor(`statusBarItem.${severity}Background`);
    if (status.server.phase === "failed" && status.server.error !== this.#told) {
      this.#told = status.server.error;
      void tell(status.server.error);
    }
  }

  #place(): void {
    const document = window.activeTextEditor?.document;
    if (document && isRead(document)) this.#item.show();
    else this.#item.hide();
  }
}

/** Say once why there is no server, with the ways on. */
async function tell(error: Error): Promise<void> {
  const [message, ways] =
    error instanceof NoServer
      ? [
          "Senselens needs its language server, and no Python here has it.",
          {
            "Install …": "senselens.installServer",
            "Choose Python": "senselens.choosePython",
            "Show Log": "senselens.showOutput",
          },
        ]
      : [
          `The Senselens server does not run: ${error.message}`,
          { "Show Log": "senselens.showOutput", Restart: "senselens.restart" },
        ];
  const chosen = await window.showErrorMessage(message, ...Object.keys(ways));
  if (chosen) await commands.executeCommand((ways as Record<string, string>)[chosen] as string);
}
