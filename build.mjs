// Makes what is bundled: `node build.mjs [name …] [--watch]`; without a name, all of BUNDLES.

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const BUNDLES = {
  widget: {
    entryPoints: ["js/widget/widget.ts"],
    outdir: "widget/senselens_widget/static",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
  },
  extension: {
    entryPoints: ["js/extension/extension.ts"],
    outdir: "js/extension/dist",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
  },
  panel: {
    entryPoints: ["js/extension/panel/main.ts"],
    outfile: "js/extension/dist/panel.js",
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
  },
  tests: {
    entryPoints: ["tests/vscode/*.test.ts"],
    outdir: "build/vscode-tests",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    target: "node20",
    minify: false,
  },
};

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
