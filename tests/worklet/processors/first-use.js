// Says how many wasm modules were compiled by what is imported, and how many since then, by the first storage and the first kernel.

import "./count-compilations.js";
import { ProcessBufferStorage, registerKernelProcessor } from "wasm-process-buffers";
import { effect } from "./kernel-node-configs.js";

const imported = WebAssembly.compilations;

registerProcessor(
  "storage",
  class extends AudioWorkletProcessor {
    process(inputs, outputs) {
      const before = WebAssembly.compilations;
      const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });
      storage.collect(inputs, outputs);
      storage.deliver(outputs);
      this.port.postMessage({ imported, later: WebAssembly.compilations - before });
      return false;
    }
  },
);

registerKernelProcessor("faulty", { inputs: [2], outputs: [2], blockFrames: 0 });
registerKernelProcessor("without-parameters", { inputs: [2], outputs: [2] });
registerKernelProcessor("kernel", {
  ...effect,
  imports: { node: { fail() {} } },
  start: ({ post }) => ({ process: () => post({ imported, later: WebAssembly.compilations - registered }) }),
});

const registered = WebAssembly.compilations;
