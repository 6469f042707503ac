import { type TextDocument, workspace } from "vscode";
import type { DocumentFilter } from "vscode-languageclient/node";

export const SECTION = "senselens";
const SCHEMES = ["file", "untitled", "vscode-remote", "vscode-vfs"]; // and not output, git's old versions, chat and the like

/** What the server is told of: it knows which kinds of documents hold prose. */
export const SELECTOR: DocumentFilter[] = [
  ...SCHEMES.map((scheme) => ({ scheme, language: "*" })),
  { notebook: "*", language: "markdown" },
];

/** Whether the server is told of *document*. */
export function isRead({ uri, languageId }: TextDocument): boolean {
  return SCHEMES.includes(uri.scheme) || (uri.scheme === "vscode-notebook-cell" && languageId === "markdown");
}

/** The section of settings as the server knows it: without those that are the extension's own. */
export function serverSettings(): Record<string, unknown> {
  const { python: _, ...settings } = JSON.parse(JSON.stringify(workspace.getConfiguration(SECTION)));
  return settings;
}
