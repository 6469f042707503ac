import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { install, interpreter, type Wheel } from "../../js/extension/venv";

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

async function stage() {
  const root = await mkdtemp(join(tmpdir(), "senselens-"));
  process.env.STAGE = root;
  await mkdir(join(root, "system"));
  const base = join(root, "system", "python");
  await writeFile(base, PYTHON);
  await chmod(base, 0o755);
  const calls = async () => (await readFile(join(root, "calls"), "utf8")).trim().split("\n");
  const folder = join(root, "own");
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text);
  const signal = new AbortController().signal;
  const installation = { folder, base, wheel: WHEEL, extra: "lsp", file: undefined, cwd: root, line, signal };
  return { folder, calls, lines, installation };
}

const WHEEL = { name: "senselens-1-py3-none-any.whl", sha256: "0123" };
const QUIET = "--disable-pip-version-check --no-input --progress-bar off";
const CHECKED = "--require-hashes --only-binary :all: --no-deps";

function told(folder: string): { download: string; install: string } {
  const got = join(folder, "wheel");
  return {
    download: `bin: -m pip download ${QUIET} ${CHECKED} --dest ${got} -r ${got}/requirements.txt`,
    install: `bin: -m pip install ${QUIET} --upgrade ${got}/${WHEEL.name}[lsp]`,
  };
}

test("an environment is made and the server installed into it; what pip says is told", async () => {
  const { folder, calls, lines, installation } = await stage();
  await install(installation);
  const { download, install: pip } = told(folder);
  assert.deepEqual(await calls(), [`system: -m venv --clear ${folder}`, download, pip]);
  assert.equal(await readFile(join(folder, "wheel/requirements.txt"), "utf8"), "senselens==1 --hash=sha256:0123\n");
  assert.ok(lines.includes("Collecting onnxruntime"));
  assert.ok(existsSync(interpreter(folder)));
});

test("a file is looked for beside it, and in no index", async () => {
  const { calls, installation } = await stage();
  await install({ ...installation, file: `/there/${WHEEL.name}` });
  const [, download] = await calls();
  assert.ok(download?.includes(`${CHECKED} --no-index --find-links /there --dest`));
});

test("a file with another name is not even looked at", async () => {
  const { folder, installation } = await stage();
  const file = "/there/senselens-2-py3-none-any.whl";
  await assert.rejects(install({ ...installation, file }), {
    message: "senselens-2-py3-none-any.whl is not senselens-1-py3-none-any.whl.",
  });
  assert.ok(!existsSync(folder));
});

test("an environment that works is kept, and kept when an update of it fails", async () => {
  const { folder, calls, installation } = await stage();
  await install(installation);
  await assert.rejects(install({ ...installation, extra: "fails" }), { message: "ERROR: no such package" });
  assert.deepEqual((await calls())[3], "bin: --version");
  assert.ok(existsSync(interpreter(folder)));
});

test("a new environment that could not be filled is not left behind", async () => {
  const { folder, installation } = await stage();
  await assert.rejects(install({ ...installation, extra: "fails" }));
  assert.ok(!existsSync(folder));
});

test("giving up ends what runs, and leaves nothing behind", { timeout: 20_000 }, async () => {
  const { folder, installation } = await stage();
  const abort = new AbortController();
  const line = (text: string) => void (text.includes("hangs") && setTimeout(() => abort.abort(), 200));
  await assert.rejects(install({ ...installation, extra: "hangs", line, signal: abort.signal }), { name: "AbortError" });
  assert.ok(!existsSync(folder));
});

test("pip itself installs the wheel with the checksum, and nothing of another one under its name", {
  timeout: 300_000,
}, async () => {
  const root = await mkdtemp(join(tmpdir(), "senselens-"));
  const [genuine, impostor] = [await makeWheel(join(root, "a"), "True"), await makeWheel(join(root, "b"), "False")];
  const index = createServer((request, answer) => {
    // An index where somebody else has taken the name.
    if (request.url?.endsWith(".whl")) createReadStream(impostor.file).pipe(answer);
    else answer.setHeader("content-type", "text/html").end(`<a href="/${impostor.wheel.name}">${impostor.wheel.name}</a>`);
  }).listen(0, "127.0.0.1");
  await once(index, "listening");
  const { port } = index.address() as AddressInfo;
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("PIP_")) delete process.env[name];
  Object.assign(process.env, { PIP_CONFIG_FILE: devNull, PIP_INDEX_URL: `http://127.0.0.1:${port}/`, no_proxy: "127.0.0.1" });

  const folder = join(root, "own");
  const signal = new AbortController().signal;
  const given = { folder, base: "python3", wheel: genuine.wheel, extra: "lsp", cwd: root, line: () => undefined, signal };
  const say = ["-c", "import senselens; print(senselens.GENUINE)"];
  await promisify(execFile)("python3", ["-m", "venv", folder]);
  try {
    const index = { message: /^The package index that pip is set to does not have the senselens-1-py3-none-any.whl that/ };
    await assert.rejects(install({ ...given, file: undefined }), index);
    await assert.rejects(install({ ...given, file: impostor.file }), { message: /b\/senselens-1-py3-none-any.whl is not the/ });
    await assert.rejects(promisify(execFile)(interpreter(folder), say), /No module named 'senselens'/);
    await install({ ...given, file: genuine.file });
    assert.equal((await promisify(execFile)(interpreter(folder), say)).stdout.trim(), "True");
  } finally {
    process.env = before;
    index.close();
  }
});

/** A wheel as small as one can be. */
async function makeWheel(folder: string, genuine: string): Promise<{ wheel: Wheel; file: string }> {
  await mkdir(folder);
  const file = join(folder, WHEEL.name);
  const metadata = "Metadata-Version: 2.1\\nName: senselens\\nVersion: 1\\nProvides-Extra: lsp\\n";
  const files = {
    "senselens.py": `GENUINE = ${genuine}\\n`,
    "senselens-1.dist-info/METADATA": metadata,
    "senselens-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "senselens-1.dist-info/RECORD": "",
  };
  const lines = Object.entries(files).map(([name, text]) => `z.writestr("${name}", "${text}")`);
  const script = ["import sys, zipfile", 'z = zipfile.ZipFile(sys.argv[1], "w")', ...lines, "z.close()"].join("\n");
  await promisify(execFile)("python3", ["-c", script, file]);
  const sha256 = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  return { wheel: { name: WHEEL.name, sha256 }, file };
}

test("Windows has the interpreter elsewhere", () => {
  assert.equal(interpreter("env", "win32"), join("env", "Scripts", "python.exe"));
});
