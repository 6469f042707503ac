import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { promisify } from "node:util";

/** A Python interpreter as it describes itself; *lacks* are the modules without which it cannot run the server. */
export interface Python {
  readonly path: string;
  readonly version: string;
  readonly senselens: string | null; // the version installed there
  readonly lacks: readonly string[];
}

/** Where to look. An untrusted workspace has no say in any of it: `activeInterpreter` and VS Code's settings see to that. */
export interface Places {
  readonly setting: string; // senselens.python, empty when it is not set
  readonly active: string | undefined; // what the Python extension uses in this workspace
  readonly own: string; // the environment that the extension makes
}

export interface Tried {
  readonly candidate: string;
  readonly why: string;
}

/** No Python with the server was found; *base* is one that could install it. */
export class NoServer extends Error {
  override readonly name = "NoServer";
  constructor(
    readonly tried: readonly Tried[],
    readonly base: Python | undefined,
  ) {
    super(`No Python with the Senselens server: ${tried.map(({ candidate, why }) => `${candidate} ${why}`).join("; ")}.`);
  }
}

export const OLDEST = "3.10";

const PROBE = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
try:
    senselens = version("senselens")
except PackageNotFoundError:
    senselens = None
lacks = [name for name in ("senselens", "senselens_lsp", "pygls") if find_spec(name) is None]
found = {"path": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "senselens": senselens, "lacks": lacks}
print(json.dumps(found))
`;

/** What is tried, in order. A setting is an order: nothing else is tried then, so that it cannot silently be ignored. */
export function candidates({ setting, active, own }: Places): string[] {
  return setting ? [setting] : [...(active ? [active] : []), own, "python3", "python"];
}

/** *path* as a user writes it: a leading `~` is the home folder, `${workspaceFolder}` the first folder that is open. */
export function expand(path: string, workspaceFolder: string | undefined, home = homedir()): string {
  return path
    .trim()
    .replace(/^~(?=$|[/\\])/, () => home)
    .replaceAll(/\$\{workspaceFolder\}/g, () => workspaceFolder ?? "");
}

/**
 * Ask *path* about itself. *cwd* must be a folder of our own: `python -c` imports from the working directory first, and a
 * workspace could have a `json.py`. Raises when it cannot be run.
 */
export async function examine(path: string, cwd: string): Promise<Python> {
  const { stdout } = await promisify(execFile)(path, ["-c", PROBE], { cwd, timeout: 20_000, windowsHide: true });
  return JSON.parse(stdout) as Python;
}

/** The first of *paths* that can run the server. Raises NoServer, with what stands in the way of each. */
export async function findServer(paths: readonly string[], ask: (path: string) => Promise<Python>): Promise<Python> {
  const tried: Tried[] = [];
  let base: Python | undefined;
  for (const candidate of paths) {
    const python = await ask(candidate).catch((error: NodeJS.ErrnoException) => {
      tried.push({ candidate, why: error.code === "ENOENT" ? "is not there" : "cannot be run" });
    });
    if (!python) continue;
    const why = obstacle(python);
    if (!why) return python;
    tried.push({ candidate, why });
    if (isRecent(python.version)) base ??= python;
  }
  throw new NoServer(tried, base);
}

function obstacle({ version, senselens, lacks }: Python): string | undefined {
  if (!isRecent(version)) return `is Python ${version}, and ${OLDEST} is the oldest that will do`;
  if (!lacks.length) return undefined;
  return lacks.includes("senselens")
    ? "has no senselens"
    : `has senselens ${senselens ?? ""} without its server (${lacks.join(", ")})`;
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
