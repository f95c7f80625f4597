// Runs in the AudioWorklet. The kernel's own `process` is called for each block.

import { registerKernelProcessor } from "wasm-process-buffers";
import { config } from "./config";

registerKernelProcessor("kernel", config);
