import { join } from "node:path";
import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  workspace,
} from "vscode";
import type { LanguageClient, LanguageClientOptions, Position, Range } from "vscode-languageclient/node";
import type { Inspection } from "../shared/inspection";
import { Connection } from "./connection";
import { Environments } from "./environments";
import { provideHover } from "./hover";
import { Lifecycle, type State } from "./lifecycle";
import { candidates, examine, expand, findServer, type Places, type Python } from "./python";
import { SECTION, SELECTOR, serverSettings } from "./settings";
import { interpreter } from "./venv";

/** A part of a document. */
export interface Place {
  readonly uri: string;
  readonly range: Range;
}

/** The answer to `senselens/inspect`: a word, where it is, and its other uses in the order of the inspection's. */
export interface Inspected extends Place {
  readonly inspection: Inspection;
  readonly uses: readonly Place[];
}

/** A position in an open document. */
export interface Cursor {
  readonly uri: string;
  readonly position: Position;
}

/** A model that the server could read with, and how to get it where it is not here. */
export interface Model {
  readonly name: string;
  readonly family: string;
  readonly capabilities: readonly string[];
  readonly about: string;
  readonly size: number; // bytes
  readonly state: "here" | "downloadable" | "unavailable";
  readonly how: string;
}

/** What the server says of the model it reads with. */
export interface ModelStatus {
  readonly state: "loading" | "ready" | "error";
  readonly model: string;
  readonly message: string;
}

/** All there is to show of the server. */
export interface Status {
  readonly server: State;
  readonly python?: Python | undefined;
  readonly model?: ModelStatus | undefined;
}

/** The language server of this window: finds its Python, keeps it running, tells how it is. */
export class Server implements Disposable {
  status: Status = { server: { phase: "stopped" } };
  readonly #changed = new EventEmitter<Status>();
  readonly onChange = this.#changed.event;
  readonly #lifecycle = new Lifecycle<Connection>(
    (signal) => this.#open(signal),
    (server) => this.#moved(server),
  );
  readonly #environments: Environments;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.#environments = new Environments(log);
    this.#environments.onChange(() => void this.#reconsider());
  }

  /** The folder of the environment that the extension makes, if the user lets it. */
  get environment(): string {
    return join(this.storage, "server");
  }

  /** A folder of the extension's own, in which its processes run. */
  get storage(): string {
    return this.context.globalStorageUri.fsPath;
  }

  restart(): Promise<void> {
    return this.#lifecycle.restart();
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /** Where Python can be, by the settings and the environments there are now. */
  async places(): Promise<Places> {
    await workspace.fs.createDirectory(this.context.globalStorageUri);
    const setting = expand(workspace.getConfiguration(SECTION).get("python", ""), workspace.workspaceFolders?.[0]?.uri.fsPath);
    return { setting, active: setting ? undefined : await this.#environments.active(), own: interpreter(this.environment) };
  }

  /** The models there are. Raises what `execute` raises. */
  async models(): Promise<Model[]> {
    return (await this.#client()).sendRequest("senselens/models", {});
  }

  /** What the server knows of the word at *place*, or null. Raises what `execute` raises. */
  async inspect({ uri, position }: Cursor, token: CancellationToken): Promise<Inspected | null> {
    return (await this.#client()).sendRequest("senselens/inspect", { textDocument: { uri }, position }, token);
  }

  /** The answer to the server's own *command*. Raises what it raises, or that there is no server. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T> {
    return (await this.#client()).sendRequest<T>("workspace/executeCommand", { command, arguments: args });
  }

  /** What is asked while the server starts waits for it. */
  async #client(): Promise<LanguageClient> {
    const client = (await this.#lifecycle.ready())?.client;
    if (!client) throw new Error("The Senselens server is not running.");
    return client;
  }

  dispose(): void {
    this.#environments.dispose();
    this.#changed.dispose();
  }

  /** Start again if another Python would be taken now than the one that runs it. */
  async #reconsider(): Promise<void> {
    const path = await this.#findPython().then(
      (python) => python.path,
      () => undefined,
    );
    if (path !== this.status.python?.path) await this.restart();
  }

  async #findPython(): Promise<Python> {
    return findServer(candidates(await this.places()), (path) => examine(path, this.storage));
  }

  async #open(signal: AbortSignal): Promise<Connection> {
    const python = await this.#findPython();
    signal.throwIfAborted();
    return Connection.open({
      python,
      cwd: this.storage,
      log: this.log,
      options: this.#options(),
      prepare: (client) =>
        client.onNotification("senselens/status", (model: ModelStatus) => this.#tell({ ...this.status, model })),
      signal,
    });
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      initializationOptions: { trusted: workspace.isTrusted, senselens: serverSettings() },
      middleware: {
        provideHover,
        // The section as the server knows it, whenever it asks; of a change it is only told that there was one.
        workspace: {
          configuration: ({ items }) => items.map(({ section }) => (section === SECTION ? serverSettings() : null)),
          didChangeConfiguration: (_sections, next) => next(undefined),
        },
      },
    };
  }

  /** The server is in another phase. While it starts it may have told of its model already. */
  #moved(server: State): void {
    const model = server.phase === "running" ? this.status.model : undefined;
    this.#tell({ server, python: this.#lifecycle.session?.python, model });
  }

  #tell(status: Status): void {
    this.status = status;
    this.#changed.fire(status);
  }
}
