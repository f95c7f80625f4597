// Compiles kernels in AssemblyScript, for all examples that have one.

import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/**
 * Compiles the `kernel.ts` of an example; resolves to the path of its module.
 *
 * @param {URL} folder The example's folder, with a slash at its end.
 */
export async function build(folder) {
  const path = (name) => fileURLToPath(new URL(name, folder));
  const output = path("build/kernel.wasm");
  const { error, stderr } = await asc.main([
    path("kernel.ts"),
    "--config",
    path("asconfig.json"),
    "--path",
    packagesIn(path("build/packages")),
    "--outFile",
    output,
  ]);
  if (error !== null) throw new Error(stderr.toString().trim() || error.message);
  return output;
}

/**
 * Makes a folder in which asc finds this package: with a link to the place where Node finds it. In a project that has installed
 * the package, asc finds it without `--path`.
 */
function packagesIn(folder) {
  const link = join(folder, "wasm-process-buffers");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(link)) symlinkSync(dirname(fileURLToPath(import.meta.resolve("wasm-process-buffers/package.json"))), link);
  return folder;
}
