import { captureKernel } from "wasm-process-buffers";

/**
 * Makes the kernel and its heap without a promise and without a fetch. So an AudioWorkletProcessor's constructor can do the same.
 *
 * @param load The default export of Emscripten's loader.
 * @param module The compiled module.
 */
export function instantiate(load, module) {
  const capture = captureKernel(module);
  // Without locateFile, the loader makes the file's URL by the class URL, which worklets lack.
  const kernel = load({ ...capture.emscripten, locateFile: (name) => name });
  return { kernel, heap: capture.heap };
}
