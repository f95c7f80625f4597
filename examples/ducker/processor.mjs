// The kernel in an AudioWorklet. Nodes of it are made by createKernelNode, in main.mjs.

import { registerKernelProcessor } from "wasm-process-buffers";
import { CONFIG } from "./config.mjs";
import { measure } from "./measuring.mjs";

registerKernelProcessor("ducker", {
  ...CONFIG,
  start({ kernel: { exports: ducker }, storage, sampleRate, data: { blocks } }) {
    ducker.prepare(sampleRate);
    measure(storage, blocks);
    return {
      process: (frames) => ducker.process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress),
    };
  },
});
