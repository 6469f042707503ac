import assert from "node:assert/strict";
import { test } from "node:test";
import { appearance } from "../../js/extension/appearance";
import { NoServer, type Python } from "../../js/extension/python";
import type { Status } from "../../js/extension/server";

const python: Python = { path: "/python", version: "3.11.2", senselens: "0.1.0", lacks: [] };
const running = { server: { phase: "running" }, python } as const;

for (const [status, icon, words, severity] of [
  [{ server: { phase: "stopped" } }, "circle-slash", "start it", undefined],
  [{ server: { phase: "starting" } }, "loading~spin", "starting", undefined],
  [running, "loading~spin", "loading its model", undefined],
  [{ ...running, model: { state: "loading", model: "mini", message: "" } }, "loading~spin", "loading mini", undefined],
  [{ ...running, model: { state: "ready", model: "mini", message: "" } }, "search", "reads with mini (server 0.1.0)", undefined],
  [{ ...running, model: { state: "error", model: "x", message: "no model is called x" } }, "warning", "called x", "warning"],
  [{ server: { phase: "waiting", why: "Killed.", seconds: 4 } }, "warning", "in 4 s. Killed.", "warning"],
  [{ server: { phase: "failed", error: new NoServer([], undefined) } }, "cloud-download", "Click to install it", "warning"],
  [{ server: { phase: "failed", error: new Error("Killed.") } }, "error", "Killed.", "error"],
] as [Status, string, string, string | undefined][]) {
  test(`${icon}: ${words}`, () => {
    const shown = appearance(status);
    assert.equal(shown.icon, icon);
    assert.ok(shown.tooltip.includes(words), shown.tooltip);
    assert.equal(shown.severity, severity);
  });
}
