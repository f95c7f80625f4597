import { captureKernel } from "wasm-process-buffers";

/**
 * The kernel and its heap, at once and without fetching anything, so that an AudioWorkletProcessor's constructor
 * can do the same.
 *
 * @param load The default export of Emscripten's loader.
 * @param module The compiled module.
 */
export function instantiate(load, module) {
  const capture = captureKernel(module);
  // Otherwise the loader works out an address, with a URL class that worklets lack.
  const kernel = load({ ...capture.emscripten, locateFile: (name) => name });
  return { kernel, heap: capture.heap };
}
