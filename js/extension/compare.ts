import {
  commands,
  type Disposable,
  EventEmitter,
  ProgressLocation,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import { type Comparison, comparisonMarkdown } from "./comparison";
import { entriesOf } from "./models";
import type { Cursor, Server } from "./server";

const SCHEME = "senselens";

/** The last comparison, as a document that VS Code previews. */
export class Comparer implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registered = workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly #where = Uri.from({ scheme: SCHEME, path: "/Comparison.md" });
  #text = "";

  constructor(private readonly server: Server) {}

  provideTextDocumentContent(): string {
    return this.#text;
  }

  /** Ask which models to set beside the one in use, and show the uses of the word at *place* under all. Null: no word. */
  async run(place: Cursor): Promise<null | undefined> {
    const now = this.server.status.model?.model;
    const entries = entriesOf(this.server, ({ name, state }) => name !== now && state === "here");
    const title = `Models to set beside ${now}`;
    const chosen = await window.showQuickPick(entries, { title, canPickMany: true });
    if (!chosen) return undefined;
    const found = await window.withProgress({ location: ProgressLocation.Window, title: "Comparing models" }, () =>
      this.server.execute<Comparison | null>("senselens.server.compare", { ...place, models: chosen.map(({ label }) => label) }),
    );
    if (!found) return null;
    this.#text = comparisonMarkdown(found);
    this.#changed.fire(this.#where);
    await commands.executeCommand("markdown.showPreviewToSide", this.#where);
    return undefined;
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changed.dispose();
  }
}
