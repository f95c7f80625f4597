// @shiguredo/rnnoise-wasm: Emscripten whose loader takes no hooks and has the module inlined. Mono, in blocks of 480, of floats in
// the range of 16 bits.

import { instantiateKernel } from "wasm-process-buffers";

export function load({ module }) {
  // Loading:
  const { exports: rnnoise, heap } = instantiateKernel(module);
  // Playing:
  const state = rnnoise.rnnoise_create(0);
  // End.
  const bus = { channelCount: 1, scale: 32768 };
  const process = ({ mainInput, mainOutput }) => rnnoise.rnnoise_process_frame(state, mainOutput.samplesAddress, mainInput.samplesAddress);
  return { heap, config: { inputs: [bus], outputs: [bus] }, blockFrames: 480, process };
}
