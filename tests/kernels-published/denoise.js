// @pexip/denoise: Rust with wasm-bindgen, of the generation that tells no alignment. It keeps its planar buffers itself.
// Its blocks have 480 frames: with others it gives one of its own blocks twice now and then.

import { instantiateKernel } from "wasm-process-buffers";

export function load({ module }) {
  // Loading:
  const { exports: kernel, heap } = instantiateKernel(module);
  // Playing:
  const denoise = kernel.denoise_new(480, 2);
  const addresses = { inputs: [kernel.denoise_input(denoise)], outputs: [kernel.denoise_output(denoise)] };
  // End.
  const process = () => kernel.denoise_process_frames(denoise);
  return { heap, config: { inputs: [2], outputs: [2] }, options: { addresses }, blockFrames: 480, process };
}
