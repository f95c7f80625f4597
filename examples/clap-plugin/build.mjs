import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Compiles the effect, `plugin.c`, or the instrument, `synth.c`; resolves to the path of its module. */
export async function build(name = "plugin") {
  const output = path(`build/${name}.wasm`);
  mkdirSync(path("build"), { recursive: true });
  compilePlugin(path(`${name}.c`), output);
  return output;
}

/**
 * Compiles the plug-in in `source`, with the allocator, into `output`.
 *
 * @throws Error with one line where the compiler is missing, with the compiler's own words where it finds fault.
 */
export function compilePlugin(source, output, flags = []) {
  const include = dirname(fileURLToPath(import.meta.resolve("wasm-process-buffers/include/process_buffers.h")));
  const { status, stderr, error } = spawnSync("clang", [...FLAGS, `-I${include}`, ...flags, "-o", output, source, path("malloc.c")], {
    encoding: "utf8",
  });
  if (error !== undefined) throw new Error("this plug-in needs clang and wasm-ld; on Debian or Ubuntu: sudo apt-get install clang lld");
  if (status !== 0) throw new Error(stderr.trim());
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
const FREESTANDING = ["--target=wasm32", "-nostdlib", "-ffreestanding", "-Wl,--no-entry"];
// The host calls the plug-in through this table, and adds functions of its own to it.
const EXPORTS = ["-Wl,--export=clap_entry", "-Wl,--export-table", "-Wl,--growable-table"];
// Without a C library, copies and fills must become instructions.
const FLAGS = [...FREESTANDING, ...EXPORTS, "-O3", "-mbulk-memory", "-msimd128", "-std=c11", ...WARNINGS];
