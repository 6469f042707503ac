import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { LogOutputChannel } from "vscode";
import { Environments } from "../../js/extension/environments";
import { EventEmitter, extensions, workspace } from "./fake_vscode";

const warnings: string[] = [];
const log = { warn: (message: string) => void warnings.push(message) } as unknown as LogOutputChannel;
const chosen = new EventEmitter<void>();
let activated = 0;

/** The Python extension, in which the interpreter *path* is chosen. */
function install(path: string | undefined): void {
  const environments = {
    getActiveEnvironmentPath: () => ({ path }),
    resolveEnvironment: async () => (path ? { executable: { uri: { fsPath: path } } } : undefined),
    onDidChangeActiveEnvironmentPath: chosen.event,
  };
  const activate = async () => ++activated;
  extensions.getExtension = () => ({ isActive: false, activate, exports: { environments } });
}

beforeEach(() => {
  activated = warnings.length = 0;
  workspace.isTrusted = true;
  extensions.getExtension = () => undefined;
});

test("without the Python extension there is no environment", async () => {
  assert.equal(await new Environments(log).active(), undefined);
});

test("its interpreter is told, and when another is chosen", async () => {
  install("/env/bin/python");
  const environments = new Environments(log);
  assert.equal(await environments.active(), "/env/bin/python");
  assert.equal(await environments.active(), "/env/bin/python");
  assert.equal(activated, 1);
  let changes = 0;
  environments.onChange(() => changes++);
  chosen.fire();
  assert.equal(changes, 1);
  environments.dispose();
  chosen.fire();
  assert.equal(changes, 1);
});

test("an untrusted workspace may have chosen it: it is not even asked for", async () => {
  install("/planted/python");
  workspace.isTrusted = false;
  assert.equal(await new Environments(log).active(), undefined);
  assert.equal(activated, 0);
});

test("no interpreter chosen is no error; an extension of another make is one for the log", async () => {
  install(undefined);
  assert.equal(await new Environments(log).active(), undefined);
  assert.deepEqual(warnings, []);
  extensions.getExtension = () => ({ isActive: true, exports: {} });
  assert.equal(await new Environments(log).active(), undefined);
  assert.match(warnings[0] ?? "", /did not answer/);
});
