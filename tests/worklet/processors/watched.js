// Renders in shared memory, window by window, samples that say which block and which channel they are of, and tells the
// main thread where to look.

import { createRegionHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { pause, watchedLevel } from "../../support/watched-level.js";

class Watched extends AudioWorkletProcessor {
  constructor({ processorOptions: { memory, address, byteLength, config } }) {
    super();
    this.storage = ProcessBufferStorage.allocateFromConfig(config, { heap: createRegionHeap(memory, address, byteLength) });
    this.inputs = [[new Float32Array(128), new Float32Array(128)]];
    this.block = 0;
    this.port.postMessage(this.storage.location);
  }

  process(_, outputs) {
    const { storage, inputs } = this;
    this.block++;
    for (let c = 0; c < 2; c++) inputs[0][c].fill(watchedLevel(this.block, "input", c));
    const frames = storage.collect(inputs, outputs);
    for (let at = 0; at < frames; at += 32) {
      storage.setWindow(at, 32);
      for (let c = 0; c < 2; c++) storage.mainOutput.channel(c).fill(watchedLevel(this.block, "output", c), at, at + 32);
    }
    storage.deliver(outputs);
    pause(this.block & 15);
    return true;
  }
}

registerProcessor("watched", Watched);
