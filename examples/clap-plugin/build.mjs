import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { clang } from "../compilers.mjs";

/** Compiles the effect, `plugin.c`, or the instrument, `synth.c`; resolves to the path of its module. */
export async function build(name = "plugin") {
  const output = path(`build/${name}.wasm`);
  mkdirSync(path("build"), { recursive: true });
  compilePlugin(path(`${name}.c`), output);
  return output;
}

/** Compiles the plug-in in `source`, with the allocator, into `output`. */
export function compilePlugin(source, output, flags = []) {
  clang(...EXPORTS, ...flags, "-o", output, source, path("malloc.c"));
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
// The host calls the plug-in through this table, and adds functions of its own to it.
const EXPORTS = ["-Wl,--export=clap_entry", "-Wl,--export-table", "-Wl,--growable-table"];
