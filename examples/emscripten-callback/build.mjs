import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Compiles the kernel; resolves to the path of its module.
 *
 * @throws Error with one line where the compiler is missing, with the compiler's own words where it finds fault.
 */
export async function build() {
  const output = path("build/kernel.wasm");
  mkdirSync(path("build"), { recursive: true });
  const { status, stderr, error } = spawnSync("emcc", [...FLAGS, path("kernel.c"), "-o", output], {
    encoding: "utf8",
    env: environment(),
  });
  if (error !== undefined) throw new Error("this kernel needs Emscripten; on Debian or Ubuntu: sudo apt-get install emscripten");
  if (status !== 0) throw new Error(stderr.trim());
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
