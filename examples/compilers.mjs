// Runs the compilers of kernels, for all examples whose kernel has one of its own.

import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with this package's C header, its allocator in C, and its allocator in Rust. */
export const include = dirname(fileURLToPath(import.meta.resolve("wasm-process-buffers/include/process_buffers.h")));

/**
 * Compiles C without a C library to a module.
 *
 * @throws Error with one line where the compiler is missing, else with the compiler's own words.
 */
export function clang(...flags) {
  const INSTALL = "this kernel needs clang and wasm-ld; on Debian or Ubuntu: sudo apt-get install clang lld";
  run("clang", [...FREESTANDING, ...flags, `-I${include}`], INSTALL);
}

/**
 * Compiles with Emscripten.
 *
 * @param {"emcc" | "em++"} compiler For C, or for C++.
 * @throws Error with one line where the compiler is missing, else with the compiler's own words.
 */
export function emscripten(compiler, ...flags) {
  const INSTALL = "this kernel needs Emscripten; on Debian or Ubuntu: sudo apt-get install emscripten";
  run(compiler, [...flags, `-I${include}`], INSTALL, environmentOfEmscripten());
}

/** Runs a compiler; throws `missing` where it is not there, and what it prints where it finds fault. */
export function run(compiler, args, missing, env = process.env) {
  const { status, stderr, error } = spawnSync(compiler, args, { encoding: "utf8", env });
  if (error !== undefined) throw new Error(missing);
  if (status !== 0) throw new Error(stderr.trim());
}

const FREESTANDING = [
  ...["--target=wasm32", "-nostdlib", "-ffreestanding", "-Wl,--no-entry"],
  // Without a C library, copies and fills must become instructions.
  ...["-O3", "-mbulk-memory", "-msimd128", "-std=c11"],
  ...["-Wall", "-Wextra", "-Wpedantic", "-Werror"],
];

/** Debian's Emscripten finds its tools by the environment. */
function environmentOfEmscripten() {
  const { PATH, NODE_PATH } = process.env;
  return {
    ...process.env,
    // npm puts AssemblyScript's Binaryen first, which does not fit Emscripten.
    PATH: listOf(PATH)
      .filter((folder) => !folder.endsWith(join("node_modules", ".bin")))
      .join(delimiter),
    // Debian keeps Emscripten's JS parser here. Only Debian's own Node looks there by itself.
    NODE_PATH: [...listOf(NODE_PATH), "/usr/share/nodejs"].join(delimiter),
  };
}

function listOf(folders = "") {
  return folders.split(delimiter).filter((folder) => folder !== "");
}
