import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

// Where the page's links lead: to the site that the page is built into, or else to the published site.
const { homepage } = JSON.parse(readFileSync(fromRoot("package.json"), "utf8"));
process.env.VITE_SITE ??= homepage;

export default defineConfig(async () => {
  await buildKernel();
  return {
    root: fromRoot("examples/playground"),
    // Relative paths, so that what `vite build` makes can be served from any folder of any server.
    base: "./",
    resolve: { alias: { "wasm-process-buffers": fromRoot("dist/index.js") } },
    server: { fs: { allow: [fromRoot("")] } },
    // A worklet loads its files as ES modules.
    worker: { format: "es" },
    build: { outDir: fromRoot("build/playground"), emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  };
});

/**
 * Builds the ducker's kernel. Vite inlines plain imports into its copy of this file, and code that is inlined looks for its files
 * beside that copy. It does not see this import.
 */
async function buildKernel() {
  const { build } = await import(new URL("../assemblyscript.mjs", import.meta.url).href);
  await build(new URL("../ducker/", import.meta.url));
}
