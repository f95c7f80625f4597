import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clang, include } from "../compilers.mjs";

/** Compiles the kernel, without a C library; resolves to the path of its module. */
export async function build() {
  const output = path("build/kernel.wasm");
  mkdirSync(path("build"), { recursive: true });
  clang("-o", output, path("kernel.c"), join(include, "heap.c"));
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
