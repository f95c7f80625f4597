// @pexip/denoise: Rust with wasm-bindgen, of the generation that tells no alignment.

import { instantiateKernel } from "wasm-process-buffers";

export function load({ module }) {
  // Loading:
  const { heap } = instantiateKernel(module);
  // End.
  return { heap };
}
