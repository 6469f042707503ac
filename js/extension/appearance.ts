import { NoServer } from "./python";
import type { Status } from "./server";

/** How the status item looks. */
export interface Appearance {
  readonly icon: string; // of VS Code's codicons
  readonly tooltip: string;
  readonly severity?: "warning" | "error";
}

/** What the status item says: what is, and where something is amiss, the way on. */
export function appearance({ server, model, python }: Status): Appearance {
  switch (server.phase) {
    case "stopped":
      return { icon: "circle-slash", tooltip: "The Senselens server is stopped. Click to start it." };
    case "starting":
      return { icon: "loading~spin", tooltip: "The Senselens server is starting." };
    case "waiting":
      return {
        icon: "warning",
        tooltip: `The Senselens server ended and is started again in ${server.seconds} s. ${server.why}`,
        severity: "warning",
      };
    case "failed":
      if (server.error instanceof NoServer) {
        return {
          icon: "cloud-download",
          tooltip: "The Senselens server is not installed. Click to install it.",
          severity: "warning",
        };
      }
      return {
        icon: "error",
        tooltip: `The Senselens server does not run. Click for what to do. ${server.error.message}`,
        severity: "error",
      };
    case "running":
      if (model?.state === "error") return { icon: "warning", tooltip: model.message, severity: "warning" };
      if (model?.state !== "ready")
        return { icon: "loading~spin", tooltip: `Senselens is loading ${model?.model ?? "its model"}.` };
      return {
        icon: "search",
        tooltip: `Senselens reads with ${model.model} (server ${python?.senselens ?? "of unknown version"}).`,
      };
  }
}
