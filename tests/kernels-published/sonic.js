// @echogarden/sonic-wasm: Emscripten with its loader, minified exports.

import { captureKernel } from "wasm-process-buffers";
import create from "../../node_modules/@echogarden/sonic-wasm/sonic.js";

export async function load({ module }) {
  // Loading:
  const capture = captureKernel(module);
  await create({ ...capture.emscripten, locateFile: (name) => name });
  // End.
  return { heap: capture.heap };
}
