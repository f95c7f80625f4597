import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

// Where the page's links lead: to the site that it is built into, else to the one that is published.
const { homepage } = JSON.parse(readFileSync(fromRoot("package.json"), "utf8"));
process.env.VITE_SITE ??= homepage;

export default defineConfig(async () => {
  await buildKernel();
  return {
    root: fromRoot("examples/playground"),
    // Any folder of any server will do for what `vite build` makes.
    base: "./",
    resolve: { alias: { "wasm-process-buffers": fromRoot("dist/index.js") } },
    server: { fs: { allow: [fromRoot("")] } },
    // A worklet's scope loads modules.
    worker: { format: "es" },
    build: { outDir: fromRoot("build/playground"), emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  };
});

/** The ducker's own. Vite would inline a plain import into this file, and the ducker would look for its sources here. */
async function buildKernel() {
  const { build } = await import(new URL("../assemblyscript.mjs", import.meta.url).href);
  await build(new URL("../ducker/", import.meta.url));
}
