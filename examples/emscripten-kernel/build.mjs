import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Compiles the kernel; resolves to the paths of its module and of the loader that Emscripten writes for it.
 *
 * @throws Error with one line where the compiler is missing, with the compiler's own words where it finds fault.
 */
export const build = async () => compiled("kernel", SYNCHRONOUS_LOADER);

/** The same with the loader that Emscripten writes where it is asked for nothing: for pages, and for a browser's worklets. */
export const buildWithDefaultLoader = async () => compiled("default", DEFAULT_LOADER);

function compiled(name, loader) {
  const output = { loader: path(`build/${name}.mjs`), wasm: path(`build/${name}.wasm`) };
  mkdirSync(path("build"), { recursive: true });
  const include = dirname(fileURLToPath(import.meta.resolve("wasm-process-buffers/include/process_buffers.h")));
  const { status, stderr, error } = spawnSync("em++", [...FLAGS, ...loader, `-I${include}`, path("kernel.cpp"), "-o", output.loader], {
    encoding: "utf8",
    env: environment(),
  });
  if (error !== undefined) throw new Error("this kernel needs Emscripten; on Debian or Ubuntu: sudo apt-get install emscripten");
  if (status !== 0) throw new Error(stderr.trim());
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

/** For Debian's Emscripten, which leaves it to the environment to find its tools. */
function environment() {
  const { PATH, NODE_PATH } = process.env;
  return {
    ...process.env,
    // npm puts AssemblyScript's Binaryen first, which Emscripten's does not get on with.
    PATH: listOf(PATH)
      .filter((folder) => !folder.endsWith(join("node_modules", ".bin")))
      .join(delimiter),
    // Where Debian keeps Emscripten's JS parser, and only Debian's own Node looks by itself.
    NODE_PATH: [...listOf(NODE_PATH), "/usr/share/nodejs"].join(delimiter),
  };
}

function listOf(folders = "") {
  return folders.split(delimiter).filter((folder) => folder !== "");
}
