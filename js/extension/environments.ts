import { PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import { type Disposable, EventEmitter, extensions, type LogOutputChannel, workspace } from "vscode";

const PATIENCE = 10_000; // milliseconds; looking for environments can take longer than a writer should wait for a hover

/** The interpreter that the Python extension uses here, where there is that extension. */
export class Environments implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly onChange = this.#changed.event;
  #api: Promise<PythonExtension> | undefined;
  #listener: Disposable | undefined;

  constructor(private readonly log: LogOutputChannel) {}

  /** Undefined in a workspace that is not trusted, too: the workspace may have chosen it. */
  async active(): Promise<string | undefined> {
    if (!workspace.isTrusted || !extensions.getExtension(PVSC_EXTENSION_ID)) return undefined;
    const found = this.#ask().catch((error: Error) => this.log.warn(`The Python extension did not answer: ${error.message}`));
    const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref());
    return (await Promise.race([found, late])) ?? undefined;
  }

  dispose(): void {
    this.#listener?.dispose();
    this.#changed.dispose();
  }

  async #ask(): Promise<string | undefined> {
    this.#api ??= PythonExtension.api();
    const { environments } = await this.#api;
    this.#listener ??= environments.onDidChangeActiveEnvironmentPath(() => this.#changed.fire());
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
    return environment?.executable.uri?.fsPath;
  }
}
