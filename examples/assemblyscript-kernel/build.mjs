import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** Compiles the kernel; resolves to the path of its module. */
export async function build() {
  const output = path("../../build/examples/assemblyscript-kernel.wasm");
  const options = ["--config", path("../asconfig.json"), "--path", packages(), "--outFile", output];
  const { error, stderr } = await asc.main([path("kernel.ts"), ...options]);
  if (error !== null) throw new Error(stderr.toString().trim() || error.message);
  return output;
}

/** A folder in which this package is installed. In a project of its own that is node_modules, and asc looks there by itself. */
function packages() {
  const folder = path("../../build/examples/node_modules");
  const link = `${folder}/wasm-process-buffers`;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(link)) symlinkSync("../../..", link);
  return folder;
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
