import { config, imports } from "./config.js";
import { registerKernelProcessor } from "./node_modules/wasm-process-buffers/dist/index.js";

registerKernelProcessor("gain", { ...config, imports });
