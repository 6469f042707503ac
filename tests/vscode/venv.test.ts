import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { install, interpreter } from "../../js/extension/venv";

/** A stand-in for Python that writes down how it is called; `-m venv` copies it to where an environment has its own. */
const PYTHON = `#!/bin/sh
dir=$(dirname "$0")
echo "$(basename "$dir"): $*" >>"$STAGE/calls"
case "$*" in
  "-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *fails*) echo "ERROR: no such package" >&2; exit 1 ;;
  *hangs*) exec sleep 60 ;;
  *"pip install"*) echo "Collecting onnxruntime" ;;
esac
`;

async function stage(): Promise<{ folder: string; base: string; calls: () => Promise<string[]>; lines: string[] }> {
  const root = await mkdtemp(join(tmpdir(), "senselens-"));
  process.env.STAGE = root;
  await mkdir(join(root, "system"));
  const base = join(root, "system", "python");
  await writeFile(base, PYTHON);
  await chmod(base, 0o755);
  const calls = async () => (await readFile(join(root, "calls"), "utf8")).trim().split("\n");
  return { folder: join(root, "own"), base, calls, lines: [] };
}

const PIP = "-m pip install --disable-pip-version-check --no-input --progress-bar off --upgrade";

test("an environment is made and the server installed into it; what pip says is told", async () => {
  const { folder, base, calls, lines } = await stage();
  const signal = new AbortController().signal;
  await install({ folder, base, requirement: "senselens[lsp]==1", cwd: tmpdir(), line: (l) => lines.push(l), signal });
  assert.deepEqual(await calls(), [`system: -m venv --clear ${folder}`, `bin: ${PIP} senselens[lsp]==1`]);
  assert.ok(lines.includes("Collecting onnxruntime"));
  assert.ok(existsSync(interpreter(folder)));
});

test("an environment that works is kept, and kept when an update of it fails", async () => {
  const { folder, base, calls, lines } = await stage();
  const options = { folder, base, cwd: tmpdir(), line: (l: string) => lines.push(l), signal: new AbortController().signal };
  await install({ ...options, requirement: "senselens[lsp]==1" });
  await assert.rejects(install({ ...options, requirement: "fails" }), { message: "ERROR: no such package" });
  assert.deepEqual((await calls()).slice(2), ["bin: --version", `bin: ${PIP} fails`]);
  assert.ok(existsSync(interpreter(folder)));
});

test("a new environment that could not be filled is not left behind", async () => {
  const { folder, base, lines } = await stage();
  const signal = new AbortController().signal;
  await assert.rejects(install({ folder, base, requirement: "fails", cwd: tmpdir(), line: (l) => lines.push(l), signal }));
  assert.ok(!existsSync(folder));
});

test("giving up ends what runs, and leaves nothing behind", { timeout: 20_000 }, async () => {
  const { folder, base, lines } = await stage();
  const abort = new AbortController();
  const line = (text: string) => {
    lines.push(text);
    if (text.includes("hangs")) setTimeout(() => abort.abort(), 200);
  };
  await assert.rejects(install({ folder, base, requirement: "hangs", cwd: tmpdir(), line, signal: abort.signal }), {
    name: "AbortError",
  });
  assert.ok(!existsSync(folder));
});

test("Windows has the interpreter elsewhere", () => {
  assert.equal(interpreter("env", "win32"), join("env", "Scripts", "python.exe"));
});
