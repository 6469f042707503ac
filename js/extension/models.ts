import { ConfigurationTarget, type QuickPickItem, window, workspace } from "vscode";
import type { Model, Server } from "./server";
import { SECTION } from "./settings";

/** Choose among the models that the server knows, and can read words with. */
export async function chooseModel(server: Server): Promise<void> {
  const settings = workspace.getConfiguration(SECTION);
  const now = settings.get<string>("model");
  const models = (await server.models()).filter(({ capabilities }) => capabilities.includes("vectors"));
  const entries = models.map((model) => ({ label: model.name, ...described(model) }));
  const title = `The model that reads the text (now ${now})`;
  const chosen = await window.showQuickPick(entries, { title, matchOnDescription: true });
  if (!chosen) return;
  const inWorkspace = settings.inspect("model")?.workspaceValue !== undefined;
  await settings.update("model", chosen.label, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}

/** What a list says of a model beside its name. */
export function described({ family, about, size, state, how }: Model): Pick<QuickPickItem, "description" | "detail"> {
  const where = state === "here" ? "here" : `${state}, ${Math.round(size / 1e6)} MB`;
  return { description: `${family} · ${where}`, detail: [about, how].filter(Boolean).join(" · ") };
}
