// The extension in VS Code: hover by mouse, the panel, a code action, a server that dies, a workspace that is not trusted.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { Editor, until } from "./editor.mjs";

const { VSIX, WHEEL, SERVER_PYTHON, SCREENSHOTS } = process.env;
const NOTES = `# Banks and banks

I deposited money at the bank on Monday.

We sat on the bank of the river and fed the ducks.

The bank raised its interest rates again.
`;
const FISH = "They tied the boat to the bank of the stream and walked along the bank.\n";
const cell = (cell_type, source, more = {}) => ({ cell_type, metadata: {}, source: [source], ...more });
const NOTEBOOK = JSON.stringify({
  cells: [
    cell("markdown", "I deposited money at the bank."),
    cell("code", "# the bank of code", { execution_count: null, outputs: [] }),
    cell("markdown", "We sat on the bank of the river."),
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});
const MONEY = 0;
const RIVER = 1;

let editor;
let window;

before(async () => {
  editor = await Editor.start(VSIX, SERVER_PYTHON);
  window = await editor.open({ "notes.md": NOTES, "cells.ipynb": NOTEBOOK, "fish.txt": FISH });
  await window.status(/reads with mini/);
});

after(() => editor?.end());

async function picture(name) {
  const clip = { x: 352, y: 36, width: 928, height: 404 }; // the editor, without what is beside and below it
  if (SCREENSHOTS) await window.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), clip });
}

test("two banks have different senses in their tooltips", async () => {
  const money = await (await window.hover("bank", MONEY)).innerText();
  assert.match(money, /financial institution/);
  const river = await window.hover("bank", RIVER);
  assert.match(await river.innerText(), /sloping land/);
  assert.doesNotMatch(await river.innerText(), /^\W*bank[^\n]*\n+[^\n]*financial institution/);
  await picture("vscode-hover");
});

test("the tooltip's link opens the panel on that word, and the panel follows the cursor", async () => {
  await window.click("ducks");
  const tooltip = await window.hover("bank", RIVER);
  await tooltip.getByRole("link", { name: "Show in panel" }).click();
  const means = window.panel.getByText("sloping land").first();
  await means.waitFor();
  await new Promise((resolve) => setTimeout(resolve, 1000)); // in which it does not go to the cursor
  assert.equal(await window.panel.locator("h2").first().innerText(), "bank");
  await window.click("bank", MONEY);
  await window.panel.getByText("financial institution").first().waitFor();
  await window.click("ducks");
  await until("the panel shows the ducks", async () => /\bducks?\b/.test(await window.panel.locator("h2").first().innerText()));
  await window.click("bank", RIVER);
  await means.waitFor();
  await picture("vscode-panel");
});

test("a use that is clicked in the panel is where the cursor goes", async () => {
  await window.panel.getByRole("button", { name: "I deposited money at the bank" }).click();
  await window.page.locator(".statusbar-item", { hasText: "Ln 3, Col 30 (4 selected)" }).waitFor();
  await window.panel.getByText("financial institution").first().waitFor();
});

test("a word that fits is put in the place of another", async () => {
  await window.click("raised");
  const action = window.page.locator(".action-widget .monaco-list-row", { hasText: "Replace “raised” with “increased”" });
  const offered = async () => {
    // A quarter of a second after a click the editor asks by itself, for its light bulb, and what was asked before is dropped.
    await window.page.keyboard.press("Control+.");
    await action.waitFor({ timeout: 3_000 });
    return true;
  };
  await window.see("a code action", until("the menu has it", offered));
  await picture("vscode-substitutes");
  await action.click();
  await until("the text has changed", async () => (await window.text()).includes("The bank increased its interest rates"));
});

test("a server that dies is started again", async () => {
  const [first, ...others] = editor.servers();
  assert.deepEqual(others, []);
  process.kill(Number(first), "SIGKILL");
  await until("there is another server", () => editor.servers().some((id) => id !== first));
  await window.status(/reads with mini/);
  assert.equal(editor.servers().length, 1);
  assert.match(await (await window.hover("bank", RIVER)).innerText(), /sloping land/);
});

test("where Python lacks the server, the way on is offered; nothing is installed unasked", async () => {
  await editor.setPython("/usr/bin/python3");
  await window.status(/not installed/);
  const toast = window.page.locator(".notification-toast", { hasText: "Senselens needs its language server" });
  await toast.getByRole("button", { name: "Install" }).click();
  const dialog = window.page.locator(".monaco-dialog-box");
  assert.ok((await dialog.innerText()).includes(`pip checks that its SHA-256 is ${await sha256(WHEEL)}`));
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.deepEqual(editor.servers(), []);
  assert.ok(!existsSync(environment()));
});

test("the wheel that the extension was built with is installed from its file, and no other", { timeout: 600_000 }, async () => {
  const impostor = join(window.folder, basename(WHEEL));
  await writeFile(impostor, "another file of that name");
  await window.install(impostor);
  const refusal = window.page.locator(".notification-toast", { hasText: "could not be installed" });
  await window.see("the refusal", refusal.getByText(`${impostor} is not the ${basename(WHEEL)} that this`).waitFor());
  assert.ok(!existsSync(environment()));
  try {
    await window.install(WHEEL);
    await window.status(/reads with mini/, 500_000);
    assert.match(await (await window.hover("bank", RIVER)).innerText(), /sloping land/);
  } finally {
    await editor.setPython(SERVER_PYTHON);
  }
  await window.status(/reads with mini/);
});

const environment = () => join(editor.profile, "user/User/globalStorage/senselens.senselens/server");
const sha256 = async (file) =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

test("the same sense is found in files that nobody has open", async () => {
  const list = window.page.locator(".peekview-widget, .zone-widget").getByText("fish.txt").first();
  const asked = async () => {
    await window.click("bank", RIVER);
    await window.run("Senselens: Find This Word in the Same Sense in All Files");
    await list.waitFor({ timeout: 30_000 });
  };
  await window.see("the list of uses", asked().catch(asked)); // what is asked while the editor still shows messages may be lost
  await window.page.keyboard.press("Escape");
});

test("a cell of a notebook is read among the others", async () => {
  await window.openFile("cells.ipynb", "deposited");
  const said = await (await window.hover("bank")).innerText();
  assert.match(said, /financial institution/);
  assert.match(said, /Different from cell 3, line 1/); // as the editor counts them, the one with code too
});

test("no other host is asked for anything", () => {
  assert.deepEqual(window.refused, []);
});

test("a workspace that is not trusted does not choose the Python that runs", async () => {
  await window.page.close();
  await editor.distrust();
  const planted = { "senselens.python": "./planted.sh", "senselens.model": "./planted" };
  window = await editor.open({ "notes.md": NOTES, ".vscode/settings.json": JSON.stringify(planted) });
  await window.status(/reads with mini/);
  await window.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
});
