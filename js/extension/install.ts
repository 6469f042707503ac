import { ConfigurationTarget, type LogOutputChannel, ProgressLocation, window, workspace } from "vscode";
import { candidates, examine, findServer, NoServer, OLDEST, type Python } from "./python";
import type { Server } from "./server";
import { install, interpreter, type Wheel } from "./venv";

/** The server that this extension was built with; null where there was none. See build.mjs. */
declare const SERVER_WHEEL: Wheel | null;

const FILE = "From a File …";
const INDEX = "From the Package Index";
const STEP = /^(Collecting|Downloading|Installing|Successfully)\b.{0,60}/; // of what pip says, what tells how far it is

/**
 * Installs the server of *version* into an environment of the extension's own: only when the user says so, and only the very
 * wheel that the extension was built with, wherever it comes from. Its name alone would be no proof: a package index gives a
 * name to whoever takes it first.
 */
export class Installer {
  constructor(
    private readonly server: Server,
    private readonly version: string,
    private readonly log: LogOutputChannel,
  ) {}

  /** Ask, install, start. Does nothing where the user does not agree. */
  async run(): Promise<void> {
    const wheel = SERVER_WHEEL;
    if (!wheel) return explain();
    const base = await this.#base();
    if (!base) {
      const chosen = await window.showErrorMessage(`Senselens needs Python ${OLDEST} or newer, and found none.`, "Choose Python");
      if (chosen) await choosePython();
      return;
    }
    const file = await this.#agreed(base, wheel);
    if (file === null) return;
    await this.server.stop(); // Windows does not replace the files of a running program
    try {
      await this.#install(base, wheel, file);
      await useOwnEnvironment();
    } catch (error) {
      this.log.error(error as Error);
      if ((error as Error).name !== "AbortError") void this.#failed(error as Error); // the server does not wait for a click
    }
    await this.server.restart();
  }

  /** Where the environment has the server of another version, offer to install this one's. */
  async offerUpdate(): Promise<void> {
    const { python } = this.server.status;
    if (!SERVER_WHEEL || !python || python.senselens === this.version || python.path !== interpreter(this.server.environment))
      return;
    const message = `The Senselens server installed is ${python.senselens}, the extension ${this.version}.`;
    if (await window.showInformationMessage(message, "Update …")) await this.run();
  }

  /** A Python that could make the environment. */
  async #base(): Promise<Python | undefined> {
    const places = await this.server.places();
    const paths = [...(places.setting ? [places.setting] : []), ...candidates({ ...places, setting: "" })];
    return findServer(paths, (path) => examine(path, this.server.storage)).catch((error) =>
      error instanceof NoServer ? error.base : undefined,
    );
  }

  /** The file to install, undefined for the package index's, null where the user does not agree. */
  async #agreed({ version, path }: Python, { name, sha256 }: Wheel): Promise<string | undefined | null> {
    const setting = workspace.getConfiguration("senselens").get("python") ? " The setting senselens.python is taken back." : "";
    const detail = `Python ${version} (${path}) makes an environment in ${this.server.environment}. pip installs there ${name}, and what it needs (about 300 MB) from the package index that pip is set to. Nothing else is changed.${setting}

Wherever it comes from, only the file that this extension was built with is taken: pip checks that its SHA-256 is ${sha256}.`;
    const chosen = await window.showInformationMessage("Install the Senselens server?", { modal: true, detail }, FILE, INDEX);
    if (chosen === INDEX) return undefined;
    if (chosen !== FILE) return null;
    const [file] = (await window.showOpenDialog({ title: name, openLabel: "Install", filters: { Wheel: ["whl"] } })) ?? [];
    return file?.fsPath ?? null;
  }

  async #install(base: Python, wheel: Wheel, file: string | undefined): Promise<void> {
    const options = { location: ProgressLocation.Notification, title: "Installing the Senselens server", cancellable: true };
    await window.withProgress(options, (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const line = (text: string) => {
        this.log.info(text);
        const message = STEP.exec(text.trim())?.[0];
        if (message) progress.report({ message });
      };
      const { environment: folder, storage: cwd } = this.server;
      return install({ folder, base: base.path, wheel, extra: "lsp", file, cwd, line, signal: abort.signal });
    });
  }

  async #failed({ message }: Error): Promise<void> {
    if (await window.showErrorMessage(`The Senselens server could not be installed: ${message}`, "Show Log")) this.log.show();
  }
}

/** What to do where the extension knows no server that it could vouch for. */
async function explain(): Promise<void> {
  const detail =
    "It was built without its server, and a package of that name from an index could be anybody's. In a checkout of Senselens, install the server into a Python of yours: pip install '.[lsp]'. Then choose that Python here.";
  const message = "This extension installs no server.";
  if (await window.showInformationMessage(message, { modal: true, detail }, "Choose Python")) await choosePython();
}

/** Let the user choose an interpreter; the server is started with it when the setting changes. */
export async function choosePython(): Promise<void> {
  const title = "The Python that runs the Senselens server";
  const [chosen] = (await window.showOpenDialog({ title, openLabel: "Use" })) ?? [];
  if (chosen) await workspace.getConfiguration("senselens").update("python", chosen.fsPath, ConfigurationTarget.Global);
}

async function useOwnEnvironment(): Promise<void> {
  const settings = workspace.getConfiguration("senselens");
  const { globalValue, workspaceValue } = settings.inspect("python") ?? {};
  if (globalValue) await settings.update("python", undefined, ConfigurationTarget.Global);
  if (workspaceValue) await settings.update("python", undefined, ConfigurationTarget.Workspace);
}
