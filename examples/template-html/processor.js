// The worklet's side. Worklets have no import maps, so the package is imported by its path.

import { registerKernelProcessor } from "./node_modules/wasm-process-buffers/dist/index.min.js";

/** The kernel's buses and parameters. The page imports them from here, so that both sides have the same. */
export const config = {
  inputs: [2],
  outputs: [2],
  parameters: [{ name: "drive", defaultValue: 4, minValue: 0, maxValue: 20 }],
};

// Only in the worklet: the page imports this file, too, and has no processors.
if ("registerProcessor" in globalThis) registerKernelProcessor("kernel", config);
