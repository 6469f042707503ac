import assert from "node:assert/strict";
import { test } from "node:test";
import type { CancellationToken, Hover, Position, TextDocument } from "vscode";
import { provideHover } from "../../js/extension/hover";
import { MarkdownString } from "./fake_vscode";

const document = { uri: new URL("file:///a%20)b(/%5Dnotes.md") } as unknown as TextDocument;
const position = { line: 4, character: 12 } as Position;
const token = {} as CancellationToken;

test("the link to the panel stands apart; only it may run a command, and only that one", async () => {
  const hostile = new MarkdownString("[bank](command:workbench.action.terminal.sendSequence)");
  const hover = await provideHover(document, position, token, () => ({ contents: [hostile] }) as unknown as Hover);
  assert.ok(hover);
  const [said, link] = hover.contents as unknown as [MarkdownString, MarkdownString];
  assert.equal(said, hostile);
  assert.ok(!said.isTrusted);
  assert.deepEqual(link.isTrusted, { enabledCommands: ["senselens.showPanel"] });
  const target = /^\[Show in panel\]\(command:senselens\.showPanel\?([^()\s]*)\)$/.exec(link.value)?.[1] ?? "";
  assert.deepEqual(JSON.parse(decodeURIComponent(target)), [
    { uri: "file:///a%20)b(/%5Dnotes.md", position: { line: 4, character: 12 } },
  ]);
});

test("where the server says nothing there is no link", async () => {
  assert.equal(await provideHover(document, position, token, () => null), null);
});
