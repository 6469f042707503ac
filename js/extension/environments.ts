import { PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import { type Disposable, extensions, type LogOutputChannel, workspace } from "vscode";

const PATIENCE = 10_000; // milliseconds; looking for environments can take longer than a writer should wait for a hover

/**
 * The interpreter that the Python extension uses here; undefined without that extension, and in a workspace that is not
 * trusted: the workspace may have chosen it.
 */
export async function activeInterpreter(log: LogOutputChannel): Promise<string | undefined> {
  if (!workspace.isTrusted || !extensions.getExtension(PVSC_EXTENSION_ID)) return undefined;
  const found = ask().catch((error: Error) => log.warn(`The Python extension does not say which Python it uses: ${error.message}`));
  const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE));
  return (await Promise.race([found, late])) ?? undefined;
}

/** Calls *changed* when another environment is chosen in the Python extension; nothing is activated for it. */
export function onEnvironmentChange(changed: () => void): Disposable | undefined {
  const extension = extensions.getExtension<PythonExtension>(PVSC_EXTENSION_ID);
  return extension?.isActive ? extension.exports.environments.onDidChangeActiveEnvironmentPath(changed) : undefined;
}

async function ask(): Promise<string | undefined> {
  const { environments } = await PythonExtension.api();
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return environment?.executable.uri?.fsPath;
}
