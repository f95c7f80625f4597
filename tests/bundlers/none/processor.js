import { config, imports } from "./config.js";
import { registerKernelProcessor } from "./node_modules/wasm-process-buffers/dist/index.min.js";

registerKernelProcessor("gain", { ...config, imports });
