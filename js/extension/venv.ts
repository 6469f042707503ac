import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** The interpreter of the virtual environment in *folder*. */
export function interpreter(folder: string, platform = process.platform): string {
  return platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** A file that pip installs: no other has its checksum, whoever offers one under its name. */
export interface Wheel {
  readonly name: string; // senselens-1.2.3-py3-none-any.whl
  readonly sha256: string;
}

export interface Installation {
  readonly folder: string; // of the virtual environment
  readonly base: string; // the interpreter that makes it, where there is none that works
  readonly wheel: Wheel;
  readonly extra: string; // of the wheel's
  readonly file: string | undefined; // where the wheel is on this computer; undefined: in the package index
  readonly cwd: string;
  readonly line: (line: string) => void; // told what is run, and what that prints
  readonly signal: AbortSignal;
}

/**
 * Install *wheel*, and from the package index what it needs, into the virtual environment in *folder*, made if need be. Raises
 * what went wrong, or that it was given up: an environment that worked is left to itself then, a new one is removed.
 */
export async function install({ folder, base, wheel, extra, file, ...rest }: Installation): Promise<void> {
  const own = interpreter(folder);
  const worked = await run(own, ["--version"], rest).then(
    () => true,
    () => false,
  );
  try {
    if (!worked) await run(base, ["-m", "venv", "--clear", folder], rest);
    const checked = await fetchWheel(own, wheel, file, join(folder, "wheel"), rest);
    await run(own, ["-m", "pip", "install", ...QUIET, "--upgrade", `${checked}[${extra}]`], rest);
  } catch (error) {
    if (!worked) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

const QUIET = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
type Rest = Pick<Installation, "cwd" | "line" | "signal">;

/** Let pip bring *wheel* into *folder*, new there; the path. Nothing of a file with another checksum is unpacked or run. */
async function fetchWheel(python: string, wheel: Wheel, file: string | undefined, folder: string, rest: Rest): Promise<string> {
  if (file && basename(file) !== wheel.name) throw new Error(`${basename(file)} is not ${wheel.name}.`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const [name, version] = wheel.name.split("-");
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `${name}==${version} --hash=sha256:${wheel.sha256}\n`);
  const from = file ? ["--no-index", "--find-links", dirname(file)] : [];
  const only = ["--require-hashes", "--only-binary", ":all:", "--no-deps"];
  await run(python, ["-m", "pip", "download", ...QUIET, ...only, ...from, "--dest", folder, "-r", requirements], rest).catch(
    (error) => {
      if (error.name === "AbortError") throw error;
      const where = file ? `${file} is not` : "The package index that pip is set to does not have";
      throw new Error(`${where} the ${wheel.name} that this extension was built with (pip: ${error.message}).`);
    },
  );
  return join(folder, wheel.name);
}

function run(command: string, options: string[], { cwd, line, signal }: Rest): Promise<void> {
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
