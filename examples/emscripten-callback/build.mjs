import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emscripten } from "../compilers.mjs";

/** Compiles the kernel; resolves to the path of its module. */
export async function build() {
  const output = path("build/kernel.wasm");
  mkdirSync(path("build"), { recursive: true });
  emscripten("emcc", ...FLAGS, path("kernel.c"), "-o", output);
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const CODE = ["-O3", "-Wall", "-Wextra", "-Werror"];
const FLAGS = [
  ...CODE,
  "--no-entry",
  "-sSTANDALONE_WASM",
  "-sALLOW_MEMORY_GROWTH",
  "-sEXPORTED_FUNCTIONS=_process,_create,_end_after,_callback,_malloc,_free",
];
