// @shiguredo/rnnoise-wasm: Emscripten whose loader takes no hooks and has the module inlined. Mono, in blocks of 480.

import { instantiateKernel } from "wasm-process-buffers";

export const channels = { inputs: [1], outputs: [1] };
export const maxFrames = 480;

export function load({ module }) {
  // Loading:
  const { exports: rnnoise, heap } = instantiateKernel(module);
  // Playing:
  const state = rnnoise.rnnoise_create(0);
  // End.
  const process = ({ mainInput, mainOutput }) =>
    rnnoise.rnnoise_process_frame(state, mainOutput.channelAddress(0), mainInput.channelAddress(0));
  return { heap, process };
}
