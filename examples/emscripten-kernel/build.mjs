import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emscripten } from "../compilers.mjs";

/** Compiles the kernel; resolves to the paths of its module and of the loader that Emscripten writes for it. */
export const build = async () => compiled("kernel", SYNCHRONOUS_LOADER);

/** The same with the loader that Emscripten writes by default: for pages, and for a browser's worklets. */
export const buildWithDefaultLoader = async () => compiled("default", DEFAULT_LOADER);

function compiled(name, loader) {
  const output = { loader: path(`build/${name}.mjs`), wasm: path(`build/${name}.wasm`) };
  mkdirSync(path("build"), { recursive: true });
  emscripten("em++", ...FLAGS, ...loader, path("kernel.cpp"), "-o", output.loader);
  return output;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const CODE = ["-std=c++17", "-O3", "-fno-exceptions", "-Wall", "-Wextra", "-Werror"];
const HEAP = ["-sEXPORTED_FUNCTIONS=_malloc,_free"];
// Small at first, so that it has to grow.
const MEMORY = ["-sALLOW_MEMORY_GROWTH", "-sINITIAL_MEMORY=128KB", "-sTOTAL_STACK=16KB"];
const FLAGS = [...CODE, ...HEAP, ...MEMORY, "--no-entry"];
const DEFAULT_LOADER = ["-sMODULARIZE", "-sEXPORT_ES6"];
// One that is ready as soon as it is called, and asks for nothing that only pages and workers have.
const SYNCHRONOUS_LOADER = [...DEFAULT_LOADER, "-sENVIRONMENT=shell", "-sWASM_ASYNC_COMPILATION=0"];
