// Debian's clang and lld as a compiler for wasm modules without a C library.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { which } from "../../.ci/tools.mjs";

/**
 * Compiles and links `sources` into the wasm module `output`; both are absolute paths.
 *
 * @throws Error with one line where a compiler is missing, with the compiler's own words where it finds fault.
 */
export function compileC(sources, output, flags = []) {
  if (which("clang") === undefined || which("wasm-ld") === undefined) {
    throw new Error("C kernels need clang and wasm-ld; on Debian or Ubuntu: sudo apt-get install clang lld");
  }
  mkdirSync(dirname(output), { recursive: true });
  const { status, stderr } = spawnSync("clang", [...FLAGS, ...flags, "-o", output, ...sources], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim());
}

const include = fileURLToPath(new URL("../../include", import.meta.url));
const WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
const FREESTANDING = ["--target=wasm32", "-nostdlib", "-ffreestanding", "-Wl,--no-entry"];
// Without a C library, copies and fills must become instructions.
const FLAGS = [...FREESTANDING, "-O3", "-mbulk-memory", "-msimd128", "-std=c11", ...WARNINGS, `-I${include}`];
