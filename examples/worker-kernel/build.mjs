import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** Compiles the kernel; resolves to the path of its module. */
export async function build() {
  const output = path("build/kernel.wasm");
  const { error, stderr } = await asc.main([
    path("kernel.ts"),
    "--config",
    path("asconfig.json"),
    "--path",
    packages(),
    "--outFile",
    output,
  ]);
  if (error !== null) throw new Error(stderr.toString().trim() || error.message);
  return output;
}

/**
 * A folder in which asc finds this package, wherever Node does. In a project that has installed it,
 * asc finds it by itself, and needs no `--path`.
 */
function packages() {
  const folder = path("build/packages");
  const link = `${folder}/wasm-process-buffers`;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(link)) symlinkSync(dirname(fileURLToPath(import.meta.resolve("wasm-process-buffers/package.json"))), link);
  return folder;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
