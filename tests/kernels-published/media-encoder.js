// wasm-media-encoders: Emscripten standalone, with a few imports. Both of its modules are loaded the same way.

import { instantiateKernel } from "wasm-process-buffers";

export function load({ module }) {
  // Loading:
  const { heap } = instantiateKernel(module);
  // End.
  return { heap };
}
