import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Compiles the kernel, without a C library; resolves to the path of its module.
 *
 * @throws Error with one line where the compiler is missing, with the compiler's own words where it finds fault.
 */
export async function build() {
  const output = path("build/kernel.wasm");
  mkdirSync(path("build"), { recursive: true });
  const include = dirname(fileURLToPath(import.meta.resolve("wasm-process-buffers/include/process_buffers.h")));
  const { status, stderr, error } = spawnSync(
    "clang",
    [...FLAGS, `-I${include}`, "-o", output, path("kernel.c"), join(include, "heap.c")],
    {
      encoding: "utf8",
    },
  );
  if (error !== undefined) throw new Error("this kernel needs clang and wasm-ld; on Debian or Ubuntu: sudo apt-get install clang lld");
  if (status !== 0) throw new Error(stderr.trim());
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
const FREESTANDING = ["--target=wasm32", "-nostdlib", "-ffreestanding", "-Wl,--no-entry"];
// Without a C library, copies and fills must become instructions.
const FLAGS = [...FREESTANDING, "-O3", "-mbulk-memory", "-msimd128", "-std=c11", ...WARNINGS];
