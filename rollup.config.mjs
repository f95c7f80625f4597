import { copyFile } from "node:fs/promises";
import { resolve } from "node:path";
import typescript from "@rollup/plugin-typescript";
import { wasm } from "@rollup/plugin-wasm";
import dts from "rollup-plugin-dts";

const inlined = ["build/core.wasm"];

/** @type {import("rollup").RollupOptions[]} */
export default [
  {
    input: "src/index.ts",
    output: { file: "dist/index.js", format: "es", sourcemap: true },
    plugins: [decodeWithoutGlobals(), wasm({ sync: inlined, targetEnv: "browser" }), typescript({ declaration: false, outDir: "dist" }), shipped("core.wasm", "core-shared.wasm")],
  },
  {
    input: "build/types/index.d.ts",
    output: { file: "dist/index.d.ts", format: "es" },
    plugins: [dts()],
  },
];

/**
 * The helper with which @rollup/plugin-wasm decodes what it inlined wants `Buffer` or `atob`, and an
 * AudioWorklet's scope has neither. This one, asked first, needs nothing but the language.
 */
function decodeWithoutGlobals() {
  const helpers = "\0wasmHelpers.js";
  return {
    name: "decode-without-globals",
    resolveId: (id) => (id === helpers ? id : null),
    load: (id) => (id === helpers ? `export { decode as _loadWasmModule } from ${JSON.stringify(resolve("src/decode.ts"))};` : null),
  };
}

/** The cores as files, for hosts that compile once and hand the module on. */
function shipped(...files) {
  return { name: "shipped", writeBundle: () => Promise.all(files.map((file) => copyFile(`build/${file}`, `dist/${file}`))) };
}
