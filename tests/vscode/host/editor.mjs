// VS Code's own editor with the extension in it, and a browser in front: started for a test, ended with it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const HOST = process.env.VSCODE_HOST; // the folder of install.sh
const ENTRY = join(HOST, "node_modules/code-server/out/node/entry.js");
const { chromium } = createRequire(join(HOST, "node_modules/"))("playwright-core");

const PATIENCE = 90_000; // milliseconds: on a busy machine everything takes long

const SETTINGS = {
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.hover.delay": 100,
  "editor.wordWrap": "on",
  "extensions.autoCheckUpdates": false,
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

export class Editor {
  /** Start the editor with *vsix* installed; the server runs with *python*. */
  static async start(vsix, python) {
    const editor = new Editor();
    editor.profile = await mkdtemp(join(tmpdir(), "senselens-vscode-"));
    await writeFile(join(editor.profile, "config.yaml"), "");
    await editor.set("User", SETTINGS);
    await editor.setPython(python);
    await promisify(execFile)(process.execPath, [ENTRY, ...editor.#options, "--install-extension", vsix]);
    editor.#port = await freePort();
    editor.#server = spawn(process.execPath, [ENTRY, ...editor.#options, ...SERVE, "--bind-addr", `127.0.0.1:${editor.#port}`], {
      env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
      stdio: "ignore",
      detached: true,
    });
    await until("the editor answers", () => fetch(`${editor.#address}/healthz`).then((answer) => answer.ok));
    editor.#browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
    });
    return editor;
  }

  #port;
  #server;
  #browser;

  get #address() {
    return `http://127.0.0.1:${this.#port}`;
  }

  get #options() {
    const at = (name) => join(this.profile, name);
    return ["--config", at("config.yaml"), "--user-data-dir", at("user"), "--extensions-dir", at("extensions")];
  }

  /** `senselens.python`, where a remote host reads it: not among the user's settings, for it is the machine's. */
  async setPython(path) {
    await this.set("Machine", { "senselens.python": path });
  }

  /** From the next window on, a folder is not trusted until the user says so. */
  async distrust() {
    await this.set("User", { ...SETTINGS, "security.workspace.trust.enabled": true });
  }

  async set(whose, settings) {
    const folder = join(this.profile, "user", whose);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "settings.json"), JSON.stringify(settings));
  }

  /** A window on a new folder with these *files*, the first of them open. What it asks of other hosts is refused and kept. */
  async open(files) {
    const folder = await mkdtemp(join(tmpdir(), "senselens-folder-"));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const refused = [];
    await context.route(/^https?:/, (route) => {
      const { hostname } = new URL(route.request().url());
      if (hostname === "127.0.0.1" || hostname === "localhost") return route.continue();
      refused.push(route.request().url());
      return route.abort();
    });
    const [first] = Object.keys(files);
    const payload = encodeURIComponent(
      JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${this.#port}${folder}/${first}`]]),
    );
    const window = new Window(page, folder, refused);
    await page.goto(`${this.#address}/?folder=${folder}&payload=${payload}`, { waitUntil: "commit" });
    await window.see("the document", page.locator(".monaco-editor .view-line").first().waitFor());
    return window;
  }

  /** The process ids of the language servers that run in this editor. */
  servers() {
    return readdirSync("/proc").filter((id) => {
      if (!/^\d+$/.test(id)) return false;
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
        return command.includes("senselens_lsp") && readlinkSync(`/proc/${id}/cwd`).startsWith(this.profile);
      } catch {
        return false; // it has ended meanwhile, or is somebody else's
      }
    });
  }

  async end() {
    await this.#browser?.close();
    if (this.#server && this.#server.exitCode === null) {
      process.kill(-this.#server.pid, "SIGTERM");
      await once(this.#server, "exit");
    }
    await until("the language servers end with the editor", () => this.servers().length === 0);
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const SERVE = [
  ...["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", "--disable-proxy"],
];

/** One window of the editor, used as a person would: by mouse, keys, and what can be read on the screen. */
export class Window {
  constructor(page, folder, refused) {
    Object.assign(this, { page, folder, refused });
  }

  /** Wait for *what*; the error, if it does not come, says where there is a picture of what is there instead. */
  async see(what, promise) {
    return promise.catch(async (error) => {
      const picture = join(tmpdir(), `senselens-${what.replaceAll(" ", "-")}.png`);
      await this.page.screenshot({ path: picture }).catch(() => undefined);
      throw new Error(`${what} did not appear (see ${picture}): ${error.message.split("\n")[0]}`);
    });
  }

  /** The status item, once what it says matches *words*. */
  async status(words, patience = PATIENCE) {
    const item = this.page.locator('.statusbar-item[id^="senselens."] a');
    let said = "nothing";
    const says = async () => {
      said = (await item.getAttribute("aria-label", { timeout: 500 })) ?? "";
      return words.test(said);
    };
    await this.see("the status", until(`it says ${words}`, says, patience)).catch((error) => {
      throw new Error(`${error.message}; it says: ${said}`);
    });
    return item;
  }

  /** Where the *place*th *word* of the text is on the screen, by its middle. */
  async find(word, place = 0) {
    const found = await this.page.evaluate((word) => {
      const places = [];
      const walker = document.createTreeWalker(document.querySelector(".monaco-workbench"), NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.parentElement.closest(".view-line")?.checkVisibility()) continue;
        for (const { index } of node.data.matchAll(new RegExp(`\\b${word}\\b`, "g"))) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const { x, y, width, height } = range.getBoundingClientRect();
          places.push({ x: x + width / 2, y: y + height / 2 });
        }
      }
      return places.sort((a, b) => a.y - b.y || a.x - b.x);
    }, word);
    if (!found[place]) throw new Error(`${word} is not ${place + 1} times on the screen`);
    return found[place];
  }

  /** What the tooltip says when the pointer rests on a word. */
  async hover(word, place = 0) {
    const { x, y } = await this.find(word, place);
    const tooltip = this.page.locator(".monaco-hover:visible", { hasText: "Show in panel" }).first();
    await this.page.mouse.move(5, 5);
    await this.see("no tooltip", tooltip.waitFor({ state: "hidden" }));
    await this.page.mouse.move(x, y, { steps: 5 });
    await this.see("a tooltip", tooltip.waitFor());
    return tooltip;
  }

  /** Open a file by its name, and wait until *word* is on the screen; in a notebook the first cell is opened, too. */
  async openFile(name, word) {
    const { keyboard } = this.page;
    await keyboard.press("Control+P");
    await keyboard.type(name);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
    await keyboard.press("Enter");
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    if (name.endsWith(".ipynb")) {
      await this.page.locator(".notebookOverlay .markdown-cell-row.focused").first().waitFor({ state: "attached" });
      await keyboard.press("Enter");
    }
    await this.see(
      "the file",
      until(`${word} is on the screen`, () => this.find(word)),
    );
  }

  /** Put the cursor on a word. */
  async click(word, place = 0) {
    const { x, y } = await this.find(word, place);
    await this.page.mouse.click(x, y);
  }

  /** Run a command of the palette by its title. */
  async run(title) {
    await this.page.keyboard.press("F1");
    await this.page.keyboard.type(title);
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Let the extension install its server from *file*. */
  async install(file) {
    await this.run("Senselens: Install the Server");
    await this.page.locator(".monaco-dialog-box").getByRole("button", { name: "From a File" }).click();
    const path = this.page.locator(".quick-input-box input");
    await path.waitFor();
    await until("the file is chosen", async () => {
      if (!(await path.isVisible())) return true;
      await path.fill(file, { timeout: 3_000 }); // once more where the list of the folder's files has come late
      await this.page.keyboard.press("Enter");
      await path.waitFor({ state: "hidden", timeout: 3_000 });
      return true;
    });
  }

  /** The panel's page: the document in the frame in the webview's frame. */
  get panel() {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** The document as it is in the editor now. */
  async text() {
    const lines = await this.page.evaluate(() =>
      [...document.querySelectorAll(".monaco-editor .view-line")]
        .sort((a, b) => Number.parseInt(a.style.top, 10) - Number.parseInt(b.style.top, 10))
        .map((line) => line.textContent.replaceAll("\u00a0", " ")),
    );
    return lines.join("\n");
  }
}

/** Wait until *check* gives something true. */
export async function until(what, check, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await Promise.resolve()
      .then(check)
      .catch(() => false);
    if (found) return found;
    if (Date.now() > end) throw new Error(`it did not happen in ${patience / 1000} s that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
