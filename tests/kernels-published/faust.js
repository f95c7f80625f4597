// @grame/faustwasm: a reverb that Faust compiled, in the module that it makes by default.

import { instantiateKernel } from "wasm-process-buffers";

export function load({ module, json }) {
  // Loading:
  const { exports: faust, heap } = instantiateKernel(module, { heapBase: JSON.parse(json).size });
  // Playing:
  faust.init(0, 48000);
  // End.
  const process = (storage, frames) => faust.compute(0, frames, storage.inputTableAddress, storage.outputTableAddress);
  return { heap, config: { inputs: [2], outputs: [2] }, process };
}
