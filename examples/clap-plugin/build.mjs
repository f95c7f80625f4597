import { fileURLToPath } from "node:url";
import { compileC } from "../c-kernel/clang.mjs";

/** Compiles the plug-in; resolves to the path of its module. */
export async function build() {
  const output = path("../../build/examples/clap-plugin.wasm");
  compilePlugin(path("plugin.c"), output);
  return output;
}

/** Compiles the plug-in in `source`, with the allocator, into `output`. */
export function compilePlugin(source, output, flags = []) {
  compileC([source, path("malloc.c")], output, [...EXPORTS, ...flags]);
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
// The host calls the plug-in through this table, and adds functions of its own to it.
const EXPORTS = ["-Wl,--export=clap_entry", "-Wl,--export-table", "-Wl,--growable-table"];
