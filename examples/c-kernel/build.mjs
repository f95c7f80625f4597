import { fileURLToPath } from "node:url";
import { compileC } from "./clang.mjs";

/** Compiles the kernel; resolves to the path of its module. */
export async function build() {
  const output = path("../../build/examples/c-kernel.wasm");
  compileC([path("kernel.c"), path("heap.c")], output);
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
