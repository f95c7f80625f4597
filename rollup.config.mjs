import { copyFile } from "node:fs/promises";
import { basename } from "node:path";
import typescript from "@rollup/plugin-typescript";
import { wasm } from "@rollup/plugin-wasm";
import dts from "rollup-plugin-dts";
import { minify } from "terser";
import { compressibleWasm, decodeWithoutGlobals } from "./.ci/inlined-wasm.mjs";
import { MINIFY } from "./bench/bundle-size.mjs";

const inlined = ["build/everyday.wasm", "build/conversions.wasm", "build/forms.wasm", "build/interleaving.wasm", "build/parameters.wasm"];

/** The cores, for hosts that compile once and hand the module on, and what TypeScript reads of entries that are no script. */
const files = [
  ...["build/core.wasm", "build/core-shared.wasm", "src/entries/core.wasm.d.ts"],
  ...["src/entries/process_buffers.h.d.ts", "src/entries/heap.c.d.ts", "src/entries/heap.rs.d.ts"],
];

/** AssemblyScript's types, which a project in TypeScript alone does not have. */
const integers = ["i32", "u32", "u64", "usize", "f32"].map((name) => `type ${name} = number;`).join("\n");

/** @type {import("rollup").RollupOptions[]} */
export default [
  {
    input: "src/index.ts",
    output: [
      // Neither minified nor stripped of its comments, so a source map would add nothing but bytes.
      { file: "dist/index.js", format: "es" },
      // For pages without a bundler. Its source is the file beside it.
      { file: "dist/index.min.js", format: "es", plugins: [minified()] },
    ],
    plugins: [
      decodeWithoutGlobals(),
      wasm({ sync: inlined, targetEnv: "browser" }),
      compressibleWasm(),
      typescript({ declaration: false, sourceMap: false, outDir: "dist" }),
      shipped(...files),
    ],
  },
  {
    input: "build/types/index.d.ts",
    output: { file: "dist/index.d.ts", format: "es" },
    plugins: [dts()],
  },
  {
    input: "assembly/index.ts",
    output: { file: "dist/assembly.d.ts", format: "es", banner: integers },
    plugins: [dts({ tsconfig: "assembly/tsconfig.json" })],
  },
];

function minified() {
  return { name: "minified", renderChunk: (code) => minify(code, MINIFY) };
}

function shipped(...files) {
  return { name: "shipped", writeBundle: () => Promise.all(files.map((file) => copyFile(file, `dist/${basename(file)}`))) };
}
