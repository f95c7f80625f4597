// Renders through a storage in the memory of a kernel whose compiled module comes with the options.

import { ProcessBufferStorage } from "wasm-process-buffers";

class Mix extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, config, core, blocks } }) {
    super();
    this.blocksLeft = blocks;
    this.kernel = new WebAssembly.Instance(module).exports;
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { heap: this.kernel, core });
  }

  process(inputs, outputs) {
    const frames = this.storage.collect(inputs, outputs);
    this.kernel.process(this.storage.inputsAddress, this.storage.outputsAddress, frames);
    this.storage.deliver(outputs);
    if (--this.blocksLeft === 0) {
      const { diagnostics, maxFrames } = this.storage;
      const scope = { atob: typeof atob, fetch: typeof fetch, Buffer: typeof Buffer };
      this.port.postMessage({ frames, maxFrames, scope, diagnostics: { ...diagnostics } });
    }
    return true;
  }
}

registerProcessor("mix", Mix);
