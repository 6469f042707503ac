import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import type { Session } from "./lifecycle";
import type { Python } from "./python";

const PATIENCE = 60_000; // milliseconds until the server must have answered `initialize`
const FAREWELL = 2_000; // milliseconds it has for `shutdown`

/** What goes wrong is written to the log; that the server ended is told to the user once, by whoever restarts it. */
class Client extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export interface Opening {
  readonly python: Python;
  readonly cwd: string; // a folder of our own: `python -m` imports from the working directory first
  readonly log: LogOutputChannel;
  readonly options: LanguageClientOptions;
  readonly prepare: (client: LanguageClient) => void; // called before the client starts
  readonly signal: AbortSignal;
}

/** A server process and the client that speaks to it. */
export class Connection implements Session {
  readonly ended: Promise<string>;

  private constructor(
    readonly python: Python,
    readonly client: LanguageClient,
    private readonly server: ChildProcess,
    lastLine: () => string,
  ) {
    this.ended = new Promise((resolve) => {
      // A process that is killed has no last words: what it wrote last was about something else.
      server.once("close", (code, signal) =>
        resolve(signal ? `It was ended by ${signal}.` : lastLine() || `It ended with code ${code}.`),
      );
    });
  }

  /** Start the server and wait until it answers. Raises with its last words where it does not. */
  static async open({ python, cwd, log, options, prepare, signal }: Opening): Promise<Connection> {
    log.info(`Starting ${python.path} -m senselens_lsp (Python ${python.version}, senselens ${python.senselens})`);
    const server = spawn(python.path, ["-m", "senselens_lsp"], { cwd, windowsHide: true });
    server.on("error", (error) => log.error(error));
    let last = "";
    createInterface(server.stderr).on("line", (line) => {
      log.info(line);
      last = line.trim() || last;
    });
    const client = new Client("senselens", "Senselens", async () => ({ reader: server.stdout, writer: server.stdin }), {
      ...options,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          server.kill(); // a server that closed its output answers nobody
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    });
    const given = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const giveUp = () => server.kill("SIGKILL");
    given.addEventListener("abort", giveUp);
    const connection = new Connection(python, client, server, () => last);
    try {
      await once(server, "spawn");
      prepare(client);
      await client.start();
      return connection;
    } catch (error) {
      giveUp();
      if (server.pid !== undefined) await connection.ended;
      throw given.aborted ? new Error("The server did not answer in time.") : new Error(last || (error as Error).message);
    } finally {
      given.removeEventListener("abort", giveUp);
    }
  }

  async close(): Promise<void> {
    await this.client.dispose(FAREWELL).catch(() => undefined); // it is killed, then
    if (this.server.exitCode === null && this.server.signalCode === null) this.server.kill("SIGKILL");
    await this.ended;
  }
}
