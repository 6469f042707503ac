// Views in a notebook that was run elsewhere and saved: VS Code shows their HTML, which is alive. There is no kernel here: the
// extension that starts kernels (ms-toolsai.jupyter) is in Microsoft's marketplace alone.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Editor, until } from "./editor.mjs";

const { VSIX, SERVER_PYTHON, SCREENSHOTS } = process.env;
const TITLE = "In a saved notebook.";
const CELLS = [
  'import senselens_widget as w\nw.Inspector(["I deposited money at the bank.", "We sat by the river bank."])',
  'w.MaskedWords("We sat by the river bank.", masked=["river"])',
  'w.InputRepresentation("My dog is cute.", "He likes playing.")',
  'w.NextSentence("We sat down.", "The water was cold.")',
  'w.AttentionView("The river bank.")',
  'w.SenseMap(["We sat by the river bank.", "The bank lends money.", "Banks lend."], "bank")',
  'w.SimilarityMatrix(["We sat down.", "The water was cold.", "It was warm."])',
  'w.LayerMix(["We sat by the river bank.", "The bank lends money."], "bank")',
  'w.ModelTable(["mini"])',
];
const EDITOR = { x: 352, y: 36, width: 928, height: 652 };
const KERNEL = { name: "python3", display_name: "Python 3", language: "python" };

let editor;
let window;
let folder;
const said = [];

/** What Jupyter saves when the cells have been run. */
async function saved() {
  const code = (source, n) => ({ cell_type: "code", id: `c${n}`, metadata: {}, source, outputs: [], execution_count: null });
  const cells = [{ cell_type: "markdown", id: "title", metadata: {}, source: TITLE }, ...CELLS.map(code)];
  const file = join(folder, "saved.ipynb");
  await writeFile(file, JSON.stringify({ cells, metadata: { kernelspec: KERNEL }, nbformat: 4, nbformat_minor: 5 }));
  const run = ["-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", file];
  await promisify(execFile)(SERVER_PYTHON, run, { env: { ...process.env, SENSELENS_PATIENCE: "300" } });
  return readFile(file, "utf8");
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "senselens-saved-"));
  const notebook = await saved();
  editor = await Editor.start(VSIX, SERVER_PYTHON);
  window = await editor.open({ "notes.md": "A bank.\n", "saved.ipynb": notebook });
  await window.status(/reads with mini/);
  const isOurs = (text) => !text.includes("spdlog"); // the editor's own log, which is installed without what is compiled
  window.page.on("console", (message) => message.type() === "error" && isOurs(message.text()) && said.push(message.text()));
  window.page.on("pageerror", (error) => said.push(String(error)));
  await window.openFile("saved.ipynb", "notebook");
});

after(async () => {
  await editor?.end();
  await rm(folder, { recursive: true, force: true });
});

/** The page in which the notebook's outputs are. */
const outputs = () => window.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");

test("words answer the pointer and the keyboard before any cell runs", async () => {
  const words = outputs().locator(".lens [data-at]");
  const card = outputs().locator(".lens .side .card");
  const river = words.filter({ hasText: "bank" }).nth(1);
  await window.see("the inspector", river.hover());
  await card.getByText("sloping land").first().waitFor();
  await river.click();
  await window.page.keyboard.press("ArrowLeft");
  await card.getByRole("heading", { name: "river" }).waitFor();
  if (SCREENSHOTS) await window.page.screenshot({ path: join(SCREENSHOTS, "vscode-notebook.png"), clip: EDITOR });
  await words.filter({ hasText: "money" }).hover();
  await card.getByRole("heading", { name: "money" }).waitFor();
});

test("every view is drawn", async () => {
  const drawn = outputs().locator("[data-lm-suppress-shortcuts]");
  await until("all views are there", async () => (await drawn.count()) === CELLS.length);
  const heights = await drawn.evaluateAll((views) => views.map((view) => view.clientHeight));
  assert.ok(
    heights.every((height) => height > 60),
    `${heights}`,
  );
});

test("no error is said, and no other host is asked for anything", () => {
  assert.deepEqual(said, []);
  assert.deepEqual(window.refused, []);
});
