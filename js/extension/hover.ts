import { MarkdownString } from "vscode";
import type { HoverMiddleware } from "vscode-languageclient";

/**
 * The server's hover with a link to the panel below. Only the link may run a command, and it is written here: the server's
 * Markdown has the document's text in it, and stays untrusted.
 */
export const provideHover: NonNullable<HoverMiddleware["provideHover"]> = async (document, position, token, next) => {
  const hover = await next(document, position, token);
  if (!hover) return hover;
  const place = [{ uri: document.uri.toString(), position: { line: position.line, character: position.character } }];
  const query = encodeURIComponent(JSON.stringify(place)).replace(/[()]/g, (mark) => (mark === "(" ? "%28" : "%29"));
  const link = new MarkdownString(`[Show in panel](command:senselens.showPanel?${query})`);
  link.isTrusted = { enabledCommands: ["senselens.showPanel"] };
  hover.contents.push(link);
  return hover;
};
