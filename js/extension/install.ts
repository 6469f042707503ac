import { type LogOutputChannel, ProgressLocation, Uri, window, workspace } from "vscode";
import { examine, findServer, NoServer, OLDEST, type Python } from "./python";
import type { Server } from "./server";
import { install, interpreter } from "./venv";

/** Install the server of *version* into an environment of the extension's own, if the user agrees; then start it. */
export async function installServer(server: Server, version: string, log: LogOutputChannel): Promise<void> {
  const base = await findBase(server);
  if (!base) {
    const chosen = await window.showErrorMessage(`Senselens found no Python ${OLDEST} or newer to install its server with.`, "Choose Python");
    if (chosen) await choosePython();
    return;
  }
  const requirement = `senselens[lsp]==${version}`;
  const agreed = await window.showInformationMessage(
    "Install the Senselens language server?",
    {
      modal: true,
      detail: `Python ${base.version} (${base.path}) makes an environment in ${server.environment}, and pip installs ${requirement} and what it needs there, from the package index that pip is set to. Nothing else is changed.`,
    },
    "Install",
  );
  if (!agreed) return;
  await server.stop(); // Windows does not replace the files of a running program
  try {
    await window.withProgress(
      { location: ProgressLocation.Notification, title: "Installing the Senselens server", cancellable: true },
      (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const line = (text: string) => {
          log.info(text);
          const step = /^(Collecting|Downloading|Installing|Successfully)\b.{0,60}/.exec(text.trim())?.[0];
          if (step) progress.report({ message: step });
        };
        return install({
          folder: server.environment,
          base: base.path,
          requirement,
          cwd: server.storage,
          line,
          signal: abort.signal,
        });
      },
    );
    if (workspace.getConfiguration("senselens").get("python")) await forgetSetting();
  } catch (error) {
    log.error(error as Error);
    if ((error as Error).name !== "AbortError") {
      const shown = await window.showErrorMessage(`The Senselens server could not be installed: ${(error as Error).message}`, "Show Log");
      if (shown) log.show();
    }
  }
  await server.restart();
}
