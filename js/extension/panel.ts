import { randomBytes } from "node:crypto";
import {
  CancellationTokenSource,
  commands,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type TextEditor,
  Uri,
  type WebviewView,
  type WebviewViewProvider,
  window,
  workspace,
} from "vscode";
import { Latest } from "./latest";
import { page } from "./page";
import type { Asked, Shown } from "./panel/messages";
import { reveal } from "./reveal";
import type { Cursor, Inspected, Server } from "./server";
import { isRead } from "./settings";

export const VIEW = "senselens.panel";
const PAUSE = 150; // milliseconds that the cursor rests before the panel follows

/** The panel: the notebook's Inspector, on the word at the cursor of the active editor. */
export class Panel implements WebviewViewProvider, Disposable {
  #view: WebviewView | undefined;
  #place: Cursor | undefined; // that the panel is about
  #inspected: Inspected | undefined;
  readonly #questions: Latest<Cursor, Inspected | null>;
  readonly #listeners: Disposable[];

  constructor(
    private readonly context: ExtensionContext,
    private readonly server: Server,
    log: LogOutputChannel,
  ) {
    this.#questions = new Latest(
      PAUSE,
      (place, signal) => this.#ask(place, signal),
      (inspected) => this.#show(inspected),
      (error) => log.debug(`The panel was not answered: ${error.message}`), // the text changed meanwhile: another question follows
    );
    this.#listeners = [
      window.registerWebviewViewProvider(VIEW, this),
      window.onDidChangeTextEditorSelection(
        ({ textEditor }) => textEditor === window.activeTextEditor && this.#follow(textEditor),
      ),
      window.onDidChangeActiveTextEditor((editor) => editor && this.#follow(editor)),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === window.activeTextEditor?.document) this.#follow(window.activeTextEditor);
      }),
      server.onChange(() => this.#refresh()),
    ];
    if (window.activeTextEditor) this.#follow(window.activeTextEditor);
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    const folder = Uri.joinPath(this.context.extensionUri, "js", "extension");
    const address = (name: string) => view.webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    view.webview.onDidReceiveMessage((asked: Asked) => ("ready" in asked ? this.#refresh() : this.#go(asked.use.start)));
    view.onDidChangeVisibility(() => this.#refresh());
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#questions.drop();
    });
    view.webview.html = page({
      script: address("dist/panel.js"),
      style: address("media/panel.css"),
      nonce: randomBytes(16).toString("base64"),
    });
  }

  /** Open the panel, on the word at *place* (as a hover's link gives it) or at the cursor. */
  async open(place?: Cursor): Promise<void> {
    if (place) this.#place = place;
    await commands.executeCommand(`${VIEW}.focus`, { preserveFocus: true });
    this.#refresh();
  }

  dispose(): void {
    this.#questions.drop();
    for (const listener of this.#listeners) listener.dispose();
  }

  #follow({ document, selection: { active } }: TextEditor): void {
    if (!isRead(document)) return;
    this.#place = { uri: document.uri.toString(), position: { line: active.line, character: active.character } };
    if (this.#view?.visible) this.#questions.put(this.#place);
  }

  /** Say how the server is, or show what is known, and ask again. */
  #refresh(): void {
    if (!this.#view?.visible) return;
    const { server, model } = this.server.status;
    if (server.phase !== "running") {
      this.#send({
        notice:
          server.phase === "starting"
            ? "The server is starting …"
            : "The server is not running: see Senselens in the status bar.",
      });
    } else if (model?.state !== "ready") {
      this.#send({ notice: model?.state === "error" ? model.message : "The model is being loaded …" });
    } else {
      this.#send(this.#inspected ?? { notice: "Put the cursor on a word of a text." });
      if (this.#place) this.#questions.put(this.#place);
    }
  }

  async #ask(place: Cursor, signal: AbortSignal): Promise<Inspected | null> {
    const source = new CancellationTokenSource();
    signal.addEventListener("abort", () => source.cancel());
    return this.server.inspect(place, source.token).finally(() => source.dispose());
  }

  /** Between words the last one stays. */
  #show(inspected: Inspected | null): void {
    if (!inspected) return;
    this.#inspected = inspected;
    this.#send(inspected);
  }

  #send({ inspection, notice }: Shown): void {
    void this.#view?.webview.postMessage({ inspection, notice });
  }

  /** Go to the other use that begins at *start* of the inspection's text. */
  async #go(start: number): Promise<void> {
    const [reading] = Object.values(this.#inspected?.inspection.words[0]?.readings ?? {});
    const use = this.#inspected?.uses[reading?.others.findIndex(({ span }) => span.start === start) ?? -1];
    if (use) await reveal(use);
  }
}
