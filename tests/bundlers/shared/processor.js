import { registerKernelProcessor } from "wasm-process-buffers";
import { config, imports } from "./config.js";

registerKernelProcessor("gain", { ...config, imports });
