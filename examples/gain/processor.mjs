// The whole processor. In a browser, `addModule` loads this file after a bundler: worklets have no import maps.

import { applyGain, copyInputsToOutputs, ProcessBufferStorage } from "wasm-process-buffers";

class Gain extends AudioWorkletProcessor {
  storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] });

  process(inputs, outputs) {
    this.storage.collect(inputs, outputs);
    copyInputsToOutputs(this.storage);
    applyGain(this.storage, 0.5);
    this.storage.deliver(outputs);
    return true;
  }
}

registerProcessor("gain", Gain);
