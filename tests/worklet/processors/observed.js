// Renders half of what comes in, in shared memory, and tells the main thread where to look.

import { createRegionHeap, ProcessBufferStorage } from "wasm-process-buffers";

class Observed extends AudioWorkletProcessor {
  constructor({ processorOptions: { memory, address, byteLength, config, sampleFormat } }) {
    super();
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { heap: createRegionHeap(memory, address, byteLength), sampleFormat });
    this.port.postMessage(this.storage.location);
  }

  process(inputs, outputs) {
    const { storage } = this;
    storage.collect(inputs, outputs);
    for (let c = 0; c < storage.mainOutput.length; c++) {
      const from = storage.mainInput.channel(c);
      const to = storage.mainOutput.channel(c);
      for (let k = 0; k < to.length; k++) to[k] = from[k] * 0.5;
    }
    storage.deliver(outputs);
    return true;
  }
}

registerProcessor("observed", Observed);
