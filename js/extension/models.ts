import { ConfigurationTarget, type QuickPickItem, window, workspace } from "vscode";
import type { Model, Server } from "./server";
import { SECTION } from "./settings";

/** Choose among the models that the server knows, and can read words with. */
export async function chooseModel(server: Server): Promise<void> {
  const settings = workspace.getConfiguration(SECTION);
  const entries = entriesOf(server, ({ capabilities }) => capabilities.includes("vectors"));
  const title = `The model that reads the text (now ${settings.get("model")})`;
  const chosen = await window.showQuickPick(entries, { title, matchOnDescription: true });
  if (!chosen) return;
  const inWorkspace = settings.inspect("model")?.workspaceValue !== undefined;
  await settings.update("model", chosen.label, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}

/** Those models as the entries of a list. It takes seconds where the server asks whether they can be had. */
export async function entriesOf(server: Server, filter: (model: Model) => boolean): Promise<QuickPickItem[]> {
  return (await server.models()).filter(filter).map(({ name, family, about, size, state, how }) => {
    const where = state === "here" ? "here" : `${state}, ${Math.round(size / 1e6)} MB`;
    return { label: name, description: `${family} · ${where}`, detail: [about, how].filter(Boolean).join(" · ") };
  });
}
