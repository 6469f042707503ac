import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The interpreter of the virtual environment in *folder*. */
export function interpreter(folder: string, platform = process.platform): string {
  return platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

export interface Installation {
  readonly folder: string; // of the virtual environment
  readonly base: string; // the interpreter that makes it, where there is none that works
  readonly requirement: string; // what pip installs there
  readonly cwd: string;
  readonly line: (line: string) => void; // told what is run, and what that prints
  readonly signal: AbortSignal;
}

/**
 * Install *requirement* into the virtual environment in *folder*, made if need be. Raises what went wrong, or that it was
 * given up: an environment that worked is left to itself then, a new one is removed.
 */
export async function install({ folder, base, requirement, ...rest }: Installation): Promise<void> {
  const own = interpreter(folder);
  const worked = await run(own, ["--version"], rest).then(
    () => true,
    () => false,
  );
  try {
    if (!worked) await run(base, ["-m", "venv", "--clear", folder], rest);
    const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    await run(own, ["-m", "pip", "install", ...quiet, "--upgrade", requirement], rest);
  } catch (error) {
    if (!worked) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function run(
  command: string,
  options: string[],
  { cwd, line, signal }: Pick<Installation, "cwd" | "line" | "signal">,
): Promise<void> {
  signal.throwIfAborted();
  line(`> ${[command, ...options].join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { cwd, signal, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    let last = `${command} failed`;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (text) => {
        line(text);
        last = text.trim() || last;
      });
    }
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
    });
    // Not before the process is gone: what follows a failure may be the removal of its files.
    child.on("close", (code) => (code === 0 && !failure ? resolve() : reject(failure ?? new Error(last))));
  });
}
