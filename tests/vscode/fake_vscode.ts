// As much of VS Code's API as the modules that are tested in plain Node import. A test sets what it needs.

type Listener<T> = (value: T) => void;

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

export class MarkdownString {
  isTrusted: boolean | { readonly enabledCommands: readonly string[] } | undefined;

  constructor(readonly value: string) {}
}

export const workspace = { isTrusted: true, workspaceFolders: undefined };
export const extensions = { getExtension: (_id: string): unknown => undefined };
