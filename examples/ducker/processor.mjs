// The worklet's side: registers the kernel's processor. main.mjs makes its node by createKernelNode.

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
