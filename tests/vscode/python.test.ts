import assert from "node:assert/strict";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { candidates, examine, expand, findServer, type NoServer, type Python } from "../../js/extension/python";

const python = (path: string, more: Partial<Python> = {}): Python => ({
  path,
  version: "3.11.2",
  senselens: "0.1.0",
  lacks: [],
  ...more,
});

/** Asks among these interpreters; any other is not there. */
const among =
  (...known: Python[]) =>
  async (path: string): Promise<Python> =>
    known.find((k) => k.path === path) ?? Promise.reject(Object.assign(new Error(), { code: "ENOENT" }));

test("the environment of the workspace comes before our own, and both before the system's", () => {
  assert.deepEqual(candidates({ setting: "", active: "/env/python", own: "/own/python" }), [
    "/env/python",
    "/own/python",
    "python3",
    "python",
  ]);
  assert.deepEqual(candidates({ setting: "", active: undefined, own: "/own/python" })[0], "/own/python");
});

test("a setting is the only candidate: what was ordered is not silently replaced", () => {
  assert.deepEqual(candidates({ setting: "/chosen", active: "/env/python", own: "/own/python" }), ["/chosen"]);
});

for (const [written, expected] of [
  ["~/env/bin/python", "/home/ada/env/bin/python"],
  ["~", "/home/ada"],
  ["~bob/python", "~bob/python"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's way to write a variable
  ["${workspaceFolder}/.venv/bin/python", "/work/$&/.venv/bin/python"],
  [" python3 ", "python3"],
  ["", ""],
] as const) {
  test(`the setting ${JSON.stringify(written)} is ${JSON.stringify(expected)}`, () => {
    assert.equal(expand(written, "/work/$&", "/home/ada"), expected);
  });
}

test("the first that can run the server is taken", async () => {
  const ask = among(python("a", { lacks: ["senselens", "senselens_lsp", "pygls"] }), python("b"), python("c"));
  assert.equal((await findServer(["a", "b", "c"], ask)).path, "b");
});

test("where none can, the error says why of each, and which could install it", async () => {
  const known = [
    python("old", { version: "3.9.18" }),
    python("bare", { senselens: null, lacks: ["senselens", "senselens_lsp", "pygls"] }),
    python("half", { lacks: ["pygls"] }),
  ];
  await assert.rejects(findServer(["gone", "old", "bare", "half"], among(...known)), (error: NoServer) => {
    assert.equal(error.base?.path, "bare");
    assert.deepEqual(
      error.tried.map(({ why }) => why),
      [
        "is not there",
        "is Python 3.9.18, and 3.10 is the oldest that will do",
        "has no senselens",
        "has senselens 0.1.0 without its server (pygls)",
      ],
    );
    return true;
  });
});

test("a real Python tells of itself, and imports nothing from where it runs by chance", async () => {
  const folder = await mkdtemp(join(tmpdir(), "senselens-"));
  const found = await examine("python3", folder);
  assert.match(found.version, /^3\.\d+\.\d+$/);
  assert.match(found.path, /python/);
});

test("what is no Python cannot be run, and is passed over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "senselens-"));
  const script = join(folder, "python");
  await writeFile(script, "#!/bin/sh\nexit 9\n");
  await chmod(script, 0o755);
  await assert.rejects(
    findServer([script], (path) => examine(path, folder)),
    /python cannot be run/,
  );
});
