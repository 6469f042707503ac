// Makes what is bundled: `node build.mjs [name …] [--watch]`; without a name, all of BUNDLES.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const VIEWS = { outdir: "widget/senselens_widget/static", target: "es2022", jsx: "automatic", jsxImportSource: "preact" };

const BUNDLES = {
  widget: { entryPoints: ["js/widget/widget.tsx"], format: "esm", ...VIEWS },
  page: { entryPoints: ["js/widget/page.ts"], format: "iife", ...VIEWS },
  slides: { ...VIEWS, entryPoints: { slides: "js/widget/slides/slides.ts" }, format: "iife" },
  extension: {
    entryPoints: ["js/extension/extension.ts"],
    outdir: "js/extension/dist",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    define: { SERVER_WHEEL: JSON.stringify(await serverWheel()) },
  },
  panel: { ...VIEWS, entryPoints: { panel: "js/extension/panel/main.ts" }, outdir: "js/extension/dist", format: "iife" },
  tests: {
    entryPoints: ["tests/vscode/*.test.ts"],
    alias: { vscode: "./tests/vscode/fake_vscode.ts" },
    outdir: "build/vscode-tests",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    target: "node20",
    minify: false,
  },
};

/** The Python package in dist/ that belongs to this extension, by its checksum: it installs no other. Null where none is built. */
async function serverWheel() {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const name = `senselens-${version}-py3-none-any.whl`;
  const content = await readFile(`dist/${name}`).catch(() => null);
  return content && { name, sha256: createHash("sha256").update(content).digest("hex") };
}

/** A style sheet is imported as its minified text: the widget puts it into a shadow root by itself. */
const styleText = {
  name: "style-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

const { values, positionals } = parseArgs({ options: { watch: { type: "boolean" } }, allowPositionals: true });
for (const name of positionals.length ? positionals : Object.keys(BUNDLES)) {
  if (!BUNDLES[name]) throw new Error(`no bundle is called ${name}: there are ${Object.keys(BUNDLES).join(", ")}`);
  const options = { bundle: true, minify: true, legalComments: "none", logLevel: "info", plugins: [styleText], ...BUNDLES[name] };
  await (values.watch ? (await esbuild.context(options)).watch() : esbuild.build(options));
}
