// The worklet's side. Worklets know no import maps, so the package is imported by its place.

import { registerKernelProcessor } from "./node_modules/wasm-process-buffers/dist/index.js";

/** What the kernel takes. The page imports it from here, so that both sides have the same. */
export const config = {
  inputs: [2],
  outputs: [2],
  parameters: [{ name: "drive", defaultValue: 4, minValue: 0, maxValue: 20 }],
};

// Worklets alone have processors.
if ("registerProcessor" in globalThis) registerKernelProcessor("kernel", config);
